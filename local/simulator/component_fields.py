"""The rules for the fields of single components (Discord docs: Components > Reference)."""

from collections.abc import Callable
from urllib.parse import urlsplit

from local.simulator.component_types import (
    BUTTON,
    CONTAINER,
    LINK,
    SELECTS,
    SEPARATOR,
    STRING_SELECT,
    TEXT_DISPLAY,
    WITHOUT_CUSTOM_ID,
)
from local.simulator.form import REQUIRED, Form

MAXIMUM_URL = 512
MAXIMUM_TEXT = 4000
MAXIMUM_VALUES = 25
STYLES = range(1, 7)
SCHEMES = ("http", "https", "discord")


def _check_button(form: Form) -> None:
    style = form.choice("style", STYLES, 0)
    form.text("label", 0, 80)
    form.boolean("disabled", default=False)
    if not form.given("style"):
        form.problem("style", *REQUIRED)
    if style == LINK:
        _check_url(form, form.text("url", 1, MAXIMUM_URL, required=True))
    if form.body.get("custom_id") and form.body.get("url"):
        message = "A custom id and url cannot both be specified"
        for field in ("custom_id", "url"):
            form.problem(field, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif style not in WITHOUT_CUSTOM_ID and not form.body.get("custom_id"):
        form.problem("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")


def _check_url(form: Form, url: str | None) -> None:
    if not url:
        return
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        form.problem("url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    if scheme not in SCHEMES:
        message = f'Scheme "{scheme}" is not supported. Scheme must be one of {SCHEMES}.'
        form.problem("url", "URL_TYPE_INVALID_SCHEME", message)


def _check_select(form: Form) -> None:
    form.text("placeholder", 0, 150)
    form.integer("min_values", 0, MAXIMUM_VALUES, 1)
    form.integer("max_values", 1, MAXIMUM_VALUES, 1)
    form.boolean("disabled", default=False)


def _check_string_select(form: Form) -> None:
    _check_select(form)
    options = form.rows("options", MAXIMUM_VALUES)
    if not options:
        form.problem("options", *REQUIRED)
    for index, row in enumerate(options):
        option = form.nested("options", index, row)
        option.text("label", 1, 100, required=True)
        option.text("value", 1, 100, required=True)
        option.text("description", 0, 100)


def _check_text_display(form: Form) -> None:
    form.text("content", 1, MAXIMUM_TEXT, required=True)


def _check_separator(form: Form) -> None:
    form.boolean("divider", default=True)
    form.choice("spacing", (1, 2), 1)


def _check_container(form: Form) -> None:
    form.integer("accent_color", 0, 0xFFFFFF, 0)
    form.boolean("spoiler", default=False)


# The check of each type of component that has fields of its own to check.
FIELDS: dict[int, Callable[[Form], None]] = {
    **dict.fromkeys(SELECTS, _check_select),
    BUTTON: _check_button,
    STRING_SELECT: _check_string_select,
    TEXT_DISPLAY: _check_text_display,
    SEPARATOR: _check_separator,
    CONTAINER: _check_container,
}
