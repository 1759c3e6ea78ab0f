"""The packages and top-level modules ("rooms") of `channelwright`, and their permitted imports.

A room imports only rooms before it. A pure module imports only the standard library and other pure
modules.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from local.child import PROJECT

PACKAGE = PROJECT / "functions" / "channelwright"
# Each room may import those before it.
ROOMS = (
    "words",
    "errors",
    "aws",
    "pace",
    "discord",
    "webhooks",
    "campaign",
    "records",
    "events",
    "archive",
    "commands",
    "task",
    "setup",
)
PURE = {"words", "errors", "campaign", "events", "commands"}
PURE_TOO = {
    "archive.admission",
    "archive.findings",
    "archive.order",
    "archive.overwrites",
    "archive.snapshot",
    "archive.steps",
    "aws.ended",
    "aws.executions",
    "aws.token_form",
    "discord.calls",
    "discord.edits",
    "discord.permissions",
    "discord.snowflake",
    "pace.lane",
    "pace.patience",
    "pace.priority",
    "pace.schedule",
    "records.attributes",
    "records.deletion",
    "records.description",
    "records.members",
    "records.record",
    "records.sweep",
    "webhooks.address",
    "webhooks.outcome",
    "webhooks.schedule",
    "webhooks.secrets",
    "webhooks.signature",
}
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if file.name != "__init__.py")


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def imported(file: Path) -> Iterator[str]:
    """Yield the absolute names that a module imports, in any place."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert not node.level, "import by absolute names"
            path = node.module.replace(".", "/")
            is_package = any((root / path).is_dir() for root in (PROJECT, PROJECT / "functions"))
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names if is_package else [node.module]


def of_ours(file: Path) -> list[str]:
    names = (name for name in imported(file) if name.startswith("channelwright"))
    return [name.removeprefix("channelwright.") for name in names]


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_room_knows_only_those_before_it(file):
    room = name_of(file).split(".")[0]
    known = ROOMS[: ROOMS.index(room) + 1]
    upward = [one for one in of_ours(file) if one.split(".")[0] not in known]
    assert not upward


def is_pure(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in PURE or name in PURE_TOO


@pytest.mark.parametrize("file", [one for one in MODULES if is_pure(name_of(one))], ids=name_of)
def test_what_is_pure_imports_only_what_is_pure(file):
    assert [one for one in of_ours(file) if not is_pure(one)] == []
    others = {name.split(".")[0] for name in imported(file)} - {"channelwright"}
    assert others <= sys.stdlib_module_names


def test_nothing_of_this_machine_imports_in_a_circle():
    """For this, local/simulator/server.py creates the App, and the Simulator does not know it."""
    for folder in ("local", "bench"):
        files = {file: f"{folder}.{_dotted(file, folder)}" for file in _all(folder)}
        names = {name: file for file, name in files.items()}
        graph = {
            name: {
                longest
                for one in imported(file)
                for longest in (one, one.rpartition(".")[0])
                if longest in names and longest != name
            }
            for file, name in files.items()
        }
        assert [*TopologicalSorter(graph).static_order()]


def _all(folder: str) -> list[Path]:
    return [one for one in (PROJECT / folder).rglob("*.py") if one.name != "__init__.py"]


def _dotted(file: Path, folder: str) -> str:
    return ".".join(file.relative_to(PROJECT / folder).with_suffix("").parts)


def test_every_room_is_in_the_order():
    assert {name_of(file).split(".")[0] for file in MODULES} == set(ROOMS)
    assert {name_of(file) for file in MODULES} >= PURE_TOO
