"""`make up` and `make down`, with another Discord than the stack's own simulator."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from nacl.signing import SigningKey

from local import addressed, background, erase, webhook_test
from local.child import PROJECT
from local.doctor import examine, whom
from local.emulator import client
from local.polling import wait_until
from local.register import register
from local.settings import SettingsError
from local.simulated_discord import SimulatedDiscord
from local.simulator.contract import DOCUMENT
from local.stack import Endpoints
from local.up import discord_settings, up
from tests.integration.table import Table

KEYS = {
    "interactions_url",
    "discord_api_base_url",
    "aws_endpoint_url",
    "aws_region",
    "aws_access_key_id",
    "aws_secret_access_key",
    "state_machine_arn",
    "removal_state_machine_arn",
    "queue_url",
    "dlq_url",
    "public_key",
    "application_id",
    "invite_url",
    "page_url",
    "webhook_receiver_url",
}
PRIVATE = ("stack.json", "stack.pid", "stack.log", "emulator.log", "receiver.log", "journal.jsonl")


@pytest.fixture(scope="module")
def discord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedDiscord]:
    """Another server that speaks Discord's API."""
    server = SimulatedDiscord(Path(tmp_path_factory.mktemp("discord")))
    # A busy machine starts workers slowly; that must not count as a late answer.
    server.control("PUT", "settings", {"response_deadline_s": 60})
    yield server
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    background.stop(tmp_path)


def environment(discord: SimulatedDiscord, **settings: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    foreign = {
        "DISCORD_API_BASE_URL": discord.info["api_base_url"],
        "DISCORD_PUBLIC_KEY": discord.info["public_key"],
        "DISCORD_BOT_TOKEN": discord.info["bot_token"],
    }
    # The stack must ignore the developer's own AWS settings, even some that boto3 refuses.
    developers = {
        "AWS_PROFILE": "nope",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": "/nowhere",
    }
    return own | developers | foreign | settings


def described(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "stack.json").read_text())
    return content


def answers(url: str, http: requests.Session) -> bool:
    try:
        http.post(url, timeout=5)
    except requests.ConnectionError:
        return False
    return True


def signed(key: SigningKey, body: bytes, age: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    signature = key.sign(timestamp.encode() + body).signature.hex()
    return {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp}


def open_to_others(folder: Path) -> list[tuple[Path, str]]:
    """Return the files and folders that another user of the machine could use, with their modes."""
    modes = {path: path.lstat().st_mode for path in [folder, *folder.rglob("*")]}
    return [
        (path, stat.filemode(mode))
        for path, mode in modes.items()
        if mode & 0o077 and not stat.S_ISLNK(mode)
    ]


def logged(folder: Path) -> str:
    """Return the logs of the stack's processes."""
    logs = sorted(folder.glob("*.log"))
    assert {"emulator.log", "stack.log"} <= {log.name for log in logs}
    return "".join(log.read_text(errors="replace") for log in logs)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Create files that other users can read, as most developers' shells do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def readme_scripts() -> list[str]:
    """Return the README's scripts for the local stack: a command, requests, a query of the log."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("### Try it on the local stack\n")[2].partition("\n### ")[0]
    scripts: list[str] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(scripts) == 3
    return scripts


def as_the_readme_says(folder: Path, script: str) -> str:
    """Run a script of the README; return its output."""
    done = subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.usefixtures("open_umask")
def test_up_serves_another_discord_and_a_second_up_replaces_the_first(
    folder: Path, discord: SimulatedDiscord, http: requests.Session
):
    folder.chmod(0o755)
    first = up(folder, environment(discord))
    assert first == described(folder)
    assert set(first) == KEYS
    assert first["application_id"] == discord.info["application_id"]
    assert first["invite_url"] is None
    assert http.get(str(first["page_url"]), timeout=30).status_code == 200
    assert first["discord_api_base_url"] == discord.info["api_base_url"]
    # Nothing was registered; the only call asked for the application.
    asked = [(call["method"], call["path"]) for call in discord.control("GET", "requests")]
    assert asked == [("GET", "/applications/@me")]

    register(environment(discord, INTERACTIONS_URL=str(first["interactions_url"])))
    stepfunctions = client("stepfunctions", str(first["aws_endpoint_url"]))
    table = Table(Endpoints(**first), discord, stepfunctions)
    assert table.create("Curse of Strahd")["status"] == "created"

    assert [str(found) for found in examine(whom({}, folder)) if not found.ok] == []

    owner = discord.info["owner_id"]
    *found, told = erase.run(erase.table_of("", folder), owner, really=False)
    assert ([one.rpartition(": ")[2] for one in found], told[:8]) == (["game_master"], "1 items ")

    said = webhook_test.run(addressed.clients("", folder), "")
    assert said.endswith("was delivered. Attempt 1 of 10: The receiver answered 204.")
    came = http.get(str(first["webhook_receiver_url"]), timeout=30).json()
    assert {one["event"]["type"] for one in came} == {"campaign.created", "webhook.test"}
    assert {one["wrong"] for one in came} == {None}

    (folder / ".local").symlink_to(folder)
    command, questions, _ = readme_scripts()
    sent = json.loads(as_the_readme_says(folder, command))
    assert (sent["status"], sent["response"]) == (200, {"type": 5})
    assert table.finished(sent["id"])["status"] == "SUCCEEDED"
    where = "\n".join(command.splitlines()[:2])
    asked = f"{where}\n{questions}".replace("/ID", f"/{sent['id']}")
    said = as_the_readme_says(folder, asked.replace("GUILD_ID", discord.info["guild_id"]))
    assert "✅ **Campaign Created: Curse of Strahd**" in said
    assert discord.info["bot_token"] in said
    assert '"latency_ms": 400' in said
    assert open_to_others(folder) == []
    assert {(folder / name).stat().st_mode & 0o777 for name in PRIVATE} == {0o600}
    for secret in (discord.info["bot_token"], sent["token"], "whsec_"):
        assert secret not in logged(folder)
        assert secret not in discord.child.log.read_text()
        assert secret not in (folder / "journal.jsonl").read_text()
    assert discord.control("GET", "faults") == []
    discord.control("PUT", "settings", {"latency_ms": 0})

    key = SigningKey.generate()
    public_key = key.verify_key.encode().hex()
    second = up(folder, environment(discord, DISCORD_PUBLIC_KEY=public_key))
    assert second == described(folder)
    assert second["public_key"] == public_key
    url = str(second["interactions_url"])
    assert not answers(str(first["interactions_url"]), http)
    ping = discord.control("POST", "interactions/build", {"type": 1})["body"].encode()
    for body, age, status in [
        (ping, 0, 200),
        # The function may take seconds to start, so only test_signature.py tests the exact limits.
        (ping, 240, 200),
        (ping, 330, 401),
        (ping, -360, 401),
        (b"not JSON", 0, 400),
        (b"", 0, 400),
        (b"[]", 0, 400),
    ]:
        answer = http.post(url, data=body, headers=signed(key, body, age), timeout=30)
        assert (body, age, answer.status_code) == (body, age, status)

    assert background.stop(folder)
    assert not answers(url, http)
    assert not (folder / "stack.json").exists()
    assert not background.stop(folder)


def test_what_a_killed_stack_leaves_is_cleaned_up(folder: Path, discord: SimulatedDiscord):
    up(folder, environment(discord, DISCORD_APPLICATION_ID="42"))
    assert described(folder)["application_id"] == "42"
    pid = background.running_pid(folder)
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: background.running_pid(folder) is None, "the stack is gone")
    assert (folder / "stack.json").exists()
    assert not background.stop(folder)
    assert not (folder / "stack.json").exists()


@pytest.mark.parametrize("moment", ["before it is the stack of its folder", "at its first step"])
def test_who_interrupts_it_finds_nothing_left(folder: Path, moment: str):
    code = (
        # A shell's background job, and every process that it starts, ignores the signal.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from pathlib import Path; from local import background, up;"
        f"background.FOLDER = Path({str(folder)!r}); up.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if "DISCORD" not in name},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if moment == "at its first step":
        wait_until((folder / "emulator.log").exists, "the emulator is started")
    else:
        wait_until(lambda: serving(folder), "the stack's process is there", interval=0)
        assert background.running_pid(folder) is None
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (130, "")
    assert said.endswith("Stopped.\n")
    wait_until(lambda: not serving(folder), "nothing is left", seconds=10)
    assert background.running_pid(folder) is None


def serving(folder: Path) -> list[str]:
    """Return the command lines of the processes that serve, or will serve, a folder's stack."""
    everything = subprocess.run(
        ["ps", "-Awwo", "args="], capture_output=True, text=True, check=True
    )
    return [line for line in everything.stdout.splitlines() if f"--serve {folder}" in line]


@pytest.mark.parametrize(
    "missing", ["DISCORD_API_BASE_URL", "DISCORD_PUBLIC_KEY", "DISCORD_BOT_TOKEN"]
)
def test_a_discord_named_in_part_is_an_error(folder: Path, missing: str):
    given = {
        "DISCORD_API_BASE_URL": "http://127.0.0.1:9/api/v10",
        "DISCORD_PUBLIC_KEY": "ab" * 32,
        "DISCORD_BOT_TOKEN": "a token",
    }
    del given[missing]
    with pytest.raises(SettingsError, match=missing) as raised:
        up(folder, given)
    assert "a token" not in str(raised.value)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DISCORD_PUBLIC_KEY", "abc", "DISCORD_PUBLIC_KEY must be 64 hexadecimal digits"),
        ("DISCORD_PUBLIC_KEY", "xy" * 32, "DISCORD_PUBLIC_KEY must be 64 hexadecimal digits"),
        ("DISCORD_API_BASE_URL", "127.0.0.1:9/api/v10", "begins with https://"),
        ("DISCORD_API_BASE_URL", "ftp://127.0.0.1/api", "begins with https://"),
        ("DISCORD_API_BASE_URL", "http:///api/v10", "begins with https://"),
        ("DISCORD_API_BASE_URL", "http://discord.example/api/v10", "begins with https://"),
    ],
)
def test_what_cannot_be_a_discord_is_an_error(folder: Path, name: str, value: str, reason: str):
    """The error comes at once, not only when the template is deployed."""
    given = {
        "DISCORD_API_BASE_URL": "http://127.0.0.1:9/api/v10",
        "DISCORD_PUBLIC_KEY": "ab" * 32,
        "DISCORD_BOT_TOKEN": "a token",
    }
    assert discord_settings(given)
    with pytest.raises(SettingsError, match=reason):
        up(folder, given | {name: value})
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not os.environ.get(DOCUMENT), reason=f"{DOCUMENT} names no OpenAPI document")
def test_the_simulators_own_process_validates_too(discord: SimulatedDiscord):
    discord.session.get(f"{discord.info['api_base_url']}/nowhere")
    assert discord.take_violations() == [
        "request of GET /nowhere: no such operation",
    ]
    assert discord.take_violations() == []


def test_no_discord_is_a_simulated_one():
    assert discord_settings({"DISCORD_APPLICATION_ID": "42"}) is None


def test_nothing_is_registered_with_another_discord_unless_asked_for(discord: SimulatedDiscord):
    for asked, registers in [({}, False), ({"DISCORD_REGISTER": "true"}, True)]:
        settings = discord_settings(environment(discord, **asked))
        assert settings
        assert settings.register is registers
