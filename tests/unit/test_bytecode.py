"""The Python that compiles the build."""

import sys

import pytest

from local import bytecode


@pytest.fixture
def on_the_path(tmp_path, monkeypatch):
    """Return a function that puts a program on the otherwise empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name, script):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return str(program)

    return put


def test_this_python_is_good_enough(on_the_path):
    name = f"python3.{sys.version_info.minor}"
    on_the_path(name, "exit 1")
    assert bytecode.interpreter(name) == sys.executable


def test_another_python_is_taken_if_it_runs(on_the_path):
    assert bytecode.interpreter("python3.99") is None
    program = on_the_path("python3.99", "exit 0")
    assert bytecode.interpreter("python3.99") == program
    on_the_path("python3.99", "echo 'command not found' >&2; exit 127")
    assert bytecode.interpreter("python3.99") is None
