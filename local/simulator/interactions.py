"""The simulator's interactions, and the messages that answer them.

Discord docs: Interactions > Receiving and Responding.
"""

from dataclasses import dataclass, field
from typing import Any

from local.simulator import errors
from local.simulator.messages import EPHEMERAL, Message

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = range(1, 6)
TOKEN_LIFE_S = 15 * 60
RESPONSE_DEADLINE_S = 3.0


@dataclass
class Interaction:
    """An interaction; times are in Unix seconds.

    ``from_message`` tells whether it comes from a message's component, or from a modal that a
    component opened. ``acked_at`` is when Discord has handled the application's answer (None: no
    answer yet). ``invalidated`` means that the answer was too late or wrong. ``thinking`` means
    that the answer was type 5, and that the message is not written yet.
    """

    id: str
    type: int
    token: str
    user_id: str
    created_at: float
    from_message: bool = False
    guild_id: str | None = None
    channel_id: str | None = None
    acked_at: float | None = None
    invalidated: bool = False
    thinking: bool = False
    ephemeral: bool = False
    original: Message | None = None
    versions: list[dict[str, Any]] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)

    def expired(self, now: float) -> bool:
        """Tell whether the token's 15 minutes are over."""
        return now >= self.created_at + TOKEN_LIFE_S

    def token_alive(self, now: float) -> bool:
        """Tell whether the token can still be used."""
        return not self.invalidated and not self.expired(now)

    def acked(self, now: float) -> bool:
        """Tell whether Discord has handled the application's answer."""
        return self.acked_at is not None and self.acked_at <= now

    def original_at(self, now: float) -> Message:
        """Return @original, or raise a 10008 if it does not exist (yet)."""
        if not self.acked(now) or self.original is None:
            raise errors.unknown_message()
        return self.original

    def acknowledge(self, at: float, message: Message, *, thinking: bool) -> None:
        """Record the application's answer: a message or, with ``thinking``, a deferred one."""
        self.acked_at = at
        self.thinking = thinking
        self.original = message
        self.ephemeral = bool(message.flags & EPHEMERAL)
        if not thinking:
            self.versions.append(message.version(at))

    def as_json(self, now: float) -> dict[str, Any]:
        """Return the interaction as the control API shows it."""
        return {
            "id": self.id,
            "token_alive": self.token_alive(now),
            "acked_at": self.acked_at,
            "thinking": self.thinking,
            "ephemeral": self.ephemeral,
            "deleted": self.acked(now) and self.original is None,
            "versions": self.versions,
            "followups": [m.version(m.created_at) for m in self.followups],
        }
