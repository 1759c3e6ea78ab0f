"""The environments of samconfig.toml: sam knows every key, and no two share a stack.

An operator's own file, with the answers of `sam deploy --guided`, must pass as well.
"""

import shlex
import tomllib

import pytest
from samcli.commands.build.command import cli as build
from samcli.commands.deploy.command import cli as deploy
from samcli.commands.validate.validate import cli as validate

from tests.contract.deployed import ROOT, TEMPLATE, deployed, of_type

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
COMMANDS = {"build": build, "deploy": deploy, "validate": validate}
ENVIRONMENTS = {name: told for name, told in CONFIG.items() if name != "version"}
TABLES = [
    (name, command)
    for name, told in ENVIRONMENTS.items()
    for command in told
    if command != "global"  # the region, as --guided saves it
]


def overrides(environment):
    given = ENVIRONMENTS[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    # --guided saves them as one line, with quotation marks.
    pairs = shlex.split(given) if isinstance(given, str) else given
    return dict(one.split("=", 1) for one in pairs)


@pytest.mark.parametrize(("environment", "command"), TABLES)
def test_sam_knows_every_key(environment, command):
    """sam ignores unknown keys."""
    known = {parameter.name for parameter in COMMANDS[command].params}
    table = ENVIRONMENTS[environment][command]
    assert set(table) == {"parameters"}
    assert set(table["parameters"]) <= known


def test_there_is_one_to_try_and_one_to_run():
    assert set(ENVIRONMENTS) == {"default", "prod", "local"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_template_has_every_parameter_that_is_given(environment):
    assert set(overrides(environment)) <= set(TEMPLATE["Parameters"])
    group = of_type(deployed(**overrides(environment)), "AWS::Logs::LogGroup")["LogGroup"]
    retention = TEMPLATE["Parameters"]["LogRetentionDays"]["AllowedValues"]
    assert int(group["RetentionInDays"]) in retention


def test_two_environments_share_neither_stack_nor_token():
    stacks = [
        ENVIRONMENTS[name]["deploy"]["parameters"]["stack_name"] for name in ("default", "prod")
    ]
    default = TEMPLATE["Parameters"]["DiscordBotTokenParameter"]["Default"]
    tokens = [
        overrides(name).get("DiscordBotTokenParameter", default) for name in ("default", "prod")
    ]
    assert len({*stacks}) == len({*tokens}) == 2
    for stack, token in zip(stacks, tokens, strict=True):
        if stack.startswith("channelwright"):  # an operator may have renamed it
            assert token == f"/{stack}/discord-bot-token"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_costs_is_tagged_with_its_environment(environment):
    assert ENVIRONMENTS[environment]["deploy"]["parameters"]["tags"] == f"environment={environment}"
