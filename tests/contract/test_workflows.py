"""GitHub's workflows: pinned by commit, no standing credentials, and what they call exists."""

import re
import tomllib

import pytest
import yaml

from tests.contract.deployed import ROOT

WORKFLOWS = {path.stem: path for path in (ROOT / ".github" / "workflows").glob("*.yml")}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in WORKFLOWS.items()}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_actions_are_pinned_by_commit(name):
    used = re.findall(r"uses: (.*)", TEXTS[name])
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_one_action_has_one_commit():
    pins = {pin for text in TEXTS.values() for pin in re.findall(r"uses: (.*)", text)}
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@pytest.mark.parametrize("name", TEXTS)
def test_make_has_what_they_ask_it_for(name):
    targets = {
        target
        for command in re.findall(r"run: make ([a-z -]+)", TEXTS[name])
        for target in command.split()
    }
    assert targets
    for target in targets:
        assert f"\n{target}: " in MAKEFILE, target


def test_every_python_is_tested_that_is_promised():
    matrix = yaml.safe_load(TEXTS["ci"])["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert matrix == ["3.11", "3.12", "3.13"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={matrix[0]}"


@pytest.mark.parametrize("name", TEXTS)
def test_no_secret_of_long_life_is_used(name):
    assert "secrets." not in TEXTS[name]
    jobs = yaml.safe_load(TEXTS[name])["jobs"].values()
    assert all(set(job["permissions"]) <= {"contents", "id-token"} for job in jobs)
    assert all(job["permissions"]["contents"] == "read" for job in jobs)


def test_every_environment_can_be_deployed():
    samconfig = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    deploy = yaml.load(TEXTS["deploy"], yaml.BaseLoader)
    choices = deploy["on"]["workflow_dispatch"]["inputs"]["environment"]["options"]
    assert set(choices) == set(samconfig) - {"version", "local"}
    for name in choices:
        assert f"'{samconfig[name]['deploy']['parameters']['stack_name']}'" in TEXTS["deploy"]
