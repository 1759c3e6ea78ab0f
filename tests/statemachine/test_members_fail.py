"""Changes of members: what fails, what is limited, what is stopped, and who else is at work."""

import pytest

from channelwright.pace import table
from channelwright.records import record as records
from tests.statemachine import operators
from tests.statemachine.company import WithoutRecords
from tests.statemachine.members import assert_released, people_of

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
    assert f"❌ <@{people.player}>: Discord refused to give the campaign's role" in people.said
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


def test_while_it_runs_the_execution_has_claimed_the_record(people):
    seen = []
    people.stage.lambdas.on_invoke = lambda name, _: (
        seen.append(people.record) if name == "change_member" else None
    )
    people.run("add", people.player)
    [claimed] = seen
    assert records.is_claimed(claimed, people.stage.clock.now())
    assert claimed["status"] == "created"
