"""The part of the template that exists only if the operator has set a URL for webhooks."""

import re

import pytest

from channelwright.webhooks import address, connection, schedule
from tests.contract.deployed import TEMPLATE, deployed, of_type
from tests.contract.machines import DELIVER, MACHINES, timeout_of
from tests.statemachine import webhooks

URL = "https://hooks.example.com/x"
WITHOUT, WITH = deployed(), deployed(WebhookUrl=URL)
OWN = {name: one for name, one in WITH.items() if name not in WITHOUT}
PATTERN = TEMPLATE["Parameters"]["WebhookUrl"]["AllowedPattern"]


def test_without_a_url_nothing_of_it_exists():
    assert set(WITHOUT) <= set(WITH)
    assert {name for name, one in WITHOUT.items() if WITH[name] != one} == set()
    assert sorted((one["Type"].rpartition("::")[2], name) for name, one in OWN.items()) == [
        ("EventInvokeConfig", "StartDeliveryFunctionEventInvokeConfig"),
        ("EventSourceMapping", "WebhooksEventSourceMapping"),
        ("Function", "SendWebhookFunction"),
        ("Function", "StartDeliveryFunction"),
        ("Permission", "StartDeliveryFunctionEventAnnouncedPermission"),
        ("Queue", "WebhooksQueue"),
        ("QueuePolicy", "WebhooksQueuePolicy"),
        ("Role", "DeliverWebhookRole"),
        ("Role", "SendWebhookFunctionRole"),
        ("Role", "StartDeliveryFunctionRole"),
        ("Rule", "StartDeliveryFunctionEventAnnounced"),
        ("StateMachine", "DeliverWebhook"),
    ]
    assert TEMPLATE["Outputs"]["WebhookStateMachineArn"]["Condition"] == "SendsWebhooks"


def test_the_starter_hears_of_this_stacks_events_alone():
    [rule] = of_type(OWN, "AWS::Events::Rule").values()
    assert rule["EventPattern"] == {
        "source": ["channelwright"],
        "detail": {"stack": ["channelwright"]},
    }
    [target] = rule["Targets"]
    assert target["Arn"] == "<StartDeliveryFunction.Arn>"
    assert "InputTransformer" not in target


def test_what_cannot_be_started_three_times_becomes_a_dead_letter():
    config = OWN["StartDeliveryFunctionEventInvokeConfig"]["Properties"]
    assert config["MaximumRetryAttempts"] == 2
    destination = {"OnFailure": {"Destination": "<TasksDeadLetterQueue.Arn>"}}
    assert config["DestinationConfig"] == destination


def test_the_queue_is_encrypted_and_spoken_to_over_tls_alone():
    queue = OWN["WebhooksQueue"]["Properties"]
    assert {key: value for key, value in queue.items() if key != "Tags"} == {
        "QueueName": "channelwright-webhooks",
        "SqsManagedSseEnabled": True,
        "MessageRetentionPeriod": 24 * 3600,
        "VisibilityTimeout": webhooks.VISIBILITY_SECONDS,
        "RedrivePolicy": {
            "deadLetterTargetArn": "<TasksDeadLetterQueue.Arn>",
            "maxReceiveCount": webhooks.RECEIVES,
        },
    }
    [policy] = of_type(OWN, "AWS::SQS::QueuePolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Queues"] == ["<WebhooksQueue>"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", "<WebhooksQueue.Arn>")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_two_webhooks_at_most_are_sent_at_once():
    [mapping] = of_type(OWN, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["EventSourceArn"] == "<WebhooksQueue.Arn>"
    assert mapping["FunctionName"] == "<SendWebhookFunction>"
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (
        1,
        {"MaximumConcurrency": webhooks.SENDERS},
    )


def test_a_sender_has_time_for_all_that_hangs():
    """The secret, the receiver, and four attempts to tell the outcome."""
    assert timeout_of("SendWebhook") == 60 > 7 + connection.SECONDS + 4 * (1 + 3) + 1 + 2 + 4
    assert 6 * timeout_of("SendWebhook") <= webhooks.VISIBILITY_SECONDS


def test_the_longest_delivery_ends_by_itself():
    """Of no attempt is anything heard, each wait is the longest, and the last queue is down."""
    machine = MACHINES[DELIVER]
    sender = machine["States"]["Send Webhook"]["TimeoutSeconds"]
    [rule] = machine["States"]["Give Up"]["Retry"]
    told = rule["MaxAttempts"] * (rule["MaxDelaySeconds"] + 10)
    wait = schedule.LONGEST_ASKED * (1 + schedule.JITTER)
    assert schedule.ATTEMPTS * (sender + wait) + told < machine["TimeoutSeconds"]


def test_a_function_knows_what_it_needs_and_no_other_knows_of_webhooks():
    functions = of_type(WITH, "AWS::Lambda::Function")
    usual = set(functions["ReportFunction"]["Environment"]["Variables"])
    known = {
        name: set(one["Environment"]["Variables"]) - usual
        for name, one in functions.items()
        if "WEBHOOK" in str(one["Environment"])
    }
    assert known == {
        "StartDeliveryFunction": {"DELIVER_WEBHOOK_ARN", "WEBHOOK_URL"},
        "SendWebhookFunction": {"WEBHOOK_URL", "WEBHOOK_SECRET_PARAMETER"},
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        URL,
        "https://hooks.example.com:8443/x?key=1&to=gm@example.com",
        "https://discord.company.example/x",
        "http://127.0.0.1:5000/webhooks",
    ],
)
def test_cloudformation_takes_what_the_sender_takes(url):
    assert re.fullmatch(PATTERN, url)
    assert not url or address.parsed(url, local=url.startswith("http:"))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "https://gm:password@hooks.example.com/x",
        "https://hooks.example.com/x#fragment",
        "https://discord.com/api/webhooks/1/token",
        "https://ptb.discord.com/api/webhooks/1/token",
        "https://discordapp.com/api/webhooks/1/token",
        "ftp://hooks.example.com/x",
    ],
)
def test_cloudformation_refuses_early_what_the_sender_refuses(url):
    assert not re.fullmatch(PATTERN, url)
    with pytest.raises(address.UrlRefused):
        address.parsed(url, local=False)
