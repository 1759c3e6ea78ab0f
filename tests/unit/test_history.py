"""What an execution's history says was made; the events are as Step Functions writes them."""

import json

import pytest

from channelwright import history

REQUEST = {"interaction_id": "1000", "campaign_name": "My Campaign", "interaction_token": "x"}
CAMPAIGN = {"interaction_id": "1000", "guild_id": "1", "name": "My Campaign"}
WITH_ROLE = {**CAMPAIGN, "role": {"id": "1010", "name": "My Campaign Members"}}
WHOLE = {**WITH_ROLE, "category": {"id": "1020", "name": "My Campaign"}}
CHANNELS = [
    {"name": name, "type": "text", "position": n}
    for n, name in enumerate(("general", "dice-rolls"))
]
WAVES = [{"channels": CHANNELS, "done": 2, "total": 2, "last": True}]


def state(campaign):
    return {"status": "accepted", "campaign": campaign, "waves": WAVES, "total": 2}


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


def made(id_, name="general", position=0, **more):
    return {
        "ok": True,
        "id": id_,
        "name": name,
        "type": "text",
        "gm_only": False,
        "position": position,
        **more,
    }


def tried(*channels):
    return [
        entered("Create Channel", {"campaign": WHOLE, "channel": channel}) for channel in channels
    ]


NOTHING = {
    "campaign": None,
    "channels": [],
    "perhaps_made": [],
    "perhaps_more": True,
    "recorded": [],
}
STARTED = {
    "type": "ExecutionStarted",
    "executionStartedEventDetails": {"input": json.dumps(REQUEST), "roleArn": "arn"},
}
PLANNED = [
    STARTED,
    entered("Plan Campaign", REQUEST),
    scheduled(REQUEST),
    succeeded(state(CAMPAIGN)),
    exited("Plan Campaign", state(CAMPAIGN)),
]


def test_before_the_plan_has_ended_nothing_was_made():
    for events in ([], PLANNED[:1], PLANNED[:3], PLANNED):
        assert history.recall(events) == NOTHING


def test_the_campaign_is_as_the_last_state_knew_it():
    events = [
        *PLANNED,
        entered("Create Role", state(CAMPAIGN)),
        succeeded({"id": "1010", "name": "My Campaign Members"}),
        entered("Create Category", state(WITH_ROLE)),
    ]
    recalled = history.recall(events)
    role = {"kind": "role", "id": "1010", "name": "My Campaign Members"}
    assert recalled == {**NOTHING, "campaign": WITH_ROLE, "recorded": [role]}
    assert history.recall([*events, entered("Assign Role", state(WHOLE))])["campaign"] == WHOLE


def test_one_branch_knows_less_than_the_other():
    """The category is made while the role's assignment waits; channels are not begun yet."""
    branch = {"waves": WAVES, "rate_limit": None}
    events = [
        entered("Create Category and Assign Role", state(WITH_ROLE), "Parallel"),
        entered("Create Category", branch | {"campaign": WITH_ROLE}),
        entered("Assign Role", branch | {"campaign": WITH_ROLE}),
        exited("Create Category", branch | {"campaign": WHOLE}),
        entered("Wait to Assign Role", branch | {"campaign": WITH_ROLE}, "Wait"),
    ]
    recalled = history.recall(events)
    assert recalled["campaign"] == WHOLE
    assert [one["id"] for one in recalled["recorded"]] == ["1020", "1010"]
    assert recalled["perhaps_made"] == []
    both = entered("Build Waves", {"waves": WAVES, "campaign": WHOLE, "assigned": True}, "Map")
    assert history.recall([*events, both])["perhaps_made"] == CHANNELS
    failed = {"waves": WAVES, "campaign": WITH_ROLE, "assigned": True, "not_created": {}}
    assert history.recall([entered("Ready for Channels?", failed)])["perhaps_made"] == []


def test_what_an_item_was_given_is_not_the_state():
    """Its campaign may be of before; above all it has no waves."""
    events = [
        entered("Build Waves", state(WHOLE), "Map"),
        entered("Create Channels", {"campaign": CAMPAIGN, "wave": WAVES[0]}, "Map"),
        entered("Create Channel", {"campaign": CAMPAIGN, "channel": CHANNELS[0]}),
        entered("Delete Created", {"campaign": CAMPAIGN, "thing": {}}),
        entered("Recall Created", {"waves": []}),
    ]
    assert history.recall(events)["campaign"] == WHOLE


def test_every_channel_that_a_lambda_made_is_recalled():
    """Also one whose Map failed, so that the states know it no more."""
    events = [
        entered("Build Waves", state(WHOLE), "Map"),
        {"type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 1}},
        {"type": "MapIterationStarted", "mapIterationStartedEventDetails": {"index": 0}},
        succeeded(made("1031")),
        task_succeeded(made("1032", "dice-rolls")),
        {"type": "MapIterationFailed", "mapIterationFailedEventDetails": {"index": 0}},
        {"type": "MapStateFailed"},
    ]
    channels = history.recall(events)["channels"]
    assert [(channel["id"], channel["name"]) for channel in channels] == [
        ("1031", "general"),
        ("1032", "dice-rolls"),
    ]


def test_what_was_tried_is_perhaps_made_until_one_attempt_has_made_it():
    assert history.recall(tried(*CHANNELS))["perhaps_made"] == CHANNELS
    at_once = succeeded(made("1031", repeated=False))
    assert history.recall([*tried(*CHANNELS), at_once])["perhaps_made"] == CHANNELS[1:]
    after_others = succeeded(made("1031", repeated=True))
    assert history.recall([*tried(*CHANNELS), after_others])["perhaps_made"] == CHANNELS


def not_created(channel, error):
    data = {"campaign": WHOLE, "channel": channel, "failure": {"Error": error, "Cause": ""}}
    return entered("Channel Not Created", data, "Pass")


@pytest.mark.parametrize(
    ("error", "perhaps"),
    [
        ("DiscordRefused", False),
        ("RateLimitTooLong", False),
        ("DeadlineExceeded", False),
        ("EarlierOutcomeUnknown", True),
        ("NoAnswer", True),
        ("Sandbox.Timedout", True),
    ],
)
def test_what_was_refused_was_not_made(error, perhaps):
    events = [*tried(*CHANNELS), not_created(CHANNELS[0], error)]
    wanted = CHANNELS if perhaps else CHANNELS[1:]
    assert history.recall(events)["perhaps_made"] == wanted
    one = [entered("Build Waves", {**state(WHOLE), "assigned": {}}, "Map"), *events[:1], events[-1]]
    assert history.recall(one)["perhaps_made"] == CHANNELS[: int(perhaps)]
    failed = state(CAMPAIGN) | {"failure": {"Error": error, "Cause": ""}}
    assert history.recall([entered("Begin Rollback", failed)])["perhaps_more"] is perhaps


def test_without_the_items_of_a_map_that_was_begun_all_is_perhaps_made():
    events = [entered("Build Waves", {**state(WHOLE), "assigned": {}}, "Map")]
    assert history.recall(events)["perhaps_made"] == CHANNELS
    assert history.recall(tried(CHANNELS[1]) + events)["perhaps_made"] == CHANNELS[1:]
    before = [entered("Assign Role", state(WHOLE))]
    assert history.recall(before)["perhaps_made"] == []


def test_what_was_not_tried_cannot_have_been_made():
    events = [entered("Build Waves", state(WHOLE), "Map"), *tried(CHANNELS[1])]
    assert history.recall(events)["perhaps_made"] == CHANNELS[1:]


def test_a_channel_that_more_than_one_event_tells_of_has_one_id():
    events = [succeeded(made("1031")), exited("Create Channel", made("1031"))]
    channels = history.recall(events)["channels"]
    assert {channel["id"] for channel in channels} == {"1031"}


def test_what_is_no_channel_made_is_none():
    events = [
        exited("Channel Not Created", {"ok": False, "name": "general", "failure": {}}),
        succeeded({"id": "1010", "name": "My Campaign Members"}),
        succeeded({"id": "1031", "gone": True}),
        succeeded({"ok": "true", "id": "1", "name": "x"}),
        succeeded([made("1031")]),
        succeeded(None),
        succeeded(True),
        exited("Wave Built?", {"campaign": WHOLE, "made": {"channels": [made("1031")]}}),
    ]
    assert history.recall(events)["channels"] == []


def test_events_without_data_are_passed_over():
    events = [
        {"type": "LambdaFunctionStarted", "id": 1, "previousEventId": 0, "timestamp": object()},
        {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": "E"}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "x", "output": ""}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "x", "output": None}},
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "x", "input": "not"}},
    ]
    assert history.recall(iter(events)) == NOTHING


# ---- Without a history ----


def test_a_state_knows_its_campaign_and_the_channels_of_a_map_that_ended():
    whole = state(WHOLE) | {"assigned": {}, "channels": [[made("1031", repeated=False)], []]}
    known = history.without(whole)
    assert known["campaign"] == WHOLE
    assert [one["id"] for one in known["recorded"]] == ["1031", "1020", "1010"]
    assert known["perhaps_made"] == CHANNELS[1:]


def test_of_a_map_that_failed_a_state_knows_nothing():
    known = history.without(state(WHOLE) | {"assigned": {}})
    assert [one["id"] for one in known["recorded"]] == ["1020", "1010"]
    assert known["perhaps_made"] == CHANNELS


@pytest.mark.parametrize(("error", "perhaps"), [("DiscordRefused", False), ("NoAnswer", True)])
def test_before_the_channels_only_what_failed_is_perhaps_made(error, perhaps):
    known = history.without(state(WITH_ROLE) | {"failure": {"Error": error, "Cause": ""}})
    assert (known["perhaps_made"], known["perhaps_more"]) == ([], perhaps)
