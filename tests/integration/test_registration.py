"""The registration with Discord by a deployment."""

from channelwright.setup.registered import same_commands
from channelwright.setup.registration import invite_url
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration.registration import told


def test_a_deployment_sets_endpoint_and_commands(stack: Stack):
    url, commands = told(stack)
    assert url == stack.endpoints.interactions_url
    assert same_commands(commands)
    assert stack.simulator
    application_id = stack.simulator.info["application_id"]
    assert stack.endpoints.application_id == application_id
    assert stack.endpoints.invite_url == invite_url(application_id)


def test_nothing_of_the_token_is_logged(stack: Stack):
    assert stack.simulator
    logs = stack.client("logs")
    events = logs.filter_log_events(logGroupName=f"/{STACK_NAME}")["events"]
    assert not any(stack.simulator.info["bot_token"] in event["message"] for event in events)
