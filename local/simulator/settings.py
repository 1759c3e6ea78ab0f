"""How the simulated Discord behaves as a whole."""

from dataclasses import dataclass, field, fields
from typing import Any

from local.simulator.rate_limits import DEFAULT_LIMITS, Limit


@dataclass
class Settings:
    """What a tester can turn.

    ``latency_ms`` passes before each API call is handled, ``ack_delay_ms`` between the answer to
    an interaction and its message existing, and a GET of roles or channels doesn't show what was
    written in the last ``stale_reads_ms``. An overwrite that is put in the first
    ``lost_overwrites_ms`` of its channel is silently lost. ``rate_limits`` turns all limits on or
    off, and ``limits`` says what each is.
    """

    latency_ms: float = 0
    ack_delay_ms: float = 0
    stale_reads_ms: float = 0
    lost_overwrites_ms: float = 0
    rate_limits: bool = True
    limits: dict[str, Limit] = field(default_factory=lambda: dict(DEFAULT_LIMITS))

    def update(self, changes: dict[str, Any]) -> None:
        """Change some settings; ``limits`` maps names to ``[requests, seconds]``."""
        unknown = changes.keys() - {f.name for f in fields(self)}
        if unknown:
            raise ValueError(f"no such settings: {', '.join(sorted(unknown))}")
        for name, value in changes.items():
            if name == "limits":
                self.limits |= {key: Limit(*numbers) for key, numbers in value.items()}
            else:
                setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as the control API shows them."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        limits = {name: [limit.requests, limit.seconds] for name, limit in self.limits.items()}
        return values | {"limits": limits}
