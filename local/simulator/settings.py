"""How the simulated Discord behaves as a whole."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from local.simulator.buckets import Limit
from local.simulator.interactions import RESPONSE_DEADLINE_S
from local.simulator.name_forms import AS_SENT, FORMS
from local.simulator.rate_limits import DEFAULT_LIMITS


@dataclass
class Settings:
    """What a tester can turn.

    An application has ``response_deadline_s`` to answer an interaction. ``latency_ms`` passes
    before each API call is handled; with ``latency_spread`` it is the median of a log-normal
    distribution of that sigma (0.5: one call in a hundred takes three times as long; 1.5: some take
    half a minute). ``ack_delay_ms`` passes between the answer to an interaction and its message
    existing. A GET of roles, channels or members doesn't show, with a chance of
    ``stale_reads_chance``, what was written in the last ``stale_reads_ms``. An overwrite that is
    put in the first ``lost_overwrites_ms`` of its channel is silently lost, and so are the next
    ``lost_assignments`` of a role. A channel's name may not contain ``forbidden_words``. Names are
    kept in a ``name_form`` (``name_forms.FORMS``), such as "composed". Objects have
    ``deprecated_fields`` as long as Discord sends them. ``rate_limits`` turns all limits on or off,
    and ``limits`` says what each is.
    """

    response_deadline_s: float = RESPONSE_DEADLINE_S
    latency_ms: float = 0
    latency_spread: float = 0
    ack_delay_ms: float = 0
    stale_reads_ms: float = 0
    stale_reads_chance: float = 1
    lost_overwrites_ms: float = 0
    lost_assignments: int = 0
    forbidden_words: list[str] = field(default_factory=list)
    deprecated_fields: bool = True
    name_form: str = AS_SENT
    rate_limits: bool = True
    limits: dict[str, Limit] = field(default_factory=lambda: dict(DEFAULT_LIMITS))

    def update(self, changes: dict[str, Any]) -> None:
        """Change some settings.

        ``limits`` maps names to ``[requests, seconds]``, or to the fields of a ``Limit`` that
        change.
        """
        unknown = changes.keys() - {f.name for f in fields(self)}
        if unknown:
            raise ValueError(f"no such settings: {', '.join(sorted(unknown))}")
        if changes.get("name_form", AS_SENT) not in FORMS:
            raise ValueError(f"name_form is one of {', '.join(FORMS)}")
        for name, value in changes.items():
            if name == "limits":
                self.limits |= {key: self._limit(key, new) for key, new in value.items()}
            else:
                setattr(self, name, value)

    def kept_name(self, name: str) -> str:
        """Return what is kept of the name of a role or a channel."""
        return FORMS[self.name_form](name)

    def _limit(self, name: str, new: Any) -> Limit:
        if name not in self.limits:
            raise ValueError(f"no such limit: {name}")
        if not isinstance(new, dict):
            requests, seconds = new
            new = {"requests": requests, "seconds": seconds}
        return replace(self.limits[name], **new)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as the control API shows them."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        limits = {name: asdict(limit) for name, limit in self.limits.items()}
        return values | {"limits": limits}
