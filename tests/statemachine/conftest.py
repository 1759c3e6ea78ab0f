"""A server, a bot, and the state machines between them, all in this process."""

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

import interaction
import record_outcome
import start_campaign
import start_removal
from bench.clocked import CLOCKED
from bench.defaults import WAVE_SIZE as DEFAULT_WAVE_SIZE
from channelwright import errors
from channelwright.aws import bot_token, parameter
from channelwright.aws.executions import REMOVAL_SUFFIX
from channelwright.pace import limiter, outage
from local.simulator.delivery import SignedInteraction
from local.simulator.in_process import InProcessAdapter
from local.simulator.messages import Message
from local.simulator.simulator import Simulator
from tests import log_lines, tables
from tests.reliability import kept
from tests.sqs_endpoint import Queue, sqs_endpoint
from tests.statemachine import threads
from tests.statemachine.interpreter import ADD, RECORD, REMOVE, FakeClock, Interpreter, Run
from tests.statemachine.quick_tables import QuickTables


class Stage:
    """The world of a scenario: its clock, Discord, the state machines and the queue."""

    def __init__(
        self, clock: FakeClock, discord: Simulator, interpreter: Interpreter, queue: Queue
    ):
        self.clock = clock
        self.discord = discord
        self.interpreter = interpreter
        self.lambdas = interpreter.lambdas
        self.bus = interpreter.bus
        self.before = self.standing()
        self.asked = ""
        self._queue = queue

    def request(
        self, name: str = "My Campaign", *, private: bool = False, **build: Any
    ) -> dict[str, Any]:
        """Send the command as Discord does; return the message that the Lambda has queued."""
        options = {"name": name} | ({"private": True} if private else {})
        return self.send(self.discord.build_interaction("add-campaign", options, **build))

    def send(self, signed: SignedInteraction) -> dict[str, Any]:
        """Send a command for a campaign; return the message that the Lambda has queued."""
        answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
        assert answer["statusCode"] == 200
        self.discord.receive(signed.id, json.loads(answer["body"]))
        self.asked = signed.id
        queued = self._queue.take()
        assert len(queued) == 1, answer["body"]
        message: dict[str, Any] = queued[0]
        return message

    def put_token(self, token: str) -> None:
        """Store the bot's token where the Lambdas look for it."""
        _parameters().put_parameter(
            Name="/channelwright/discord-bot-token",
            Value=token,
            Type="SecureString",
            Overwrite=True,
        )

    def run(self, name: str = "My Campaign", **build: Any) -> Run:
        return self.interpreter.run(self.request(name, **build))

    @property
    def messages(self) -> list[str]:
        """Return every version of the deferred message after "thinking"."""
        versions = self.discord.messages(self.asked)
        return [version["content"] for version in versions if version["content"]]

    @property
    def written_in_channel(self) -> list[Message]:
        """Return the bot's messages in the command's channel, besides the deferred one."""
        written = self.discord.world.messages.get(self.discord.info["channel_id"], [])
        return [message for message in written if message.interaction_id is None]

    @property
    def in_channel(self) -> list[str]:
        return [message.content for message in self.written_in_channel]

    def standing(self) -> tuple[set[str], set[str]]:
        """Return the names of the roles and channels in the server."""
        snapshot = self.discord.snapshot()
        return (
            {role["name"] for role in snapshot["roles"]},
            {channel["name"] for channel in snapshot["channels"]},
        )

    def assert_nothing_left(self) -> None:
        assert self.standing() == self.before


@functools.cache
def _parameters() -> Any:
    return boto3.client("ssm")


@contextmanager
def played_aws() -> Iterator[Interpreter]:
    """Play AWS with moto: the parameter store, the limiter's table and the state machines."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        tables.create()
        yield Interpreter()


@pytest.fixture(scope="package")
def aws() -> Iterator[Interpreter]:
    with played_aws() as interpreter, pytest.MonkeyPatch.context() as patch:
        kept.use(patch)
        yield interpreter


@pytest.fixture(scope="package")
def queue(aws: Interpreter) -> Iterator[Queue]:
    with sqs_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def stage(aws: Interpreter, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with set_stage(aws, queue, monkeypatch) as stage:
        yield stage


@contextmanager
def set_stage(aws: Interpreter, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Set up a server, a bot and a clock for one scenario or more."""
    # A whole second: Wait states round, and results must not depend on when the tests run.
    clock = FakeClock(float(round(time.time())))
    discord = Simulator(clock, base_url="https://discord.test")
    adapter = InProcessAdapter(discord)
    monkeypatch.setenv("TASKS_QUEUE_URL", queue.url)
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", discord.info["public_key"])
    monkeypatch.setenv("DISCORD_API_BASE_URL", discord.info["api_base_url"])
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: adapter)
    monkeypatch.setattr("channelwright.discord.client.ThreadPoolExecutor", threads.PoolInPlace)
    for module in CLOCKED:
        monkeypatch.setattr(f"{module}.time", clock)
    monkeypatch.setattr("channelwright.pace.table._client", QuickTables())
    monkeypatch.setattr(limiter, "_outage", outage.Outage())
    monkeypatch.setattr(bot_token, "_kept", parameter.Kept())
    aws.use(clock, monkeypatch)
    stage = Stage(clock, discord, aws, queue)
    stage.put_token(discord.info["bot_token"])
    yield stage
    aws.finish_all()
    discord.close()
    # Handlers may raise only the bot's own errors: any other is a mistake of ours, such as a
    # KeyError, which the state machine would take for an unknown outcome.
    waits = {"EarlierChangeUnknown", "EarlierEditUnknown", "RateLimited"}
    assert set(aws.lambdas.errors) <= errors.OURS | waits


@pytest.fixture(params=[4, DEFAULT_WAVE_SIZE], ids=lambda size: f"waves of {size}")
def wave_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a test with the other tests' wave size, and with the one that users get."""
    size: int = request.param
    monkeypatch.setenv("WAVE_SIZE", str(size))
    return size


@pytest.fixture
def lines() -> Iterator[log_lines.Lines]:
    """Capture the log lines of the functions."""
    with log_lines.captured() as captured:
        yield captured


@pytest.fixture
def play(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, Run]]:
    """Return a function that plays a whole campaign: click, queue, executions, EventBridge."""
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter.arns[ADD])
    monkeypatch.setenv("REMOVE_CAMPAIGN_ARN", stage.interpreter.arns[REMOVE])
    monkeypatch.setenv("RECORD_CAMPAIGN_ARN", stage.interpreter.arns[RECORD])
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "time", stage.clock)

    def finish(name: str) -> Run:
        execution = stage.interpreter.execution_arn(name)
        run = stage.interpreter.finish(execution)
        event = {"detail": {"executionArn": execution, "status": run.status}}
        record_outcome.handler(event, None)
        if run.status != "SUCCEEDED":
            start_removal.handler(event, None)
        return run

    def play(**build: Any) -> tuple[dict[str, Any], Run]:
        request = stage.request(**build)
        attributes = {"ApproximateReceiveCount": "1"}
        record = {"body": json.dumps(request), "attributes": attributes, "eventSourceARN": "tasks"}
        start_campaign.handler({"Records": [record]}, None)
        run = finish(stage.asked)
        if run.error == "CampaignFailed":
            run.removal = finish(f"{stage.asked}{REMOVAL_SUFFIX}")
        return request, run

    return play
