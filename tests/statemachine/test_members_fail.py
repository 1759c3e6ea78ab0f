"""Changes of members: what fails, what is limited, what is stopped, and who else is at work."""

import pytest

from channelwright.discord import permissions
from channelwright.pace import table
from channelwright.records import record as records
from local.simulator.guild import Channel, Overwrite
from tests.statemachine import operators
from tests.statemachine.company import AnswersLost, WithoutRecords, use_from
from tests.statemachine.deleting import new_member
from tests.statemachine.interpreter import MEMBERS
from tests.statemachine.members import MANAGER, assert_released, people_of

REFUSAL = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
FUNCTIONS = ["plan_members", "change_member", "complete_members", "report"]


@pytest.fixture
def people(stage, monkeypatch):
    with people_of(stage, monkeypatch) as people:
        yield people


def limited(seconds, **how):
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return {"status": 429, "headers": {"Retry-After": str(seconds)}, "body": body} | how


def test_one_refusal_does_not_stop_the_others(people):
    where = f"/members/{people.player}/roles/"
    people.stage.discord.faults.add(method="PUT", path=where, times=99, **REFUSAL)
    assert people.choose(people.player, people.other).status == "SUCCEEDED"
    assert (
        f"❌ <@{people.player}>: Discord refused to change who has the campaign's role"
        in people.said
    )
    assert f"✅ <@{people.other}> is a player." in people.said
    assert_released(people)


def test_a_co_gm_whose_overwrite_is_refused_is_none(people):
    people.stage.discord.faults.add(method="PUT", path="/permissions/", times=99, **REFUSAL)
    people.run("add", people.player, "co-gm")
    assert people.said.startswith(f"👥 **Curse of Strahd**\n❌ <@{people.player}>: Discord refused")
    assert people.record["co_gms"] == []
    people.stage.discord.faults.clear()
    people.run("add", people.player, "co-gm")
    assert people.record["co_gms"] == [people.player]
    assert people.sees(people.player) == people.whole()


@pytest.mark.parametrize("path", ["/guilds/[0-9]+$", "/members/[0-9]+$"])
def test_a_long_limit_is_waited_for_in_the_state_machine(people, path):
    people.stage.discord.faults.add(method="GET", path=path, **limited(9.0))
    before = people.stage.clock.now()
    run = people.run("add", people.player)
    assert run.status == "SUCCEEDED"
    assert 9 <= people.stage.clock.now() - before < 15
    assert people.has_role(people.player)


def test_a_limited_assignment_waits_in_its_own_branch(people):
    where = f"/members/{people.player}/roles/"
    people.stage.discord.faults.add(method="PUT", path=where, **limited(30.0))
    people.choose(people.player, people.other)
    assert people.said.count("is a player.") == 2
    assert_released(people)


def test_a_limit_beyond_the_deadline_is_said(people):
    people.stage.discord.faults.add(method="PUT", path="/roles/", times=99, **limited(86_400.0))
    people.run("add", people.player)
    assert "Discord is making this bot wait 24 hours" in people.said
    assert_released(people)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lambda_that_dies_once_changes_nothing(people, name, when):
    people.stage.lambdas.deaths[name] = [(when, "Runtime.ExitError")]
    assert people.run("add", people.player, "co-gm").status == "SUCCEEDED"
    assert people.said.endswith(f"✅ <@{people.player}> is a co-GM.")
    assert people.record["co_gms"] == [people.player]
    assert_released(people)


@pytest.mark.parametrize("name", ["plan_members", "change_member", "complete_members"])
def test_a_lambda_that_is_dead_is_said_and_the_campaign_is_free(people, name):
    people.stage.lambdas.deaths[name] = [("after", "Runtime.ExitError")] * 99
    people.run("add", people.player, "co-gm")
    assert people.said.startswith(("❌", "👥"))
    assert "❌" in people.said
    assert_released(people)
    people.stage.lambdas.deaths.clear()
    people.run("add", people.player, "co-gm")
    assert people.record["co_gms"] == [people.player]
    assert people.sees(people.player) == people.whole()


def test_if_the_message_cannot_be_edited_the_execution_fails_and_all_is_done(people):
    people.stage.discord.faults.add(
        method="PATCH", status=401, body={"message": "Invalid", "code": 50027}, times=99
    )
    run = people.run("add", people.player)
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    assert people.has_role(people.player)
    assert_released(people)


@pytest.mark.parametrize("method", ["get_item", "update_item"])
def test_without_the_table_nothing_is_changed(people, monkeypatch, method):
    broken = WithoutRecords(table.dynamodb(), method)
    monkeypatch.setattr(table, "_client", broken)
    people.run("add", people.player)
    assert people.said.startswith("❌ The bot could not finish this just now.")
    assert not people.has_role(people.player)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("change", ["add", "remove"])
def test_what_was_stopped_is_finished_by_the_same_command(
    people,
    monkeypatch,
    change,
    function,
):
    if change == "remove":
        people.run("add", people.player, "co-gm")
    as_what = "co-gm" if change == "add" else None
    operators.use(monkeypatch, people.stage)
    operators.Operator(people.stage).stop_at(function)
    assert people.run(change, people.player, as_what).status == "ABORTED"
    people.run(change, people.player, as_what)
    is_in = change == "add"
    assert people.has_role(people.player) == is_in
    assert people.sees(people.player) == (people.whole() if is_in else set())
    assert people.record["co_gms"] == ([people.player] if is_in else [])
    assert_released(people)


def test_of_two_changes_the_second_hears_of_the_first(people):
    heard = []

    def ask_again(name, _event):
        if name == "change_member" and not heard:
            heard.append(None)
            people.run("add", people.other)
            heard[0] = people.said

    people.stage.lambdas.on_invoke = ask_again
    people.run("add", people.player)
    assert heard == ["⏳ **Curse of Strahd** is being changed just now."]
    assert people.has_role(people.player)
    assert not people.has_role(people.other)


def test_a_deletion_meanwhile_hears_of_it_and_so_does_a_change_of_a_deletion(people):
    heard = []

    def delete(name, _event):
        if name == "change_member" and not heard:
            heard.append(None)
            people.deleting.command()
            heard[0] = people.said

    people.stage.lambdas.on_invoke = delete
    people.run("add", people.player)
    assert heard == ["⏳ **Curse of Strahd** is being changed just now."]

    def add(name, _event):
        if name == "find_created" and len(heard) < 2:
            heard.append(None)
            people.run("add", people.other)
            heard[1] = people.said

    people.deleting.command()
    people.stage.lambdas.on_invoke = add
    people.deleting.press()
    people.stage.interpreter.finish_all()
    assert heard[1] == "⏳ **Curse of Strahd** is being deleted just now."


def test_a_co_gm_who_was_added_in_part_loses_all_of_it(people):
    """Only the category's overwrite was written, and the record does not know of it."""
    private = [one["id"] for one in people.record["channels"] if one["gm_only"]]
    people.stage.discord.faults.add(method="PUT", path=f"/{private[-1]}/", times=99, **REFUSAL)
    people.run("add", people.player, "co-gm")
    assert people.sees(people.player)
    people.stage.discord.faults.clear()
    people.run("remove", people.player)
    assert people.sees(people.player) == set()
    assert not people.has_role(people.player)


def test_if_only_the_answer_to_the_record_is_lost_all_is_as_said(people):
    use_from(people.stage, "complete_members", AnswersLost(table.dynamodb(), "update_item"))
    people.run("add", people.player, "game-master")
    assert f"<@{people.player}> is the game master." in people.said
    assert people.record["game_master"] == people.player
    assert_released(people)


@pytest.mark.parametrize("as_what", ["player", "co-gm"])
def test_if_the_record_fails_the_results_are_said_all_the_same(people, as_what):
    client = table.dynamodb()
    use_from(people.stage, "complete_members", WithoutRecords(client, "update_item"))
    run = people.run("add", people.player, as_what)
    table._client = client
    assert run.states[5:8] == ["Record Members", "Members Not Recorded", "Record End"]
    assert people.has_role(people.player)
    assert f"✅ <@{people.player}> is a" in people.said
    assert people.said.endswith("Try the same again in a few minutes.") == (as_what == "co-gm")
    people.stage.lambdas.on_invoke = lambda *_: None
    people.run("add", people.player, as_what)
    assert people.record["co_gms"] == ([people.player] if as_what == "co-gm" else [])
    assert_released(people)


def test_a_moderators_bits_stay_as_they_are(people):
    [first, *_] = [one["id"] for one in people.record["channels"] if one["gm_only"]]
    channel, spoken = people.guild.channels[first], permissions.SEND_MESSAGES
    own = Overwrite(people.player, 1, 0, spoken | permissions.VIEW_CHANNEL)
    channel.overwrites[people.player] = own
    people.run("add", people.player, "co-gm")
    after = channel.overwrites[people.player]
    assert (after.allow, after.deny) == (permissions.SEE, spoken)
    people.run("remove", people.player)
    after = channel.overwrites[people.player]
    assert (after.allow, after.deny) == (0, spoken)


def test_what_follows_the_category_is_not_written_again(people):
    """Discord would answer 404: the channels in sync have lost the overwrite with it."""
    people.run("add", people.player, "co-gm")
    people.stage.discord.clear_requests()
    people.run("remove", people.player)
    assert people.sees(people.player) == set()
    writes = [
        (one["path"].split("/")[-3], one["status"])
        for one in people.stage.discord.requests
        if one["method"] == "DELETE" and "/permissions/" in one["path"]
    ]
    private = [one["id"] for one in people.record["channels"] if one["gm_only"]]
    assert writes == [(id_, 204) for id_ in (people.record["category"], *private)]


@pytest.mark.parametrize("change", ["add", "remove"])
@pytest.mark.parametrize("where", ["category", "private"])
def test_bits_that_somebody_changes_after_the_plan_stay(people, change, where):
    private = [one["id"] for one in people.record["channels"] if one["gm_only"]]
    id_ = people.record["category"] if where == "category" else private[0]
    channel = people.guild.channels[id_]
    if change == "remove":
        people.run("add", people.player, "co-gm")

    def write(name, _event):
        if name == "change_member":
            given = channel.overwrites.get(people.player, Overwrite(people.player, 1, 0, 0))
            given = Overwrite(people.player, 1, given.allow, permissions.SPEAK)
            channel.overwrites[people.player] = given

    people.stage.lambdas.on_invoke = write
    people.run(change, people.player, "co-gm" if change == "add" else None)
    after = channel.overwrites[people.player]
    sees = permissions.SEE if change == "add" else 0
    assert (after.allow, after.deny) == (sees, permissions.SPEAK)


def test_a_channel_that_somebody_puts_into_the_category_is_no_power(people):
    category = people.guild.channels[people.record["category"]]
    synced = Channel("5", people.guild.id, 0, "guest", 9, created_by="1", parent_id=category.id)
    synced.overwrites = {**category.overwrites}
    people.guild.channels["5"] = synced
    people.run("add", people.other, "co-gm")
    people.run("add", people.player, user_id=people.other)
    assert people.has_role(people.player)


def test_its_whole_name_is_enough_for_whoever_gets_no_choices(people):
    manager = new_member(people.stage, MANAGER)
    options = {"campaign": " curse of strahd", "who": people.player}
    signed = people.stage.discord.build_interaction("campaign add", options, user_id=manager)
    people.deleting.ask(signed, MEMBERS)
    assert people.has_role(people.player)


def test_while_it_runs_the_execution_has_claimed_the_record(people):
    seen = []
    people.stage.lambdas.on_invoke = lambda name, _: (
        seen.append(people.record) if name == "change_member" else None
    )
    people.run("add", people.player)
    [claimed] = seen
    assert records.is_claimed(claimed, people.stage.clock.now())
    assert claimed["status"] == "created"
