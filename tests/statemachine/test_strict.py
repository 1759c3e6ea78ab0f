"""moto made as strict as AWS: results of state machines there, and on moto alone."""

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from tests.statemachine import strict

RUNTIME = "States.Runtime"
TOO_MUCH_DATA = "States.DataLimitExceeded"
TAKEN = "StepFunctions.ExecutionAlreadyExistsException"
ROLE = "arn:aws:iam::123456789012:role/states"
LAMBDA = "arn:aws:lambda:eu-central-1:123456789012:function:echo"
START = "arn:aws:states:::states:startExecution"
LARGE = {"text": "x" * 100 * 1024}
TOO_LARGE = {"a.$": "$", "b.$": "$", "c.$": "$"}
PASS = {"Type": "Pass", "End": True}

Run = Callable[..., Any]


class Machines:
    """Runs state machines; a result is the output, or the error and the cause."""

    def __init__(self) -> None:
        # Another region than that of the real definitions, which may exist at the same time.
        self.client = boto3.client("stepfunctions", region_name="eu-central-1")

    def create(self, *, start: str = "A", **states: Any) -> str:
        definition = json.dumps({"StartAt": start, "States": states})
        name = f"machine-{time.monotonic_ns()}"
        created = self.client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
        return created["stateMachineArn"]

    def run(self, data: Any = None, *, name: str = "", **states: Any) -> Any:
        started = self.client.start_execution(
            stateMachineArn=self.create(**states),
            name=name or f"execution-{time.monotonic_ns()}",
            input=json.dumps(data or {}),
        )
        return self.ended(started["executionArn"])

    def ended(self, execution: str) -> Any:
        patience = time.monotonic() + 10
        while (now := self.client.describe_execution(executionArn=execution))[
            "status"
        ] == "RUNNING":
            assert time.monotonic() < patience
            time.sleep(0.002)
        return json.loads(now["output"]) if "output" in now else (now["error"], now["cause"])


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield Machines()


class Lambda:
    """Returns its input, or fails as the input says."""

    def invoke(self, *, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        event = json.loads(Payload)
        if event.get("refused"):
            raise ClientError({"Error": {"Code": "X", "Message": "too many"}}, "Invoke")
        answer = {"StatusCode": 200, "Payload": io.BytesIO(Payload)}
        if event.get("failed"):
            answer["Payload"] = io.BytesIO(b'{"errorType": "Mine", "errorMessage": "no"}')
            answer["FunctionError"] = "Unhandled"
        return answer


@pytest.fixture
def moto(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs states on moto as it is."""
    monkeypatch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: Lambda())
    return machines.run


@pytest.fixture
def aws(moto: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs states as AWS does."""
    strict.use(monkeypatch)
    return moto


@pytest.fixture(params=["moto", "aws"])
def either(request: pytest.FixtureRequest) -> Run:
    return request.getfixturevalue(request.param)


def choice(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "A": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {**PASS, "Result": {"is": True}},
        "No": {**PASS, "Result": {"is": False}},
    }


def caught(state: dict[str, Any], error: str = "States.ALL") -> dict[str, Any]:
    catch = [{"ErrorEquals": [error], "ResultPath": "$.failure", "Next": "Caught"}]
    return {
        "A": {**state, "Catch": catch, "End": True},
        "Caught": {**PASS, "Parameters": {"caught.$": "$.failure.Error"}},
    }


def task(resource: str = LAMBDA, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, **fields}


def every(item: dict[str, Any]) -> dict[str, Any]:
    """Return a Map of one item."""
    inner = {"StartAt": "I", "States": {"I": {**item, "End": True}}}
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner}


def both(item: dict[str, Any]) -> dict[str, Any]:
    """Return a Parallel of one branch."""
    return {"Type": "Parallel", "Branches": [every(item)["ItemProcessor"]]}


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.a", "StringEquals": "b"},
        {"Variable": "$.a", "BooleanEquals": False},
        {"Variable": "$.a", "NumericGreaterThan": 1},
        {"Variable": "$.a", "TimestampLessThan": "2020-01-01T00:00:00Z"},
        {"Variable": "$.a", "IsNull": True},
        {"Variable": "$.a", "IsString": True},
        {"Variable": "$.a", "StringEqualsPath": "$.other"},
        {"And": [{"Variable": "$.other", "IsPresent": True}, {"Variable": "$.a", "IsNull": True}]},
        {"Or": [{"Variable": "$.other", "IsNull": True}, {"Variable": "$.a", "IsNull": True}]},
    ],
)
class TestOfWhatIsNotThere:
    def test_moto_says_no(self, moto: Run, rule: Any) -> None:
        assert moto({"other": "b"}, **choice(rule)) == {"is": False}

    def test_aws_fails(self, aws: Run, rule: Any) -> None:
        error, cause = aws({"other": "b"}, **choice(rule))
        assert error == RUNTIME
        assert cause == (
            "An error occurred while executing the state 'A' (entered at the event id #2). "
            "Invalid path '$.a': The choice state's condition path references an invalid value."
        )


def test_what_is_not_there_is_not_so_either(moto, monkeypatch):
    """For moto, a missing value is not equal, so the opposite is met."""
    states = choice({"Not": {"Variable": "$.a", "StringEquals": "b"}})
    assert moto(**states) == {"is": True}
    strict.use(monkeypatch)
    assert moto(**states)[0] == RUNTIME


THERE = {"Variable": "$.a.b", "IsPresent": True}
MISSING = {"Variable": "$.a.b", "IsPresent": False}
EQUAL = {"Variable": "$.a.b", "StringEquals": "c"}


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        (THERE, [False, False, True, True]),
        (MISSING, [True, True, False, False]),
        ({"Not": THERE}, [True, True, False, False]),
        ({"And": [THERE, EQUAL]}, [False, False, False, True]),
        ({"Or": [MISSING, EQUAL]}, [True, True, False, True]),
        ({"Or": [MISSING, {"Not": EQUAL}]}, [True, True, True, False]),
    ],
)
def test_a_rule_may_ask_first_whether_it_is_there(either, rule, answers):
    """As soon as a part decides, the parts after it are not evaluated."""
    inputs = [{}, {"a": {}}, {"a": {"b": None}}, {"a": {"b": "c"}}]
    assert [either(data, **choice(rule))["is"] for data in inputs] == answers


def test_an_execution_knows_how_often_it_was_redriven(moto, monkeypatch):
    states = {"A": {**PASS, "Parameters": {"count.$": "$$.Execution.RedriveCount"}}}
    assert moto(**states)[0] == RUNTIME
    strict.use(monkeypatch)
    assert moto(**states) == {"count": 0}
    strict.redrive_counts["twice"] = 2
    assert moto(name="twice", **states) == {"count": 2}
    assert moto(name="never", **states) == {"count": 0}
    strict.use(monkeypatch)
    assert moto(name="twice", **states) == {"count": 0}


class TestOfStarting:
    @pytest.fixture
    def child(self, machines: Machines) -> Iterator[str]:
        """Create a machine that waits for the seconds in its input."""
        created = machines.create(
            start="Wait",
            Wait={"Type": "Wait", "SecondsPath": "$.seconds", "Next": "A"},
            A=PASS,
        )
        yield created
        running = machines.client.list_executions(stateMachineArn=created, statusFilter="RUNNING")
        for execution in running["executions"]:
            machines.client.stop_execution(executionArn=execution["executionArn"])

    def start(self, child: str, **parameters: Any) -> dict[str, Any]:
        given = {"StateMachineArn": child, "Name": "one", "Input.$": "$"}
        return task(START, Parameters={**given, **parameters})

    def test_moto_cannot(self, moto: Run, child: str) -> None:
        error, cause = moto({"seconds": 0}, A={**self.start(child), "End": True})
        assert (error, cause.endswith("'StateMachineArn'")) == (RUNTIME, True)

    def test_aws_does(self, aws: Run, machines: Machines, child: str) -> None:
        before = time.time()
        result = aws({"seconds": 0, "text": "ü"}, A={**self.start(child), "End": True})
        assert result.keys() == {"ExecutionArn", "StartDate"}
        execution = child.replace(":stateMachine:", ":execution:") + ":one"
        assert result["ExecutionArn"] == execution
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", result["StartDate"])
        assert result["StartDate"][:19] >= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(before))
        assert machines.ended(execution) == {"seconds": 0, "text": "ü"}

    def test_the_result_goes_where_it_is_put(self, aws: Run, child: str) -> None:
        selected = {"ResultSelector": {"arn.$": "$.ExecutionArn"}, "ResultPath": "$.started"}
        result = aws({"seconds": 0}, A={**self.start(child), **selected, "End": True})
        assert result["started"]["arn"].endswith(":one")

    def test_the_same_again_is_the_same_while_it_runs(self, aws: Run, child: str) -> None:
        states = {"A": {**self.start(child), "End": True}}
        first = aws({"seconds": 600}, **states)
        assert aws({"seconds": 600}, **states) == first

    def test_a_name_is_taken_by_another_input(self, aws: Run, child: str) -> None:
        states = {"A": {**self.start(child), "End": True}}
        aws({"seconds": 600}, **states)
        error, cause = aws({"seconds": 601}, **states)
        assert (error, cause.startswith("Execution Already Exists: 'arn:")) == (TAKEN, True)

    @pytest.mark.parametrize("catcher", [TAKEN, "States.ALL", "States.TaskFailed"])
    def test_a_name_is_taken_after_the_end(
        self, aws: Run, machines: Machines, child: str, catcher: str
    ) -> None:
        states = caught(self.start(child), catcher)
        machines.ended(aws({"seconds": 0}, **states)["ExecutionArn"])
        assert aws({"seconds": 0}, **states) == {"caught": TAKEN}

    def test_there_is_no_such_machine(self, aws: Run) -> None:
        nobody = "arn:aws:states:eu-central-1:123456789012:stateMachine:nobody"
        error = "StepFunctions.StateMachineDoesNotExistException"
        assert aws(A={**self.start(nobody), "End": True})[0] == error

    def test_an_input_is_too_large(self, aws: Run, child: str) -> None:
        states = caught(self.start(child, Input=TOO_LARGE))
        assert aws(LARGE, **states)[0] == TOO_MUCH_DATA


MISTAKES = [
    task(Parameters={"a.$": "$.nobody"}),
    task(Parameters={"a.$": "$$.Execution.Nobody"}),
    task(Parameters={"a.$": "States.StringToJson($.nobody)"}),
    task(Parameters={"a.$": "States.StringToJson($.text)"}),
    task(ResultSelector={"a.$": "$.nobody"}),
    task(START, Parameters={"StateMachineArn.$": "$.nobody"}),
    {**every(PASS), "ItemsPath": "$.nobody"},
    {**every(PASS), "ItemSelector": {"a.$": "$.nobody"}},
    every({"Type": "Pass", "Parameters": {"a.$": "$.nobody"}}),
]
DATA = {"text": "{", "items": [1]}


@pytest.mark.parametrize("mistaken", MISTAKES)
class TestOfAMistake:
    """A mistake, such as a missing path, fails the execution despite any Retry or Catch."""

    def test_moto_has_it_caught(self, moto: Run, mistaken: Any) -> None:
        assert moto(DATA, **caught(mistaken)).keys() == {"caught"}

    @pytest.mark.parametrize("catcher", ["States.ALL", RUNTIME, "States.TaskFailed"])
    def test_aws_fails(self, aws: Run, mistaken: Any, catcher: str) -> None:
        assert aws(DATA, **caught(mistaken, catcher))[0] == RUNTIME

    def test_aws_does_not_try_again(self, aws: Run, mistaken: Any) -> None:
        retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}]
        assert aws(DATA, A={**mistaken, "Retry": retry, "End": True})[0] == RUNTIME


@pytest.mark.parametrize(
    "state",
    [
        {**PASS, "Parameters": {"a.$": "$.nobody"}},
        {**PASS, "InputPath": "$.nobody"},
        {"Type": "Wait", "TimestampPath": "$.nobody", "End": True},
        {"Type": "Wait", "SecondsPath": "$.nobody", "End": True},
        {"Type": "Fail", "Error": "Mine", "CausePath": "$.nobody"},
        {"Type": "Fail", "Error": "Mine", "CausePath": "States.JsonToString($.nobody)"},
    ],
)
def test_a_path_leads_somewhere(either, state):
    """Here moto does as AWS; if it ceased to, the other tests would prove less."""
    assert either(A=state)[0] == RUNTIME


@pytest.mark.parametrize("catcher", ["States.ALL", "States.TaskFailed", None])
@pytest.mark.parametrize(("befalls", "error"), [("failed", "Mine"), ("refused", "Exception")])
@pytest.mark.parametrize("around", [lambda inner: inner, every, both])
def test_a_lambda_that_fails_is_caught(either, befalls, error, catcher, around):
    data = {"items": [{befalls: True}], befalls: True}
    assert either(data, **caught(around(task()), catcher or error)) == {"caught": error}


def test_a_lambda_that_takes_too_long_has_an_event_of_its_own():
    history = SimpleNamespace(source_event_id=1)
    env = SimpleNamespace(next_state_name="A", event_history_context=history)
    event = strict.lambda_error(strict.LambdaTask(), env, TimeoutError())
    assert (event.error_name.error_name, event.event_type) == (
        "States.Timeout",
        "LambdaFunctionTimedOut",
    )


@pytest.mark.parametrize("around", [lambda inner: inner, every, both])
class TestOfTooMuchData:
    @pytest.fixture
    def state(self, around: Any) -> dict[str, Any]:
        return around(task(Parameters=TOO_LARGE, ResultSelector={}))

    def test_aws_fails(self, aws: Run, state: Any) -> None:
        assert aws({"items": [LARGE], **LARGE}, **caught(state))[0] == TOO_MUCH_DATA

    def test_who_names_it_catches_it(self, aws: Run, state: Any) -> None:
        states = caught(state, TOO_MUCH_DATA)
        assert aws({"items": [LARGE], **LARGE}, **states) == {"caught": TOO_MUCH_DATA}


def test_moto_looks_at_what_comes_out_alone(moto, monkeypatch):
    states = {"A": {**PASS, "Parameters": TOO_LARGE, "ResultPath": None}}
    assert moto(LARGE, **states) == LARGE
    strict.use(monkeypatch)
    assert moto(LARGE, **states)[0] == TOO_MUCH_DATA


def test_too_much_that_comes_out_is_not_caught(moto, monkeypatch):
    """moto knows the limit, but lets a Catch match the error."""
    states = caught(every({"Type": "Pass", "Result": {"text": "x" * 300 * 1024}}))
    assert moto({"items": [1]}, **states).keys() == {"caught"}
    strict.use(monkeypatch)
    assert moto({"items": [1]}, **states)[0] == TOO_MUCH_DATA
