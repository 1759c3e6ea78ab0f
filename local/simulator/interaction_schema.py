"""Checks interactions against Discord's format: a schema, and rules beyond a schema.

Discord docs: Interactions > Receiving and Responding.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from local.simulator.interactions import AUTOCOMPLETE, COMMAND, COMPONENT
from local.simulator.openapi import FORMATS
from local.simulator.payload_data import ATTACHMENT, CHANNEL, MENTIONABLE, PICKED, ROLE, USER

Json = dict[str, Any]

# Option types whose value is an id, and the parts of ``resolved`` that may have its object.
RESOLVED = {
    USER: ("users",),
    CHANNEL: ("channels",),
    ROLE: ("roles",),
    MENTIONABLE: ("users", "roles"),
    ATTACHMENT: ("attachments",),
}
_SCHEMA = Path(__file__).with_name("interaction_schema.json")


def check(payload: Json) -> None:
    """Raise ValueError with the first place where a payload differs from Discord's format."""
    for problem in _problems(payload):
        raise ValueError(f"not an interaction of Discord's: {problem}")


def _problems(payload: Json) -> Iterator[str]:
    for error in _schema().iter_errors(payload):
        yield f"/{'/'.join(map(str, error.instance_path))}: {error.message}"
    data = payload.get("data", {})
    if payload["type"] == COMPONENT:
        yield from _unpicked(data)
    leaves = list(_leaves(data.get("options", [])))
    if payload["type"] == COMMAND:
        yield from _unresolved(leaves, data.get("resolved", {}))
    focused = sum("focused" in option for option in leaves)
    if focused != (payload["type"] == AUTOCOMPLETE):
        yield f"/data/options: {focused} of them have the focus"


def _unresolved(options: list[Json], resolved: Json) -> Iterator[str]:
    for option in options:
        kinds = RESOLVED.get(option["type"])
        if kinds and not any(option["value"] in resolved.get(kind, {}) for kind in kinds):
            yield f"/data/resolved: nothing for the option {option['name']}"


def _unpicked(data: Json) -> Iterator[str]:
    """Yield the values of a select that name nothing; the schema requires the values."""
    kinds = RESOLVED.get(PICKED.get(data.get("component_type", 0), 0), ())
    for value in data.get("values", []) if kinds else []:
        if not any(value in data.get("resolved", {}).get(kind, {}) for kind in kinds):
            yield f"/data/resolved: nothing for the value {value}"


def _leaves(options: list[Json]) -> Iterator[Json]:
    """Yield the options that have a value; the others are subcommands and subcommand groups."""
    for option in options:
        if "options" in option:
            yield from _leaves(option["options"])
        else:
            yield option


@cache
def _schema() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, formats=FORMATS, validate_formats=True, offline=True)
