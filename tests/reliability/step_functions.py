"""Step Functions under a schedule: a call fails, loses its answer, or takes effect late."""

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from start_campaign import CONFIG
from tests.reliability.lambdas import Played
from tests.statemachine.histories import Histories

# A caller's timeout, over all its attempts.
PATIENCE_SECONDS = CONFIG.read_timeout * CONFIG.retries["total_max_attempts"]


class StepFunctions:
    """A client whose calls have the fates of a schedule: a Death names the operation.

    `started` maps an execution's name to when the Lambda that first asked for it began.
    """

    def __init__(self, client: Any, lambdas: Played, histories: Histories):
        self.exceptions = client.exceptions
        self._client = client
        self._histories = histories
        self._lambdas = lambdas
        self.started: dict[str, float] = {}

    def start_execution(self, **request: Any) -> Any:
        self.started.setdefault(request["name"], self._lambdas.here.began)
        return self._call("StartExecution", self._client.start_execution, request)

    def describe_execution(self, **request: Any) -> Any:
        return self._call("DescribeExecution", self._client.describe_execution, request)

    def stop_execution(self, **request: Any) -> Any:
        return self._call("StopExecution", self._client.stop_execution, request)

    def get_paginator(self, operation: str) -> Any:
        fate = self._lambdas.fate("GetExecutionHistory")
        if fate is not None:
            raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)
        return self._histories.get_paginator(operation)

    def _call(self, operation: str, do: Callable[..., Any], request: dict[str, Any]) -> Any:
        fate = self._lambdas.fate(operation)
        if fate is None:
            return do(**request)
        if fate.when == "late":
            late = functools.partial(self._do_late, do, request)
            self._lambdas.clock.later(PATIENCE_SECONDS + fate.late_s, late)
            self._lambdas.clock.sleep(PATIENCE_SECONDS)
            raise ReadTimeoutError(endpoint_url="https://states")
        if fate.when == "after":
            do(**request)
        raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)

    def _do_late(self, do: Callable[..., Any], request: dict[str, Any]) -> None:
        with contextlib.suppress(ClientError):  # nobody receives the error
            do(**request)
