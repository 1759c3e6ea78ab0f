"""The settings of the simulated Discord."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from local.simulator.buckets import Limit
from local.simulator.interactions import RESPONSE_DEADLINE_S
from local.simulator.name_forms import AS_SENT, FORMS
from local.simulator.rate_limits import DEFAULT_LIMITS


@dataclass
class Settings:
    """The settings that a tester can change.

    - ``response_deadline_s``: an application's time to answer an interaction.
    - ``latency_ms``: the delay before each API call is handled.
    - ``latency_spread``: if set, the latency is log-normal with this sigma, and ``latency_ms`` is
      its median (0.5: one call in a hundred takes three times as long; 1.5: some take half a
      minute).
    - ``ack_delay_ms``: the time until the message of an interaction's answer exists.
    - ``stale_reads_ms``: a GET of roles, channels or members misses the writes of this
      time, with a probability of ``stale_reads_chance``.
    - ``lost_overwrites_ms``: an overwrite that is set within this time after its channel's
      creation is silently lost.
    - ``lost_assignments``: the number of role assignments that are silently lost next.
    - ``forbidden_words``: the words that a channel's name may not contain.
    - ``deprecated_fields``: whether objects have the fields that Discord has deprecated.
    - ``name_form``: the form in which names are stored, such as "composed"
      (``name_forms.FORMS``).
    - ``rate_limits``: whether there are any rate limits; ``limits`` maps their names to them.
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
        change. Raises ValueError for an unknown setting, limit or ``name_form``.
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
        """Return the name of a role or a channel as Discord stores it."""
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
