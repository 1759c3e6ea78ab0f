"""The receivers of docs/receivers take what is sent, once, and nothing else.

They verify with the specification's own libraries. The one for Node needs `node` and the package:
npm install standardwebhooks@1.1.1, in a folder that NODE_PATH names (its node_modules).
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from channelwright.webhooks import secrets, signature
from channelwright.webhooks.address import parsed
from channelwright.webhooks.connection import post
from local.child import PROJECT

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ANOTHER = "whsec_VGhpcyBpcyBhbm90aGVyIG9uZSwgMjQgYnl0ZXMh"
FOLDER = PROJECT / "docs" / "receivers"
BODY = b'{"id":"1.campaign.created","type":"campaign.created","data":{"name":"\\ud83d\\udc09"}}'


def _node() -> list[str]:
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    look = [node, "-e", "require.resolve('standardwebhooks')"]
    if subprocess.run(look, cwd=FOLDER, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("the package standardwebhooks is not installed for node: see above")
    return [node, "receiver.js"]


@pytest.fixture(params=["Python", "Node"])
def command(request):
    return [sys.executable, "receiver.py"] if request.param == "Python" else _node()


@contextmanager
def running(command: list[str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a receiver; yield its URL and its process."""
    with subprocess.Popen(
        [*command, "0"],
        cwd=FOLDER,
        env=os.environ | {"WEBHOOK_SECRET": SECRET},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().split()[1]}/", process
        finally:
            process.terminate()


def send(url, *, at, body=BODY, sent=None, secret=SECRET):
    keys = secrets.parsed(secret, "this test")
    headers = signature.headers("1.campaign.created", at, body, keys)
    return post(parsed(url, local=True), sent or body, headers, local=True).status


def test_a_receiver_takes_an_event_once_and_nothing_else(command):
    now = time.time()
    with running(command) as (url, process):
        assert send(url, at=now, secret=ANOTHER) == 400
        assert send(url, at=now, sent=BODY + b" ") == 400
        assert send(url, at=now - 360) == 400
        assert send(url, at=now + 360) == 400
        assert send(url, at=now, body=b"x" * 100_000) == 400
        assert send(url, at=now) == 204
        assert send(url, at=now - 60) == 204
        assert send(url, at=now, secret=f"{ANOTHER} {SECRET}") == 204
        process.terminate()
        assert process.stdout.read() == "campaign.created 1.campaign.created\n"
