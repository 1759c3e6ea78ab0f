"""Step Functions with eventually consistent descriptions of executions.

Source: AWS docs, Step Functions API Reference > DescribeExecution.
"""

from typing import Any

# Fields that a description has only after the end.
OF_AN_END = frozenset({"stopDate", "output", "outputDetails", "error", "cause"})


class Lagging:
    """A client that shows an execution's start and its end only so many seconds later."""

    def __init__(self, client: Any, clock: Any, *, starts_s: float = 0.0, ends_s: float = 0.0):
        self._client = client
        self._clock = clock
        self._starts_s, self._ends_s = starts_s, ends_s

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        here = self._clock.now()
        now: dict[str, Any] = self._client.describe_execution(executionArn=executionArn)
        if now["startDate"].timestamp() > here - self._starts_s:
            said = {"Error": {"Code": "ExecutionDoesNotExist", "Message": executionArn}}
            raise self._client.exceptions.ExecutionDoesNotExist(said, "DescribeExecution")
        if "stopDate" not in now or now["stopDate"].timestamp() <= here - self._ends_s:
            return now
        before = {name: value for name, value in now.items() if name not in OF_AN_END}
        return before | {"status": "RUNNING"}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
