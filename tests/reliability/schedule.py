"""A run's faults and events, and their times. A schedule's repr is a line that replays it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Death:
    """The fate of a Lambda's attempts: `times` of them (None: all) after the first `skip`.

    `when` is "before" the handler ran, "after" it (its result is lost), or "late": the caller is
    told that the Lambda died, and its work is done `late_s` seconds after that. `function` may
    include what *report* says ("report progress"), or be an operation of Step Functions
    ("StartExecution", "StopExecution", "DescribeExecution", "GetExecutionHistory") or the state
    that calls it ("Remove Campaign").
    """

    function: str
    when: str = "before"
    error: str = "Lambda.Unknown"
    skip: int = 0
    times: int | None = 1
    late_s: float = 20.0


@dataclass(frozen=True)
class Act:
    """An action of a person just before the bot's call number `at` (from 0).

    `kind` names a method of `people.People`; `which` selects among the possible objects.
    """

    kind: str
    at: int
    which: int = 0


@dataclass(frozen=True)
class Late:
    """The first call that matches, as for a simulator's fault, times out and is done later."""

    call: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Schedule:
    """A run: the requested campaigns, and everything that goes wrong.

    `faults` are the arguments of the simulator's `Faults.add`, `settings` those of `configure`.
    `waits_s` passes between the command and the first delivery of its message, which is delivered
    `starts` times. At the end, dead letters are sent again after `sent_again_s`. An operator stops
    the execution of `stopped_machine` as it enters the state `stopped_in`. Waves are of
    `wave_size`. `table` is a key of table.TABLES. Step Functions describes an execution's start and
    its end `described_late_s` after it. `server` names what people did there before the run (a
    method of `people.People`). `order` draws the order of tasks that are ready at the same moment;
    0 is first come, first served. If there are `steps`, the campaign stands from the beginning, and
    people do these (methods of `joiners.Joiners`), each after the end of the one before.
    """

    faults: tuple[dict[str, Any], ...] = ()
    deaths: tuple[Death, ...] = ()
    acts: tuple[Act, ...] = ()
    lates: tuple[Late, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    campaigns: tuple[str, ...] = ("My Campaign",)
    waits_s: float = 0.0
    starts: int = 1
    sent_again_s: float | None = None
    stopped_in: str = ""
    stopped_machine: str = ""
    wave_size: int = 4
    table: str = "quiet"
    described_late_s: float = 0.0
    forums: bool = True
    server: str = ""
    order: int = 0
    steps: tuple[str, ...] = ()

    @property
    def is_faulty(self) -> bool:
        """Tell whether anything goes wrong, or anybody acts."""
        return bool(self.faults or self.deaths or self.acts or self.lates or self.steps)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the requested campaigns; if one stands, nobody requests another."""
        return () if self.steps else self.campaigns

    def __repr__(self) -> str:
        """Show only what differs from a run in which nothing goes wrong."""
        plain = Schedule()
        given = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if value != getattr(plain, name, None)
        ]
        return f"Schedule({', '.join(given)})"
