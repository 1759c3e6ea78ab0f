"""The transformed template keeps its promises to the operator."""

import json
import re

import pytest

from channelwright.aws import log
from channelwright.discord import addresses
from local import settings
from tests.contract.deployed import ROOT, TEMPLATE, deployed, of_type

STACK = deployed()
# The stack with every optional part.
WHOLE = deployed(
    AlarmEmail="gm@example.com",
    AlarmTopicArn="arn:aws:sns:eu-central-1:123456789012:mine",
    ShowDashboard="true",
    ReservedConcurrency=5,
    ProvisionedConcurrency=2,
    MonthlyBudgetUSD=20,
    PermissionsBoundary="arn:aws:iam::123456789012:policy/bounds",
    WebhookUrl="https://hooks.example.com/x",
)
FUNCTIONS = of_type(STACK, "AWS::Lambda::Function")
MACHINES = of_type(STACK, "AWS::StepFunctions::StateMachine")
# The template's resources that cannot have tags.
NO_TAGS = {
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::CloudWatch::Dashboard",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::QueryDefinition",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
    "AWS::SQS::QueuePolicy",
    "Custom::DiscordApplication",
    # These could, but cost nothing.
    "AWS::Budgets::Budget",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
}


# ---- Logs and traces ----


def test_logs_are_kept_as_long_as_the_operator_says():
    for stack, days in ((STACK, 30), (deployed(LogRetentionDays=7), 7)):
        groups = of_type(stack, "AWS::Logs::LogGroup")
        assert {name: group["RetentionInDays"] for name, group in groups.items()} == {
            "LogGroup": days,
            "ExecutionsLogGroup": days,
        }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_json_into_the_stacks_log_group(name):
    """Otherwise Lambda creates its own log group, which never expires and outlives the stack."""
    # A flood of the URL must not fill the log with Lambda's own lines.
    quiet = {"SystemLogLevel": "WARN"} if name == "InteractionFunction" else {}
    assert FUNCTIONS[name]["LoggingConfig"] == quiet | {
        "LogFormat": "JSON",
        "LogGroup": "<LogGroup>",
        # The lines with metrics have this level.
        "ApplicationLogLevel": "INFO",
    }
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    assert variables["STACK_NAME"] == "channelwright"
    assert variables["EXECUTION_CONSOLE"].endswith(":execution:channelwright-")


def test_a_link_to_an_execution_names_its_machine(monkeypatch):
    console = FUNCTIONS["PlanCampaignFunction"]["Environment"]["Variables"]["EXECUTION_CONSOLE"]
    monkeypatch.setenv("EXECUTION_CONSOLE", console)
    names = [one["StateMachineName"] for one in MACHINES.values()]
    for name in ("175928847299117063", "175928847299117063-remove-again"):
        machine = log.console(name).removesuffix(f":{name}").rpartition(":")[2]
        assert machine in names
        assert ("remove" in machine) == ("remove" in name)


def test_everything_is_traced():
    assert {one["TracingConfig"]["Mode"] for one in FUNCTIONS.values()} == {"Active"}
    for machine in MACHINES.values():
        assert machine["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize("name", MACHINES)
def test_executions_are_logged_without_their_data(name):
    logging = MACHINES[name]["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    [group] = logging["Destinations"]
    assert group["CloudWatchLogsLogGroup"]["LogGroupArn"] == "<ExecutionsLogGroup.Arn>"


def test_a_machine_keeps_its_executions_for_who_looks():
    """An EXPRESS machine has no history to read."""
    assert {one["StateMachineType"] for one in MACHINES.values()} == {"STANDARD"}


# ---- Secrets and access (permissions: test_roles.py) ----


def test_the_bot_token_is_nowhere_but_in_ssm():
    """The template has only the parameter's name: CloudFormation would show a resolved token."""
    text = json.dumps(WHOLE)
    assert "{{resolve:" not in text
    assert not any(
        "token" in name.lower()
        for name in TEMPLATE["Parameters"]
        if name != "DiscordBotTokenParameter"
    )
    variables = [one["Environment"]["Variables"] for one in FUNCTIONS.values()]
    named = {name for one in variables for name in one if "TOKEN" in name}
    assert named == {"DISCORD_BOT_TOKEN_PARAMETER"}


def test_the_api_has_one_way_in_and_it_is_throttled():
    [route] = of_type(STACK, "AWS::ApiGatewayV2::Route").values()
    assert route["RouteKey"] == "POST /interactions"
    [stage] = of_type(STACK, "AWS::ApiGatewayV2::Stage").values()
    limits = stage["DefaultRouteSettings"]
    assert int(limits["ThrottlingRateLimit"]) == 50
    assert int(limits["ThrottlingBurstLimit"]) == 100


def test_the_token_goes_out_encrypted():
    """The template, addresses.py (for the functions) and settings.py (for make) demand it."""
    parameter = TEMPLATE["Parameters"]["DiscordApiBaseUrl"]
    patterns = {parameter["AllowedPattern"], addresses.API_BASE_URL, settings.API_BASE_URL}
    assert len(patterns) == 1
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])


def test_nothing_else_is_public():
    assert not of_type(STACK, "AWS::Lambda::Url")
    for policy in of_type(STACK, "AWS::SQS::QueuePolicy").values():
        effects = {one["Effect"] for one in policy["PolicyDocument"]["Statement"]}
        assert effects == {"Deny"}


def test_the_topic_hears_of_nothing_by_default():
    assert not of_type(STACK, "AWS::SNS::Topic")
    assert not any(one["AlarmActions"] for one in of_type(STACK, "AWS::CloudWatch::Alarm").values())


# ---- A small account ----


def test_a_new_account_can_deploy_it():
    """A new account runs 10 Lambdas at a time, and can reserve none."""
    for properties in FUNCTIONS.values():
        assert "ReservedConcurrentExecutions" not in properties
    for alias in of_type(STACK, "AWS::Lambda::Alias").values():
        assert "ProvisionedConcurrencyConfig" not in alias
    mappings = of_type(STACK, "AWS::Lambda::EventSourceMapping").values()
    enabled = [mapping for mapping in mappings if mapping.get("Enabled", True)]
    assert [mapping["ScalingConfig"] for mapping in enabled] == [{"MaximumConcurrency": 5}]


@pytest.mark.parametrize(
    ("parameters", "read"),
    [({}, False), ({"PriorityGuilds": "1"}, True), ({"PrioritySkuId": "1"}, True)],
)
def test_the_priority_queue_is_read_only_if_somebody_has_priority(parameters, read):
    """Lambda's polling costs money: the free amount covers only one queue."""
    stack = deployed(**parameters)
    assert stack["PriorityEventSourceMapping"]["Properties"]["Enabled"] == read
    watched = str(stack["OldestTaskAlarm"])
    assert ("<PriorityQueue.QueueName>" in watched) == read


# ---- What AWS limits ----

# AWS docs: Lambda > Lambda quotas; Lambda API Reference > CreateFunction; SQS > Queue quotas;
# Step Functions API Reference > CreateStateMachine; CloudWatch API > PutMetricAlarm.
LONGEST_NAME = {
    "AWS::Lambda::Function": 64,
    "AWS::SQS::Queue": 80,
    "AWS::Serverless::StateMachine": 80,
    "AWS::StepFunctions::StateMachine": 80,
    "AWS::DynamoDB::Table": 255,
    "AWS::CloudWatch::Alarm": 255,
}
LONGEST_STACK = 43
ENVIRONMENT_BYTES = 4096
# The longest values of what only AWS knows.
KNOWN_LATER = {
    "AWS::Region": "ap-southeast-2",
    "TasksQueue": "https://sqs.ap-southeast-2.amazonaws.com/123456789012/" + "s" * 50,
    "PriorityQueue": "https://sqs.ap-southeast-2.amazonaws.com/123456789012/" + "s" * 54,
}


def too_long(stack):
    return [
        name
        for type_, name in _names(deployed(stack=stack))
        if len(name) > LONGEST_NAME.get(type_, 512)
    ]


def test_a_stacks_name_may_be_as_long_as_is_said_where_it_is_chosen():
    assert too_long("s" * LONGEST_STACK) == []
    assert too_long("s" * (LONGEST_STACK + 1)) != []
    for place in ("README.md", "docs/operations.md", "samconfig.toml"):
        said = " ".join((ROOT / place).read_text(encoding="utf-8").split())
        assert f"{LONGEST_STACK} characters" in said.replace(" # ", " "), place


def test_no_more_priority_guilds_are_taken_than_fit_into_an_environment():
    """CloudFormation refuses before it changes anything; Lambda would refuse in the middle."""
    parameter = TEMPLATE["Parameters"]["PriorityGuilds"]
    most = parameter["MaxLength"]
    guilds = ",".join(["1" * 19] * 130)
    assert len(guilds) <= most
    for number in (f"{most:,} characters", "130 ids"):
        assert number in parameter["ConstraintDescription"]
    stack = deployed(
        stack="s" * LONGEST_STACK, PriorityGuilds="1" * most, PrioritySkuId="1" * 19, **KNOWN_LATER
    )
    for properties in of_type(stack, "AWS::Lambda::Function").values():
        # As AWS may count them: with names, and as JSON.
        assert len(json.dumps(properties["Environment"]["Variables"])) <= ENVIRONMENT_BYTES


# ---- Several stacks, and none left behind ----


def test_two_stacks_share_no_name():
    one, other = (set(_names(deployed(stack=name))) for name in ("one", "other"))
    assert len(one) > 30
    assert not one & other


def _names(resources):
    """Yield the names that the template gives; names that AWS chooses cannot collide."""
    for resource in resources.values():
        type_ = resource["Type"]
        if type_ in {"AWS::ApiGatewayV2::Stage", "AWS::Lambda::Alias"}:
            continue  # their names need to be unique only within their API or function
        for key in ("Name", type_.rpartition("::")[2] + "Name"):  # such as QueueName
            if key in resource.get("Properties", {}):
                yield type_, resource["Properties"][key]


def test_everything_goes_with_the_stack():
    """Versions, too: if SAM retained one, its code could not be deployed after a rollback."""
    for name, resource in WHOLE.items():
        if name != "CampaignsTable":
            assert resource.get("DeletionPolicy", "Delete") == "Delete", name
    versions = [one for one in WHOLE.values() if one["Type"] == "AWS::Lambda::Version"]
    assert [one["DeletionPolicy"] for one in versions] == ["Delete"] * 2


def test_everything_that_costs_is_tagged():
    for name, resource in WHOLE.items():
        if resource["Type"] in NO_TAGS:
            continue
        tags = resource["Properties"]["Tags"]
        if isinstance(tags, list):
            tags = {tag["Key"]: tag["Value"] for tag in tags}
        assert tags["service"] == "channelwright", name
        assert tags["stack"] == "channelwright", name
