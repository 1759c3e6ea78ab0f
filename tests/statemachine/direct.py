"""Step Functions on moto's own objects: a call of botocore takes longer than a state."""

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

ACCOUNT, REGION = "123456789012", "us-east-1"


def backend() -> Any:
    return stepfunctions_parser_backends[ACCOUNT][REGION]


class StepFunctions:
    """Does what a client does, and raises the client's `exceptions`."""

    def __init__(self, exceptions: Any):
        self.exceptions = exceptions

    def start_execution(
        self,
        *,
        stateMachineArn: str,  # noqa: N803 - botocore's names
        name: str,
        input: str,  # noqa: A002
    ) -> dict[str, Any]:
        execution = self._ask(
            "StartExecution", lambda: backend().start_execution(stateMachineArn, name, input)
        )
        return {"executionArn": execution.execution_arn, "startDate": execution.start_date}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        execution = self._ask(
            "DescribeExecution", lambda: backend().describe_execution(executionArn)
        )
        said: dict[str, Any] = execution.to_describe_output()
        said["status"] = ExecutionStatus(said["status"]).value
        return {name: value for name, value in said.items() if value is not None}

    def stop_execution(self, *, executionArn: str, cause: str) -> dict[str, Any]:  # noqa: N803
        execution = self._ask("StopExecution", lambda: backend().describe_execution(executionArn))
        # A stop of an execution that has ended changes nothing.
        execution.stop(stop_date=None, error=None, cause=cause)
        return {"stopDate": execution.stop_date}

    def _ask(self, operation: str, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except AWSError as error:
            said = {
                "Error": {"Code": error.TYPE, "Message": error.message},
                "ResponseMetadata": {"HTTPStatusCode": error.STATUS, "RequestId": "0"},
            }
            raise getattr(self.exceptions, error.TYPE)(said, operation) from error
