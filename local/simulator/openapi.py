"""Discord's OpenAPI document: its operations, and their validators.

Source: https://github.com/discord/discord-api-spec, specs/openapi.json. Its schemas are JSON Schema
2020-12. It describes only the HTTP API; for interactions, interaction_schema.json is our own.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012, Draft202012Validator, Registry
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from local.simulator.snowflakes import is_snowflake

Json = dict[str, Any]

_DOCUMENT = "urn:discord"
_INT32 = {"minimum": -(1 << 31), "maximum": (1 << 31) - 1}
_PERMISSIONS = ("allow", "deny", "permissions", "default_member_permissions")
# The document's maximum of default_member_permissions; no permission is above it.
_MAXIMUM_PERMISSIONS = (1 << 54) - 1


def is_permissions(text: str) -> bool:
    """Tell whether a text is a bit set of permissions (Discord docs: Topics > Permissions)."""
    return (
        re.fullmatch("0|[1-9][0-9]{0,19}", text) is not None and int(text) <= _MAXIMUM_PERMISSIONS
    )


FORMATS = {"snowflake": is_snowflake, "permissions": is_permissions}


@dataclass
class Operation:
    """A method on a path of the document; ``name`` consists of both.

    ``parameters`` has the validators by place ("path", "query") and name, ``answers`` those of the
    answers' bodies by status, ``headers`` those of all answers' headers, and ``body`` that of the
    request's body. None stands for no body. ``needs_bot_token`` tells whether the call needs the
    bot's token in its Authorization header.
    """

    name: str
    needs_bot_token: bool
    parameters: dict[tuple[str, str], Draft202012Validator] = field(default_factory=dict)
    body: Draft202012Validator | None = None
    answers: dict[str, Draft202012Validator | None] = field(default_factory=dict)
    headers: dict[str, Draft202012Validator] = field(default_factory=dict)


class Document:
    """The document as Discord's API follows it: relaxed in three places, and stricter in others.

    Discord ignores unknown keys, as JSON Schema does; here, they are refused unless
    ``unknown_keys`` is True. Raises OSError or ValueError if there is no JSON at ``path``.
    """

    def __init__(self, path: Path, *, unknown_keys: bool = False) -> None:
        self._content: Json = json.loads(path.read_text(encoding="utf-8"))
        for schema in _parts(self._content):
            _tighten(schema)
            if not unknown_keys and schema.get("type") == "object":
                _refuse_unknown_keys(schema)
        _relax(self._content)
        self._registry = Registry([(_DOCUMENT, self._content)], draft=Draft202012)
        rules = [Rule(re.sub(r"{(\w+)}", r"<\1>", p), endpoint=p) for p in self._content["paths"]]
        self._paths = Map(rules, strict_slashes=False, merge_slashes=False).bind("discord.com")
        self._operations: dict[tuple[str, str], Operation] = {}

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """Return a call's operation and the arguments in its path; None if there is none."""
        try:
            template, arguments = self._paths.match(path)
        except HTTPException:
            return None
        operation = self.operation(method, template)
        return None if operation is None else (operation, arguments)

    def operation(self, method: str, template: str) -> Operation | None:
        """Return the operation of a method on one of the document's paths; None if none exists."""
        if method.lower() not in self._content["paths"][template]:
            return None
        key = (method, template)
        if key not in self._operations:
            self._operations[key] = self._read(*key)
        return self._operations[key]

    def _read(self, method: str, template: str) -> Operation:
        at = ("paths", template, method.lower())
        item: Json = self._content["paths"][template]
        described: Json = item[method.lower()]
        needs_token = {} not in described["security"]
        operation = Operation(f"{method} {template}", needs_token)
        for where, parameters in ((at[:2], item), (at, described)):
            for index, given in enumerate(parameters.get("parameters", [])):
                schema = self._validator(*where, "parameters", str(index), "schema")
                operation.parameters[given["in"], given["name"]] = schema
        if "requestBody" in described:
            operation.body = self._json(*at, "requestBody")
        for status, answer in described["responses"].items():
            if "$ref" in answer:
                shared = answer["$ref"].removeprefix("#/").split("/")
                operation.answers[status] = self._json(*shared)
            elif "content" in answer:
                operation.answers[status] = self._json(*at, "responses", status)
            else:
                operation.answers[status] = None
        for name in self._content["components"]["headers"]:
            operation.headers[name] = self._validator("components", "headers", name, "schema")
        return operation

    def _json(self, *place: str) -> Draft202012Validator:
        return self._validator(*place, "content", "application/json", "schema")

    def _validator(self, *place: str) -> Draft202012Validator:
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place)
        return Draft202012Validator(
            {"$ref": f"{_DOCUMENT}#{quote(pointer)}"},
            registry=self._registry,
            formats=FORMATS,
            validate_formats=True,
            offline=True,
        )


def _parts(node: Any) -> Iterator[Json]:
    """Yield every object in a schema, except the parts of an ``allOf``: each is incomplete."""
    if isinstance(node, dict):
        yield node
        for key, inner in node.items():
            if key != "allOf":
                yield from _parts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _parts(inner)


def _tighten(schema: Json) -> None:
    """Make a schema also refuse numbers beyond int32, and texts that are not permissions."""
    if schema.get("format") == "int32" and "type" in schema:
        schema |= {name: schema.get(name, bound) for name, bound in _INT32.items()}
    properties = schema.get("properties", {})
    for name in _PERMISSIONS:
        if properties.get(name, {}).get("type") == "string":
            properties[name] = properties[name] | {"format": "permissions"}


def _refuse_unknown_keys(schema: Json) -> None:
    if "properties" in schema or "allOf" in schema:
        schema.setdefault("unevaluatedProperties", False)


def _relax(document: Json) -> None:
    """Make the schemas accept values that the documentation allows and the document refuses."""
    # 1. Permissions in requests. The document has integers; the documentation (Topics >
    #    Permissions) has decimal strings, because JSON's numbers lose the high bits in JavaScript.
    text = {"type": "string", "format": "permissions"}
    for schema in _parts(document):
        properties = schema.get("properties")
        for name in _PERMISSIONS:
            if isinstance(properties, dict) and "integer" in properties.get(name, {}).get(
                "type", ""
            ):
                properties[name] = {"anyOf": [properties[name], text]}
    schemas = document["components"]["schemas"]
    # 2. The code of a field's error, in a 50035. The document has an integer, as for the whole
    #    error; the documentation (Reference > Error Messages) has strings: BASE_TYPE_REQUIRED.
    field_error = dict(schemas["Error"])
    field_error["properties"] = field_error["properties"] | {"code": {"type": "string"}}
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = field_error
    # 3. The code of a 429. The document requires it; by the documentation (Topics > Rate Limits)
    #    it is optional.
    # Through `allOf`, a 429 adds keys to the error: the error's own schema must not refuse them.
    schemas["Error"].pop("unevaluatedProperties", None)
    schemas["RatelimitedResponse"]["allOf"][0] = dict(schemas["Error"], required=["message"])
