"""Embeds (Discord docs: Resources > Message > Embed Limits): their texts, and no media."""

from typing import Any

from local.simulator.form import Form

MAXIMUM_EMBEDS = 10
MAXIMUM_TITLE = 256
MAXIMUM_DESCRIPTION = 4096
MAXIMUM_FIELDS = 25
MAXIMUM_FIELD_NAME = 256
MAXIMUM_FIELD_VALUE = 1024
MAXIMUM_COLOR = 0xFFFFFF


def read_embeds(form: Form) -> list[dict[str, Any]]:
    """Return the embeds of a message's body as Discord shows them."""
    rows = form.rows("embeds", MAXIMUM_EMBEDS)
    return [_read(form.nested("embeds", index, row)) for index, row in enumerate(rows)]


def _read(embed: Form) -> dict[str, Any]:
    embed.text("type", 0, MAXIMUM_TITLE)  # Whatever it says, it is "rich".
    title = embed.text("title", 0, MAXIMUM_TITLE)
    description = embed.text("description", 0, MAXIMUM_DESCRIPTION)
    shown: dict[str, Any] = {"type": "rich"}
    shown |= {"title": title} if title else {}
    shown |= {"description": description} if description else {}
    if embed.given("color"):
        shown["color"] = embed.integer("color", 0, MAXIMUM_COLOR, 0)
    rows = embed.rows("fields", MAXIMUM_FIELDS)
    fields = [_field(embed.nested("fields", index, row)) for index, row in enumerate(rows)]
    return shown | {"fields": fields} if fields else shown


def _field(field: Form) -> dict[str, Any]:
    return {
        "name": field.text("name", 1, MAXIMUM_FIELD_NAME, required=True),
        "value": field.text("value", 1, MAXIMUM_FIELD_VALUE, required=True),
        "inline": field.boolean("inline", default=False),
    }
