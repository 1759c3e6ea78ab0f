"""Paths, intrinsic functions and Choice rules: the part of JSONPath and the ASL our files use.

A path without a value is a mistake in a definition: the KeyError ends the run, as States.Runtime
ends an execution.
Source: AWS docs, Step Functions > Managing state data with JSONPath; Intrinsic functions.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Json = Any

_CALL = re.compile(r"States\.(\w+)\((.*)\)", re.DOTALL)
_TOKEN = re.compile(r"'[^']*'|[^,()']+|[,()]")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\*)\]")


def fill(template: Json, data: Json, context: Mapping[str, Any]) -> Json:
    """Fill a payload template: a field `x.$` becomes `x` with the value of its path or function."""
    if isinstance(template, list):
        return [fill(one, data, context) for one in template]
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): evaluate(value, data, context)
        if key.endswith(".$")
        else fill(value, data, context)
        for key, value in template.items()
    }


def evaluate(expression: str, data: Json, context: Mapping[str, Any]) -> Json:
    """Return the value of a path, a literal, or a call of an intrinsic function.

    Raises:
        KeyError: the path has no value.

    """
    if call := _CALL.fullmatch(expression):
        arguments = [evaluate(one, data, context) for one in _arguments(call[2])]
        return _FUNCTIONS[call[1]](*arguments)
    if expression.startswith("'"):
        return expression[1:-1]
    if not expression.startswith("$"):
        return json.loads(expression)
    of_context = expression.startswith("$$")
    steps = [name or index for name, index in _STEP.findall(expression)]
    found = [*_find(context if of_context else data, steps)]
    if "*" in steps:
        return found
    if not found:
        raise KeyError(expression)
    return found[0]


def _find(value: Json, steps: Sequence[str]) -> Iterator[Json]:
    """Yield the values at a path; `[*]` yields from each item."""
    if not steps:
        yield value
        return
    step, *others = steps
    if step == "*":
        inner = [*value]
    elif isinstance(value, list) and step.isdigit():
        inner = value[int(step) : int(step) + 1]
    else:
        inner = [value[step]] if isinstance(value, dict) and step in value else []
    for one in inner:
        yield from _find(one, others)


def _arguments(text: str) -> list[str]:
    """Split a call's arguments, which may be calls themselves."""
    found, depth = [""], 0
    for token in _TOKEN.findall(text):
        depth += (token == "(") - (token == ")")
        if token == "," and depth == 0:
            found.append("")
        else:
            found[-1] += token
    return [one.strip() for one in found]


def placed(data: Json, path: str | None, result: Json) -> Json:
    """Return data with a result placed at a ResultPath."""
    if path is None:
        return data
    return _with(data, path.split(".")[1:], result)


def _with(data: Json, keys: list[str], value: Json) -> Json:
    if not keys:
        return value
    return {**data, keys[0]: _with(data.get(keys[0], {}), keys[1:], value)}


def holds(rule: Json, data: Json) -> bool:
    """Return whether a Choice rule matches.

    Raises:
        KeyError: the compared variable does not exist.

    """
    if "Not" in rule:
        return not holds(rule["Not"], data)
    if "IsPresent" in rule:
        return bool(_is_present(rule["Variable"], data) == rule["IsPresent"])
    value = evaluate(rule["Variable"], data, {})
    if "NumericEqualsPath" in rule:
        return bool(value == evaluate(rule["NumericEqualsPath"], data, {}))
    return bool(value == rule["StringEquals" if "StringEquals" in rule else "BooleanEquals"])


def _is_present(path: str, data: Json) -> bool:
    try:
        evaluate(path, data, {})
    except KeyError:
        return False
    return True


def _format(template: str, *values: Json) -> str:
    for value in values:
        template = template.replace("{}", str(value), 1)
    return template


_FUNCTIONS: dict[str, Callable[..., Json]] = {
    "Array": lambda *values: [*values],
    "ArrayContains": lambda array, value: value in array,
    "ArrayGetItem": lambda array, index: array[index],
    "Format": _format,
    "JsonMerge": lambda first, second, _deep: {**first, **second},
    "JsonToString": lambda value: json.dumps(value, separators=(",", ":")),
    "MathAdd": lambda one, other: one + other,
    # Each character of the second argument is a delimiter.
    "StringSplit": lambda text, by: re.split(f"[{re.escape(by)}]", text),
}
