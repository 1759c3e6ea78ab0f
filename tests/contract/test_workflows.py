"""GitHub's workflows pin actions by commit, store no credentials and call targets that exist."""

import re
import tomllib

import pytest
import yaml

from tests.contract.deployed import ROOT, TEMPLATE

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
    assert all(job["permissions"].get("contents", "read") == "read" for job in jobs)


def jobs_of(name):
    return yaml.load(TEXTS[name], yaml.BaseLoader)["jobs"]


def used(job):
    """Return the names of the actions that a job uses, and the commands that it runs."""
    steps = job["steps"]
    actions = [step["uses"].partition("@")[0] for step in steps if "uses" in step]
    return actions, [step["run"] for step in steps if "run" in step]


def test_who_has_an_identity_at_aws_installs_nothing_and_runs_no_code_of_ours():
    trusted = {
        (name, job)
        for name in TEXTS
        for job, told in jobs_of(name).items()
        if "id-token" in told["permissions"]
    }
    assert trusted == {("deploy", "deploy")}
    job = jobs_of("deploy")["deploy"]
    assert job["permissions"] == {"id-token": "write"}
    actions, commands = used(job)
    assert actions == ["actions/download-artifact", "aws-actions/configure-aws-credentials"]
    assert [command.split()[:2] for command in commands] == [["sam", "deploy"]]
    assert job["environment"] == "${{ inputs.environment }}"


def test_what_is_deployed_was_built_and_tested_without_one():
    jobs = jobs_of("deploy")
    build = jobs["build"]
    assert jobs["deploy"]["needs"] == "build"
    assert build["permissions"] == {"contents": "read"}
    assert "environment" not in build
    actions, commands = used(build)
    assert commands[0] == "make check test"
    assert commands[-1].startswith("make build ")
    assert actions[-1] == "actions/upload-artifact"
    uploaded = build["steps"][-1]["with"]
    assert uploaded["include-hidden-files"] == "true"
    assert uploaded["name"] == jobs["deploy"]["steps"][0]["with"]["name"]
    # sam reads its settings, and the definitions in the folders that the template names.
    definitions = {
        resource["Properties"]["DefinitionUri"].partition("/")[0]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }
    assert set(uploaded["path"].split()) == {".aws-sam/build", "samconfig.toml"} | definitions


def test_every_environment_can_be_deployed():
    samconfig = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    deploy = yaml.load(TEXTS["deploy"], yaml.BaseLoader)
    choices = deploy["on"]["workflow_dispatch"]["inputs"]["environment"]["options"]
    assert set(choices) == set(samconfig) - {"version", "local"}
    assert all("stack_name" in samconfig[name]["deploy"]["parameters"] for name in choices)
