"""What README and runbook tell people to type."""

import os
import re
import subprocess

import pytest

from tests.contract.deployed import ROOT
from tests.runbook import RUNBOOK

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# `aws` tells what it was given.
PLAYED = 'aws() { printf "%s=" "$AWS_DEFAULT_REGION" "$@" >&2; }\n'


def blocks(document: str) -> list[str]:
    return re.findall(r"^ *```sh\n(.*?)^ *```", document, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "script", [one for one in blocks(README) + blocks(RUNBOOK) if "read -rs TOKEN" in one]
)
def test_who_is_asked_for_the_token_sees_it(script):
    played = subprocess.run(
        ["bash", "-euc", PLAYED + script],
        input="a-s3cret\n",
        env={"PATH": os.environ["PATH"], "STACK": "channelwright", "AWS_DEFAULT_REGION": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert played.stdout.startswith("Token: ")
    assert "a-s3cret" not in played.stdout
    assert "put-parameter" in played.stderr
    assert "=a-s3cret=" in played.stderr


def test_both_say_which_region():
    """`sam deploy --guided` and every `aws` take it from there."""
    scripts = [
        next(block for block in blocks(text) if "AWS_" in block) for text in (README, RUNBOOK)
    ]
    assert all("export AWS_DEFAULT_REGION=" in script for script in scripts)


def test_make_help_names_every_target():
    targets = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split()
    shown = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)
    assert sorted(shown) == sorted(targets)


def test_the_readme_names_every_command():
    targets = set(re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split())
    named = set(re.findall(r"\bmake ([a-z-]+)", README))
    assert targets - named - {"clean"} == set()
    assert named - targets <= {"help"}
