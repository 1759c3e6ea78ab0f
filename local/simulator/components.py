"""The rules for a message's components (Discord docs: Components > Reference).

Discord documents the rules without their error codes. The codes here are those that its users have
met.
"""

from collections.abc import Collection
from typing import Any

from local.simulator.component_fields import FIELDS
from local.simulator.component_types import (
    ACCESSORIES,
    ACTION_ROW,
    BUTTON,
    CHILDREN,
    CONTAINER,
    SECTION,
    SELECTS,
    TEXT_DISPLAY,
    TOP_LEVEL,
    WITHOUT_CUSTOM_ID,
)
from local.simulator.form import REQUIRED, Form
from local.simulator.shown_components import shown_components

COMPONENTS_V2 = 1 << 15
MAXIMUM_ROWS = 5
MAXIMUM_COMPONENTS = 40
MAXIMUM_DISPLAYED_TEXT = 4000
MAXIMUM_ID = (1 << 31) - 1
# A row has room for five buttons or for one select.
ROW_WIDTH = 5
CHILD_COUNTS = {ACTION_ROW: (1, ROW_WIDTH), SECTION: (1, 3), CONTAINER: (1, MAXIMUM_COMPONENTS)}


def read_components(form: Form, *, v2: bool) -> list[Any]:
    """Return a body's components as Discord shows them, and note what is wrong with them.

    ``v2`` tells whether the message has the flag IS_COMPONENTS_V2.
    """
    rows = form.rows("components", MAXIMUM_COMPONENTS if v2 else MAXIMUM_ROWS)
    allowed = TOP_LEVEL if v2 else frozenset({ACTION_ROW})
    tree = _Tree()
    for index, row in enumerate(rows):
        tree.check(form.nested("components", index, row), allowed)
    tree.check_total(form)
    return shown_components(rows)


class _Tree:
    """A message's components, together with those inside them."""

    def __init__(self) -> None:
        self._components: list[dict[str, Any]] = []
        self._custom_ids: set[str] = set()

    def check(self, form: Form, allowed: Collection[int]) -> None:
        """Note the problems of a component, whose type must be ``allowed``, and of its children."""
        type_ = form.body.get("type")
        if isinstance(type_, bool) or not isinstance(type_, int) or type_ not in allowed:
            message = f'Value of field "type" must be one of {tuple(sorted(allowed))}.'
            form.problem("type", "UNION_TYPE_CHOICES", message)
            return
        self._components.append(form.body)
        form.integer("id", 0, MAXIMUM_ID, 0)
        if type_ in SELECTS:
            self._note_custom_id(form, form.text("custom_id", 1, 100, required=True))
        if type_ == BUTTON and form.body.get("style") not in WITHOUT_CUSTOM_ID:
            self._note_custom_id(form, form.text("custom_id", 1, 100))
        if type_ in FIELDS:
            FIELDS[type_](form)
        self._check_children(form, type_)

    def _note_custom_id(self, form: Form, custom_id: str | None) -> None:
        if custom_id in self._custom_ids:
            message = "Component custom id cannot be duplicated"
            form.problem("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        if custom_id:
            self._custom_ids.add(custom_id)

    def _check_children(self, form: Form, type_: int) -> None:
        if type_ == SECTION:
            self._check_accessory(form)
        if type_ not in CHILDREN:
            return
        children = form.rows("components", MAXIMUM_COMPONENTS)
        if type_ == ACTION_ROW:
            _check_width(form, children)
        for index, child in enumerate(children):
            self.check(form.nested("components", index, child), CHILDREN[type_])
        least, most = CHILD_COUNTS[type_]
        if not least <= len(children) <= most:
            message = f"Must be between {least} and {most} in length."
            form.problem("components", "BASE_TYPE_BAD_LENGTH", message)

    def _check_accessory(self, form: Form) -> None:
        if form.given("accessory"):
            self.check(form.child("accessory"), ACCESSORIES)
        else:
            form.problem("accessory", *REQUIRED)

    def check_total(self, form: Form) -> None:
        """Note a problem if the message has too many components, or too much text in them."""
        if len(self._components) > MAXIMUM_COMPONENTS:
            message = f"Must be {MAXIMUM_COMPONENTS} or fewer in length."
            form.problem("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
        texts = [c.get("content") for c in self._components if c["type"] == TEXT_DISPLAY]
        if sum(len(str(text or "")) for text in texts) > MAXIMUM_DISPLAYED_TEXT:
            message = f"Displayable text exceeds maximum size of {MAXIMUM_DISPLAYED_TEXT}"
            form.problem("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _check_width(form: Form, children: list[Any]) -> None:
    """Note a problem with each child of a row for which the row has no room."""
    width = 0
    for index, child in enumerate(children):
        is_button = isinstance(child, dict) and child.get("type") == BUTTON
        width += 1 if is_button else ROW_WIDTH
        if width > ROW_WIDTH:
            message = "The specified component exceeds the maximum width"
            form.problem(f"components.{index}", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
