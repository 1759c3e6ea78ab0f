"""The rules for a message's embeds and components.

Discord docs: Resources > Message > Embed Limits; Components > Reference.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from local.simulator.form import REQUIRED, Form

COMPONENTS_V2 = 1 << 15
MAXIMUM_EMBEDS = 10
MAXIMUM_FIELDS = 25
MAXIMUM_URL = 2048
MAXIMUM_EMBED_TEXT = 6000
MAXIMUM_ROWS = 5
MAXIMUM_COMPONENTS = 40
MAXIMUM_DISPLAYED_TEXT = 4000
MAXIMUM_OPTIONS = 25

NOTHING: tuple[Any, ...] = (None, "", [], {})

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_DISPLAY = 1, 2, 3, 10
SELECTS = frozenset({STRING_SELECT, 5, 6, 7, 8})
IN_ROWS = frozenset({BUTTON, *SELECTS})
TOP_LEVEL = frozenset({ACTION_ROW, 9, TEXT_DISPLAY, 12, 13, 14, 17})
LINK, PREMIUM = 5, 6
ROW_WIDTH = 5
# The values that Discord shows for a component's missing fields.
DEFAULTS: dict[int, dict[str, Any]] = {
    **{type_: {"min_values": 1, "max_values": 1} for type_ in SELECTS},
    11: {"description": None, "spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


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


def read_components(form: Form, *, v2: bool) -> list[Any]:
    """Return a body's components as Discord shows them.

    ``v2`` tells whether the message has the flag IS_COMPONENTS_V2.
    """
    rows = form.rows("components", MAXIMUM_COMPONENTS if v2 else MAXIMUM_ROWS)
    allowed = TOP_LEVEL if v2 else frozenset({ACTION_ROW})
    custom_ids: set[str] = set()
    every = [
        one
        for index, row in enumerate(rows)
        for one in _check(form.nested("components", index, row), allowed, custom_ids)
    ]
    if len(every) > MAXIMUM_COMPONENTS:
        message = f"Must be {MAXIMUM_COMPONENTS} or fewer in length."
        form.problem("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    displayed = sum(len(str(c.get("content") or "")) for c in every if c["type"] == TEXT_DISPLAY)
    if displayed > MAXIMUM_DISPLAYED_TEXT:
        message = f"Displayable text exceeds maximum size of {MAXIMUM_DISPLAYED_TEXT}"
        form.problem("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    return _shown_components(rows)


def _check(form: Form, allowed: frozenset[int], custom_ids: set[str]) -> Iterator[dict[str, Any]]:
    """Note the problems of a component and of those in it; yield those with a valid type."""
    type_ = form.body.get("type")
    if isinstance(type_, bool) or not isinstance(type_, int) or type_ not in allowed:
        message = f'Value of field "type" must be one of {tuple(sorted(allowed))}.'
        form.problem("type", "UNION_TYPE_CHOICES", message)
        return
    yield form.body
    if type_ == BUTTON:
        _check_button(form)
    if type_ == STRING_SELECT:
        _check_options(form)
    if type_ == TEXT_DISPLAY:
        form.text("content", 1, MAXIMUM_DISPLAYED_TEXT, required=True)
    if type_ in SELECTS or (type_ == BUTTON and form.body.get("style") not in (LINK, PREMIUM)):
        _check_custom_id(form, custom_ids)
    inner = IN_ROWS if type_ == ACTION_ROW else TOP_LEVEL
    children = form.rows("components", MAXIMUM_COMPONENTS)
    if type_ == ACTION_ROW and not 1 <= len(children) <= ROW_WIDTH:
        form.problem("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, child in enumerate(children):
        yield from _check(form.nested("components", index, child), inner, custom_ids)
    if form.given("accessory"):
        yield from _check(form.child("accessory"), frozenset({BUTTON, 11}), custom_ids)


def _check_button(form: Form) -> None:
    style = form.choice("style", range(1, 7), 0)
    form.text("label", 0, 80)
    if not style:
        form.problem("style", *REQUIRED)
    if style == LINK:
        form.text("url", 1, 512, required=True)


def _check_options(form: Form) -> None:
    form.text("placeholder", 0, 150)
    options = form.rows("options", MAXIMUM_OPTIONS)
    if not options:
        form.problem("options", *REQUIRED)
    for index, row in enumerate(options):
        option = form.nested("options", index, row)
        option.text("label", 1, 100, required=True)
        option.text("value", 1, 100, required=True)
        option.text("description", 0, 100)


def _check_custom_id(form: Form, custom_ids: set[str]) -> None:
    custom_id = form.text("custom_id", 1, 100, required=True)
    if custom_id in custom_ids:
        message = "Component custom id cannot be duplicated"
        form.problem("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    custom_ids.add(custom_id or "")


def _shown_components(components: list[Any]) -> list[Any]:
    """Return components with ids, and with defaults for missing fields."""
    ids = itertools.count(1)

    def shown(component: Any) -> Any:
        if not isinstance(component, dict):
            return component
        type_ = component.get("type")
        defaults = DEFAULTS.get(type_, {}) if isinstance(type_, int) else {}
        complete: dict[str, Any] = {"id": next(ids)} | defaults | component
        for key in ("components", "accessory"):
            if isinstance(component.get(key), list):
                complete[key] = [shown(child) for child in component[key]]
            elif key in component:
                complete[key] = shown(component[key])
        return complete

    return [shown(component) for component in components]
