"""What people call: `make demo`, `make register` and the lint of the state machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.check_state_machine import problems
from local.child import PROJECT
from local.register import RegistrationError, register
from local.simulated_discord import SimulatedDiscord
from local.simulator.contract import DOCUMENT


@pytest.fixture(scope="module")
def discord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedDiscord]:
    server = SimulatedDiscord(Path(tmp_path_factory.mktemp("discord")))
    yield server
    assert server.take_violations() == []
    server.stop()


def test_the_demo_shows_a_campaign_and_a_rollback():
    before = set((PROJECT / ".local").glob("demo-*"))
    result = subprocess.run(
        [sys.executable, "-m", "local.demo"],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    for line in (
        "✅ Campaign Created: Curse of Strahd",
        "🔊 voice-chat 🔒",
        "Create Channel ×4",
        "❌ Could not create campaign: Storm King's Thunder",
        "✓ the server is as it was before",
        *(["✓ Discord's document allows all that was sent"] if os.environ.get(DOCUMENT) else []),
    ):
        assert line in result.stdout
    assert set((PROJECT / ".local").glob("demo-*")) <= before


@pytest.mark.skipif(not os.environ.get(DOCUMENT), reason=f"{DOCUMENT} names no OpenAPI document")
def test_the_simulators_own_process_validates_too(discord: SimulatedDiscord):
    discord.session.get(f"{discord.info['api_base_url']}/nowhere")
    assert discord.take_violations() == ["request of GET /nowhere: no such operation"]
    assert discord.take_violations() == []


def test_register_tells_discord_of_the_command(discord: SimulatedDiscord):
    settings = {
        "DISCORD_APPLICATION_ID": discord.info["application_id"],
        "DISCORD_BOT_TOKEN": discord.info["bot_token"],
        "DISCORD_API_BASE_URL": discord.info["api_base_url"],
    }
    assert register(settings) == ["add-campaign"]
    assert register(settings | {"DISCORD_GUILD_ID": discord.info["guild_id"]}) == ["add-campaign"]


def test_register_says_what_is_wrong_and_not_the_token(discord: SimulatedDiscord):
    settings = {"DISCORD_APPLICATION_ID": discord.info["application_id"]}
    with pytest.raises(RegistrationError, match="DISCORD_BOT_TOKEN is not set"):
        register(settings)
    settings |= {"DISCORD_BOT_TOKEN": "a-secret"}
    for base, reason in [
        (discord.info["api_base_url"], "401"),
        ("http://127.0.0.1:9", "does not answer"),
    ]:
        with pytest.raises(RegistrationError, match=reason) as raised:
            register(settings | {"DISCORD_API_BASE_URL": base})
        assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("machine", "mistake"),
    [
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}', "No state found"),
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Edn": true}}}', "moto cannot read"),
        ("{", ""),
    ],
)
def test_the_lint_finds_mistakes(machine: str, mistake: str):
    assert any(mistake in problem for problem in problems(machine))


def test_the_lint_knows_substitutions():
    machine = """{"StartAt": "A", "States": {"A":
        {"Type": "Task", "Resource": "${SomeFunctionArn}", "End": true}}}"""
    assert problems(machine) == []
