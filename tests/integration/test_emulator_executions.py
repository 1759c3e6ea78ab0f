"""State machines on our emulator: its fixes to ministack's Step Functions."""

import json
from typing import Any

import pytest

from local.emulator import Emulator
from local.polling import wait_until

REPEATED = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:eu-central-1:000000000000:function:tiny",
    "Parameters": {"do": "fail first", "state.$": "$$.State"},
    "Retry": [{"ErrorEquals": ["RateLimited"], "IntervalSeconds": 1}],
    "End": True,
}
# The second branch is in the state "Elsewhere" when the first one retries.
PARALLEL = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Repeated", "States": {"Repeated": REPEATED}},
                {
                    "StartAt": "Near",
                    "States": {
                        "Near": {"Type": "Wait", "Seconds": 0.1, "Next": "Elsewhere"},
                        "Elsewhere": {"Type": "Pass", "End": True},
                    },
                },
            ],
            "OutputPath": "$[0]",
            "End": True,
        }
    },
}


class Machine:
    """A state machine and its executions."""

    def __init__(self, emulator: Emulator, name: str, definition: dict[str, Any]):
        self.stepfunctions = emulator.client("stepfunctions")
        self.arn = self.stepfunctions.create_state_machine(
            name=name,
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::000000000000:role/tiny",
        )["stateMachineArn"]

    def start(self) -> str:
        return str(self.stepfunctions.start_execution(stateMachineArn=self.arn)["executionArn"])

    def ended(self, arn: str) -> Any:
        def described() -> Any:
            found = self.stepfunctions.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return wait_until(described, "the execution ends")

    def events(self, arn: str) -> list[str]:
        history = self.stepfunctions.get_execution_history(executionArn=arn)
        return [event["type"] for event in history["events"]]


def test_a_branch_of_a_parallel_knows_its_own_state(emulator: Emulator):
    """*Who Had to Wait?* returns to the state of that name."""
    machine = Machine(emulator, "parallel", PARALLEL)
    assert json.loads(machine.ended(machine.start())["output"]) == "Repeated"


def test_a_task_takes_as_long_as_its_function(emulator: Emulator):
    """A worker's start does not count, because a busy machine may take long for it."""
    brief = {key: value for key, value in REPEATED.items() if key != "Retry"}
    brief |= {"Parameters": {"do": "tell"}, "TimeoutSeconds": 0.001}
    machine = Machine(emulator, "brief", {"StartAt": "Brief", "States": {"Brief": brief}})
    assert machine.ended(machine.start())["status"] == "SUCCEEDED"


ONE_AFTER_ANOTHER = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Task"},
        "Task": REPEATED,
    },
}


@pytest.mark.parametrize(
    ("states", "until"),
    [
        pytest.param({"Task": REPEATED}, "TaskFailed", id="tries again"),
        pytest.param(
            {"Map": {"Type": "Map", "ItemProcessor": ONE_AFTER_ANOTHER, "End": True}},
            "MapStateEntered",
            id="in a Map",
        ),
        pytest.param(
            {"Both": {"Type": "Parallel", "Branches": [ONE_AFTER_ANOTHER] * 2, "End": True}},
            "ParallelStateEntered",
            id="in a Parallel",
        ),
    ],
)
def test_an_execution_that_is_stopped_begins_nothing_more(
    emulator: Emulator, states: dict[str, Any], until: str
):
    name = f"stopped-{next(iter(states))}"
    machine = Machine(emulator, name, {"StartAt": next(iter(states)), "States": states})
    stopped = machine.start()
    wait_until(lambda: until in machine.events(stopped), until)
    machine.stepfunctions.stop_execution(executionArn=stopped)
    begun = machine.events(stopped).count("TaskScheduled")
    # Once a later execution has finished, the stopped one would have done the same.
    other = machine.ended(machine.start())
    assert other["status"] == "SUCCEEDED"
    assert machine.events(other["executionArn"]).count("TaskScheduled") > begun
    assert machine.events(stopped).count("TaskScheduled") == begun
    assert machine.events(stopped)[-1] == "ExecutionAborted"
    assert machine.ended(stopped)["status"] == "ABORTED"
