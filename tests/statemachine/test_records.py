"""A campaign's record from its plan to its end, and the executions that may work on it."""

import os

import pytest

from channelwright.aws.executions import RECORD_SUFFIX, REMOVAL_SUFFIX
from channelwright.pace import table
from channelwright.records import record, store
from local.simulator.guild import CATEGORY, Channel
from tests.statemachine.company import WithoutRecords


def records(stage):
    return store.of_guild(stage.discord.guild().id)


def refuse_a_channel(stage):
    stage.discord.faults.add(
        method="POST",
        path="/channels$",
        body_contains='"general"',
        status=403,
        body={"message": "Missing Permissions", "code": 50013},
        times=99,
    )


@pytest.fixture
def failing(stage):
    def fail(*methods, times=10_000):
        table._client = WithoutRecords(table.dynamodb(), *methods, times=times)

    return fail


# ---- What is known ----


def test_of_a_campaign_is_known_what_stands_and_whose_it_is(stage):
    request = stage.request("Curse of Strahd")
    run = stage.interpreter.run(request)
    [known] = records(stage)
    assert (known["name"], known["status"]) == ("Curse of Strahd", "created")
    assert known["campaign_id"] == stage.asked
    assert known["game_master"] == request["user_id"]
    assert known["role"] == run.output["role_id"]
    guild = stage.discord.guild()
    in_category = {id_ for id_, one in guild.channels.items() if one.parent_id == known["category"]}
    assert {channel["id"] for channel in known["channels"]} == in_category
    assert len(known["channels"]) == 10
    assert any(channel["gm_only"] for channel in known["channels"])
    assert not record.is_claimed(known, stage.clock.now())


def test_no_record_holds_a_token_or_a_message(stage):
    request = stage.request()
    stage.interpreter.run(request)
    assert request["interaction_token"] not in str(records(stage))


def test_while_it_is_created_its_execution_has_claimed_it(stage):
    seen = []
    stage.lambdas.on_invoke = lambda name, _event: (
        seen.extend(records(stage)) if name == "create_category" else None
    )
    stage.run()
    [claimed] = seen
    assert claimed["status"] == "creating"
    assert claimed["claimed_by"].endswith(f":{stage.asked}")
    assert record.is_claimed(claimed, stage.clock.now())


def test_a_claim_ends_with_its_machines_time(stage):
    claimed = record.begun(
        {
            "interaction_id": "1",
            "guild_id": "2",
            "user_id": "3",
            "name": "A",
            "bot_user_id": "4",
            "in_company": False,
        },
        "arn",
        stage.clock.now(),
    )
    assert record.is_claimed(claimed, stage.clock.now() + 2400)
    assert not record.is_claimed(claimed, stage.clock.now() + record.CLAIM_SECONDS + 1)


@pytest.mark.parametrize("kind", ["rejected", "removed"])
def test_of_what_does_not_stand_nothing_is_known(stage, kind):
    if kind == "removed":
        refuse_a_channel(stage)
    else:
        stage.discord.guild().channels["5"] = Channel(
            "5", "5", CATEGORY, "My Campaign", 9, created_by="1"
        )
    run = stage.run()
    assert run.status == ("FAILED" if kind == "removed" else "SUCCEEDED")
    assert records(stage) == []


def test_of_what_may_be_left_the_record_stays(stage):
    refuse_a_channel(stage)
    stage.discord.faults.add(
        method="DELETE", status=403, body={"message": "No", "code": 50013}, times=99
    )
    run = stage.run()
    assert run.removal.error == "CampaignNotUndone"
    [known] = records(stage)
    assert (known["status"], "claimed_by" in known) == ("left", False)
    assert known["campaign_id"] == stage.asked


# ---- Two at once ----


def at(stage, function, do):
    """Let something happen once, just before a function is called."""
    left = [do]

    def invoke(name, _event):
        if name == function and left:
            left.pop()()

    stage.lambdas.on_invoke = invoke


def test_whoever_asks_for_the_same_name_meanwhile_hears_that_it_is_being_created(stage):
    first, second = stage.request("Strahd"), stage.request("STRAHD")
    runs = []
    at(stage, "create_role", lambda: runs.append(stage.interpreter.run(second)))
    assert stage.interpreter.run(first).output["status"] == "created"
    assert runs[0].output["status"] == "rejected"
    assert "**STRAHD** is being created just now. Try again in a minute." in stage.messages[-1]
    assert [one["campaign_id"] for one in records(stage)] == [first["interaction_id"]]


def test_or_that_it_is_being_removed(stage):
    refuse_a_channel(stage)
    first, second = stage.request("Strahd"), stage.request("Strahd")
    runs = []
    at(stage, "find_created", lambda: runs.append(stage.interpreter.run(second)))
    stage.interpreter.run(first)
    assert runs[0].output["status"] == "rejected"
    assert "**Strahd** is being removed just now. Try again in a minute." in stage.messages[-1]


def test_another_name_is_free_meanwhile(stage):
    first, second = stage.request("Strahd"), stage.request("Phandelver")
    runs = []
    at(stage, "create_role", lambda: runs.append(stage.interpreter.run(second)))
    stage.interpreter.run(first)
    assert runs[0].output["status"] == "created"
    assert len(records(stage)) == 2


def test_a_claim_whose_execution_has_ended_holds_nobody_up(stage, failing):
    """Whatever an execution leaves behind, such as a record that was not released."""
    refuse_a_channel(stage)
    failing("delete_item")
    assert stage.run("Strahd").removal.status == "SUCCEEDED"
    [known] = records(stage)
    assert known["status"] == "removing"
    assert known["claimed_by"].endswith(REMOVAL_SUFFIX)
    assert record.is_claimed(known, stage.clock.now())
    stage.discord.faults.clear()
    assert stage.run("Strahd").output["status"] == "created"


def test_a_removal_that_could_not_claim_the_record_forgets_it_all_the_same(stage):
    """Or it would say for a day that the campaign is being created."""
    refuse_a_channel(stage)
    client = table.dynamodb()

    def fail_for_a_moment(name, _event):
        if name == "create_channel":
            table._client = WithoutRecords(client, "update_item", times=3)

    stage.lambdas.on_invoke = fail_for_a_moment
    run = stage.run("Strahd")
    table._client = client
    assert run.removal.status == "SUCCEEDED"
    assert records(stage) == []


def test_a_plan_that_died_after_its_claim_claims_it_again(stage):
    stage.lambdas.deaths["plan_campaign"] = [("after", "Runtime.ExitError")]
    assert stage.run().output["status"] == "created"
    assert len(records(stage)) == 1


def test_a_plan_that_died_after_its_claim_and_rejects_then_leaves_what_expires(stage):
    stage.lambdas.deaths["plan_campaign"] = [("after", "Runtime.ExitError")]
    request = stage.request()
    guild = stage.discord.guild()
    member = guild.members[request["user_id"]]

    def leave(name, _event):
        if name == "plan_campaign" and records(stage):
            guild.members.pop(request["user_id"], None)

    stage.lambdas.on_invoke = leave
    assert stage.interpreter.run(request).output["status"] == "rejected"
    [known] = records(stage)
    assert known["expires"] == pytest.approx(stage.clock.now() + 24 * 3600, abs=60)
    guild.members[request["user_id"]] = member
    stage.lambdas.on_invoke = lambda _name, _event: None
    assert stage.run().output["status"] == "created"
    assert ["expires" in one for one in records(stage)] == [True, False]


# ---- A table that fails ----


def later(stage):
    return stage.interpreter.finish(stage.interpreter.execution_arn(stage.asked + RECORD_SUFFIX))


@pytest.mark.parametrize("methods", [("query", "put_item"), ("query",)])
def test_without_the_table_the_campaign_is_created_all_the_same(stage, failing, methods):
    failing(*methods, times=9)
    run = stage.run()
    assert run.output["status"] == "created"
    assert "Campaign Created" in stage.messages[-1]


def test_a_record_that_fails_is_retried_by_an_execution_of_its_own(stage, failing):
    failing("put_item", times=8)
    run = stage.run()
    recorded = ["Record Campaign", "Record Later", "Announce Campaign", "Report Completion"]
    assert run.states[-4:] == recorded
    assert later(stage).status == "SUCCEEDED"
    [known] = records(stage)
    assert (known["status"], known["campaign_id"]) == ("created", stage.asked)


def test_after_a_day_the_operator_hears_of_it(stage, failing, play, lines):
    failing("put_item")
    play()
    began = stage.clock.now()
    run = later(stage)
    assert (run.status, run.error) == ("FAILED", "CampaignNotRecorded")
    assert 22 * 3600 < stage.clock.now() - began < 27 * 3600
    assert records(stage) == []


def test_what_another_execution_has_claimed_is_not_recorded(stage):
    def take():
        store_key = {"guild_id": {"S": stage.discord.guild().id}}
        table.dynamodb().update_item(
            TableName=os.environ["CAMPAIGNS_TABLE"],
            Key=store_key | {"campaign_id": {"S": stage.asked}},
            UpdateExpression="SET claimed_by = :other",
            ExpressionAttributeValues={":other": {"S": "another"}},
        )

    at(stage, "complete_campaign", take)
    run = stage.run()
    assert run.output["status"] == "created"
    assert later(stage).states == ["Record Campaign", "Campaign Recorded"]
    [known] = records(stage)
    assert (known["status"], known["claimed_by"]) == ("creating", "another")
