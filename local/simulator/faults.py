"""Scripted failures, for the tests of error handling."""

import itertools
import re
import threading
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from local.simulator.answer import Answer

RATE_LIMITED = {"message": "You are being rate limited.", "retry_after": 1.0, "global": False}


@dataclass
class Fault:
    """A failure, and the calls that it hits.

    A call matches by ``method``, by ``path`` (a regular expression searched for in the part after
    /api/v10) and by ``body_contains``. The first ``skip`` matching calls go through, then ``times``
    calls fail (None: all). With ``seconds``, the fault is an outage instead: all calls fail until
    so many seconds after ``since`` (Unix seconds; None: the first failing call sets it). A call
    fails "before" its work, which is then not done, or "after" it: see ``effect``. ``connection``
    ("refuse", "reset", "timeout") gives no answer; otherwise, the answer is ``status`` with
    ``body`` and ``headers``. Raises ValueError for a wrong field, re.error for a wrong ``path``.
    """

    method: str | None = None
    path: str | None = None
    body_contains: str | None = None
    skip: int = 0
    times: int | None = 1
    seconds: float | None = None
    since: float | None = None
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    effect: Literal["before", "after"] = "before"
    connection: Literal["refuse", "reset", "timeout"] | None = None
    id: str = ""
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.seconds is not None and self.seconds < 0:
            raise ValueError(f"seconds: {self.seconds!r}")
        if self.effect not in {"before", "after"}:
            raise ValueError(f"effect: {self.effect!r}")
        if self.connection not in {None, "refuse", "reset", "timeout"}:
            raise ValueError(f"connection: {self.connection!r}")
        if self.connection == "refuse" and self.effect == "after":
            raise ValueError("a refused connection can't come after the work")
        re.compile(self.path or "")

    def matches(self, method: str, path: str, body: str) -> bool:
        """Tell whether a call matches the fault."""
        return (
            (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
            and (self.body_contains is None or self.body_contains in body)
        )

    def is_over(self, now: float) -> bool:
        """Tell whether the fault hits no more calls; ``now`` is in Unix seconds."""
        if self.seconds is not None:
            return self.since is not None and now >= self.since + self.seconds
        return self.times is not None and self.hits >= self.times

    def hit(self, now: float) -> None:
        """Count a call that fails."""
        self.hits += 1
        if self.since is None:
            self.since = now

    def answer(self) -> Answer | None:
        """Return the client's answer; None for a failed connection."""
        if self.connection:
            return None
        headers = dict(self.headers)
        body = self.body
        if self.status == HTTPStatus.TOO_MANY_REQUESTS and body is None:
            body = RATE_LIMITED
            headers = {"Retry-After": "1", "X-RateLimit-Scope": "user"} | headers
        elif body is None:
            phrase = HTTPStatus(self.status).phrase
            body = {"message": f"{self.status}: {phrase}", "code": 0}
        return Answer(self.status, body, headers)


class Faults:
    """The faults that are set; the first one that matches a call and is not over hits it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, **what: Any) -> str:
        """Set a fault with the fields of ``Fault``, and return its id."""
        fault = Fault(**what)
        with self._lock:
            fault.id = str(next(self._ids))
            self._faults.append(fault)
        return fault.id

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def list(self, still_at: float | None = None) -> list[dict[str, Any]]:
        """Return the faults; ``seen`` counts the matching calls, ``hits`` those that failed.

        ``still_at`` (Unix seconds) omits the faults that are over by then.
        """
        with self._lock:
            return [
                asdict(fault)
                for fault in self._faults
                if still_at is None or not fault.is_over(still_at)
            ]

    def take(self, method: str, path: str, body: str, now: float) -> Fault | None:
        """Return the fault that hits this call ``now`` (Unix seconds), if any; count the call."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, path, body):
                    continue
                fault.seen += 1
                if fault.seen > fault.skip and not fault.is_over(now):
                    fault.hit(now)
                    return fault
        return None
