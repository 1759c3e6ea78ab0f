"""The commands that README and runbook tell people to type."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from tests.contract.deployed import ROOT, TEMPLATE
from tests.runbook import RUNBOOK

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# The only program on the PATH: a shell's builtins are in no process list.
AWS = f"""#!{sys.executable}
import json, os, sys
with open("told.json", "w") as told:
    arguments = sys.argv[1:]
    asks = "put-parameter" in arguments
    json.dump([arguments, json.load(open("/dev/stdin")) if asks else None], told)
"""


def blocks(document: str) -> list[str]:
    return re.findall(r"^ *```sh\n(.*?)^ *```", document, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "script", [one for one in blocks(README) + blocks(RUNBOOK) if "read -rs TOKEN" in one]
)
def test_the_token_is_asked_for_and_in_nobodys_arguments(script, tmp_path):
    (tmp_path / "aws").write_text(AWS)
    (tmp_path / "aws").chmod(0o755)
    played = subprocess.run(
        [shutil.which("bash"), "-euc", "output() { :; }\n" + script],
        input="a-s3cret\n",
        env={"PATH": str(tmp_path), "STACK": "channelwright"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert played.stdout.startswith("Token: ")
    assert "a-s3cret" not in played.stdout + played.stderr
    arguments, given = json.loads((tmp_path / "told.json").read_text())
    assert arguments == ["ssm", "put-parameter", "--cli-input-json", "file:///dev/stdin"]
    name = TEMPLATE["Parameters"]["DiscordBotTokenParameter"]["Default"]
    again = {"Overwrite": True} if "Overwrite" in script else {}
    assert given == {"Name": name, "Type": "SecureString", "Value": "a-s3cret"} | again
    operation = Session().get_service_model("ssm").operation_model("PutParameter")
    assert not ParamValidator().validate(given, operation.input_shape).has_errors()


def test_nothing_else_that_people_type_has_the_token_in_its_arguments():
    """`--value`, or a header given to curl, would put the token there."""
    asking = [one for one in blocks(README) + blocks(RUNBOOK) if "TOKEN" in one]
    assert len(asking) >= 3
    assert not any(re.search(r"--value|-H ", one) for one in asking)


def test_both_say_which_region():
    """`sam deploy --guided` and every `aws` command read this variable."""
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
