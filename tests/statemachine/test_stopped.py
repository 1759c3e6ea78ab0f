"""An operator stops an execution at any point: everything that it created is removed."""

import pytest

import record_outcome
from channelwright.aws.executions import AGAIN_SUFFIX, RECORD_SUFFIX, REMOVAL_SUFFIX
from channelwright.campaign import layout
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from channelwright.pace import table
from channelwright.records import store
from local.simulator.guild import Channel
from tests.statemachine import operators
from tests.statemachine.company import WithoutRecords
from tests.statemachine.histories import Histories
from tests.statemachine.operators import (
    FORBIDDEN,
    STOPPED,
    Operator,
    assert_removed,
    limit_deletions,
    refuse_a_channel,
)

LAYOUT = [channel["name"] for channel in layout.load()]
FIRST_WAVE, LAST_WAVE = LAYOUT[0], LAYOUT[8]


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    return Operator(stage)


BUILDS = [
    ("plan_campaign", {}),
    ("create_role", {}),
    ("report", {"says": "progress"}),
    ("create_category", {}),
    ("create_channel", {"channel": FIRST_WAVE}),
    ("create_channel", {"channel": LAST_WAVE}),
    ("complete_campaign", {}),
    ("report", {"says": "summary"}),
]
REMOVALS = [
    ("report", {"says": "removal"}),
    ("find_created", {}),
    ("delete_created", {}),
    ("report", {"says": "failure"}),
]


@pytest.mark.parametrize(("function", "where"), BUILDS)
def test_what_a_build_made_that_was_stopped_is_removed(stage, operator, function, where):
    operator.stop_at(function, **where)
    assert operator.run().status == "ABORTED"
    assert_removed(stage, operator.remove())
    assert stage.in_channel == []
    assert operator.executions == ["", REMOVAL_SUFFIX]


def test_what_is_undone_is_not_recorded_afterwards(stage, operator):
    """The build had started what tries to record it for a day."""
    table._client = WithoutRecords(table.dynamodb(), "put_item", times=8)
    operator.stop_at("report", says="summary")
    assert operator.run().status == "ABORTED"
    assert_removed(stage, operator.remove())
    assert stage.interpreter.finish(operator.arn(RECORD_SUFFIX)).status == "ABORTED"
    assert store.of_guild(stage.discord.guild().id) == []
    record_outcome.handler(operator.told(RECORD_SUFFIX), None)
    assert operator.metric(RECORD_SUFFIX) is None


def test_while_the_last_word_waits_for_discord_the_removal_edits_nothing(stage, operator):
    """The removal still deletes everything."""
    wait = {"message": "You are being rate limited.", "retry_after": 300.0, "global": False}
    stage.discord.faults.add(
        method="PATCH", body_contains="Campaign Created", status=429, body=wait
    )

    def stop_soon(name, event):
        if name == "report" and event["says"] == "summary":
            operator.stop_soon(10, "")

    stage.lambdas.on_invoke = stop_soon
    run = operator.run()
    assert (run.status, run.states[-1]) == ("ABORTED", "Wait for Discord")
    [limited] = [call["at"] for call in stage.discord.requests if call["status"] == 429]
    said = len(stage.messages)
    assert_removed(stage, operator.remove())
    calls = [call for call in stage.discord.requests if call["at"] > limited]
    assert min(call["at"] for call in calls if call["method"] == "DELETE") < limited + 20
    assert min(call["at"] for call in calls if call["method"] == "PATCH") >= limited + 300
    assert "Undoing" not in "".join(stage.messages[said:])


@pytest.mark.parametrize(("function", "where"), REMOVALS)
def test_a_removal_that_was_stopped_is_done_by_a_second_one(stage, operator, function, where):
    """The message has the reason of the failure, which was not the stop."""
    refuse_a_channel(stage)
    operator.stop_at(function, **where)
    assert operator.run().removal.status == "ABORTED"
    assert_removed(stage, operator.remove_again(), "refused to create the channel **dice-rolls**")
    assert stage.in_channel == []
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]


@pytest.mark.parametrize(
    ("function", "channel"),
    [("create_role", None), ("create_category", None), ("create_channel", LAST_WAVE)],
)
def test_what_a_lambda_makes_after_a_first_look_is_found(stage, operator, function, channel):
    """The Lambda may work for as long as a Lambda lives; the second look comes later."""
    looks = []

    def on_look(name, _event):
        if name == "find_created":
            looks.append(stage.clock.now())
            if len(looks) == 2:
                operator.go_on()

    operator.stop_at(function, channel, late=True)
    assert operator.run().status == "ABORTED"
    stage.lambdas.on_invoke = on_look
    assert_removed(stage, operator.remove())
    assert looks[1] - looks[0] >= UNKNOWN_OUTCOME_SECONDS
    names = {"create_role": "My Campaign Members", "create_category": "My Campaign"}
    deleted = [e["thing"]["name"] for name, e in stage.lambdas.calls if name == "delete_created"]
    assert (channel or names[function]) in deleted


def test_a_stop_before_anything_was_made_asks_discord_for_nothing(stage, operator):
    operator.stop_at("plan_campaign")
    operator.run()
    stage.discord.clear_requests()
    assert_removed(stage, operator.remove())
    assert [call["method"] for call in stage.discord.requests].count("GET") == 0
    assert "Undoing" not in "".join(stage.messages)


def test_a_campaign_that_was_stopped_long_ago_is_told_of_in_the_channel(stage, operator):
    """By then, the deferred message cannot be edited any more."""
    operator.stop_at("create_channel", LAST_WAVE)
    operator.run()
    said = list(stage.messages)
    stage.clock.sleep(15 * 60)
    run = operator.remove()
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert stage.messages == said
    assert stage.in_channel == [
        f"<@{stage.discord.info['owner_id']}>\n"
        f"❌ **Could not create campaign: My Campaign**\n{STOPPED}\n\nNothing was left behind."
    ]


def test_a_removal_that_begins_late_is_as_patient_as_any(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    stage.clock.sleep(26 * 60)
    limit_deletions(stage)
    run = operator.remove()
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()


def test_a_second_removal_that_begins_late_is_as_patient_as_any(stage, operator):
    refuse_a_channel(stage)
    operator.stop_at("find_created")
    operator.run()
    stage.clock.sleep(26 * 60)
    limit_deletions(stage)
    assert operator.remove_again().status == "SUCCEEDED"
    stage.assert_nothing_left()


def test_of_two_campaigns_at_once_each_is_taken_for_its_own(stage, operator):
    assert stage.run("Another Campaign").status == "SUCCEEDED"
    with_another = stage.standing()
    operator.stop_at("complete_campaign")
    assert operator.run().status == "ABORTED"
    assert operator.remove().status == "SUCCEEDED"
    assert stage.standing() == with_another


@pytest.mark.parametrize("page", [5, 100])
def test_what_the_history_recorded_is_found_wherever_it_was_moved(
    stage, operator, monkeypatch, page
):
    """The channel has lost its marks, and no state knows the channels of a stopped Map."""
    operator.stop_at("create_channel", LAST_WAVE)
    operator.run()
    histories = Histories(stage.interpreter.history, page)
    client = operators.start_removal._step_functions
    monkeypatch.setattr(client, "get_paginator", histories.get_paginator)
    guild = stage.discord.guild()
    general = guild.channels[stage.discord.info["channel_id"]]
    for channel in guild.channels.values():
        if channel.parent_id and channel.name == FIRST_WAVE and channel is not general:
            channel.name, channel.parent_id = "moved", general.parent_id
    next(c for c in guild.channels.values() if c.name == "My Campaign").name = "Renamed"
    next(r for r in guild.roles.values() if r.name == "My Campaign Members").color = 0
    assert {"moved", "Renamed"} <= stage.standing()[1]
    assert_removed(stage, operator.remove())


def test_what_others_put_in_is_left_alone_and_named(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    guild = stage.discord.guild()
    category = next(c for c in guild.channels.values() if c.name == "My Campaign")
    theirs = str(2**63)
    guild.channels[theirs] = Channel(
        theirs, guild.id, 0, "house-rules", 9, created_by="1", parent_id=category.id
    )
    run = operator.remove()
    assert run.status == "SUCCEEDED", run.cause
    roles, channels = stage.standing()
    assert (roles, channels - stage.before[1]) == (stage.before[0], {"house-rules"})
    assert stage.messages[-1].endswith(
        "Not deleted, because it does not seem to be the bot's own:\n"
        f"- the channel <#{theirs}> (**house-rules**)\n"
        "Nothing else was left behind."
    )


@pytest.mark.parametrize(
    ("function", "channel", "path"),
    [
        ("create_channel", LAST_WAVE, "/channels/"),
        ("create_category", None, "/channels/"),
        ("create_role", None, "/roles/"),
        ("complete_campaign", None, "/roles/"),
    ],
)
def test_what_cannot_be_deleted_is_named_though_no_state_recorded_it(
    stage, operator, function, channel, path
):
    operator.stop_at(function, channel)
    operator.run()
    name = channel or {"create_category": "My Campaign"}.get(function, "My Campaign Members")
    things = [*stage.discord.guild().roles.values(), *stage.discord.guild().channels.values()]
    [stuck] = [thing.id for thing in things if thing.name == name]
    stage.discord.faults.add(
        method="DELETE", path=f"{path}{stuck}$", status=403, body=FORBIDDEN, times=None
    )
    run = operator.remove()
    standing = stage.standing()[0] | stage.standing()[1]
    assert standing - stage.before[0] - stage.before[1] == {name}
    assert STOPPED in stage.messages[-1]
    assert f"(**{name}**)" in stage.messages[-1]
    assert stage.messages[-1].endswith("Please delete this by hand.")
    assert run.error == "CampaignNotUndone"
    assert name in run.cause
