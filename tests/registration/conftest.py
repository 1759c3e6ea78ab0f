"""A Discord, a CloudFormation and an endpoint, over HTTP; SSM is moto's."""

import os
import time
from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from channelwright.discord import client as discord
from channelwright.setup import custom_resource, registration
from local.register import register
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.clock import ManualClock
from local.simulator.server import SimulatorServer
from tests.registration.servers import CloudFormation, Endpoint
from tests.registration.stack import Stack
from tests.serving import serving


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Let time pass only while the function sleeps, so that no slow machine makes it late."""
    clock = ManualClock(time.time())
    own = SimpleNamespace(time=clock.now, monotonic=clock.now, sleep=clock.sleep)
    for module in (custom_resource, discord, registration):
        monkeypatch.setattr(module, "time", own)
    return clock


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with SimulatorServer(Simulator()) as server:
        info = server.simulator.info
        monkeypatch.setenv("DISCORD_API_BASE_URL", info["api_base_url"])
        monkeypatch.setenv("DISCORD_PUBLIC_KEY", info["public_key"])
        yield server.simulator


@pytest.fixture
def store_token(simulator: Simulator) -> Iterator[object]:
    """Store the bot's token in SSM; yield a function that stores another one."""
    with mock_aws():

        def store(token: str) -> None:
            # AWS's own endpoint, which moto replaces; not the emulator that `cloudformation` sets.
            ssm = boto3.client("ssm", endpoint_url="https://ssm.us-east-1.amazonaws.com")
            ssm.put_parameter(
                Name=os.environ["DISCORD_BOT_TOKEN_PARAMETER"],
                Value=token,
                Type="SecureString",
                Overwrite=True,
            )

        store(simulator.info["bot_token"])
        yield store


@pytest.fixture
def bot(simulator: Simulator) -> Iterator[BotClient]:
    """Call Discord as the bot, past the code under test."""
    with BotClient(simulator) as client:
        yield client


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    """An emulator's CloudFormation, on this machine and without TLS."""
    made = CloudFormation()
    with serving(made) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL", origin)
        made.url = f"{origin}/answer?signature=s3cret"
        yield made


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    with serving(made) as origin:
        made.url = f"{origin}/interactions"
        yield made


@pytest.fixture
def stack(simulator, bot, endpoint, cloudformation, store_token) -> Stack:
    return Stack(simulator, bot, endpoint, cloudformation)


@pytest.fixture
def settings(simulator: Simulator, endpoint: Endpoint) -> dict[str, str]:
    """Set up the application; return an operator's settings for it."""
    info = simulator.info
    given = {
        "DISCORD_API_BASE_URL": info["api_base_url"],
        "DISCORD_BOT_TOKEN": info["bot_token"],
        "DISCORD_PUBLIC_KEY": info["public_key"],
        "DISCORD_APPLICATION_ID": info["application_id"],
        "INTERACTIONS_URL": endpoint.url,
    }
    assert register(given) == info["application_id"]
    return given
