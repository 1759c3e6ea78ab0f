"""The limiter's table on a schedule's clock: full of others' campaigns, slow, or unavailable."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from bench.thousand_table import DynamoDB
from channelwright.campaign import deadlines
from channelwright.pace import limiter, schedule, table
from tests.reliability.clock import Clock

# moto reads these of an error that its own states get.
ANSWER: Any = {"HTTPStatusCode": 500, "RequestId": "0"}


class Table(DynamoDB):
    """A table that answers the first `works_for` requests; then it does `instead`."""

    def __init__(
        self, clock: Clock, works_for: int = 1_000_000, instead: Callable[[], Any] | None = None
    ) -> None:
        super().__init__(clock)
        self._left = works_for
        self._instead = instead
        self.has_failed = False

    def mend(self) -> None:
        """Answer all requests from now on."""
        self._instead = None

    def _request(self) -> None:
        self._left -= 1
        if self._left < 0 and self._instead:
            self.has_failed = True
            self._instead()
        super()._request()


def _quiet(clock: Clock) -> Table:
    return Table(clock)


def _busy(seconds: float, *, priority: bool = False) -> Callable[[Clock], Table]:
    """Return a function that creates a table with so many seconds reserved by others."""

    def make(clock: Clock) -> Table:
        table = Table(clock)
        # Reserved just before the run: without that, a campaign would have no company.
        now = clock.now()
        taken, _ = schedule.reserve(
            schedule.Schedule(), now, max(seconds, 0.01), now + seconds, priority=priority
        )
        values = {":version": {"N": "0"}}
        table.put_item(
            Item={"id": {"S": "schedule"}, "version": {"N": "1"}, **limiter._as_item(taken)},
            ConditionExpression="attribute_not_exists(id) OR version = :version",
            ExpressionAttributeValues=values,
        )
        return table

    return make


class WithoutRecords(Table):
    """A table of which the first `times` writes of records fail."""

    def __init__(self, clock: Clock, times: int) -> None:
        super().__init__(clock)
        self._times = times

    def mend(self) -> None:
        """Answer all requests from now on."""
        self._times = 0

    def _write(self, do: Callable[..., Any], **how: Any) -> Any:
        if self._times:
            self._times -= 1
            raise _error("InternalServerError")
        return super()._write(do, **how)


def _error(code: str) -> ClientError:
    said = {"Error": {"Code": code, "Message": ""}}
    return ClientError(said | {"ResponseMetadata": ANSWER}, "any")


def _fails(code: str, works_for: int = 0) -> Callable[[Clock], Table]:
    def instead() -> None:
        raise _error(code)

    def make(clock: Clock) -> Table:
        made = _busy(20.0)(clock)
        made._left, made._instead = works_for, instead
        return made

    return make


def _slow(works_for: int) -> Callable[[Clock], Table]:
    def make(clock: Clock) -> Table:
        def instead() -> None:
            clock.sleep(table.TIMEOUT_SECONDS)
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

        made = _busy(20.0)(clock)
        made._left, made._instead = works_for, instead
        return made

    return make


TO_THE_DEADLINE = (
    deadlines.BUILD_SECONDS - deadlines.TURN_SECONDS - deadlines.TURN_DEADLINE_EVERY_SECONDS - 2
)
TABLES: dict[str, Callable[[Clock], Table]] = {
    "quiet": _quiet,
    "in company": _busy(0.01),
    "a line of 20 s": _busy(20.0),
    "a line of 5 min": _busy(300.0),
    "a line to the deadline": _busy(TO_THE_DEADLINE),
    "a line beyond the deadline": _busy(deadlines.BUILD_SECONDS),
    "down": _fails("InternalServerError"),
    "throttled later": _fails("ThrottlingException", 6),
    "down during the undoing": _fails("InternalServerError", 30),
    "slow": _slow(0),
    "slow later": _slow(9),
    "no records at first": lambda clock: WithoutRecords(clock, 8),
}
