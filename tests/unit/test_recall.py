"""The history of an execution, recalled; the events have Step Functions' form."""

import json

import pytest

from channelwright import errors
from channelwright.campaign import recall, removal, waves
from channelwright.discord import edits

REQUEST = {"interaction_id": "1000", "campaign_name": "My Campaign"}
CAMPAIGN = {"interaction_id": "1000", "guild_id": "1", "name": "My Campaign"}
ROLE = {"id": "1010", "name": "My Campaign Members", "repeated": False}
WITH_ROLE = {**CAMPAIGN, "role": ROLE}
WHOLE = {**WITH_ROLE, "category": {"id": "1020", "name": "My Campaign", "repeated": False}}
WAVES = [
    [{"name": name, "type": "text", "position": n} for n, name in one]
    for one in (enumerate(("general", "dice-rolls")), [(2, "rules")])
]
FIRST, SECOND = WAVES
GIVEN = {"request": REQUEST, "reply": {"interaction_token": "x"}, "turn": {}}
NOTHING = ({"campaign": None, "made": []}, [])
LEFT = {**edits.NONE_YET, "shown": 2, "left": 3, "full_at": 1_700_000_005.0}
UNTIL, LIMIT = "2023-11-14T22:13:20Z", 1_700_000_000.0


def state(campaign, *, number=0, before=(), made=(), message=edits.NONE_YET, **more):
    """Return the data that the states pass on during the wave `number`."""
    building = {"number": number, "wave": WAVES[number], "made": list(before), "edits": message}
    plan = {"campaign": campaign, "waves": WAVES, "last": 1, "building": building}
    return {**GIVEN, **plan, "made": {"channels": list(made)}, "rate_limit": None, **more}


def entered(name, data, type_="Task"):
    details = {"name": name, "input": json.dumps(data), "inputDetails": {"truncated": False}}
    return {"type": f"{type_}StateEntered", "id": 7, "stateEnteredEventDetails": details}


def exited(name, data):
    details = {"name": name, "output": json.dumps(data), "outputDetails": {"truncated": False}}
    return {"type": "TaskStateExited", "id": 8, "stateExitedEventDetails": details}


def scheduled(data):
    details = {"resource": "arn:aws:lambda:::function:x", "input": json.dumps(data)}
    return {"type": "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails": details}


def succeeded(data):
    details = {"output": json.dumps(data), "outputDetails": {"truncated": False}}
    return {"type": "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails": details}


def task_succeeded(data):
    details = {"resourceType": "lambda", "resource": "x", "output": json.dumps(data)}
    return {"type": "TaskSucceeded", "taskSucceededEventDetails": details}


def limited(title):
    """Return what *Read Rate Limit* passes on for the state `title` that has to wait."""
    return {"error": "RateLimited", "until": UNTIL, "state": title}


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


# ---- How far a removal came ----

DELETED = {"id": "1031", "gone": True, "deleted": True}
WAITS = {"id": "1032", "gone": False, "limited_until": LIMIT}
REFUSED = {"id": "1033", "gone": False, "failure": {"Error": "DiscordRefused", "Cause": ""}}
DELETING = {**removal.NOT_LOOKED, "next": "delete", "gone": [], "to_delete": [{"id": "1031"}]}
INPUT = {
    "request": REQUEST,
    "reply": GIVEN["reply"],
    "failure": {"Error": "ABORTED"},
    "known": {"campaign": WHOLE, "made": []},
    "waves": WAVES,
    "edits": LEFT,
    "until": 0,
    "removal": removal.NOT_LOOKED,
    "rate_limit": None,
}
BEGUN = [
    {
        "type": "ExecutionStarted",
        "executionStartedEventDetails": {"input": json.dumps(INPUT), "roleArn": "arn"},
    }
]
DELETES = [*BEGUN, entered("Delete All Created", {**INPUT, "removal": DELETING}, "Map")]


def deletions(events):
    return recall.removal(events).removal["deletions"]


def given_to_lambda(title):
    """Return the event of a Lambda that the removal calls: less than a state's data."""
    given = {"at": {"state": title}, "known": {}, "removal": {"next": "look", "deletions": []}}
    if title.startswith("Report "):
        given |= {"request": REQUEST, "reply": GIVEN["reply"], "edits": edits.NONE_YET}
    if title == "Report Failure":
        given |= {"failure": {}, "rate_limit": None, "until": 0}
    if title == "Find Created":
        given |= {"blind": False, "waves": WAVES, "failure": {}, "until": 0}
    return scheduled(given)


def test_of_a_removal_without_events_nothing_is_known():
    assert recall.removal([]) == (None, edits.ON_ITS_WAY, 0)


def test_before_its_first_step_a_removal_stands_as_it_was_given():
    assert recall.removal(BEGUN) == (removal.NOT_LOOKED, LEFT, 0)


def test_a_removal_stands_as_its_last_state_knew_it():
    assert recall.removal(DELETES) == (DELETING, LEFT, 0)
    spent = {**LEFT, "left": 2}
    ended = {**INPUT, "removal": {**DELETING, "deletions": [DELETED]}, "edits": spent}
    events = [*DELETES, exited("Report Removal", ended)]
    assert recall.removal(iter(events)) == (ended["removal"], spent, 0)


def test_deletions_that_had_ended_are_recalled_though_their_map_had_not():
    """They may have ended deleted, limited or refused."""
    events = [*DELETES, succeeded(DELETED), succeeded(WAITS), exited("Not Deleted", REFUSED)]
    assert deletions(events) == [DELETED, WAITS, REFUSED]
    assert recall.removal(events)[1:] == (LEFT, 0)


def test_a_deletion_that_more_than_one_event_tells_of_is_recalled_once():
    events = [*DELETES, succeeded(DELETED), exited("Delete Created", DELETED), succeeded(WAITS)]
    assert deletions(events) == [DELETED, WAITS]
    # Of two outcomes, the last one counts.
    late = {**WAITS, "gone": True, "deleted": True}
    assert deletions([*events, succeeded(late)]) == [DELETED, late]


def test_what_a_map_has_told_of_its_deletions_is_not_told_twice():
    told_ = {**DELETING, "deletions": [DELETED, WAITS]}
    events = [*DELETES, succeeded(DELETED), succeeded(WAITS)]
    events.append(exited("Delete All Created", {**INPUT, "removal": told_}))
    assert deletions(events) == [DELETED, WAITS]


@pytest.mark.parametrize("before", [[], [DELETED]], ids=["first", "later"])
def test_a_look_that_has_ended_is_no_deletion(before):
    """A look's output has `gone`, too. Its state had not ended, so the look is repeated."""
    looks = {**DELETING, "deletions": before}
    events = [*BEGUN, entered("Find Created", {**INPUT, "removal": looks})]
    events.append(succeeded({**DELETING, "next": "finished", "gone": ["1031"]}))
    assert recall.removal(events).removal == looks


@pytest.mark.parametrize("title", ["Report Removal", "Report Failure", "Find Created"])
def test_what_a_lambda_of_the_removal_was_given_is_not_the_state(title):
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Find Created")}
    events = [entered(title, waits), given_to_lambda(title)]
    assert recall.removal(events) == (DELETING, LEFT, LIMIT)


def test_until_when_a_look_was_limited_is_recalled():
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Find Created")}
    events = [*DELETES, entered("Wait for Discord", waits, "Wait")]
    assert recall.removal(events) == (DELETING, LEFT, LIMIT)


def test_of_a_removals_last_word_the_message_is_closed_until_then():
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Report Failure")}
    events = [*DELETES, entered("Wait for Discord", waits, "Wait")]
    assert recall.removal(events) == (DELETING, {**LEFT, "closed_until": LIMIT}, LIMIT)


def test_a_limit_that_no_state_has_read_is_none():
    unread = {**INPUT, "rate_limit": {"Error": "RateLimited", "Cause": "{}"}}
    assert recall.removal([entered("Read Rate Limit", unread, "Pass")]).limited_until == 0


def test_events_without_data_say_nothing_of_a_removal():
    events = [
        {"type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "x", "input": ""}},
        {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": "E"}},
        {"type": "MapIterationAborted", "mapIterationAbortedEventDetails": {"index": 0}},
    ]
    assert recall.removal([*DELETES, *events]) == recall.removal(DELETES)
