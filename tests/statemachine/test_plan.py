"""The plan's questions to Discord, and its waves."""

import math

import pytest

from channelwright.aws import bot_token
from channelwright.campaign import deadlines
from channelwright.discord.permissions import CALLER_NEEDS
from channelwright.words import refusals
from local.simulator.guild import TEXT, Channel, Overwrite, Role
from local.simulator.objects import guild_object
from local.simulator.permissions import VIEW_CHANNEL


def asked(stage, *, request=None) -> list[str]:
    """Return the paths that a campaign's plan reads, without ids."""
    stage.discord.clear_requests()
    run = stage.interpreter.run(request or stage.request())
    assert run.output["status"] == "created", run.output
    info = stage.discord.info
    ids = {info["guild_id"]: "G", info["owner_id"]: "caller", info["bot_user_id"]: "bot"}
    paths = []
    for call in stage.discord.requests:
        if call["method"] != "GET":
            break  # the first progress: the plan is over
        path = call["path"].removeprefix("/api/v10")
        paths.append("/".join(ids.get(part, part) for part in path.split("/")))
    return paths


ALWAYS = ["/guilds/G", "/guilds/G/channels", "/guilds/G/members/caller"]


def test_a_cold_lambda_asks_who_it_is_and_a_warm_one_remembers(stage):
    assert asked(stage) == ["/users/@me", *ALWAYS]
    assert asked(stage, request=stage.request("Another")) == ALWAYS


def test_another_token_is_another_bot(stage):
    asked(stage)
    bot_token.forget()
    stage.put_token("another")
    stage.discord.world.application.bot_token = "another"
    assert asked(stage, request=stage.request("Another")) == ["/users/@me", *ALWAYS]


def test_the_caller_is_authorised_when_it_runs_not_when_it_was_asked(stage):
    guild, player = stage.discord.guild(), stage.discord.info["player_id"]
    guild.roles["77"] = Role("77", "Game Masters", CALLER_NEEDS, 2)
    guild.members[player].role_ids.append("77")
    request = stage.request(user_id=player)
    guild.members[player].role_ids.remove("77")
    run = stage.interpreter.run(request)
    assert run.output["status"] == "rejected"
    assert "You need the permissions" in stage.messages[-1]
    assert "Nothing was created." in stage.messages[-1]


def test_roles_that_a_message_claims_count_for_nothing(stage):
    """The plan does not trust the message: the interaction Lambda could send anything."""
    guild, player = stage.discord.guild(), stage.discord.info["player_id"]
    guild.roles["77"] = Role("77", "Game Masters", CALLER_NEEDS, 2)
    guild.members[player].role_ids.append("77")
    request = stage.request(user_id=player) | {"member": {"roles": ["77"]}}
    guild.members[player].role_ids.remove("77")
    run = stage.interpreter.run(request)
    assert run.output["status"] == "rejected"


def test_a_bot_that_lives_by_another_role_is_asked_for(stage):
    guild = stage.discord.guild()
    guild.everyone.permissions |= guild.roles[_bot(stage).role_ids[0]].permissions
    assert asked(stage) == ["/users/@me", *ALWAYS]
    guild.roles[_bot(stage).role_ids[0]].bot_id = None
    assert asked(stage, request=stage.request("Another")) == [*ALWAYS, "/guilds/G/members/bot"]


def test_a_server_that_is_out_is_asked_again(stage):
    out = {"id": stage.discord.info["guild_id"], "unavailable": True}
    stage.discord.faults.add(method="GET", path=r"/guilds/\d+$", status=200, body=out, times=3)
    assert stage.run().output["status"] == "created"


def test_a_server_that_stays_out(stage):
    out = {"id": stage.discord.info["guild_id"], "unavailable": True}
    stage.discord.faults.add(method="GET", path=r"/guilds/\d+$", status=200, body=out, times=None)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "Discord did not answer when asked to show the server." in stage.messages[-1]
    stage.assert_nothing_left()


def test_a_server_that_says_neither_its_features_nor_its_mfa_level(stage):
    """Another server may speak Discord's API without these fields."""
    body = guild_object(stage.discord.guild())
    del body["features"], body["mfa_level"]
    stage.discord.faults.add(method="GET", path=r"/guilds/\d+$", status=200, body=body)
    assert stage.run().output["status"] == "created"


def test_channels_that_the_bot_cannot_see_take_room_all_the_same(stage):
    guild = stage.discord.guild()
    for n in range(len(guild.channels), 495):
        hidden = Channel(f"7{n}", guild.id, TEXT, f"c{n}", n, created_by="1")
        hidden.overwrites[guild.id] = Overwrite(guild.id, 0, allow=0, deny=VIEW_CHANNEL)
        guild.channels[hidden.id] = hidden
    stage.before = stage.standing()
    run = stage.run()
    assert "Create Category" in run.states
    assert run.error == "CampaignFailed"
    assert "may be hidden from the bot. Delete some" in stage.messages[-1]
    stage.assert_nothing_left()


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_plan_after_the_deadline_asks_for_nothing(stage, warm):
    """A Lambda may begin late, or be retried late: nothing could be created any more."""
    if warm:
        asked(stage)
        stage.before = stage.standing()
    request = stage.request("Too late")
    stage.clock.sleep(deadlines.build_deadline(stage.asked) - stage.clock.now())
    stage.discord.clear_requests()
    run = stage.interpreter.run(request)
    assert run.error == "CampaignFailed"
    assert [call["method"] for call in stage.discord.requests] == ["PATCH"]
    assert refusals.DEADLINE_EXCEEDED in stage.messages[-1]
    assert stage.messages[-1].endswith("Nothing was left behind.")
    assert run.states.count("Plan Campaign") == 1
    stage.assert_nothing_left()


def test_a_plan_just_before_the_deadline_asks(stage):
    request = stage.request()
    stage.clock.sleep(deadlines.build_deadline(stage.asked) - stage.clock.now() - 1)
    assert stage.interpreter.run(request).output["status"] == "created"


@pytest.mark.parametrize("forums", [True, False])
def test_nothing_is_foretold(stage, forums):
    """Only the summary tells about forums, when the outcome is known."""
    stage.discord.guild().forums = forums
    stage.run()
    first, *_, summary = stage.messages
    assert first == "🏗️ **Creating Campaign: My Campaign**\n[░░░░░░░░░░░░░░░░░░░░] 0% (0/10)"
    assert ("used text channels instead" in summary) is not forums


@pytest.mark.parametrize("size", [1, 3, 10])
def test_the_waves_are_of_the_size_that_is_set(stage, monkeypatch, size):
    monkeypatch.setenv("WAVE_SIZE", str(size))
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Create Channels") == math.ceil(10 / size)
    assert run.states.count("Report Progress") == math.ceil(10 / size) - 1
    assert run.states.count("Create Channel") == 10


def _bot(stage):
    return stage.discord.guild().members[stage.discord.info["bot_user_id"]]
