"""The starter and the queue's real messages: one execution, or a message to the game master."""

import socket

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

import start_campaign
from channelwright.campaign.deadlines import TOKEN_SECONDS
from channelwright.discord.snowflake import created_at
from channelwright.errors import DiscordRefused, DiscordUnavailable, NoAnswer, RateLimited
from tests.statemachine import company
from tests.statemachine.company import deliver

NO_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:there-is-none"
TOO_LATE = (
    "❌ **Could not create campaign: My Campaign**\n"
    "The bot could not get to your request in time. Try again.\n"
    "\n"
    "Nothing was created."
)
NOT_STARTED = (
    "❌ **Could not create campaign: My Campaign**\n"
    "The bot could not start this campaign. Try again.\n"
    "\n"
    "Nothing was created."
)
DEAD = TOKEN_SECONDS + 0.001  # an id has the interaction's time in whole milliseconds
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    """Set up the starter's environment and clock."""
    company.use(monkeypatch, stage)


def arn(stage):
    return stage.interpreter.execution_arn(stage.asked)


def has_started(stage):
    client = boto3.client("stepfunctions")
    try:
        client.describe_execution(executionArn=arn(stage))
    except client.exceptions.ExecutionDoesNotExist:
        return False
    return True


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
    assert stage.in_channel == []


def test_a_message_just_before_the_token_dies_is_started(stage):
    request = stage.request()
    stage.clock.sleep(TOKEN_SECONDS - 5)
    deliver(request)
    assert has_started(stage)
    # It is too old to build anything; the state machine reports that.
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
    assert stage.in_channel == [addressed(stage, TOO_LATE)]
    assert stage.messages == []


@pytest.mark.parametrize(("seconds", "starts"), [(TOKEN_SECONDS - 1, True), (TOKEN_SECONDS, False)])
def test_it_starts_only_what_can_still_be_told_of(stage, seconds, starts):
    request = stage.request()
    stage.clock.sleep(created_at(request["interaction_id"]) + seconds - stage.clock.time())
    deliver(request)
    assert has_started(stage) is starts
    if starts:
        stage.interpreter.finish(arn(stage))


def test_what_came_too_late_pings_nobody(stage):
    request = stage.request()
    stage.clock.sleep(DEAD)
    deliver(request)
    [message] = stage.written_in_channel
    assert message.allowed_mentions == {"parse": []}


def test_a_late_duplicate_of_what_has_been_built_says_nothing(stage):
    request = stage.request()
    deliver(request)
    stage.interpreter.finish(arn(stage))
    said, standing = list(stage.messages), stage.standing()
    stage.clock.sleep(DEAD)
    deliver(request, 2)
    assert (stage.messages, stage.in_channel) == (said, [])
    assert stage.standing() == standing


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 403, "body": FORBIDDEN}, DiscordRefused),
        ({"status": 503}, DiscordUnavailable),
        ({"connection": "reset"}, NoAnswer),
        (
            {"status": 429, "body": {"retry_after": 61.5, "message": "", "global": False}},
            RateLimited,
        ),
    ],
)
def test_a_late_word_that_discord_does_not_take_comes_again(stage, caplog, fault, error):
    """After the last delivery, the message goes to the dead-letter queue."""
    stage.discord.faults.add(method="POST", path="/messages$", **fault)
    request = stage.request()
    stage.clock.sleep(DEAD)
    with pytest.raises(error) as raised:
        deliver(request)
    assert stage.in_channel == []
    assert request["interaction_token"] not in caplog.text + str(raised.value)
    deliver(request, 2)
    assert stage.in_channel == [addressed(stage, TOO_LATE)]


def test_a_late_word_does_not_come_again_before_discord_allows_it(stage, caplog):
    limit = {"retry_after": 361, "message": "", "global": False}
    stage.discord.faults.add(method="POST", path="/messages$", status=429, body=limit)
    stage.discord.faults.add(method="POST", path="/messages$", status=500)  # no second call
    request = stage.request()
    stage.clock.sleep(DEAD)
    deliver(request)
    assert stage.in_channel == []
    assert "the game master was not told" in caplog.text


def test_a_late_word_comes_again_however_long_the_lambda_took(stage):
    """The limit's end decides, not the time that was left when the Lambda began."""
    limit = {"retry_after": 300, "message": "", "global": False}
    stage.discord.faults.add(method="POST", path="/messages$", status=429, body=limit)
    request = stage.request()
    stage.clock.sleep(DEAD)
    with pytest.raises(RateLimited):
        deliver(request)
    stage.clock.sleep(360)
    deliver(request, 2)
    assert stage.in_channel == [addressed(stage, TOO_LATE)]


@pytest.mark.parametrize("receives", [1, 2])
def test_a_start_that_fails_is_tried_again_before_anybody_is_told(stage, monkeypatch, receives):
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), receives)
    assert stage.messages == []
    assert stage.in_channel == []


@pytest.mark.parametrize("receives", [3, 4])
def test_a_start_that_fails_for_the_last_time_is_told_and_goes_to_the_dead_letters(
    stage, monkeypatch, receives
):
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), receives)
    assert stage.messages == [NOT_STARTED]
    assert stage.in_channel == []
    stage.assert_nothing_left()


def test_a_start_that_fails_goes_to_the_dead_letters_even_if_nobody_can_be_told(stage, monkeypatch):
    stage.discord.faults.add(path="@original", status=503, times=None)
    monkeypatch.setenv("STATE_MACHINE_ARN", NO_MACHINE)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request(), 3)


class AnswerLost:
    """Step Functions that starts an execution, but answers with an error."""

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
    assert stage.in_channel == []


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


class Hangs:
    """Step Functions that never answers StartExecution, but describes executions."""

    def __init__(self, client, url):
        # The starter's own configuration, except for the timeouts.
        config = start_campaign.CONFIG.merge(Config(connect_timeout=1, read_timeout=0.05))
        hanging = boto3.client("stepfunctions", endpoint_url=url, config=config)
        self.start_execution = hanging.start_execution
        self.describe_execution = client.describe_execution
        self.exceptions = client.exceptions


def test_a_start_that_hangs_for_the_last_time_is_told(stage, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = Hangs(
            start_campaign._step_functions, f"http://127.0.0.1:{server.getsockname()[1]}"
        )
        monkeypatch.setattr(start_campaign, "_step_functions", client)
        with pytest.raises(ReadTimeoutError):
            deliver(stage.request(), 3)
        server.settimeout(0)
        asked = 0
        while True:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                break
            asked += 1
    assert asked == 2
    assert stage.messages == [NOT_STARTED]
