"""Lint the state machines: `python -m local.check_state_machine FILE...`.

Neither cfn-lint nor `sam validate` reads a DefinitionUri. statelint checks the Amazon States
Language's fields and transitions; moto's parser checks paths. The checks here find what AWS also
refuses.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from moto.stepfunctions.parser.asl.static_analyser.static_analyser import StaticAnalyser
from statelint.config import Config  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]
from statelint.problem import ProblemType  # type: ignore[import-untyped]

# `sam deploy` replaces these with DefinitionSubstitutions; any ARN will do for a linter.
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
SOME_FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:"
SOME_MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:"

# AWS accepts 2 for 2.0.
RULES = Config({ProblemType.FLOAT})
# statelint misses some of these problems and misplaces others; the checks here find all.
CHECKED_HERE = re.compile(r'No transition found to state |State ".*", defined at ')

LONGEST_NAME = 80
INNER_MACHINES = ("ItemProcessor", "Iterator", "Branches")

# How many arguments an intrinsic function takes; an empty tuple means any number.
ARGUMENTS: dict[str, tuple[int, ...]] = {
    "Array": (),
    "ArrayContains": (2,),
    "ArrayGetItem": (2,),
    "ArrayLength": (1,),
    "ArrayPartition": (2,),
    "ArrayRange": (3,),
    "ArrayUnique": (1,),
    "Base64Decode": (1,),
    "Base64Encode": (1,),
    "Format": (),
    "Hash": (2,),
    "JsonMerge": (3,),
    "JsonToString": (1,),
    "MathAdd": (2,),
    "MathRandom": (2, 3),
    "StringSplit": (2,),
    "StringToJson": (1,),
    "UUID": (0,),
}
# The functions that return text, which AWS requires in a Fail state's paths.
GIVING_TEXT = {
    "ArrayGetItem",
    "Base64Decode",
    "Base64Encode",
    "Format",
    "Hash",
    "JsonToString",
    "UUID",
}
OF_FAIL_STATE = ("CausePath", "ErrorPath")
CALL = re.compile(r"States\.(\w+)\((.*)\)", re.DOTALL)
TEXT = re.compile(r"'(?:\\.|[^'\\])*'", re.DOTALL)
PLAIN_ARGUMENT = re.compile(rf"{TEXT.pattern}|\$.*|-?\d+(\.\d+)?|true|false|null", re.DOTALL)
# A piece of a call: a string, a bracket or comma, anything else, or an unclosed quote.
PIECE = re.compile(rf"{TEXT.pattern}|[()\[\],]|[^'()\[\],]+|'", re.DOTALL)

State = dict[str, Any]


def problems(definition: str) -> list[str]:
    """Return the problems of a state machine, given as JSON with `${...}` substitutions."""
    substituted = SUBSTITUTION.sub(_some_arn, definition)
    linted = [str(problem) for problem in Linter.validate(substituted, RULES)]
    found = [problem for problem in linted if not CHECKED_HERE.match(problem)]
    # moto stops at its first problem without naming the place; usually it is one found here.
    return found + (_problems_seen_here(substituted) or _problems_of_moto(substituted))


def _some_arn(substitution: re.Match[str]) -> str:
    name = substitution[1]
    return (SOME_FUNCTION if name.endswith("FunctionArn") else SOME_MACHINE) + name


def _problems_of_moto(definition: str) -> list[str]:
    try:
        StaticAnalyser().analyse(definition)
    except Exception as error:  # noqa: BLE001 - moto's parser can raise anything
        return [f"moto cannot read it: {' '.join(str(error).split())}"]
    return []


def _problems_seen_here(definition: str) -> list[str]:
    repeated: list[str] = []

    def note_repeated(members: list[tuple[str, Any]]) -> State:
        names = [name for name, _ in members]
        repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(members)

    try:
        machine = json.loads(definition, object_pairs_hook=note_repeated)
    except ValueError:  # reported by statelint
        return []
    found = [f'"{name}" is in one object twice: rename or remove one' for name in repeated]
    machines = list(_machines(machine))
    for each in machines:
        found += _unreachable(each)
        for name, state in _states(each).items():
            found += (f'State "{name}": {problem}' for problem in _problems_of_state(name, state))
    return found + list(_same_names(machines))


def _machines(machine: Any) -> Iterator[State]:
    """Yield a machine and the machines inside it: a Map's processor, a Parallel's branches."""
    if not isinstance(machine, dict):
        return
    yield machine
    for state in _states(machine).values():
        for inner in (state.get("ItemProcessor"), state.get("Iterator"), *_list(state, "Branches")):
            yield from _machines(inner)


def _states(machine: State) -> dict[str, State]:
    """Return a machine's well-formed states; statelint reports the others."""
    states = machine.get("States")
    if not isinstance(states, dict):
        return {}
    return {name: state for name, state in states.items() if isinstance(state, dict)}


def _list(holder: State, name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _same_names(machines: Iterable[State]) -> Iterator[str]:
    count: dict[str, int] = defaultdict(int)
    for machine in machines:
        for name in _states(machine):
            count[name] += 1
    for name, times in count.items():
        if times > 1:
            yield f'State "{name}": {times} states have this name: rename all but one'


def _unreachable(machine: State) -> Iterator[str]:
    states = _states(machine)
    start = machine.get("StartAt")
    if not isinstance(start, str) or start not in states:  # reported by statelint
        return
    reached = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in states and name not in reached:
            reached.add(name)
            ahead += _successors(states[name])
    for name in states:
        if name not in reached:
            yield f'State "{name}": unreachable from "{start}": remove it, or add a transition'


def _successors(state: State) -> list[str]:
    rules = [*_list(state, "Choices"), *_list(state, "Catch")]
    nexts = [rule.get("Next") for rule in rules if isinstance(rule, dict)]
    named = [state.get("Next"), state.get("Default"), *nexts]
    return [name for name in named if isinstance(name, str)]


def _problems_of_state(name: str, state: State) -> Iterator[str]:
    if len(name) > LONGEST_NAME:
        yield f"its name has {len(name)} characters: shorten it to {LONGEST_NAME} at most"
    # statelint checks the same in Catch.
    retriers = _list(state, "Retry")
    for number, retrier in enumerate(retriers):
        errors = _list(retrier, "ErrorEquals") if isinstance(retrier, dict) else []
        if "States.ALL" in errors and (len(errors) > 1 or number < len(retriers) - 1):
            yield f"States.ALL in Retry[{number}] must stand alone in the last retrier: move it"
    own = {field: each for field, each in state.items() if field not in INNER_MACHINES}
    for place, call in _calls(own):
        yield from (f"{place}: {problem}" for problem in _problems_of_call(call))
        function = call.removeprefix("States.").partition("(")[0]
        if place in OF_FAIL_STATE and function in ARGUMENTS.keys() - GIVING_TEXT:
            yield f"{place}: States.{function} gives no text: use {', '.join(sorted(GIVING_TEXT))}"


def _calls(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield each call of an intrinsic function in a value: its place, and the call."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _calls(each, f"{place}[{number}]")
    if not isinstance(value, dict):
        return
    for name, each in value.items():
        here = f"{place}.{name}" if place else name
        evaluated = name.endswith(".$") or (name.endswith("Path") and not place)
        if evaluated and isinstance(each, str) and each.startswith("States."):
            yield here, each
        yield from _calls(each, here)


def _problems_of_call(call: str) -> Iterator[str]:
    parts = CALL.fullmatch(call)
    arguments = _arguments(parts[2]) if parts else None
    if not parts or arguments is None:
        yield f"{call} is not a call: write States.Name(argument, ...), close brackets and quotes"
    elif parts[1] not in ARGUMENTS:
        yield f"AWS has no function States.{parts[1]}: use another"
    else:
        yield from _problems_of_arguments(parts[1], arguments)


def _problems_of_arguments(function: str, arguments: list[str]) -> Iterator[str]:
    right = ARGUMENTS[function]
    if right and len(arguments) not in right:
        many = " or ".join(map(str, right))
        yield f"States.{function} has {len(arguments)} argument(s): it takes {many}"
    for argument in arguments:
        if argument.startswith("States."):
            yield from _problems_of_call(argument)
        elif not PLAIN_ARGUMENT.fullmatch(argument):
            yield f"{argument!r} is not an argument: use a path, a 'string', a literal or a call"
    if function == "Format":
        yield from _problems_of_format(*arguments)


def _problems_of_format(template: str = "", *values: str) -> Iterator[str]:
    if not template:
        yield "States.Format has no template: add one"
    if not TEXT.fullmatch(template):
        return
    unescaped = re.sub(r"\\.", "", template)
    places = unescaped.count("{}")
    if places != len(values):
        yield f"States.Format has {len(values)} value(s): {template} takes {places}"
    if re.search(r"[{}]", unescaped.replace("{}", "")):
        yield f"States.Format: in {template}, escape a brace that is not part of {{}} with \\\\"


def _arguments(text: str) -> list[str] | None:
    """Split a call's arguments; return None if a quote or a bracket is not closed."""
    arguments = [""]
    depth = 0
    for piece in PIECE.findall(text):
        depth += (piece in "([") - (piece in ")]")
        if depth < 0 or piece == "'":
            return None
        if piece == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += piece
    if depth:
        return None
    return [argument.strip() for argument in arguments] if text.strip() else []


def main() -> None:
    """Lint every named file; exit with 1 if there are problems."""
    wrong = False
    for file in map(Path, sys.argv[1:]):
        for problem in problems(file.read_text(encoding="utf-8")):
            wrong = True
            print(f"{file}: {problem}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
