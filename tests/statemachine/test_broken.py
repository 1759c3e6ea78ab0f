"""Executions that broke, or took too long as a whole: everything that they created is removed."""

from types import SimpleNamespace

import pytest

import find_created
from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from channelwright.campaign.removal import NOT_LOOKED
from channelwright.words import refusals
from tests.statemachine import operators, threads
from tests.statemachine.operators import (
    FORBIDDEN,
    TIMED_OUT,
    Operator,
    assert_removed,
    refuse_a_channel,
)


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    return Operator(stage)


BUILDS = [
    "plan_campaign",
    "create_role",
    "create_category",
    "create_channel",
    "complete_campaign",
]


@pytest.mark.parametrize("function", BUILDS)
def test_what_a_build_made_that_no_state_could_save_is_removed(stage, operator, function):
    """A rate limit without an end causes States.Runtime, which States.ALL does not match."""
    stage.lambdas.deaths[function] = [("after", "RateLimited")]
    run = operator.run()
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert (stage.standing() != stage.before) is (function != "plan_campaign")
    assert operator.metric() == "CampaignsFailed"
    assert_removed(stage, operator.remove(), refusals.unexpected(stage.asked))
    assert operator.metric(REMOVAL_SUFFIX) == "CampaignsRolledBack"


@pytest.fixture
def slip(monkeypatch):
    """Let a look return less than the state machine reads, until `undo` or the test's end."""
    with monkeypatch.context() as patch:
        patch.setattr(find_created, "handler", lambda _event, _context: {"next": "look again"})
        yield patch


def test_a_removal_that_broke_is_done_by_a_second_one(stage, operator, slip):
    refuse_a_channel(stage)
    run = operator.run()
    assert (run.removal.status, run.removal.error) == ("FAILED", "States.Runtime")
    assert operator.metric(REMOVAL_SUFFIX) is None
    slip.undo()
    assert_removed(stage, operator.remove_again(), "create the channel **dice-rolls**")
    assert operator.metric(AGAIN_SUFFIX) == "CampaignsRolledBack"


def test_a_second_removal_that_broke_is_a_persons(stage, operator, slip):
    refuse_a_channel(stage)
    operator.run()
    assert operator.remove_again().error == "States.Runtime"
    operator.notify(AGAIN_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]
    assert operator.metric(AGAIN_SUFFIX) == "CampaignsNotUndone"


def test_a_second_removal_that_could_not_remove_all_is_a_persons(stage, operator, slip):
    refuse_a_channel(stage)
    operator.run()
    slip.undo()
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.remove_again().error == "CampaignNotUndone"
    operator.notify(AGAIN_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]
    assert operator.metric(AGAIN_SUFFIX) == "CampaignsNotUndone"


# ---- Timed out ----


class GivenUp:
    """Stands for an execution's thread; a `join` gives the thread up as soon as it `hangs`."""

    def __init__(self, thread, hangs):
        self._thread = thread
        self._hangs = hangs

    def start(self):
        self._thread.start()

    def join(self, timeout):
        assert timeout == 2400
        self._hangs.wait()

    def is_alive(self):
        return True


class Hanging:
    """Lets an execution take too long: a function does not return until the test calls `end`.

    `suffix` is the end of the execution's name, after the interaction's id.
    """

    def __init__(self, stage, monkeypatch, function, is_meant=lambda _event: True, suffix=""):
        self._stage, self._clock = stage, stage.clock
        self._hangs, self._ended = self._clock.event(), self._clock.event()
        stands_for_threads = threads.program.threading.Thread
        monkeypatch.setattr(threads.program, "threading", SimpleNamespace(Thread=self._thread))
        self._others = stands_for_threads
        self._suffix = suffix
        self._function, self._is_meant = function, is_meant
        stage.lambdas.on_invoke = self._hang

    def _thread(self, target, args=(), **_):
        (environment,) = args
        execution = environment.states.context_object.context_object_data["Execution"]
        is_its_own = execution["Name"] == self._stage.asked + self._suffix
        if is_its_own and not environment.is_frame():
            return GivenUp(self._clock.thread(target, args), self._hangs)
        return self._others(target, args)

    def _hang(self, name, event):
        if name == self._function and self._is_meant(event):
            self._hangs.set()
            self._ended.wait()

    def end(self):
        self._ended.set()


def test_a_build_that_took_too_long_is_removed(stage, operator, monkeypatch):
    last = "character-sheets"
    hanging = Hanging(
        stage, monkeypatch, "create_channel", lambda event: event["channel"]["name"] == last
    )
    run = stage.run()
    hanging.end()
    operator.wait_for_lambdas()
    assert run.status == "TIMED_OUT"
    assert last in stage.standing()[1]
    assert operator.metric() is None
    assert_removed(stage, operator.remove(), TIMED_OUT)


def test_a_removal_that_took_too_long_is_done_by_a_second_one(stage, operator, monkeypatch):
    refuse_a_channel(stage)
    hanging = Hanging(
        stage,
        monkeypatch,
        "find_created",
        lambda event: event["removal"]["next"] == "delete",
        suffix=REMOVAL_SUFFIX,
    )
    build = stage.interpreter.finish(stage.interpreter.start(stage.request()))
    assert build.error == "CampaignFailed"
    removal = stage.interpreter.finish(operator.arn(REMOVAL_SUFFIX))
    hanging.end()
    operator.wait_for_lambdas()
    assert removal.status == "TIMED_OUT"
    assert operator.metric(REMOVAL_SUFFIX) is None
    assert_removed(stage, operator.remove_again(), "create the channel **dice-rolls**")
    assert operator.given(AGAIN_SUFFIX)["removal"] == NOT_LOOKED, "it does not start over"
