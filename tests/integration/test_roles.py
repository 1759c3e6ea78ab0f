"""Each function's role permits what the function needs, and no more."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.deployment import STACK_NAME
from local.stack import BOT_TOKEN_PARAMETER, WEBHOOK_SECRET_PARAMETER, Stack

WITH_TOKEN = [
    "start-campaign",
    "plan-campaign",
    "create-role",
    "create-category",
    "create-channel",
    "complete-campaign",
    "write-in-channel",
    "find-created",
    "delete-created",
    "preview-deletion",
    "describe-campaign",
    "plan-members",
    "change-member",
    "remove-controls",
    "plan-archive",
    "write-archive",
    "check-archive",
    "sweep-servers",
]
WITHOUT_TOKEN = [
    "interaction",
    "report",
    "start-removal",
    "record-outcome",
    "complete-members",
    "start-delivery",
    "send-webhook",
]


def session(stack: Stack, function: str) -> Any:
    """Return a callable that creates a service's client with the function's role."""
    name = f"{STACK_NAME}-{function}"
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
    """Tell whether a call is refused for lack of permission."""
    try:
        call(**arguments)
    except ClientError as error:
        return "AccessDenied" in error.response["Error"]["Code"]
    return False


def test_every_function_is_asked(stack: Stack):
    pages = stack.client("lambda").get_paginator("list_functions").paginate()
    names = [one["FunctionName"] for page in pages for one in page["Functions"]]
    # test_registration.py shows that register-application reads the token.
    asked = [*WITH_TOKEN, *WITHOUT_TOKEN, "register-application"]
    assert sorted(names) == sorted(f"{STACK_NAME}-{function}" for function in asked)


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


def machines(stack: Stack) -> tuple[str, str]:
    """Return the ARNs of the state machine that builds and of the one that removes."""
    return stack.endpoints.state_machine_arn, stack.endpoints.removal_state_machine_arn


def starts_nothing(stack: Stack, client: Any) -> bool:
    """Tell whether a function may start no execution of either state machine."""
    start = client("stepfunctions").start_execution
    return all(refused(start, stateMachineArn=machine, name="x") for machine in machines(stack))


def test_the_interaction_function_enqueues_and_does_not_start(stack: Stack):
    client = session(stack, "interaction")
    assert starts_nothing(stack, client)
    assert refused(client("sqs").receive_message, QueueUrl=stack.endpoints.queue_url)


def test_who_edits_the_message_does_nothing_else(stack: Stack):
    """The interaction's token is all that it needs, so it may touch nothing of AWS."""
    client = session(stack, "report")
    assert starts_nothing(stack, client)
    sqs, queue = client("sqs"), stack.endpoints.queue_url
    assert refused(sqs.send_message, QueueUrl=queue, MessageBody="x")
    assert refused(sqs.receive_message, QueueUrl=queue)
    table, key = f"{STACK_NAME}-limiter", {"id": {"S": "x"}}
    assert refused(client("dynamodb").get_item, TableName=table, Key=key)
    assert refused(client("dynamodb").update_item, TableName=table, Key=key)


def test_who_records_the_end_does_nothing_else(stack: Stack):
    client = session(stack, "record-outcome")
    assert starts_nothing(stack, client)
    step_functions = client("stepfunctions")
    arn = execution_of(stack.endpoints.state_machine_arn)
    assert refused(step_functions.get_execution_history, executionArn=arn)
    assert refused(client("sqs").receive_message, QueueUrl=stack.endpoints.queue_url)


def test_who_starts_removals_starts_nothing_else_or_leaves_a_dead_letter(stack: Stack):
    client = session(stack, "start-removal")
    sqs, letters = client("sqs"), stack.endpoints.dlq_url
    sqs.send_message(QueueUrl=letters, MessageBody="x")
    stack.client("sqs").purge_queue(QueueUrl=letters)
    assert refused(sqs.receive_message, QueueUrl=letters)
    assert refused(sqs.send_message, QueueUrl=stack.endpoints.queue_url, MessageBody="x")
    assert refused(sqs.receive_message, QueueUrl=stack.endpoints.queue_url)
    step_functions = client("stepfunctions")
    builds, removals = machines(stack)
    assert refused(step_functions.start_execution, stateMachineArn=builds, name="x")
    for machine in (builds, removals):
        arn = execution_of(machine)
        assert not refused(step_functions.describe_execution, executionArn=arn)
        assert not refused(step_functions.get_execution_history, executionArn=arn)
        assert refused(step_functions.list_executions, stateMachineArn=machine)
        assert refused(step_functions.stop_execution, executionArn=arn)
    recording = execution_of(builds.replace("add-campaign", "record-campaign"))
    assert not refused(step_functions.stop_execution, executionArn=recording)


def test_whoever_sends_webhooks_reads_their_secret_and_nothing_else(stack: Stack):
    client = session(stack, "send-webhook")
    secret = client("ssm").get_parameter(Name=WEBHOOK_SECRET_PARAMETER, WithDecryption=True)
    assert secret["Parameter"]["Value"].startswith("whsec_")
    for table in (f"{STACK_NAME}-limiter", f"{STACK_NAME}-campaigns"):
        key = {"id": {"S": "x"}}
        assert refused(client("dynamodb").get_item, TableName=table, Key=key)
    assert starts_nothing(stack, client)
    assert refused(client("sqs").receive_message, QueueUrl=stack.endpoints.dlq_url)


def test_whoever_starts_deliveries_starts_nothing_else(stack: Stack):
    client = session(stack, "start-delivery")
    assert starts_nothing(stack, client)
    assert refused(client("ssm").get_parameter, Name=WEBHOOK_SECRET_PARAMETER)


def execution_of(machine: str) -> str:
    """Return the ARN of an execution that need not exist."""
    return machine.replace(":stateMachine:", ":execution:") + ":x"


def test_the_starter_starts_and_does_not_enqueue(stack: Stack):
    client = session(stack, "start-campaign")
    assert refused(client("sqs").send_message, QueueUrl=stack.endpoints.queue_url, MessageBody="x")
    step_functions = client("stepfunctions")
    builds, removals = machines(stack)
    assert refused(step_functions.list_executions, stateMachineArn=builds)
    assert refused(step_functions.start_execution, stateMachineArn=removals, name="x")
