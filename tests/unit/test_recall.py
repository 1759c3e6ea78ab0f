"""Recall from a build's history what is known of its campaign and its message."""

import json

import pytest

from channelwright import errors
from channelwright.campaign import recall, waves
from channelwright.discord import edits
from tests.unit.recalled_events import (
    CAMPAIGN,
    FIRST,
    GIVEN,
    LEFT,
    LIMIT,
    ROLE,
    SECOND,
    WAVES,
    WHOLE,
    WITH_ROLE,
    entered,
    exited,
    limited,
    scheduled,
    state,
    succeeded,
)

NOTHING = ({"campaign": None, "made": []}, [])


def task_succeeded(data):
    details = {"resourceType": "lambda", "resource": "x", "output": json.dumps(data)}
    return {"type": "TaskSucceeded", "taskSucceededEventDetails": details}


def made(id_, position=0, **more):
    channel = {"id": id_, "name": "x", "type": "text", "gm_only": False, "position": position}
    return {"ok": True, **channel, "repeated": False, **more}


def not_made(position, error):
    return {"ok": False, "position": position, "failure": {"Error": error, "Cause": ""}}


def tried(*channels):
    given = {"campaign": WHOLE, "rate_limit": None}
    return [
        event
        for channel in channels
        for event in (
            entered("Create Channel", {**given, "channel": channel}),
            scheduled({**given, "channel": channel, "at": {"state": "Create Channel"}}),
        )
    ]


def told(events):
    """Return the outcome of each channel by its position: an id, or an error."""
    recalled = recall.build(events).known
    return {
        one["position"]: one["id"] if one["ok"] else one["failure"]["Error"]
        for one in waves.flat(recalled["made"])
    }


PLANNED = [
    {
        "type": "ExecutionStarted",
        "executionStartedEventDetails": {"input": json.dumps(GIVEN), "roleArn": "arn"},
    },
    entered("Plan Campaign", {**GIVEN, "campaign": None, "waves": []}),
    scheduled(GIVEN),
    succeeded(state(CAMPAIGN)),
    exited("Plan Campaign", state(CAMPAIGN)),
]


def test_before_the_plan_has_ended_nothing_was_made():
    for events in ([], PLANNED[:1], PLANNED[:3]):
        assert recall.build(events)[:2] == NOTHING


def test_a_plan_that_has_ended_is_recalled():
    """The role may be created while the history is read."""
    for events in (PLANNED[:4], PLANNED):
        assert recall.build(events)[:2] == ({"campaign": CAMPAIGN, "made": []}, WAVES)


def test_the_campaign_is_as_the_last_state_knew_it():
    events = [
        *PLANNED,
        entered("Create Role", state(CAMPAIGN)),
        succeeded(ROLE),
        entered("Create Category", state(WITH_ROLE)),
    ]
    assert recall.build(events)[:2] == ({"campaign": WITH_ROLE, "made": []}, WAVES)
    events.append(entered("Create Channels", state(WHOLE), "Map"))
    assert recall.build(events)[0]["campaign"] == WHOLE


def test_one_branch_knows_less_than_the_other():
    """The role is created while the first edit waits."""
    events = [
        entered("Begin Building", state(CAMPAIGN), "Parallel"),
        entered("Create Role", state(CAMPAIGN)),
        exited("Create Role", state(WITH_ROLE)),
        entered("Report Progress at Start", state(CAMPAIGN)),
        scheduled({"says": "progress", "waves": WAVES, "building": {}, "made": []}),
        exited("Report Progress at Start", {"building": {}}),
    ]
    assert recall.build(events)[:2] == ({"campaign": WITH_ROLE, "made": []}, WAVES)


@pytest.mark.parametrize(
    "given",
    [
        entered("Create Channel", {"campaign": CAMPAIGN, "channel": FIRST[0], "rate_limit": None}),
        entered("Delete Created", {"campaign": CAMPAIGN, "thing": {}}),
        scheduled({"campaign": CAMPAIGN, "rate_limit": None, "at": {}}),
        # The event of Complete Campaign's Lambda, in which `made` is a list.
        scheduled({"campaign": CAMPAIGN, "waves": [], "made": [[made("1031")], []]}),
        scheduled({"says": "progress", "waves": [], "building": {"made": []}, "made": []}),
    ],
)
def test_what_an_item_or_a_lambda_was_given_is_not_the_state(given):
    events = [entered("Create Channels", state(WHOLE), "Map"), given]
    recalled, planned, _ = recall.build(events)
    assert (recalled["campaign"], planned) == (WHOLE, WAVES)


def test_every_channel_that_a_lambda_made_is_recalled():
    """Even one whose Map failed, so that the states do not know the channel."""
    events = [
        entered("Create Channels", state(WHOLE), "Map"),
        {"type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 2}},
        {"type": "MapIterationStarted", "mapIterationStartedEventDetails": {"index": 0}},
        *tried(*FIRST),
        succeeded(made("1031")),
        task_succeeded(made("1032", 1)),
        {"type": "MapIterationFailed", "mapIterationFailedEventDetails": {"index": 0}},
        {"type": "MapStateFailed"},
    ]
    assert told(events) == {0: "1031", 1: "1032"}
    [channel, _] = recall.build(events)[0]["made"]
    assert channel == made("1031")


def test_what_the_waves_before_have_become_is_recalled():
    """Even if the history lacks their channels."""
    before = [[], [made("1031"), not_made(1, "NoAnswer")]]
    events = [entered("Create Channels", state(WHOLE, number=1, before=before), "Map")]
    assert told(events) == {0: "1031", 1: "NoAnswer", 2: "NotTold"}
    ended = [entered("Wave Built?", state(WHOLE, made=[made("1031")]), "Choice"), *tried(SECOND[0])]
    assert told(ended) == {0: "1031", 2: "NotTold"}


def test_what_was_tried_is_perhaps_made_until_a_lambda_has_told():
    assert told(tried(*FIRST)) == {0: "NotTold", 1: "NotTold"}
    assert told([*tried(*FIRST), succeeded(made("1031"))]) == {0: "1031", 1: "NotTold"}
    # The state is entered again after a rate limit.
    assert told([*tried(FIRST[0]), succeeded(made("1031")), *tried(FIRST[0])]) == {0: "1031"}


def not_created(channel, error):
    failure = {"Error": error, "Cause": ""}
    return entered(
        "Channel Not Created", {"campaign": WHOLE, "channel": channel, "failure": failure}, "Pass"
    )


def test_what_a_lambda_told_of_its_failure_is_recalled():
    events = [*tried(*FIRST), not_created(FIRST[0], "DiscordRefused")]
    assert told(events) == {0: "DiscordRefused", 1: "NotTold"}


def test_an_attempt_after_a_failure_may_have_made_it():
    """A redriven execution enters the state again."""
    events = [not_created(FIRST[0], "DiscordRefused"), *tried(FIRST[0])]
    assert told(events) == {0: "NotTold"}


def test_what_is_not_told_is_an_unknown_outcome():
    assert "NotTold" not in errors.OUTCOME_KNOWN


def test_without_the_items_of_a_map_that_was_begun_all_is_perhaps_made():
    events = [entered("Create Channels", state(WHOLE), "Map")]
    assert told(events) == {0: "NotTold", 1: "NotTold"}
    assert told([*events, *tried(FIRST[1])]) == {1: "NotTold"}
    # The emulator's history has an item's output, but not its input.
    assert told([*events, succeeded(made("1032", 1))]) == {0: "NotTold", 1: "1032"}


def test_so_it_is_in_a_later_wave_whatever_is_told_of_those_before():
    events = [entered("Create Channels", state(WHOLE), "Map"), *tried(*FIRST)]
    events += [succeeded(made("1031")), succeeded(made("1032", 1))]
    before = [[], [made("1031"), made("1032", 1)]]
    second = state(WHOLE, number=1, before=before, made=before[1])
    events.append(entered("Create Channels", second, "Map"))
    assert told(events) == {0: "1031", 1: "1032", 2: "NotTold"}
    assert told([*events, not_created(SECOND[0], "DiscordRefused")])[2] == "DiscordRefused"
    assert told([*events, succeeded(made("1033", 2))])[2] == "1033"


def test_of_a_wave_that_was_not_begun_nothing_is_perhaps_made():
    """A wave begins after *Report Progress* has handed it out."""
    made_all = [made("1031"), made("1032", 1)]
    events = [entered("Create Channels", state(WHOLE), "Map")]
    events.append(entered("Report Progress", state(WHOLE, made=made_all)))
    assert told(events) == {0: "1031", 1: "1032"}


def test_without_a_category_no_channel_was_begun():
    assert told([entered("Create Category", state(WITH_ROLE))]) == {}


def test_a_channel_that_more_than_one_event_tells_of_is_recalled_once():
    events = [succeeded(made("1031")), exited("Create Channel", made("1031"))]
    assert recall.build(events)[0]["made"] == [made("1031")]


def test_what_is_no_channel_made_is_none():
    events = [
        exited("Channel Not Created", not_made(0, "NoAnswer")),
        succeeded(ROLE),
        succeeded({"id": "1031", "gone": True}),
        succeeded({"ok": "true", "id": "1", "position": 0}),
        succeeded([made("1031")]),
        succeeded(None),
        succeeded(True),
    ]
    assert recall.build(events)[0]["made"] == []


def test_events_without_data_are_passed_over():
    events = [
        {"type": "LambdaFunctionStarted", "id": 1, "previousEventId": 0, "timestamp": object()},
        {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": "E"}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "x", "output": ""}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "x", "output": None}},
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "x", "input": "not"}},
    ]
    assert recall.build(iter(events))[:2] == NOTHING


# ---- The message of a build ----


def message(events):
    return recall.build(events).edits


def progress_ended(known):
    """Return the event of *Report Progress*'s Lambda that hands out the second wave."""
    handed_out = {"number": 1, "wave": SECOND, "made": [[], []], "edits": known}
    return succeeded(handed_out)


def test_before_an_edit_has_ended_the_first_one_is_on_its_way():
    begun = entered("Create Role", state(CAMPAIGN, message=edits.ON_ITS_WAY))
    for events in ([], PLANNED[:3], [begun]):
        assert message(events) == edits.ON_ITS_WAY


def test_before_the_plan_has_ended_the_limit_of_the_starters_edit_is_known():
    starter = {**edits.NONE_YET, "closed_until": LIMIT, "left": 0}
    data = {**GIVEN, "building": {"edits": starter}, "rate_limit": None}
    assert message([entered("Plan Campaign", data)]) == {"closed_until": LIMIT}
    data["building"]["edits"] = edits.NONE_YET
    assert message([entered("Plan Campaign", data)]) == edits.ON_ITS_WAY


def test_the_message_stands_as_the_last_state_knew_it():
    events = [entered("Create Channels", state(WHOLE), "Map")]
    assert message(events) == edits.NONE_YET
    events.append(exited("Report Progress", state(WHOLE, number=1, message=LEFT)))
    assert message(events) == LEFT


def test_an_edit_that_has_ended_is_known_though_its_state_has_not():
    events = [
        entered("Report Progress", state(WHOLE, made=[made("1031"), made("1032", 1)])),
        scheduled({"says": "progress", "waves": WAVES, "building": {}, "made": []}),
        progress_ended(LEFT),
    ]
    assert message(events) == LEFT
    # The wave that the Lambda handed out has not begun.
    assert told(events) == {0: "1031", 1: "1032"}


def test_what_one_branch_told_of_the_message_the_other_does_not_hide():
    """While the first edit is sent, the role's branch still has it on its way."""
    events = [
        entered("Begin Building", state(CAMPAIGN, message=edits.ON_ITS_WAY), "Parallel"),
        progress_ended(LEFT),
        exited("Create Role", state(WITH_ROLE, message=edits.ON_ITS_WAY)),
    ]
    assert message(events) == LEFT


def test_a_progress_that_died_stays_beside_what_was_known():
    died = {**LEFT, "died": {"Error": "States.Timeout", "Cause": ""}}
    events = [progress_ended(LEFT), entered("Go On", state(WHOLE, message=died), "Pass")]
    assert message(events) == died


@pytest.mark.parametrize("title", ["Report Completion", "Report Rejection"])
def test_a_last_word_that_was_limited_closes_the_message(title):
    waits = state(WHOLE, message=LEFT, rate_limit=limited(title))
    assert message([entered("Wait for Discord", waits, "Wait")]) == {**LEFT, "closed_until": LIMIT}


def test_so_it_does_where_nothing_else_is_known_of_the_message():
    waits = state(CAMPAIGN, message=edits.ON_ITS_WAY, rate_limit=limited("Report Completion"))
    assert message([entered("Wait", waits)]) == {**edits.NONE_YET, "closed_until": LIMIT}


@pytest.mark.parametrize(
    "rate_limit",
    [
        None,
        limited("Create Role"),
        limited("Write in Channel"),
        {"Error": "RateLimited", "Cause": "{}"},
    ],
)
def test_any_other_limit_leaves_the_message_open(rate_limit):
    waits = state(WHOLE, message=LEFT, rate_limit=rate_limit)
    assert message([entered("Wait", waits)]) == LEFT
