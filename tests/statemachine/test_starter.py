"""The starter with the queue's real messages: one execution, or a word to the game master."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

import start_campaign
from channelwright.campaign import TOKEN_SECONDS

NO_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:there-is-none"
TOO_LATE = (
    "❌ **Could not create campaign: My Campaign**\n"
    "The bot came to your request too late. Run the command again.\n"
    "\n"
    "Nothing was created."
)
NOT_STARTED = (
    "❌ **Could not create campaign: My Campaign**\n"
    "The bot could not begin. Run the command again.\n"
    "\n"
    "Nothing was created."
)
DEAD = TOKEN_SECONDS + 0.001  # an id has the interaction's time in whole milliseconds
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    """The starter's environment and clock."""
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter._arn)
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "time", stage.clock)


def deliver(request, receives=1):
    """Play SQS: the message for the n-th time."""
    record = {
        "body": json.dumps(request),
        "attributes": {"ApproximateReceiveCount": str(receives)},
    }
    start_campaign.handler({"Records": [record]}, None)


def arn(stage):
    return stage.interpreter._arn.replace(":stateMachine:", ":execution:") + f":{stage.asked}"


def has_started(stage):
    client = boto3.client("stepfunctions")
    try:
        client.describe_execution(executionArn=arn(stage))
    except client.exceptions.ExecutionDoesNotExist:
        return False
    return True


def in_channel(stage):
    """What the bot wrote in the channel of the command, beside the deferred message."""
    return [message.content for message in written_in_channel(stage)]


def written_in_channel(stage):
    written = stage.discord.world.messages.get(stage.discord.info["channel_id"], [])
    return [message for message in written if message.interaction_id is None]


def addressed(stage, content):
    return f"<@{stage.discord.info['owner_id']}>\n{content}"


def test_a_message_of_the_queue_becomes_a_campaign(stage):
    deliver(stage.request())
    run = stage.interpreter.finish(arn(stage))
    assert run.status == "SUCCEEDED"
    assert run.output["interaction_id"] == stage.asked
    assert stage.messages[-1].startswith("✅ **Campaign Created: My Campaign**")


def test_duplicate_deliveries_give_one_execution(stage):
    request = stage.request()
    for receives in (1, 2, 1, 3):
        deliver(request, receives)
    assert stage.interpreter.finish(arn(stage)).status == "SUCCEEDED"
    deliver(request, 3)
    assert stage.interpreter.finish(arn(stage)).status == "SUCCEEDED"
    assert [name for name, _ in stage.lambdas.calls].count("plan_campaign") == 1
    assert [name for name, _ in stage.lambdas.calls].count("create_channel") == 10
    assert in_channel(stage) == []


def test_a_message_just_before_the_token_dies_is_started(stage):
    request = stage.request()
    stage.clock.sleep(TOKEN_SECONDS - 5)
    deliver(request)
    assert has_started(stage)
    # It is too old to build anything: that is the state machine's to say.
    assert stage.interpreter.finish(arn(stage)).error == "CampaignFailed"
    stage.assert_nothing_left()


@pytest.mark.parametrize("receives", [1, 3])
def test_what_came_too_late_builds_nothing_and_is_said_in_the_channel(stage, receives):
    request = stage.request()
    stage.clock.sleep(DEAD)
    deliver(request, receives)
    assert not has_started(stage)
    assert stage.lambdas.calls == []
    stage.assert_nothing_left()
    assert in_channel(stage) == [addressed(stage, TOO_LATE)]
    assert stage.messages == []


def test_too_late_by_the_starters_clock_alone_is_said_in_the_deferred_message(stage, monkeypatch):
    """Discord's clock goes behind ours: its token is not dead yet."""

    class Ahead:
        @staticmethod
        def time():
            return stage.clock.time() + TOKEN_SECONDS + 1

    monkeypatch.setattr(start_campaign, "time", Ahead)
    deliver(stage.request())
    assert not has_started(stage)
    assert stage.messages == [TOO_LATE]
    assert in_channel(stage) == []


def test_what_came_too_late_pings_nobody(stage):
    request = stage.request()
    stage.clock.sleep(DEAD)
    deliver(request)
    [message] = written_in_channel(stage)
    assert message.allowed_mentions == {"parse": []}


def test_a_late_duplicate_of_what_has_been_built_says_nothing(stage):
    request = stage.request()
    deliver(request)
    stage.interpreter.finish(arn(stage))
    said, standing = list(stage.messages), stage.standing()
    stage.clock.sleep(DEAD)
    deliver(request, 2)
    assert (stage.messages, in_channel(stage)) == (said, [])
    assert stage.standing() == standing


def test_a_late_word_that_discord_does_not_take_is_no_reason_to_come_again(stage, caplog):
    stage.discord.faults.add(
        method="POST", path="/messages$", status=403, body=FORBIDDEN, times=None
    )
    request = stage.request()
    stage.clock.sleep(DEAD)
    deliver(request)
    assert in_channel(stage) == []
    assert "the game master was not told: Discord refused to write in the channel" in caplog.text
    assert request["interaction_token"] not in caplog.text


@pytest.mark.parametrize("receives", [1, 2])
def test_a_start_that_fails_is_tried_again_before_anybody_is_told(stage, monkeypatch, receives):
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), receives)
    assert stage.messages == []
    assert in_channel(stage) == []


@pytest.mark.parametrize("receives", [3, 4])
def test_a_start_that_fails_for_the_last_time_is_told_and_goes_to_the_dead_letters(
    stage, monkeypatch, receives
):
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), receives)
    assert stage.messages == [NOT_STARTED]
    assert in_channel(stage) == []
    stage.assert_nothing_left()


def test_a_start_that_fails_goes_to_the_dead_letters_even_if_nobody_can_be_told(stage, monkeypatch):
    stage.discord.faults.add(path="@original", status=503, times=None)
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), 3)


class AnswerLost:
    """Step Functions, whose answer to StartExecution is an error though it did as it was told."""

    def __init__(self, client):
        self._client = client
        self.exceptions = client.exceptions
        self.describe_execution = client.describe_execution

    def start_execution(self, **request):
        self._client.start_execution(**request)
        raise ClientError(
            {"Error": {"Code": "InternalServerError", "Message": "?"}}, "StartExecution"
        )


def test_on_the_last_time_an_execution_that_has_started_after_all_is_a_success(stage, monkeypatch):
    client = AnswerLost(start_campaign._step_functions)
    monkeypatch.setattr(start_campaign, "_step_functions", client)
    deliver(stage.request(), 3)
    assert stage.interpreter.finish(arn(stage)).status == "SUCCEEDED"
    assert "Nothing was created." not in "".join(stage.messages)
    assert in_channel(stage) == []


def test_before_the_last_time_a_lost_answer_is_asked_for_again(stage, monkeypatch):
    client = AnswerLost(start_campaign._step_functions)
    request = stage.request()
    with monkeypatch.context() as lost:
        lost.setattr(start_campaign, "_step_functions", client)
        with pytest.raises(ClientError, match="InternalServerError"):
            deliver(request, 1)
    deliver(request, 2)
    assert stage.interpreter.finish(arn(stage)).status == "SUCCEEDED"
    assert [name for name, _ in stage.lambdas.calls].count("plan_campaign") == 1
