"""Messages (Discord docs: Resources > Message)."""

from dataclasses import dataclass, field
from typing import Any

from local.simulator import errors
from local.simulator.components import COMPONENTS_V2, read_components
from local.simulator.embeds import read_embeds
from local.simulator.form import Form

EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
SETTABLE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
# An edit changes neither of them.
KEPT_FLAGS = EPHEMERAL | SUPPRESS_NOTIFICATIONS
MAXIMUM_CONTENT = 2000
MAXIMUM_NONCE = 25
MAXIMUM_MENTIONS = 100

DEFAULT_MESSAGE, REPLY, CHAT_INPUT_COMMAND_MESSAGE = 0, 19, 20


@dataclass
class Message:
    """A message; ``created_at`` and ``edited_at`` are in Unix seconds.

    ``interaction_id`` is the interaction that it answers. An ephemeral message is ``visible_to``
    one user alone.
    """

    id: str
    channel_id: str
    author_id: str
    created_at: float
    content: str = ""
    flags: int = 0
    embeds: list[Any] = field(default_factory=list)
    components: list[Any] = field(default_factory=list)
    allowed_mentions: Any = None
    edited_at: float | None = None
    interaction_id: str | None = None
    nonce: str | int | None = None
    type: int = DEFAULT_MESSAGE
    visible_to: str | None = None
    deleted: bool = False

    def write(self, body: Any) -> None:
        """Set the fields from a request's body; raises a 50035 or 50006 if they are wrong.

        As on Discord, an edit does not keep the ``allowed_mentions`` of an earlier one, and cannot
        remove the flag IS_COMPONENTS_V2 (Discord docs: Resources > Message > Edit Message).
        """
        form = Form(body)
        flags = form.integer("flags", 0, (1 << 31) - 1, self.flags)
        v2 = bool(flags & COMPONENTS_V2)
        content = form.text("content", 0, MAXIMUM_CONTENT) if "content" in form else self.content
        embeds = read_embeds(form) if "embeds" in form else self.embeds
        components = self.components
        if "components" in form:
            components = read_components(form, v2=v2)
        if v2:
            self._check_made_of_components(form, content=content, embeds=embeds)
        elif self.flags & COMPONENTS_V2:
            message = "MessageFlags.IS_COMPONENTS_V2 cannot be removed"
            form.problem("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", message)
        if form.given("allowed_mentions"):
            self._check_mentions(form)
        form.check()
        if not (content or embeds or components):
            raise errors.empty_message()
        self.content = content or ""
        self.embeds = embeds
        self.components = components
        self.flags = self.flags & KEPT_FLAGS | flags & SETTABLE_FLAGS
        self.allowed_mentions = form.body.get("allowed_mentions")

    @staticmethod
    def _check_mentions(form: Form) -> None:
        """Note a problem if ``allowed_mentions`` has both all and some of the roles or users."""
        mentions = form.child("allowed_mentions")
        parsed = mentions.rows("parse", MAXIMUM_MENTIONS)
        for kind in ("roles", "users"):
            if mentions.rows(kind, MAXIMUM_MENTIONS) and kind in parsed:
                message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
                code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
                form.problem("allowed_mentions", code, message)

    @staticmethod
    def _check_made_of_components(form: Form, **legacy: Any) -> None:
        """Note a problem with each field that a message of components would have beside them."""
        for name, value in legacy.items():
            if value:
                message = (
                    f'The "{name}" field cannot be used when using MessageFlags.IS_COMPONENTS_V2'
                )
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                form.problem(name, code, message)

    def version(self, at: float) -> dict[str, Any]:
        """Return the message's present content, written ``at`` that time (Unix seconds)."""
        return {
            "at": at,
            "content": self.content,
            "allowed_mentions": self.allowed_mentions,
            "flags": self.flags,
            "embeds": self.embeds,
            "components": self.components,
        }
