"""The decorator `task`: the duties that all Lambdas behind states share."""

import json
from collections.abc import Iterator

import pytest

from channelwright.errors import (
    DiscordRefused,
    EarlierEditUnknown,
    EarlierOutcomeUnknown,
    RateLimited,
)
from channelwright.task import task
from channelwright.words import refusals
from tests import log_lines

ID = "175928847299117063"
UNTIL = "2026-11-23T15:04:06Z"


@pytest.fixture
def lines() -> Iterator[log_lines.Lines]:
    with log_lines.captured() as captured:
        yield captured


def at(**more):
    return {"at": {"execution": ID, "state": "Create Role", **more}}


def run(event, does=lambda _event: None):
    """Invoke a Lambda behind a state; the Lambda `does` something with its event."""

    @task
    def handler(event):
        return does(event)

    return handler(event, None)


def fail(error):
    def does(_event):
        raise error

    return does


def test_a_task_is_given_the_states_event_and_returns_its_result(lines):
    given = {**at(redrive_count=0, retry_count=0), "campaign": {}}
    assert run(given, lambda event: event) is given
    [line] = lines
    assert line["interaction_id"] == ID
    assert line["message"].endswith(" done")


def test_an_execution_that_was_redriven_does_nothing_any_more(lines):
    done = []
    with pytest.raises(EarlierOutcomeUnknown) as caught:
        run(at(redrive_count=1), done.append)
    assert done == []
    assert str(caught.value) == refusals.REDRIVEN
    [line] = lines
    assert (line["level"], line["error"]) == ("ERROR", "EarlierOutcomeUnknown")
    assert line["interaction_id"] == ID


@pytest.mark.parametrize("more", [{}, {"redrive_count": 0}, {"retry_count": 3}])
def test_only_a_redrive_counts(more):
    assert run(at(**more), lambda _event: 42) == 42


@pytest.mark.parametrize("kind", [RateLimited, EarlierEditUnknown])
def test_a_rate_limit_is_told_which_state_has_to_wait(kind):
    """Lambda puts the error's text into the cause, which the state machine splits at its bars."""
    with pytest.raises(kind) as caught:
        run(at(), fail(kind(UNTIL, "user")))
    cause = json.dumps({"errorMessage": str(caught.value), "errorType": kind.__name__})
    assert cause.split("|")[1:4] == [UNTIL, "Create Role", "first"]
    assert caught.value.until == UNTIL


@pytest.mark.parametrize("kind", [RateLimited, EarlierEditUnknown])
def test_a_wait_is_no_failure(kind, lines):
    with pytest.raises(kind):
        run(at(), fail(kind(UNTIL, "user")))
    [line] = lines
    assert line["level"] == "INFO"
    assert line["message"].endswith(f" waits until {UNTIL}")


@pytest.mark.parametrize("error", [DiscordRefused("create a role", 403, 50013, "x"), KeyError("y")])
def test_any_other_error_goes_through_as_it_is(error):
    with pytest.raises(type(error)) as caught:
        run(at(), fail(error))
    assert caught.value is error


def test_a_task_says_which_it_is():
    """The log takes the handler's module name, the documentation its docstring."""

    @task
    def handler(event):
        """Do it."""
        return event

    assert (handler.__module__, handler.__doc__) == (__name__, "Do it.")
