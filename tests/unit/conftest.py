"""A simulated Discord on a clock of its own, a bot that calls it, and a queue for tasks."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import interaction
from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.server import SimulatorServer
from tests.components import ROWS
from tests.simulator_control import Control
from tests.sqs_endpoint import sqs_endpoint
from tests.unit.interactions import KEY, NOW


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[Simulator]:
    made = Simulator(clock)
    yield made
    made.close()


@pytest.fixture
def unlimited(simulator: Simulator) -> None:
    """Turn off rate limits: the test is about something else."""
    simulator.configure(rate_limits=False)


@pytest.fixture
def bot(simulator: Simulator) -> Iterator[BotClient]:
    with BotClient(simulator) as client:
        yield client


@pytest.fixture(scope="module")
def served() -> Iterator[SimulatorServer]:
    """A simulator over HTTP."""
    with SimulatorServer(Simulator()) as server:
        # On one machine, a client makes more calls in a second than it ever could to Discord.
        server.simulator.configure(limits={"global": [1000, 1]})
        yield server


@pytest.fixture(scope="module")
def endpoint():
    with sqs_endpoint() as queue:
        yield queue


@pytest.fixture
def queue(endpoint, monkeypatch):
    """Return a function that takes the messages out of the queue."""
    monkeypatch.setenv("TASKS_QUEUE_URL", endpoint.url)
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", KEY.verify_key.encode().hex())
    monkeypatch.setattr(interaction, "time", SimpleNamespace(time=lambda: NOW))
    endpoint.take()
    return endpoint.take


@pytest.fixture
def control(served: SimulatorServer) -> Iterator[Control]:
    with Control(served) as session:
        yield session
        session.call("DELETE", "/faults")


@pytest.fixture
def message(bot: BotClient) -> dict[str, Any]:
    """A message of the bot in #general, with a button that is disabled and one that is not."""
    path = f"/channels/{bot.simulator.info['channel_id']}/messages"
    sent: dict[str, Any] = bot.call("POST", path, {"content": "x", "components": ROWS}).json()
    return sent
