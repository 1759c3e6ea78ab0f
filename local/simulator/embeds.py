"""The rules for a message's embeds (Discord docs: Resources > Message > Embed Limits)."""

from typing import Any

from local.simulator.form import REQUIRED, Form

MAXIMUM_EMBEDS = 10
MAXIMUM_FIELDS = 25
MAXIMUM_URL = 2048
MAXIMUM_EMBED_TEXT = 6000

NOTHING: tuple[Any, ...] = (None, "", [], {})


def read_embeds(form: Form) -> list[Any]:
    """Return a body's embeds as Discord shows them."""
    rows = form.rows("embeds", MAXIMUM_EMBEDS)
    embeds = [_read_embed(form.nested("embeds", index, row)) for index, row in enumerate(rows)]
    if sum(map(_written, embeds)) > MAXIMUM_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MAXIMUM_EMBED_TEXT}"
        form.problem("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)
    return embeds


def _read_embed(embed: Form) -> dict[str, Any]:
    """Return an embed's known fields, without the empty ones."""
    embed.text("type", 0, MAXIMUM_URL)  # Discord shows "rich" for any type.
    fields = embed.rows("fields", MAXIMUM_FIELDS)
    shown: dict[str, Any] = {
        "title": embed.text("title", 0, 256),
        "description": embed.text("description", 0, 4096),
        "url": embed.text("url", 0, MAXIMUM_URL),
        "timestamp": embed.text("timestamp", 0, MAXIMUM_URL),
        "color": embed.integer("color", 0, 0xFFFFFF, 0) if embed.given("color") else None,
        "footer": _read_child(embed, "footer", text=2048, icon_url=MAXIMUM_URL),
        "author": _read_child(embed, "author", name=256, url=MAXIMUM_URL, icon_url=MAXIMUM_URL),
        "image": _read_child(embed, "image", url=MAXIMUM_URL),
        "thumbnail": _read_child(embed, "thumbnail", url=MAXIMUM_URL),
        "fields": [_read_field(embed.nested("fields", *field)) for field in enumerate(fields)],
    }
    return {"type": "rich"} | {name: value for name, value in shown.items() if value not in NOTHING}


def _read_field(field: Form) -> dict[str, Any]:
    return {
        "name": field.text("name", 1, 256, required=True),
        "value": field.text("value", 1, 1024, required=True),
        "inline": field.boolean("inline", default=False),
    }


def _read_child(embed: Form, child: str, **texts: int) -> dict[str, Any]:
    """Return an embed's object ``child``.

    ``texts`` maps the names of its fields to their maximum lengths; the first one is required.
    """
    if not embed.given(child):
        return {}
    form, required = embed.child(child), next(iter(texts))
    said = {name: form.text(name, 0, most) for name, most in texts.items()}
    if not said[required]:
        form.problem(required, *REQUIRED)
    return {name: text for name, text in said.items() if text}


def _written(embed: dict[str, Any]) -> int:
    """Return the length of an embed's texts, in characters."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    texts += [text for field in embed.get("fields", []) for text in (field["name"], field["value"])]
    return sum(len(text or "") for text in texts)
