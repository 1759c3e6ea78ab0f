"""A redriven build does nothing: its removal may have run, and has reported the failure."""

import json

import pytest

from channelwright.aws.executions import REMOVAL_SUFFIX
from local.simulator.guild import Role
from tests.statemachine import interpreter, operators, strict
from tests.statemachine.interpreter import ADD
from tests.statemachine.operators import Operator, assert_removed

# Each state that calls Discord (or has inner states that do), and the call that is stopped.
STATES = {
    "Plan Campaign": ("plan_campaign", {}),
    "Begin Building": ("create_role", {}),
    "Create Category": ("create_category", {}),
    "Create Channels": ("create_channel", {}),
    "Report Progress": ("report", {"says": "progress"}),
    "Complete Campaign": ("complete_campaign", {}),
    "Report Completion": ("report", {"says": "summary"}),
    "Report Rejection": ("report", {"says": "rejection"}),
    "Write in Channel": ("write_in_channel", {}),
}
LAST_WORDS = {"Report Completion", "Report Rejection", "Write in Channel"}


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    return Operator(stage)


class Redriven:
    """An execution that goes on from the state where it ended, with that state's input.

    Source: AWS docs, Step Functions > Redriving executions.
    """

    def __init__(self, stage, monkeypatch, count=1):
        self._stage = stage
        self._monkeypatch = monkeypatch
        self._count = count

    def run(self, state):
        name, machines = self._stage.asked, interpreter.backend().state_machines
        [machine] = [one for one in machines if one.arn == self._stage.interpreter.arns[ADD]]
        [ended] = [one for one in machine.executions if one.name == name]
        data = self._data(ended, state)
        # moto cannot redrive: another execution of the same name stands for the redriven one.
        machine.executions.remove(ended)
        strict.redrive_counts[name] = self._count
        program, _ = interpreter.AmazonStateLanguageParser.parse(machine.definition)
        with self._monkeypatch.context() as patch:
            patch.setattr(program.start_at, "start_at_name", state)
            started = self._stage.interpreter._client.start_execution(
                stateMachineArn=machine.arn, name=name, input=json.dumps(ended.input_data | data)
            )
            return self._stage.interpreter.finish(started["executionArn"])

    def _data(self, ended, state):
        entered = [
            event["stateEnteredEventDetails"]
            for event in ended.to_history_output()["events"]
            if "stateEnteredEventDetails" in event
        ]
        [*_, last] = [details for details in entered if details["name"] == state]
        return json.loads(last["input"])


def stop_at(stage, operator, state):
    """Run a campaign, and stop it in a state."""
    function, where = STATES[state]
    if state == "Report Progress":
        stage.lambdas.on_invoke = lambda name, event: (
            operator.stop_at("report", says="progress") if name == "create_channel" else None
        )
    else:
        operator.stop_at(function, **where)
    if state == "Report Rejection":
        stage.discord.guild().roles["77"] = Role("77", "My Campaign Members", 0, 1)
        stage.before = stage.standing()
    if state == "Write in Channel":
        stage.discord.faults.add(path="@original", body_contains="Created: My", status=404)
    assert operator.run().status == "ABORTED"
    stage.lambdas.on_invoke = lambda _name, _event: None


@pytest.mark.parametrize(
    ("state", "count"), [*((state, 1) for state in STATES), ("Create Category", 2)]
)
def test_it_asks_discord_for_nothing(stage, operator, monkeypatch, state, count):
    stop_at(stage, operator, state)
    assert_removed(stage, operator.remove())
    stage.discord.clear_requests()
    said, written = list(stage.messages), list(stage.in_channel)
    run = Redriven(stage, monkeypatch, count).run(state)
    assert run.states[0] == state
    assert run.error == ("MessageNotDelivered" if state in LAST_WORDS else "CampaignFailed")
    assert "resumed this campaign after it had failed" in run.cause
    assert stage.discord.requests == []
    assert (stage.messages, stage.in_channel) == (said, written)
    operator.notify()
    assert operator.executions == ["", REMOVAL_SUFFIX]


def test_one_that_is_redriven_before_its_removal_began_is_removed_then(
    stage, operator, monkeypatch
):
    stop_at(stage, operator, "Complete Campaign")
    stage.discord.clear_requests()
    run = Redriven(stage, monkeypatch).run("Complete Campaign")
    assert run.error == "CampaignFailed"
    assert_removed(stage, operator.finish(), "resumed this campaign after it had failed")


def test_a_removal_that_is_redriven_goes_on(stage, operator):
    """The removal checks what exists; another check does no harm."""
    operators.refuse_a_channel(stage)
    build = stage.interpreter.start(stage.request())
    strict.redrive_counts[f"{stage.asked}{REMOVAL_SUFFIX}"] = 1
    assert stage.interpreter.finish(build).error == "CampaignFailed"
    assert_removed(stage, operator.finish(), "create the channel **dice-rolls**")


def test_every_function_of_a_build_is_told_of_it():
    tasks = dict(_tasks(json.loads(interpreter.definition(ADD))))
    functions = {name: task for name, task in tasks.items() if ":lambda:" in task["Resource"]}
    within = {"Begin Building": "Create Role", "Create Channels": "Create Channel"}
    tested = {within.get(state, state) for state in STATES} | {"Report Progress at Start"}
    assert set(functions) == tested
    for task in functions.values():
        assert task["Parameters"]["at"]["redrive_count.$"] == "$$.Execution.RedriveCount"


def _tasks(machine):
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from _tasks(inner)
