"""Components as Discord shows them in messages (Discord docs: Components > Reference)."""

import itertools
from collections.abc import Iterator
from typing import Any

from local.simulator.component_types import CONTAINER, SELECTS, SEPARATOR, THUMBNAIL

# The values that Discord shows for a component's missing fields.
DEFAULTS: dict[int, dict[str, Any]] = {
    **{type_: {"min_values": 1, "max_values": 1} for type_ in SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}
# Messages ignore this field.
ONLY_IN_MODALS = "required"


def shown_components(components: list[Any]) -> list[Any]:
    """Return components with ids and with defaults for missing fields; null counts as missing.

    A component without an id, or with 0, gets the next number that no other component uses.
    """
    given = [component.get("id") for component in every_component(components)]
    used = {id_ for id_ in given if isinstance(id_, int)}
    ids = (number for number in itertools.count(1) if number not in used)
    return [_shown(component, ids) for component in components]


def _shown(component: Any, ids: Iterator[int]) -> Any:
    if not isinstance(component, dict):
        return component
    type_ = component.get("type")
    defaults = DEFAULTS.get(type_, {}) if isinstance(type_, int) else {}
    given = {k: v for k, v in component.items() if v is not None and k != ONLY_IN_MODALS}
    complete: dict[str, Any] = defaults | given | {"id": given.get("id") or next(ids)}
    if isinstance(given.get("components"), list):
        complete["components"] = [_shown(child, ids) for child in given["components"]]
    if "accessory" in given:
        complete["accessory"] = _shown(given["accessory"], ids)
    return complete


def every_component(components: Any) -> Iterator[dict[str, Any]]:
    """Yield components and, after each one, those inside it."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component
            yield from every_component(component.get("components"))
            yield from every_component([component.get("accessory")])


def find_component(components: list[Any], custom_id: str) -> dict[str, Any] | None:
    """Return the component with this custom id, or None."""
    matching = (c for c in every_component(components) if c.get("custom_id") == custom_id)
    return next(matching, None)
