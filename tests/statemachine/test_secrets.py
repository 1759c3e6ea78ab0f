"""No token is in an execution's output, error or cause, nor in data that does not need it."""

import json

import pytest

from channelwright.aws.executions import REMOVAL_SUFFIX
from local.simulator.guild import Role
from tests.statemachine import operators
from tests.statemachine.interpreter import TIMED_OUT

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
# In these states, the data is still the input; the plan then replaces it.
BEFORE_THE_PLAN = {"Wait for Turn", "Plan Campaign"}


def _created(stage):
    """Let nothing go wrong."""


def _rejected(stage):
    stage.discord.guild().roles["77"] = Role("77", "My Campaign Members", 0, 1)


def _plan_dies(stage):
    stage.lambdas.deaths["plan_campaign"] = [("after", "Sandbox.Timedout")] * 9


def _plan_is_given_up(stage):
    stage.lambdas.deaths["plan_campaign"] = [("after", TIMED_OUT)] * 9


def _plan_is_refused(stage):
    stage.discord.faults.add(method="GET", path=r"/guilds/\d+$", status=401)


def _wave_fails(stage):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', connection="reset", times=9
    )
    stage.discord.faults.add(path="@original", connection="reset", times=2)


def _not_undone(stage):
    _wave_fails(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)


def _failure_not_delivered(stage):
    _wave_fails(stage)
    _not_told(stage)


def _not_told(stage):
    stage.discord.faults.add(path="@original", connection="timeout", times=None)
    stage.discord.faults.add(method="POST", path="/messages$", connection="reset", times=None)


def _plan_dies_and_is_not_told(stage):
    _plan_dies(stage)
    _not_told(stage)


SCENARIOS = [
    _created,
    _rejected,
    _plan_dies,
    _plan_is_given_up,
    _plan_is_refused,
    _wave_fails,
    _not_undone,
    _failure_not_delivered,
    _not_told,
    _plan_dies_and_is_not_told,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.strip("_"))
def test_tokens_are_where_they_are_needed_alone(stage, lines, scenario):
    scenario(stage)
    request = stage.request()
    build = stage.interpreter.run(request)
    runs = [build, build.removal] if build.error == "CampaignFailed" else [build]
    token, bot_token = request["interaction_token"], stage.discord.info["bot_token"]
    assert token not in lines.text
    assert bot_token not in lines.text
    for run in runs:
        said = f"{run.output} {run.error} {run.cause}"
        assert token not in said
        assert bot_token not in said
        assert bot_token not in str(run.history)
    # Only the function that edits the message gets the token, from the execution's input.
    for name, event in stage.lambdas.calls:
        assert (token in str(event)) is (name == "report"), name
    data = [*_data(build)]
    if "Begin Building" in dict(data):
        assert [name for name, text in data if token in text and name not in BEFORE_THE_PLAN] == []


def _data(run):
    """Yield the data of each state of an execution, before and after it."""
    for event in run.history:
        for key in ("stateEnteredEventDetails", "stateExitedEventDetails"):
            if key in event:
                yield event[key]["name"], str(event[key])


def test_what_the_net_hands_on_has_it_where_the_build_has_it(stage, monkeypatch):
    """The token is in `reply` alone, although the history that the net reads is full of it."""
    operators.use(monkeypatch, stage)
    operator = operators.Operator(stage)
    operator.stop_at("complete_campaign")
    operator.run()
    operator.notify()
    described = operator.client.describe_execution(executionArn=operator.arn(REMOVAL_SUFFIX))
    given = json.loads(described["input"])
    token = given.pop("reply")["interaction_token"]
    assert token
    assert token not in str(given)
