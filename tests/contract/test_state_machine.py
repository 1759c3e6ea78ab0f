"""The state machine, the template, the files and the errors say the same words."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

import start_campaign
from channelwright import bot_token, campaign, discord, errors, limiter, rollback
from tests.contract.roles import grants
from tests.statemachine.interpreter import DEFINITION, module_name

ROOT = Path(__file__).parents[2]
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
RESOURCES = TEMPLATE["Resources"]
MACHINE = json.loads(DEFINITION.read_text(encoding="utf-8"))
HANDLERS = {path.stem for path in (ROOT / "functions").glob("*.py")}

# Names that AWS gives errors, of those that the definition treats apart.
AWS_ERRORS = {"States.ALL", "Lambda.TooManyRequestsException"}


def states(machine=MACHINE) -> Iterator[tuple[str, dict]]:
    for title, state in machine["States"].items():
        yield title, state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from states(inner)


TASKS = {title: state for title, state in states() if state["Type"] == "Task"}


@pytest.mark.parametrize("title", TASKS)
def test_a_box_leads_to_the_file_of_the_same_name(title):
    function = re.fullmatch(r"\$\{(\w+)FunctionArn\}", TASKS[title]["Resource"])[1]
    assert title.replace(" ", "").startswith(function)
    assert module_name(function) in HANDLERS
    resource = RESOURCES[f"{function}Function"]["Properties"]
    assert resource["Handler"] == f"{module_name(function)}.handler"


def test_every_handler_has_a_function_and_the_other_way_round():
    handlers = {
        resource["Properties"]["Handler"].removesuffix(".handler")
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert handlers == HANDLERS


def test_every_substitution_is_given_and_used():
    used = set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text(encoding="utf-8")))
    given = RESOURCES["AddCampaign"]["Properties"]["DefinitionSubstitutions"]
    assert used == set(given)
    assert all(value == {"Fn::GetAtt": [f"{key[:-3]}", "Arn"]} for key, value in given.items())


def test_every_error_name_is_a_class_of_ours_or_aws():
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ChannelwrightError)
    }
    for title, state in states():
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            assert set(rule["ErrorEquals"]) <= classes | AWS_ERRORS, title


def test_what_is_known_is_not_repeated():
    """No state retries an error that means: asking again gives the same answer."""
    for title, state in TASKS.items():
        if "Retry" not in state:
            continue  # progress, which is not repeated at all
        if title == "Recall Created":
            continue  # asks AWS only
        first, *others = state["Retry"]
        assert first["MaxAttempts"] == 0, title
        assert {"DiscordRefused", "RateLimited", "RateLimitTooLong"} <= set(first["ErrorEquals"])
        if title.startswith("Create "):
            assert {"DeadlineExceeded", "EarlierOutcomeUnknown"} <= set(first["ErrorEquals"])
        assert all(rule["MaxAttempts"] > 0 for rule in others)


def test_a_create_is_repeated_only_when_its_lambda_can_live_no_more():
    timeout = TEMPLATE["Globals"]["Function"]["Timeout"]
    for title in ("Create Role", "Create Category", "Create Channel"):
        rule = TASKS[title]["Retry"][-1]
        assert rule["ErrorEquals"] == ["States.ALL"]
        assert rule["IntervalSeconds"] > timeout
        quick = {name for rule in TASKS[title]["Retry"][:-1] for name in rule["ErrorEquals"]}
        assert "NoAnswer" not in quick, title
        assert "Timeout" not in RESOURCES[f"{title.replace(' ', '')}Function"]["Properties"]
    assert timeout < rollback.UNKNOWN_OUTCOME_SECONDS


def test_every_task_is_caught():
    for title, state in TASKS.items():
        assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], title


def test_the_machine_outlives_the_rollback():
    assert MACHINE["TimeoutSeconds"] > campaign.ROLLBACK_SECONDS
    assert campaign.ROLLBACK_SECONDS > campaign.TOKEN_SECONDS > campaign.BUILD_SECONDS


def test_only_those_that_need_the_bot_token_may_read_it():
    for logical_id, resource in RESOURCES.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        source = (ROOT / "functions" / f"{properties['Handler'].split('.')[0]}.py").read_text()
        variables = properties.get("Environment", {}).get("Variables", {})
        needs_it = any(
            way in source for way in ("as_bot(", "for_campaign(", "channelwright.delivery")
        )
        assert needs_it == ("DISCORD_BOT_TOKEN_PARAMETER" in variables), logical_id
        may = any(grant.startswith("ssm:GetParameter ") for grant in grants(f"{logical_id}Role"))
        assert needs_it == may, logical_id


def test_the_starter_knows_the_last_receive():
    given = RESOURCES["StartCampaignFunction"]["Properties"]["Environment"]["Variables"]
    queue = RESOURCES["TasksQueue"]["Properties"]["RedrivePolicy"]
    assert int(given["MAX_RECEIVES"]) == queue["maxReceiveCount"]


def test_the_queue_gives_the_starter_six_times_its_timeout():
    visibility = RESOURCES["TasksQueue"]["Properties"]["VisibilityTimeout"]
    assert visibility >= 6 * RESOURCES["StartCampaignFunction"]["Properties"]["Timeout"]
    assert visibility >= start_campaign.AGAIN_SECONDS
    receives = RESOURCES["TasksQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    assert (receives - 1) * visibility < campaign.BUILD_SECONDS, "the last may still build"


def test_the_starter_lives_until_all_that_hangs_has_been_given_up():
    config = start_campaign.CONFIG
    ask = _longest(config.connect_timeout + config.read_timeout, config.retries)
    ssm = bot_token.CONNECT_SECONDS + bot_token.READ_SECONDS
    read_token = _longest(ssm, {"mode": "standard", "total_max_attempts": bot_token.ATTEMPTS})
    tell = discord.CONNECT_SECONDS + discord.READ_SECONDS
    reserve = 2 * limiter.TIMEOUT_SECONDS  # to connect, to read; it is not asked again
    # Reserve a turn, start, look whether it has started, edit the message, read the token, write
    # in the channel.
    longest = reserve + ask + ask + tell + read_token + tell
    assert longest + 3 < RESOURCES["StartCampaignFunction"]["Properties"]["Timeout"]


def _longest(attempt, retries):
    """Before the n-th repetition botocore's standard mode waits up to 2^(n-1) seconds."""
    assert retries["mode"] == "standard"
    attempts = retries["total_max_attempts"]
    return attempts * attempt + sum(2**n for n in range(attempts - 1))


def test_the_import_rule():
    """Handlers import no handler; pure modules no library; requests has few places."""
    shared = ROOT / "functions" / "channelwright"
    allowed = {
        "discord.py": {"requests"},
        "answers.py": {"requests"},
        "tls.py": {"requests"},
        "custom_resource.py": {"requests"},
        "bot_token.py": {"boto3", "botocore"},
        "limiter.py": {"boto3", "botocore"},
        "signature.py": {"nacl"},
    }
    standard = set(__import__("sys").stdlib_module_names) | {"channelwright"}
    for path in shared.glob("*.py"):
        assert _imports(path) <= standard | allowed.get(path.name, set()), path.name
    for path in (ROOT / "functions").glob("*.py"):
        assert not _imports(path) & HANDLERS, path.name
        assert not _imports(path) & {"local", "tests", "requests"}, path.name


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_the_template_is_yaml_that_everybody_reads():
    assert yaml.compose((ROOT / "template.yaml").read_text(encoding="utf-8"))
