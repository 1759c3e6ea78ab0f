"""Each function may do what it needs, and no more: asked with the role that it runs with."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack import BOT_TOKEN_PARAMETER, Stack

WITH_TOKEN = [
    "start-campaign",
    "report-rejection",
    "report-completion",
    "report-failure",
    "plan-campaign",
    "create-role",
    "create-category",
    "assign-role",
    "create-channel",
    "complete-campaign",
    "find-created",
    "delete-created",
]
WITHOUT_TOKEN = [
    "interaction",
    "report-progress",
    "report-rollback",
    "recall-created",
    "clean-up-campaign",
    "record-outcome",
]


def session(stack: Stack, function: str) -> Any:
    """Return a function that makes clients with the function's role."""
    name = f"channelwright-{function}"
    config = stack.client("lambda").get_function_configuration(FunctionName=name)
    assumed = stack.client("sts").assume_role(RoleArn=config["Role"], RoleSessionName="test")
    keys = assumed["Credentials"]
    made: Any = boto3.Session(
        keys["AccessKeyId"],
        keys["SecretAccessKey"],
        keys["SessionToken"],
        region_name="eu-central-1",
    )
    return lambda service: made.client(
        service, endpoint_url=stack.endpoints.aws_endpoint_url, config=Config(proxies={})
    )


def refused(call: Any, **arguments: Any) -> bool:
    """Tell whether a call is refused for want of permission."""
    try:
        call(**arguments)
    except ClientError as error:
        return "AccessDenied" in error.response["Error"]["Code"]
    return False


@pytest.mark.parametrize("function", WITH_TOKEN)
def test_who_speaks_as_the_bot_reads_the_token_and_nothing_else(stack: Stack, function: str):
    client = session(stack, function)
    token = client("ssm").get_parameter(Name=BOT_TOKEN_PARAMETER, WithDecryption=True)
    assert token["Parameter"]["Value"]
    assert refused(client("ssm").get_parameter, Name="/another")
    assert refused(client("sqs").send_message, QueueUrl=stack.endpoints.queue_url, MessageBody="x")


@pytest.mark.parametrize("function", WITHOUT_TOKEN)
def test_who_does_not_cannot_read_it(stack: Stack, function: str):
    client = session(stack, function)
    assert refused(client("ssm").get_parameter, Name=BOT_TOKEN_PARAMETER, WithDecryption=True)


def test_the_interaction_function_enqueues_and_does_not_start(stack: Stack):
    client = session(stack, "interaction")
    machine = stack.endpoints.state_machine_arn
    assert refused(client("stepfunctions").start_execution, stateMachineArn=machine, name="x")
    assert refused(client("sqs").receive_message, QueueUrl=stack.endpoints.queue_url)


def test_who_reads_the_history_does_nothing_else(stack: Stack):
    client = session(stack, "recall-created")
    machine = stack.endpoints.state_machine_arn
    assert refused(client("stepfunctions").start_execution, stateMachineArn=machine, name="x")
    assert refused(client("sqs").receive_message, QueueUrl=stack.endpoints.queue_url)


def test_who_cleans_up_starts_the_rollback_or_leaves_a_dead_letter(stack: Stack):
    client = session(stack, "clean-up-campaign")
    sqs, letters = client("sqs"), stack.endpoints.dlq_url
    sqs.send_message(QueueUrl=letters, MessageBody="x")
    stack.client("sqs").purge_queue(QueueUrl=letters)
    assert refused(sqs.receive_message, QueueUrl=letters)
    assert refused(sqs.send_message, QueueUrl=stack.endpoints.queue_url, MessageBody="x")
    assert refused(sqs.receive_message, QueueUrl=stack.endpoints.queue_url)
    assert refused(
        client("stepfunctions").list_executions, stateMachineArn=stack.endpoints.state_machine_arn
    )


def test_the_starter_starts_and_does_not_enqueue(stack: Stack):
    client = session(stack, "start-campaign")
    assert refused(client("sqs").send_message, QueueUrl=stack.endpoints.queue_url, MessageBody="x")
    assert refused(
        client("stepfunctions").list_executions, stateMachineArn=stack.endpoints.state_machine_arn
    )
