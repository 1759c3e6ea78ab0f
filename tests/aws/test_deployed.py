"""A deployed stack is healthy: `make test-aws STACK=channelwright`. The tests change nothing.

A named stack must exist. Without a name, the tests check the default stack, if there is one.
"""

import json
import os
import re

import pytest
import requests

from tests.aws import account
from tests.statemachine.interpreter import (
    ADD,
    ARCHIVE,
    DEFINITIONS,
    DELETE,
    MEMBERS,
    RECORD,
    REMOVE,
    SHOW,
)

OUTPUTS = {
    ADD: "StateMachineArn",
    REMOVE: "RemovalStateMachineArn",
    RECORD: "RecordStateMachineArn",
    DELETE: "DeletionStateMachineArn",
    SHOW: "ShowStateMachineArn",
    MEMBERS: "MembersStateMachineArn",
    ARCHIVE: "ArchiveStateMachineArn",
}


def described(cloudformation, name):
    """Return the stack. If it does not exist, fail if STACK names it, else skip.

    Other errors are raised: they do not prove that the stack is missing. Source: AWS docs,
    CloudFormation API Reference > DescribeStacks.
    """
    try:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except cloudformation.exceptions.ClientError as error:
        told = error.response["Error"]
        if told["Code"] != "ValidationError" or not told["Message"].endswith("does not exist"):
            raise
        absent = pytest.fail if "STACK" in os.environ else pytest.skip
        absent(f"no stack {name} in {cloudformation.meta.region_name}: make test-aws STACK=…")
    return stack


class Deployed:
    def __init__(self, session, name):
        self.name = name
        self.client = session.client
        stack = described(session.client("cloudformation"), name)
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        self.parameters = {
            one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]
        }
        self.status = stack["StackStatus"]


@pytest.fixture(scope="module")
def stack():
    return Deployed(account.session(), os.environ.get("STACK", "channelwright"))


def test_the_last_deployment_succeeded(stack):
    assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def test_the_endpoint_refuses_what_is_not_signed(stack):
    answer = requests.post(stack.outputs["InteractionsUrl"], json={"type": 1}, timeout=10)
    assert answer.status_code == 401


def test_the_state_machines_are_ours(stack):
    arns = {machine: stack.outputs[output] for machine, output in OUTPUTS.items()}
    for machine, arn in arns.items():
        described = stack.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
        assert described["status"] == "ACTIVE"
        functions = re.compile(rf"arn:[^\"]*:function:{stack.name}-[\w-]+")
        deployed = functions.sub("function", described["definition"])
        ours = DEFINITIONS[machine].read_text(encoding="utf-8")
        for name, value in {
            "RemoveCampaignArn": arns[REMOVE],
            "RecordCampaignArn": arns[RECORD],
            "CampaignsTableName": stack.outputs["CampaignsTableName"],
            "StackName": stack.name,
        }.items():
            ours = ours.replace(f"${{{name}}}", value)
        ours = re.sub(r"\$\{\w+FunctionArn\}", "function", ours)
        why = f"{machine}: deploy this version, or check out that one"
        assert json.loads(deployed) == json.loads(ours), why


def knows_priority(stack):
    return bool(stack.parameters["PriorityGuilds"] or stack.parameters["PrioritySkuId"])


def test_the_queue_is_polled_and_nothing_died(stack):
    mappings = stack.client("lambda").list_event_source_mappings(
        FunctionName=f"{stack.name}-start-campaign"
    )["EventSourceMappings"]
    states = {one["EventSourceArn"].rpartition("-")[2]: one["State"] for one in mappings}
    assert states["tasks"] == "Enabled"
    assert states["priority"] == "Enabled" or not knows_priority(stack)
    counted = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["TasksDeadLetterQueueUrl"],
        AttributeNames=["ApproximateNumberOfMessages"],
    )
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "0", "see docs/operations.md"


def test_the_token_is_kept_as_a_secret(stack):
    name = stack.parameters["DiscordBotTokenParameter"]
    [described] = stack.client("ssm").describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [name]}]
    )["Parameters"]
    assert described["Type"] == "SecureString"


def test_logs_are_not_kept_for_ever(stack):
    groups = stack.client("logs").describe_log_groups(logGroupNamePrefix=f"/{stack.name}")
    [group] = [one for one in groups["logGroups"] if one["logGroupName"] == f"/{stack.name}"]
    assert group["retentionInDays"] == int(stack.parameters["LogRetentionDays"])


def test_no_alarm_is_on(stack):
    cloudwatch = stack.client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{stack.name}-")["MetricAlarms"]
    assert len(alarms) == 10
    on = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    assert not on, "see docs/operations.md"
