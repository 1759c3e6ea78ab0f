"""What goes wrong in a run, and when. A schedule's repr is a line that replays it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Death:
    """The fate of attempts of a Lambda: `times` of them (None: all) after the first `skip`.

    `when` is "before" the handler ran, "after" it (its result is lost), or "late": the caller is
    told that it died, and it does its work `late_s` seconds after that. `function` may also be what
    *report* says ("report progress"), or what a Lambda or a state asks of Step Functions
    ("StartExecution", "DescribeExecution", "GetExecutionHistory").
    """

    function: str
    when: str = "before"
    error: str = "Lambda.Unknown"
    skip: int = 0
    times: int | None = 1
    late_s: float = 20.0


@dataclass(frozen=True)
class Act:
    """Something that a person does just before the bot's call number `at` (from 0).

    `kind` names a method of `people.People`; `which` chooses among what it could be done to.
    """

    kind: str
    at: int
    which: int = 0


@dataclass(frozen=True)
class Late:
    """The first call that matches (as a simulator's fault does) times out, and is done later."""

    call: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Schedule:
    """A run: what is asked for, and everything that befalls it.

    `faults` are the arguments of the simulator's `Faults.add`, `settings` those of `configure`.
    `waits_s` passes between the command and the start of its execution; `starts` counts the
    deliveries of its message; what is a dead letter when all is over is sent again after
    `sent_again_s`. An operator stops the execution as it enters the state `stopped_in`, which is
    one of the machine `stopped_machine`. Waves are of `wave_size`. `table` says how the limiter's
    table is (a key of table.TABLES). Step Functions describes an execution's start and its end
    `described_late_s` after it. `server` is what its people did before (a method of
    `people.People`). `order` draws who is first of those who are ready at the same moment; with 0
    it is who came first.
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

    @property
    def is_faulty(self) -> bool:
        """Tell whether anything is to go wrong, or anybody to act."""
        return bool(self.faults or self.deaths or self.acts or self.lates)

    def __repr__(self) -> str:
        """Say only what differs from a run in which nothing goes wrong."""
        plain = Schedule()
        given = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if value != getattr(plain, name, None)
        ]
        return f"Schedule({', '.join(given)})"
