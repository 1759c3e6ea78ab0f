"""The states' retries, their waits, their timeouts and their catches."""

import itertools
import math

import pytest

from channelwright import errors
from channelwright.campaign import deadlines, steps
from channelwright.discord import edits
from tests.contract.machines import (
    ADD,
    ARCHIVE,
    CREATES,
    DELETE,
    DELIVER,
    FUNCTIONS,
    MACHINES,
    MEMBERS,
    PROGRESS,
    RECORD,
    REMOVE,
    RESOURCES,
    SHOW,
    STATES,
    TASKS,
    state,
    timeout_of,
)

# Lambda may take this long to start a function, in addition to the function's timeout.
# Source: AWS docs, Lambda > Understanding the Lambda execution environment lifecycle > Init phase.
INIT_SECONDS = 10


def never(*errors):
    return {"ErrorEquals": sorted(errors), "MaxAttempts": 0}


# A retry would have the same result, or the machine waits in another way.
KNOWN = ("DiscordRefused", "EarlierOutcomeUnknown", "OutOfTime", "RateLimited")
NO_ROOM = {"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 7}
# Discord was not called: no Lambda was free, or it could not read the token.
NOT_BEGUN = {
    "ErrorEquals": ["BotTokenNotRead", "Lambda.TooManyRequestsException"],
    "MaxAttempts": 7,
}
ANY = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 4}
QUICKLY = {"ErrorEquals": ["DiscordUnavailable"], "IntervalSeconds": 3, "MaxAttempts": 3}
WHEN_IT_IS_OVER = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 57,
    "BackoffRate": 1,
    "MaxAttempts": 2,
}
# For calls that must outlast some minutes in which Discord, or its edge, is out of order.
THROUGH_AN_OUTAGE = {
    "ErrorEquals": ["DiscordUnavailable", "NoAnswer"],
    "IntervalSeconds": 4,
    "MaxAttempts": 6,
}
THROUGH_5XX = THROUGH_AN_OUTAGE | {"ErrorEquals": ["DiscordUnavailable"]}
TAKEN = ("ExecutionAlreadyExists", "StepFunctions.ExecutionAlreadyExistsException")

# States with the same needs have the same list.
ASK = [never(*KNOWN), NOT_BEGUN, ANY]
PERSIST = [never(*KNOWN), NOT_BEGUN, THROUGH_AN_OUTAGE, ANY]
PLAN_A_CHANGE = [never(*KNOWN, "EarlierChangeUnknown"), *PERSIST[1:]]
CHANGE = [never(*KNOWN), NOT_BEGUN, THROUGH_5XX, WHEN_IT_IS_OVER | {"MaxAttempts": 4}]
WRITE = [never(*KNOWN, "KeptPrivate"), *PERSIST[1:]]
PLAN = [never(*KNOWN, "CampaignRejected"), NOT_BEGUN, ANY]
COMPLETE = [never(*KNOWN, "NameTaken"), NOT_BEGUN, ANY]
CREATE = [never(*KNOWN), NOT_BEGUN, QUICKLY, WHEN_IT_IS_OVER]
LAST_EDIT = [never(*KNOWN, "EarlierEditUnknown"), NO_ROOM, ANY]
PROGRESS_ONLY = [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 2}]
START = [never(*TAKEN), ANY]
CLAIMED = never("DynamoDB.ConditionalCheckFailedException")
BRIEFLY = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}
RECORD_AT_ONCE = [CLAIMED, BRIEFLY]
FOR_A_DAY = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 60,
    "BackoffRate": 2,
    "MaxDelaySeconds": 3600,
    "MaxAttempts": 28,
}

RETRIES = {
    (ADD, "Plan Campaign"): PLAN,
    (ADD, "Report Rejection"): LAST_EDIT,
    (ADD, "Create Role"): CREATE,
    (ADD, "Report Progress at Start"): PROGRESS_ONLY,
    (ADD, "Create Category"): CREATE,
    (ADD, "Create Channel"): CREATE,
    (ADD, "Report Progress"): PROGRESS_ONLY,
    (ADD, "Complete Campaign"): COMPLETE,
    (ADD, "Report Completion"): LAST_EDIT,
    (ADD, "Write in Channel"): WRITE,
    (ADD, "Remove Campaign"): START,
    (ADD, "Record Campaign"): RECORD_AT_ONCE,
    (ADD, "Record Later"): START,
    (RECORD, "Record Campaign"): [CLAIMED, FOR_A_DAY],
    (DELETE, "Preview Deletion"): PERSIST,
    (DELETE, "Report Preview"): LAST_EDIT,
    (DELETE, "Remove Campaign"): START,
    (DELETE, "Remove Controls"): PERSIST,
    (DELETE, "Release Campaign"): RECORD_AT_ONCE,
    (DELETE, "Record End"): RECORD_AT_ONCE,
    (MEMBERS, "Plan Members"): PLAN_A_CHANGE,
    (MEMBERS, "Change Member"): CHANGE,
    (MEMBERS, "Complete Members"): [never(*KNOWN), NO_ROOM, ANY],
    (MEMBERS, "Record Members"): RECORD_AT_ONCE,
    (MEMBERS, "Release Campaign"): RECORD_AT_ONCE,
    (MEMBERS, "Record End"): RECORD_AT_ONCE,
    (MEMBERS, "Report Members"): LAST_EDIT,
    (ARCHIVE, "Plan Archive"): PLAN_A_CHANGE,
    (ARCHIVE, "Release Campaign"): RECORD_AT_ONCE,
    (ARCHIVE, "Record End"): RECORD_AT_ONCE,
    (ARCHIVE, "Write Archive"): PERSIST,
    (ARCHIVE, "Check Archive"): PERSIST,
    (ARCHIVE, "Forget Snapshot"): RECORD_AT_ONCE,
    (ARCHIVE, "Record Archive"): RECORD_AT_ONCE,
    (ARCHIVE, "Report Archive"): LAST_EDIT,
    (DELIVER, "Look Up Switch"): [BRIEFLY],
    (DELIVER, "Send Webhook"): [never("States.Timeout"), ANY],
    (DELIVER, "Switch Off"): [BRIEFLY],
    (DELIVER, "Tell Operator"): [FOR_A_DAY],
    (DELIVER, "Give Up"): [FOR_A_DAY],
    (SHOW, "Describe Campaign"): PERSIST,
    (SHOW, "Report Description"): LAST_EDIT,
    (ADD, "Announce Campaign"): [BRIEFLY],
    (REMOVE, "Announce Remainder"): [BRIEFLY],
    (REMOVE, "Announce Removal"): [BRIEFLY],
    (MEMBERS, "Announce Members"): [BRIEFLY],
    (ARCHIVE, "Announce Archive"): [BRIEFLY],
    (REMOVE, "Delete Last Channel"): ASK,
    (REMOVE, "Claim Campaign"): RECORD_AT_ONCE,
    (REMOVE, "Release Campaign"): RECORD_AT_ONCE,
    (REMOVE, "Forget Campaign"): RECORD_AT_ONCE,
    (REMOVE, "Forget Snapshot"): RECORD_AT_ONCE,
    (REMOVE, "Report Removal"): PROGRESS_ONLY,
    (REMOVE, "Find Created"): PERSIST,
    (REMOVE, "Find Blindly"): ASK,
    (REMOVE, "Delete Created"): ASK,
    (REMOVE, "Report Failure"): LAST_EDIT,
    (REMOVE, "Write in Channel"): WRITE,
}


def waits(rule):
    """Return the seconds before each retry. Source: AWS docs, Step Functions > Retrier fields."""
    assert "JitterStrategy" not in rule
    first, rate = rule.get("IntervalSeconds", 1), rule.get("BackoffRate", 2.0)
    longest = rule.get("MaxDelaySeconds", math.inf)
    return [min(first * rate**n, longest) for n in range(rule["MaxAttempts"])]


# ---- Retries ----


def test_every_task_has_one_of_a_few_retry_lists():
    assert {box[:2]: task.get("Retry") for box, task in TASKS.items()} == RETRIES


def test_a_record_is_tried_for_a_day():
    seconds = sum(waits(FOR_A_DAY))
    assert 22 * 3600 < seconds < MACHINES[RECORD]["TimeoutSeconds"] < 27 * 3600


def test_nothing_else_is_repeated():
    for box, one in STATES.items():
        assert "Retry" not in one or box in TASKS, box


@pytest.mark.parametrize("box", sorted(set(FUNCTIONS) - PROGRESS), ids=str)
def test_what_is_known_is_not_repeated(box):
    """A retry would have the same result, and a redriven execution must do nothing more."""
    first, *others = TASKS[box]["Retry"]
    assert first["MaxAttempts"] == 0
    assert set(first["ErrorEquals"]) >= {
        "DiscordRefused",
        "EarlierOutcomeUnknown",
        "OutOfTime",
        "RateLimited",
    }
    assert all(rule["MaxAttempts"] > 0 for rule in others)


def test_what_a_function_knows_of_its_own_is_not_repeated_either():
    def at_once(title):
        return set(state(ADD, title)["Retry"][0]["ErrorEquals"])

    assert at_once("Plan Campaign") - set(KNOWN) == {"CampaignRejected"}
    assert at_once("Complete Campaign") - set(KNOWN) == {"NameTaken"}
    # Discord's lists may lag behind, so the state checks again.
    assert "CampaignIncomplete" in errors.OUTCOME_KNOWN
    assert "CampaignIncomplete" not in at_once("Complete Campaign")


def test_a_lambda_that_had_no_room_is_waited_for():
    for box, task in TASKS.items():
        if box not in FUNCTIONS or box in PROGRESS:
            continue
        [no_room] = NO_ROOM["ErrorEquals"]
        [rule] = [each for each in task["Retry"] if no_room in each["ErrorEquals"]]
        assert sum(waits(rule)) >= 120, box


def test_who_needs_the_token_reads_it_again_soon():
    for box, function in FUNCTIONS.items():
        variables = RESOURCES[f"{function}Function"]["Properties"].get("Environment", {})
        reads = "DISCORD_BOT_TOKEN_PARAMETER" in variables.get("Variables", {})
        soon = [rule for rule in TASKS[box]["Retry"] if "BotTokenNotRead" in rule["ErrorEquals"]]
        assert soon == ([NOT_BEGUN] if reads else []), box


def test_an_outage_of_minutes_is_outlasted_by_the_look_and_by_the_last_word():
    assert sum(waits(THROUGH_AN_OUTAGE)) >= 240


# Nothing else would undo what a late call of theirs does.
CHANGES = {box for box in FUNCTIONS if box.title == "Change Member"}


@pytest.mark.parametrize("box", sorted(CREATES | CHANGES), ids=str)
def test_it_is_repeated_only_when_its_lambda_can_live_no_more(box):
    longest = timeout_of(FUNCTIONS[box]) + INIT_SECONDS
    *quick, last = TASKS[box]["Retry"]
    assert last["ErrorEquals"] == ["States.ALL"]
    assert min(waits(last)) > longest
    # Lambda or the function itself reports these errors, so no call is on its way any more.
    repeated_quickly = {
        name for rule in quick if rule["MaxAttempts"] for name in rule["ErrorEquals"]
    }
    assert repeated_quickly == {"DiscordUnavailable", *NOT_BEGUN["ErrorEquals"]}


def test_an_unknown_outcome_is_waited_for_until_no_lambda_can_change_it():
    longest = max(timeout_of(FUNCTIONS[box]) for box in CREATES) + INIT_SECONDS
    assert longest < edits.UNKNOWN_OUTCOME_SECONDS
    assert timeout_of("Report") + INIT_SECONDS < edits.UNKNOWN_OUTCOME_SECONDS
    assert timeout_of("ChangeMember") + INIT_SECONDS < edits.UNKNOWN_OUTCOME_SECONDS
    assert timeout_of("WriteArchive") + INIT_SECONDS < edits.UNKNOWN_OUTCOME_SECONDS
    assert timeout_of("DeleteCreated") + INIT_SECONDS < edits.UNKNOWN_OUTCOME_SECONDS


def test_the_creates_are_these():
    assert {box.title for box in CREATES} == {"Create Role", "Create Category", "Create Channel"}


# ---- Timeouts ----


@pytest.mark.parametrize("box", TASKS, ids=str)
def test_a_task_outlives_its_lambda(box):
    """Otherwise Step Functions would count a Lambda as failed that is still running."""
    task = TASKS[box]
    assert "HeartbeatSeconds" not in task
    if box in FUNCTIONS:
        assert task["TimeoutSeconds"] > timeout_of(FUNCTIONS[box])
    elif box.title == "Send Webhook":
        # The queue keeps the message no longer: a sender does not come after the state has left.
        kept = RESOURCES["WebhooksQueue"]["Properties"]["MessageRetentionPeriod"]
        assert task["TimeoutSeconds"] == kept
    else:
        assert 0 < task["TimeoutSeconds"] <= 60


@pytest.mark.parametrize("box", sorted(PROGRESS), ids=str)
def test_a_progress_that_dies_costs_seconds(box):
    task = TASKS[box]
    assert task["TimeoutSeconds"] <= 10
    [rule] = task["Retry"]
    assert rule["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert sum(waits(rule)) <= 10


def test_the_machines_outlive_what_they_wait_for():
    assert deadlines.REMOVAL_SECONDS > deadlines.TOKEN_SECONDS > deadlines.BUILD_SECONDS
    for machine in MACHINES.values():
        assert machine["TimeoutSeconds"] > deadlines.REMOVAL_SECONDS + 2 * 60


# ---- Catches ----


def next_of(machine, title):
    """Return the states that may follow a state: "End" if the machine or branch ends."""
    one = state(machine, title)
    return {one.get("Next", "End"), *(rule["Next"] for rule in one.get("Catch", []))}


def test_every_way_out_of_a_progress_goes_on_with_the_building():
    assert next_of(ADD, "Report Progress") == {"Create Channels", "Go On without Progress"}
    assert next_of(ADD, "Go On without Progress") == {"Create Channels"}
    assert next_of(ADD, "Report Progress at Start") == {"End", "Progress Not Shown"}
    assert next_of(ADD, "Progress Not Shown") == {"End"}
    assert next_of(REMOVE, "Report Removal") == {"Wait to Look"}
    for box in PROGRESS:
        [rule] = TASKS[box]["Catch"]
        assert rule["ErrorEquals"] == ["States.ALL"]


def catches_all(one):
    return "Catch" in one and one["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("box", TASKS, ids=str)
def test_every_task_is_caught(box):
    if catches_all(TASKS[box]):
        return
    around = state(box.machine, box.inside[-1])
    assert around["Type"] == "Parallel"  # an item of a Map never fails
    assert catches_all(around)


def test_the_branches_of_a_parallel_cannot_fail_both():
    """Otherwise Step Functions could stop one of them while it creates something."""
    for box, one in STATES.items():
        if one["Type"] != "Parallel":
            continue
        failing = [
            branch
            for branch in one["Branches"]
            if not all(catches_all(each) for each in branch["States"].values() if is_task(each))
        ]
        assert len(failing) <= 1, box


def is_task(one):
    return one["Type"] == "Task"


def can_be_caught(one):
    return one["Type"] in {"Task", "Parallel"}


def test_of_an_item_every_task_is_caught_by_itself():
    """An item that fails would stop the others, so each catches its own errors.

    The Map itself catches nothing: if it breaks all the same, start_removal reads the history, and
    an archiving is finished by the same command.
    """
    maps = {box: one for box, one in STATES.items() if one["Type"] == "Map"}
    assert {box.title for box in maps} == {
        "Create Channels",
        "Delete All Created",
        "Change Members",
        "Write All",
    }
    for box, one in maps.items():
        inside = one["ItemProcessor"]["States"].values()
        assert all(map(catches_all, filter(is_task, inside))), box
        assert {each["Type"] for each in inside} <= {"Task", "Pass", "Wait"}, box
        assert not {"ToleratedFailureCount", "ToleratedFailurePercentage"} & set(one)
        assert not {"Catch", "Retry"} & set(one), box


def test_what_is_caught_apart_comes_before_all():
    for box, one in STATES.items():
        for rule, later in itertools.pairwise(one.get("Catch", [])):
            assert "States.ALL" not in rule["ErrorEquals"], (box, later)


def test_every_failure_of_the_building_is_removed():
    """Except after a rejection or a last word, when there is nothing to remove."""
    last_words = {
        *("Report Rejection", "Report Completion", "Write in Channel", "Remove Campaign"),
        *("Record Campaign", "Record Later", "Announce Campaign"),  # the campaign stands by then
    }
    for box, one in STATES.items():
        if box.machine == ADD and not box.inside and box not in PROGRESS and can_be_caught(one):
            assert catches_all(one), box
            last = one["Catch"][-1]["Next"]
            assert (last == "Remove Campaign") is (box.title not in last_words), box
    assert "Wave Failed" in {rule["Next"] for rule in state(ADD, "Wave Built?")["Choices"]}
    assert next_of(ADD, "Create Channels") == {"Wave Built?"}
    assert next_of(ADD, "Wave Failed") == {"Remove Campaign"}
    assert next_of(ADD, "Remove Campaign") == {"Campaign Failed"}


def test_no_function_is_asked_again_by_anybody_else():
    """Only the state retries a synchronous invocation."""
    for function in set(FUNCTIONS.values()):
        assert "EventInvokeConfig" not in RESOURCES[f"{function}Function"]["Properties"]


def test_a_look_knows_when_the_next_one_would_come():
    waits = [
        rule
        for rule in state(REMOVE, "Find Created")["Retry"]
        if "NoAnswer" in rule["ErrorEquals"] and "DiscordUnavailable" in rule["ErrorEquals"]
    ]
    assert [one["IntervalSeconds"] for one in waits] == [steps.FIRST_INTERVAL_SECONDS]
    assert "BackoffRate" not in waits[0]  # so it is 2


@pytest.mark.parametrize("machine", [MEMBERS, DELETE])
def test_a_campaign_released_after_a_failure_settles_as_after_an_unknown_outcome(machine):
    values = state(machine, "Release Campaign")["Parameters"]["ExpressionAttributeValues"]
    assert values[":end"]["M"]["settle_seconds"] == {"N": str(edits.UNKNOWN_OUTCOME_SECONDS)}
