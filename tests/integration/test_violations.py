"""A violation of Discord's document fails a test, whichever simulator notes it, and when."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.child import PROJECT
from local.simulator.contract import DOCUMENT

TESTS = """
from pathlib import Path

import pytest

from local.simulated_discord import SimulatedDiscord


def send_nonsense(discord):
    discord.session.get(f"{discord.info['api_base_url']}/nowhere")


@pytest.fixture(scope="module")
def discord(tmp_path_factory):
    server = SimulatedDiscord(Path(tmp_path_factory.mktemp("discord")))
    send_nonsense(server)
    yield server
    send_nonsense(server)
    server.stop()


@pytest.fixture
def own(tmp_path):
    server = SimulatedDiscord(tmp_path)
    yield server
    server.stop()


def test_made_before(discord):
    pass


def test_good(discord):
    pass


def test_alive(discord):
    send_nonsense(discord)


def test_stopped(own):
    send_nonsense(own)


@pytest.mark.bad_requests
def test_excused(discord, own):
    send_nonsense(discord)
    send_nonsense(own)


def test_last(discord):
    pass
"""


@pytest.mark.skipif(not os.environ.get(DOCUMENT), reason=f"{DOCUMENT} names no OpenAPI document")
def test_what_discord_forbids_fails_the_test_that_it_is_seen_in(tmp_path: Path):
    file = tmp_path / "test_simulators.py"
    file.write_text(TESTS)
    conftests = ("-p", "tests.conftest", "-p", "tests.integration.conftest")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *conftests, str(file)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{PROJECT}/functions:{PROJECT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = result.stdout
    failed = [line.split()[1].split("::")[1] for line in said.splitlines() if "ERROR test" in line]
    # The session's end sees the nonsense that ended the module's fixture, and fails the last test.
    assert failed == ["test_made_before", "test_alive", "test_stopped", "test_last"], said
    # If CI is set, pytest repeats the message in its summary.
    reasons = re.findall(
        "^E +AssertionError: request of GET /nowhere: no such operation", said, re.M
    )
    assert len(reasons) == len(failed)
