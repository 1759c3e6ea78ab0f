"""A second removal goes on where a stopped one was, and starts over after one that broke."""

import pytest

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from channelwright.campaign.removal import NOT_LOOKED
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from local.simulator.guild import Channel
from tests.statemachine import operators
from tests.statemachine.operators import Operator, assert_removed, refuse_a_channel

REFUSED = "refused to create the channel **dice-rolls**"
STRAIGHT = ["Report Removal", "Wait to Look", "Find Created", "What Is Left?"]
WAIT, SOON = 61.5, 10
LIMITED = {"message": "You are being rate limited.", "retry_after": WAIT, "global": False}


@pytest.fixture
def operator(stage, monkeypatch):
    """Return the operator of a campaign that fails in its second wave."""
    operators.use(monkeypatch, stage)
    refuse_a_channel(stage)
    return Operator(stage)


def stopped(operator, function, **where):
    """Run a campaign, stop its removal, and return the removal."""
    operator.stop_at(function, execution=REMOVAL_SUFFIX, **where)
    run = operator.run().removal
    assert run.status == "ABORTED"
    return run


def stopped_soon(stage, operator, function, number=1, **of_event):
    """Run a campaign; stop its removal soon after call `number` of a function, and return it."""
    calls = []

    def stop(name, event):
        if name == function and of_event.items() <= event.items():
            calls.append(event)
            if len(calls) == number:
                operator.stop_soon(SOON)

    stage.lambdas.on_invoke = stop
    run = operator.run().removal
    assert run.status == "ABORTED"
    return run


class Second:
    """The second removal: its input, and its calls to Discord."""

    def __init__(self, stage, operator):
        before = len(stage.discord.requests)
        self.run = operator.remove_again()
        self.given = operator.given(AGAIN_SUFFIX)
        self.calls = stage.discord.requests[before:]

    def deleted(self):
        return [call["path"] for call in self.calls if call["method"] == "DELETE"]


def deleted(stage):
    """Return the paths that Discord has deleted so far."""
    done = [call for call in stage.discord.requests if call["method"] == "DELETE"]
    return [call["path"] for call in done if call["status"] in {200, 204}]


def the_limited(stage):
    [call] = [call for call in stage.discord.requests if call["status"] == 429]
    return call


# ---- Where it was stopped ----


def test_before_its_first_step_it_begins(stage, operator):
    stopped(operator, "report", says="removal")
    second = Second(stage, operator)
    assert second.given["removal"] == NOT_LOOKED
    assert_removed(stage, second.run, REFUSED)


def test_between_its_deletions_none_is_repeated_that_was_answered(stage, operator):
    """One was limited, and two were done; nobody learned the outcome of the fourth."""
    stage.discord.faults.add(method="DELETE", status=429, body=LIMITED)
    stopped(operator, "delete_created", skip=3)
    *answered, _unheard = deleted(stage)
    second = Second(stage, operator)
    told = second.given["removal"]
    assert told["next"] == "delete"
    assert [one["gone"] for one in told["deletions"]] == [False, True, True]
    assert len(answered) == 2
    assert not {*answered} & {*second.deleted()}
    assert_removed(stage, second.run, REFUSED)


def test_nor_is_any_sent_before_the_end_of_their_limit(stage, operator):
    stage.discord.faults.add(method="DELETE", status=429, body=LIMITED)
    stopped(operator, "delete_created", skip=3)
    until = the_limited(stage)["at"] + WAIT
    second = Second(stage, operator)
    assert the_limited(stage)["path"] in second.deleted()
    sent = [call["at"] for call in second.calls if call["method"] == "DELETE"]
    assert until <= min(sent) < until + 2


def test_while_a_look_waits_for_discord_so_does_it(stage, operator):
    stage.discord.faults.add(method="GET", path="/roles$", status=429, body=LIMITED)
    run = stopped_soon(stage, operator, "find_created", number=2)
    assert run.states[-1] == "Wait for Discord"
    until, answered = the_limited(stage)["at"] + WAIT, deleted(stage)
    second = Second(stage, operator)
    assert until <= min(call["at"] for call in second.calls if call["method"] == "GET") < until + 2
    assert {one["id"] for one in second.given["removal"]["deletions"] if one["deleted"]} == {
        path.rsplit("/", 1)[1] for path in answered
    }
    assert not {*answered} & {*second.deleted()}
    assert_removed(stage, second.run, REFUSED)


def test_while_its_last_word_waits_for_discord_it_asks_for_nothing(stage, operator):
    stage.discord.faults.add(
        method="PATCH", body_contains="Could not create", status=429, body=LIMITED
    )
    run = stopped_soon(stage, operator, "report", says="failure")
    assert run.states[-1] == "Wait for Discord"
    until = the_limited(stage)["at"] + WAIT
    second = Second(stage, operator)
    assert second.given["edits"]["closed_until"] == pytest.approx(until, abs=1)
    assert until <= second.calls[0]["at"] < until + 2
    assert second.deleted() == []
    assert_removed(stage, second.run, REFUSED)


def test_while_something_may_appear_it_waits_no_shorter(stage, operator):
    """The first removal was already waiting when the category's outcome became unknown."""
    stage.discord.faults.clear()
    stage.discord.faults.add(
        method="POST", body_contains='"type": 4', connection="timeout", times=None
    )
    run = stopped_soon(stage, operator, "find_created")
    assert run.states[-1] == "Wait to Look"
    lost = max(call["at"] for call in stage.discord.requests if call["method"] == "POST")
    second = Second(stage, operator)
    looks = [call["at"] for call in second.calls if call["method"] == "GET"]
    assert min(looks) - lost >= UNKNOWN_OUTCOME_SECONDS
    assert second.given["removal"]["in_order"], "the role may not outlast the category"
    assert_removed(stage, second.run, "did not answer when asked to create the category")


def test_at_its_last_word_it_looks_once_more_and_says_it(stage, operator):
    stopped(operator, "report", says="failure")
    said = len(stage.messages)
    second = Second(stage, operator)
    assert second.given["removal"]["next"] == "finished"
    assert second.deleted() == []
    assert second.run.states[1:5] == STRAIGHT
    assert len(stage.messages) > said
    assert_removed(stage, second.run, REFUSED)


def test_guests_that_the_first_one_saw_are_named_by_the_second(stage, operator):
    """The second removal cannot see where the guests were: the category is gone."""
    theirs = str(2**63)

    def move_in(name, event):
        if name == "find_created" and event["removal"]["next"] == "look":
            guild = stage.discord.guild()
            ours = next(c for c in guild.channels.values() if c.name == "My Campaign")
            guild.channels[theirs] = Channel(
                theirs, guild.id, 0, "house-rules", 9, created_by="1", parent_id=ours.id
            )

    stage.lambdas.on_invoke = move_in
    stopped(operator, "find_created", skip=2)
    assert "My Campaign" not in stage.standing()[1]
    second = Second(stage, operator)
    assert second.run.status == "SUCCEEDED", second.run.cause
    assert stage.standing()[1] - stage.before[1] == {"house-rules"}
    assert stage.messages[-1].endswith(
        "Not deleted, because it does not seem to be the bot's own:\n"
        f"- the channel <#{theirs}> (**house-rules**)\n"
        "Nothing else was left behind."
    )


# ---- The message ----

STOPS = [
    ("report", {"says": "removal"}),
    ("find_created", {}),
    ("delete_created", {"skip": 2}),
    ("report", {"says": "failure"}),
]


@pytest.mark.parametrize(("function", "where"), STOPS)
def test_no_edit_is_sent_that_discord_would_not_take(stage, operator, function, where):
    """The second removal knows how many edits are left, and that one more may have been sent."""
    stopped(operator, function, **where)
    second = Second(stage, operator)
    assert_removed(stage, second.run, REFUSED)
    edits = [call["status"] for call in stage.discord.requests if call["method"] == "PATCH"]
    assert {*edits} == {200}
    given = operator.given()["edits"]["left"]
    assert second.given["edits"]["left"] < given


# ---- Removals that start over ----


def test_a_removal_that_broke_begins_anew(stage, operator):
    """Going on might break at the same place again; deleting once more does no harm."""
    stage.lambdas.deaths["find_created"] = [None, ("after", "RateLimited")]
    run = operator.run().removal
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    answered = deleted(stage)
    second = Second(stage, operator)
    assert second.given["removal"] == NOT_LOOKED
    assert {*answered} <= {*second.deleted()}
    assert_removed(stage, second.run, REFUSED)


def test_it_knows_how_the_message_stands_all_the_same(stage, operator):
    stage.lambdas.deaths["find_created"] = [None, ("after", "RateLimited")]
    operator.run()
    first, second = operator.given()["edits"], Second(stage, operator).given["edits"]
    assert 0 <= second["left"] < first["left"]
    assert {call["status"] for call in stage.discord.requests if call["method"] == "PATCH"} == {200}
