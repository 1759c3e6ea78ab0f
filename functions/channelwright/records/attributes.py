"""DynamoDB's attribute values. Pure.

boto3 has the same conversion, but it is slow to import, and the interaction Lambda reads records.
Source: AWS docs, DynamoDB API Reference > AttributeValue.
"""

from collections.abc import Mapping
from typing import Any

Item = dict[str, dict[str, Any]]


def item(values: Mapping[str, Any]) -> Item:
    """Return a mapping as an item."""
    return {name: attribute(value) for name, value in values.items()}


def values(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as a mapping; its numbers are whole."""
    return {name: value(each) for name, each in item.items()}


def attribute(value: Any) -> dict[str, Any]:
    """Return a string, boolean, whole number, list or mapping as an attribute value."""
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [attribute(each) for each in value]}
        case _:
            return {"M": item(value)}


def value(attribute: Mapping[str, Any]) -> Any:
    """Return the value of an attribute value that `attribute` has created."""
    ((kind, held),) = attribute.items()
    match kind:
        case "N":
            return int(held)
        case "L":
            return [value(each) for each in held]
        case "M":
            return values(held)
        case _:
            return held
