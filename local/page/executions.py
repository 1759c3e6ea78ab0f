"""The executions as the page shows them, read from the emulator's journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
RUNNING = "RUNNING"
MOST = 200  # executions that are kept; the oldest ones are forgotten


@dataclass
class Attempt:
    """An attempt of a task; times are in Unix seconds."""

    id: int
    began: float
    resource: str
    input: Any
    ended: float | None = None
    output: Any = None
    error: str | None = None
    cause: Any = None
    log: list[Any] = field(default_factory=list)


@dataclass
class Visit:
    """A visit of a state; in a Map, of one `item` (its number). `caught` means that it failed."""

    state: str
    type: str
    item: int | None
    began: float
    input: Any
    ended: float | None = None
    output: Any = None
    error: str | None = None
    cause: Any = None
    caught: bool = False
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether it ended with an error, caught or not."""
        return self.caught or (self.ended is not None and self.error is not None)

    @property
    def retried(self) -> int:
        """How many attempts have failed without being the last."""
        failed = sum(attempt.error is not None for attempt in self.attempts)
        return failed - (self.failed and bool(failed))

    def as_json(self) -> Json:
        """Return the visit with its attempts."""
        attempts = [vars(attempt) for attempt in self.attempts]
        return {**vars(self), "failed": self.failed, "attempts": attempts}


@dataclass
class Execution:
    """An execution and the visits of its states, oldest first."""

    arn: str
    machine: str
    name: str
    began: float
    input: Any
    status: str = RUNNING
    ended: float | None = None
    output: Any = None
    error: str | None = None
    cause: Any = None
    visits: list[Visit] = field(default_factory=list)

    def of(self, state: str) -> list[Visit]:
        """Return the visits of one state."""
        return [visit for visit in self.visits if visit.state == state]

    def status_of(self, visits: list[Visit]) -> str:
        """Return a state's status: running, retrying, waiting, stopped, failed or done."""
        if unfinished := [visit for visit in visits if visit.ended is None]:
            if self.status != RUNNING:
                return "stopped"
            if unfinished[0].type == "Wait":
                return "waiting"
            stuck = all(one.attempts and one.attempts[-1].error for one in unfinished)
            return "retrying" if stuck else "running"
        together = visits if visits[-1].item is not None else visits[-1:]
        return "failed" if any(visit.failed for visit in together) else "done"

    def summary(self) -> Json:
        """Return what the page shows at first sight: no data, one entry for each state."""
        names = dict.fromkeys(visit.state for visit in self.visits)
        told = ("arn", "machine", "name", "began", "status", "ended", "error")
        return {name: vars(self)[name] for name in told} | {
            "states": {name: self._state(self.of(name)) for name in names}
        }

    def _state(self, visits: list[Visit]) -> Json:
        ended = [visit.ended for visit in visits if visit.ended is not None]
        return {
            "status": self.status_of(visits),
            "visits": len(visits),
            "failed": sum(visit.failed for visit in visits),
            "retried": sum(visit.retried for visit in visits),
            "began": visits[0].began if visits[0].item is not None else visits[-1].began,
            "ended": max(ended) if len(ended) == len(visits) else None,
        }


class Executions:
    """All executions in the journal so far."""

    def __init__(self) -> None:
        """Start with none."""
        self._all: dict[str, Execution] = {}
        self._visits: dict[int, tuple[Execution, Visit]] = {}
        self._attempts: dict[int, tuple[Execution, Attempt]] = {}

    def find(self, arn: str) -> Execution | None:
        """Return an execution, or None if it is unknown."""
        return self._all.get(arn)

    def read(self, events: Iterable[Json]) -> list[Execution]:
        """Read events of the journal; return the executions that changed."""
        changed = {}
        for event in events:
            reader = getattr(self, f"_{event.pop('kind')}")
            if execution := reader(**event):
                changed[execution.arn] = execution
        return list(changed.values())

    def forget_oldest(self) -> list[str]:
        """Forget the oldest ended executions beyond the most that are kept; return their ARNs."""
        ended = [arn for arn, one in self._all.items() if one.status != RUNNING]
        gone = ended[: max(0, len(self._all) - MOST)]
        for arn in gone:
            del self._all[arn]
        for known in (self._visits, self._attempts):
            for id_ in [id_ for id_, (execution, _) in known.items() if execution.arn in gone]:
                del known[id_]
        return gone

    def _execution(
        self, at: float, execution: str, machine: str, name: str, status: str, **fields: Any
    ) -> Execution:
        found = self._all.get(execution)
        if found is None:
            found = Execution(execution, machine, name, at, fields["input"])
            self._all[execution] = found
        found.status, found.output = status, fields["output"]
        found.error, found.cause = fields["error"], fields["cause"]
        found.ended = None if status == RUNNING else at
        return found

    def _entered(self, at: float, visit: int, execution: str, **fields: Any) -> Execution | None:
        found = self._all.get(execution)
        if found and found.status == RUNNING:
            entered = Visit(began=at, **fields)
            found.visits.append(entered)
            self._visits[visit] = found, entered
        return found

    def _left(self, at: float, visit: int, **fields: Any) -> Execution | None:
        found = self._visits.get(visit)
        if found and found[0].status != RUNNING:
            return None  # Where it was stopped, it stays: only its Lambdas go on.
        return _ended(found, at, fields)

    def _attempt(self, at: float, attempt: int, visit: int, **fields: Any) -> Execution | None:
        if visit not in self._visits:
            return None
        execution, visited = self._visits[visit]
        begun = Attempt(attempt, at, **fields)
        visited.attempts.append(begun)
        self._attempts[attempt] = execution, begun
        return execution

    def _ended(self, at: float, attempt: int, **fields: Any) -> Execution | None:
        return _ended(self._attempts.get(attempt), at, fields)

    def _log(self, attempt: int, lines: list[Any], **_: Any) -> None:
        if attempt in self._attempts:
            self._attempts[attempt][1].log += lines


def _ended(
    found: tuple[Execution, Visit | Attempt] | None, at: float, fields: Json
) -> Execution | None:
    """Record the end of a visit or an attempt; return its execution."""
    if found is None:
        return None
    execution, one = found
    one.ended = at
    one.output, one.error = fields.get("output"), fields.get("error")
    one.cause = fields.get("cause")
    if isinstance(one, Visit):
        one.caught = fields.get("caught", False)
    return execution
