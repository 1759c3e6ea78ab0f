"""Makes moto 5.2.5 behave like AWS where moto is more lenient or lacks something."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name import (
    custom_error_name,
    error_equals_decl,
    failure_event,
    states_error_name,
)
from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.component.state.choice.comparison import (
    comparison_operator_type,
    comparison_variable,
    variable,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import (
    lambda_eval_utils,
    state_task,
    state_task_lambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_events,
    state_task_service_sfn,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from tests.statemachine.frugal import is_within_size_quota

RUNTIME = "States.Runtime"
TOO_MUCH_DATA = "States.DataLimitExceeded"
# A Lambda's call fails with one of these; any other error is a mistake in the state machine.
OF_CALLS = (ClientError, TimeoutError, lambda_eval_utils.LambdaFunctionErrorException)

Comparison = comparison_variable.ComparisonVariable
ErrorEquals = error_equals_decl.ErrorEqualsDecl
LambdaTask = state_task_lambda.StateTaskLambda
EventsTask = state_task_service_events.StateTaskServiceEvents
StartTask = state_task_service_sfn.StateTaskServiceSfn

_match = ErrorEquals._eval_body
_lambda_error = LambdaTask._from_error
_events_error = EventsTask._from_error
_evaluate_parameters = Parargs._eval_body
_environment = ExecutionWorker._get_evaluation_environment
_to_request = StartTask._normalise_parameters
_to_result = StartTask._normalise_response

# Redrives of an execution by its name; a test may set them before the execution begins.
redrive_counts: dict[str, int] = {}


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    redrive_counts.clear()
    monkeypatch.setattr(Comparison, "_eval_body", compare)
    monkeypatch.setattr(ErrorEquals, "_eval_body", match)
    monkeypatch.setattr(LambdaTask, "_from_error", lambda_error)
    monkeypatch.setattr(EventsTask, "_from_error", events_error)
    for module in (iteration_worker, branches_decl):
        monkeypatch.setattr(module, "CustomErrorName", error_name)
    monkeypatch.setattr(Parargs, "_eval_body", evaluate_parameters)
    monkeypatch.setattr(ExecutionWorker, "_get_evaluation_environment", environment)
    monkeypatch.setattr(StartTask, "_normalise_parameters", to_request)
    monkeypatch.setattr(StartTask, "_normalise_response", to_result)


def compare(self: Any, env: Environment) -> None:
    """Fail if a rule compares a missing value; moto treats such a rule as not met."""
    self.variable.eval(env)
    missing = isinstance(env.stack[-1], variable.NoSuchVariable)
    operator = self.comparison_function.operator_type
    if missing and operator is not comparison_operator_type.ComparisonOperatorType.IsPresent:
        path = self.variable.string_sampler.literal_value
        reason = "The choice state's condition path references an invalid value."
        raise _failure(env, RUNTIME, f"Invalid path '{path}': {reason}")
    self.comparison_function.eval(env)


def match(self: Any, env: Environment) -> None:
    """Let nothing match States.Runtime, and only its own name match States.DataLimitExceeded."""
    name = getattr(env.stack[-1], "error_name", None)
    named = any(each.error_name == name for each in self.error_names)
    if name == RUNTIME or (name == TOO_MUCH_DATA and not named):
        env.stack[-1] = False
    else:
        _match(self, env)


def lambda_error(self: Any, env: Environment, ex: Exception) -> failure_event.FailureEvent:
    """Tell a mistake in the state machine from a failed Lambda; moto lets a Catch match both."""
    tell = _lambda_error if isinstance(ex, OF_CALLS) else state_task.StateTask._from_error
    return tell(self, env, ex)


def events_error(self: Any, env: Environment, ex: Exception) -> failure_event.FailureEvent:
    """Name a refusal of EventBridge; moto takes it for a mistake in the state machine."""
    if not isinstance(ex, ClientError):
        return _events_error(self, env, ex)
    name = custom_error_name.CustomErrorName(f"EventBridge.{ex.response['Error']['Code']}")
    return _event(env, name, str(ex))


def error_name(error_name: str | None) -> Any:
    """Let AWS's own errors leave a Map or a Parallel; moto turns them into States.Runtime."""
    if error_name and error_name.startswith("States."):
        return states_error_name.StatesErrorName.from_name(error_name)
    return custom_error_name.CustomErrorName(error_name)


def evaluate_parameters(self: Any, env: Environment) -> None:
    """Refuse Parameters that are too large; moto checks only a state's output."""
    _evaluate_parameters(self, env)
    if not is_within_size_quota(env.stack[-1]):
        raise _failure(env, TOO_MUCH_DATA, "The state's input after Parameters is too large.")


def environment(self: Any) -> Environment:
    """Add the redrive count, which moto's context object lacks."""
    env = _environment(self)
    execution: Any = env.states.context_object.context_object_data["Execution"]
    execution["RedriveCount"] = redrive_counts.get(execution["Name"], 0)
    return env


def to_request(self: Any, parameters: dict[str, Any], **of: Any) -> None:
    """Name an API's parameters as botocore does; moto keeps the capitals: a KeyError."""
    _to_request(self, parameters, **of)
    for name in list(parameters):
        parameters[name[0].lower() + name[1:]] = parameters.pop(name)


def to_result(self: Any, response: dict[str, Any], **of: Any) -> None:
    """Name the fields of an API's answer as a state machine does, and write times as strings."""
    _to_result(self, response, **of)
    for name in list(response):
        value = response.pop(name)
        written = _written(value) if isinstance(value, datetime) else value
        response[name[0].upper() + name[1:]] = written


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failure(env: Environment, name: str, cause: str) -> Exception:
    named = states_error_name.StatesErrorName.from_name(name)
    return failure_event.FailureEventException(_event(env, named, cause))


def _event(env: Environment, name: Any, cause: str) -> failure_event.FailureEvent:
    details = TaskFailedEventDetails(error=name.error_name, cause=cause)
    return failure_event.FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=details),
    )
