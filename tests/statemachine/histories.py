"""GetExecutionHistory, page by page."""

from collections.abc import Callable, Iterator
from typing import Any

# AWS's default page size; the maximum is 1,000.
PAGE = 100


class Histories:
    """Pages through the events that `find` returns for an execution's ARN.

    Source: AWS docs, Step Functions > API Reference > GetExecutionHistory.
    """

    def __init__(self, find: Callable[[str], list[dict[str, Any]]], page: int = PAGE):
        self._find = find
        self._page = page

    def get_paginator(self, operation: str) -> "Histories":
        assert operation == "get_execution_history"
        return self

    def paginate(self, *, executionArn: str, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        events = self._find(executionArn)
        for start in range(0, max(len(events), 1), self._page):
            yield {"events": events[start : start + self._page]}
