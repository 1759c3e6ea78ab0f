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
FAILURES = {
    COMMAND: "The application did not respond",
    COMPONENT: "This interaction failed",
    AUTOCOMPLETE: "Loading options failed",
}


@dataclass
class Interaction:
    """An interaction; times are in Unix seconds.

    ``from_message`` tells whether it comes from a component of ``message``, or from a modal that
    the component opened. ``acked_at`` is when Discord has handled the application's answer (None:
    no answer yet). ``invalidated`` means that the answer was too late or wrong. ``thinking`` means
    that the answer was type 5, and that the message is not written yet. ``choices`` are those of an
    autocomplete answer.
    """

    id: str
    type: int
    token: str
    user_id: str
    created_at: float
    from_message: bool = False
    message: Message | None = None
    guild_id: str | None = None
    channel_id: str | None = None
    acked_at: float | None = None
    invalidated: bool = False
    thinking: bool = False
    ephemeral: bool = False
    original: Message | None = None
    versions: list[dict[str, Any]] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] | None = None

    @property
    def integration_owners(self) -> dict[str, str]:
        """The installation that authorized it: the guild's, or "0" in a direct message."""
        return {"0": self.guild_id or "0"}

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
        if not self.acked(now) or self.original is None or self.original.deleted:
            raise errors.unknown_message()
        return self.original

    def message_at(self, now: float, message_id: str) -> Message:
        """Return @original or the follow-up with this id, or raise a 10008."""
        sent = self.followups if self.original is None else [self.original, *self.followups]
        for message in sent if self.acked(now) else []:
            if message.id == message_id and not message.deleted:
                return message
        raise errors.unknown_message()

    def acknowledge(self, at: float, message: Message, *, written: bool) -> None:
        """Record that @original is ``message``, which the answer has ``written`` or deferred."""
        self.acked_at = at
        self.original = message
        self.ephemeral = bool(message.flags & EPHEMERAL)
        if written:
            self.versions.append(message.version(at))

    def failure(self, now: float, deadline_s: float) -> str | None:
        """Return what the user reads if no answer, or a wrong one, came in time; None otherwise.

        Discord does not document these texts; its users see them.
        """
        overdue = self.acked_at is None and now > self.created_at + deadline_s
        return FAILURES.get(self.type) if self.invalidated or overdue else None

    def as_json(self, now: float) -> dict[str, Any]:
        """Return the interaction as the control API shows it."""
        return {
            "id": self.id,
            "token_alive": self.token_alive(now),
            "acked_at": self.acked_at,
            "thinking": self.thinking,
            "ephemeral": self.ephemeral,
            "deleted": self.acked(now) and (self.original is None or self.original.deleted),
            "message_id": None if self.original is None else self.original.id,
            "choices": self.choices,
            "versions": self.versions,
            "followups": [m.version(m.created_at) for m in self.followups],
        }
