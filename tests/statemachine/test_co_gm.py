"""`/add-campaign` with a co-GM, who leads the campaign from its beginning."""

import pytest

from channelwright.records import store
from tests.statemachine.deleting import new_member

UNKNOWN = {"status": 404, "body": {"message": "Unknown Member", "code": 10007}}


def command(stage, co_gm, **build):
    options = {"name": "Curse of Strahd", "co-gm": co_gm}
    signed = stage.discord.build_interaction("add-campaign", options, **build)
    return stage.send(signed)


def record(stage):
    [one] = store.of_guild(stage.discord.guild().id)
    return one


def test_the_co_gm_has_the_role_and_sees_what_the_game_master_sees(stage):
    co_gm = new_member(stage)
    run = stage.interpreter.run(command(stage, co_gm))
    assert run.output["status"] == "created"
    guild, known = stage.discord.guild(), record(stage)
    assert known["role"] in guild.members[co_gm].role_ids
    assert known["co_gms"] == [co_gm]
    for channel in known["channels"]:
        overwrites = guild.channels[channel["id"]].overwrites
        assert overwrites[co_gm].allow == overwrites[known["game_master"]].allow
    assert f"· Co-GM: <@{co_gm}>" in stage.messages[-1]


def test_without_one_there_is_none(stage):
    stage.run()
    assert record(stage)["co_gms"] == []
    assert "Co-GM" not in stage.messages[-1]


def test_a_co_gm_who_leaves_meanwhile_is_none(stage):
    co_gm = new_member(stage)
    stage.lambdas.on_invoke = lambda name, _: (
        stage.discord.guild().members.pop(co_gm, None) if name == "complete_campaign" else None
    )
    assert stage.interpreter.run(command(stage, co_gm)).output["status"] == "created"
    assert record(stage)["co_gms"] == []
    assert "Co-GM" not in stage.messages[-1]


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("bot", "is a bot. Choose another co-GM"),
        ("owner", "You are the game master."),
        ("stranger", "is not in this server. Choose another co-GM"),
    ],
)
def test_who_cannot_be_a_co_gm(stage, who, reason):
    stranger = new_member(stage)
    ids = {"bot": stage.discord.world.bot.id, "owner": stage.discord.guild().owner_id}
    message = command(stage, ids.get(who, stranger))
    if who == "stranger":
        del stage.discord.guild().members[stranger]
    run = stage.interpreter.run(message)
    assert run.output["status"] == "rejected"
    assert reason in stage.messages[-1]
    stage.assert_nothing_left()


def test_a_failed_campaign_with_a_co_gm_is_undone(stage):
    co_gm = new_member(stage)
    stage.discord.faults.add(
        method="PUT",
        path=f"/members/{co_gm}/roles/",
        status=403,
        body={"message": "Missing Permissions", "code": 50013},
        times=99,
    )
    run = stage.interpreter.run(command(stage, co_gm))
    assert run.error == "CampaignFailed"
    assert "Discord refused to give" in stage.messages[-1]
    stage.assert_nothing_left()


def test_an_unrecorded_category_that_names_the_co_gm_is_still_ours(stage):
    """The create's answer is lost, and the list shows what it has made."""
    co_gm = new_member(stage)
    stage.discord.faults.add(method="POST", path="/channels$", status=500, effect="after", times=1)
    run = stage.interpreter.run(command(stage, co_gm))
    assert run.output["status"] == "created"
    names = [one.name for one in stage.discord.guild().channels.values()]
    assert names.count("Curse of Strahd") == 1
