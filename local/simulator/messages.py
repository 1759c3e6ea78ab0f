"""Messages (Discord docs: Resources > Message)."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from local.simulator import errors
from local.simulator.embeds import read_embeds
from local.simulator.form import Form

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
MAXIMUM_CONTENT = 2000
MAXIMUM_COMPONENTS = 40
MAXIMUM_MENTIONS = 100
# Action row, section, text display, media gallery, file, separator, container.
TOP_LEVEL_COMPONENTS = (1, 9, 10, 12, 13, 14, 17)

DEFAULT_MESSAGE, CHAT_INPUT_COMMAND_MESSAGE = 0, 20


@dataclass
class Message:
    """A message; ``created_at`` and ``edited_at`` are in unix seconds."""

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

    @property
    def type(self) -> int:
        """Return the message's type: it answers an interaction, or it doesn't."""
        return CHAT_INPUT_COMMAND_MESSAGE if self.interaction_id else DEFAULT_MESSAGE

    def write(self, body: Any) -> None:
        """Take the fields that a request's body gives; raises a 50035 or 50006 if they are wrong.

        ``allowed_mentions`` isn't remembered from one edit to the next, as on Discord.
        """
        form = Form(body)
        content = form.text("content", 0, MAXIMUM_CONTENT) if "content" in form else self.content
        embeds = read_embeds(form) if "embeds" in form else self.embeds
        components = self.components
        if "components" in form:
            components = _read_components(form)
        if form.given("allowed_mentions"):
            mentions = form.object("allowed_mentions")
            for kind in ("parse", "roles", "users"):
                mentions.rows(kind, MAXIMUM_MENTIONS)
        flags = form.integer("flags", 0, (1 << 31) - 1, 0)
        form.check()
        if not (content or embeds or components):
            raise errors.empty_message()
        self.content = content or ""
        self.embeds = embeds
        self.components = numbered(components)
        self.flags = self.flags & ~LOADING | flags & ~EPHEMERAL
        self.allowed_mentions = form.body.get("allowed_mentions")

    def version(self, at: float) -> dict[str, Any]:
        """Return what the message says now, as written ``at`` that time."""
        return {
            "at": at,
            "content": self.content,
            "allowed_mentions": self.allowed_mentions,
            "flags": self.flags,
            "embeds": self.embeds,
            "components": self.components,
        }


def _read_components(form: Form) -> list[Any]:
    """Return a message's components: each is of a type that may stand by itself."""
    rows = form.rows("components", MAXIMUM_COMPONENTS)
    for index, row in enumerate(rows):
        component = form.nested("components", index, row)
        if component.body.get("type") not in TOP_LEVEL_COMPONENTS:
            message = f'Value of field "type" must be one of {TOP_LEVEL_COMPONENTS}.'
            component.problem("type", "UNION_TYPE_CHOICES", message)
    return rows


def numbered(components: list[Any]) -> list[Any]:
    """Return components with the ids that Discord gives those sent without one."""
    ids = itertools.count(1)

    def number(component: Any) -> Any:
        if not isinstance(component, dict):
            return component
        numbered_one: dict[str, Any] = {"id": next(ids)} | component
        for key in ("components", "accessory"):
            if isinstance(component.get(key), list):
                numbered_one[key] = [number(child) for child in component[key]]
            elif key in component:
                numbered_one[key] = number(component[key])
        return numbered_one

    return [number(component) for component in components]
