"""A Lambda's first call to Discord over TLS: the cost of a connection if the CAs are read once.

The answering server is on this machine, so only the client's work is measured.
"""

import random
import ssl
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from requests import adapters

from bench.ack_aws import Aws, aws_over_tls
from bench.report import Row, Spread
from channelwright.discord import tls
from channelwright.discord.calls import create_message
from channelwright.discord.client import Discord

TITLE = "A Lambda's first call to Discord, over TLS"
OURS, THEIRS = "ours: the CAs are read at import", "requests' own adapter"
# Lambda docs, Configure memory: 1,769 MB have one vCPU; our functions have 256.
PROCESSORS = 256 / 1769


def rows(*, quick: bool) -> list[Row]:
    """Call from a new client each time, alternating between the two adapters."""
    seconds: dict[str, list[float]] = {OURS: [], THEIRS: []}
    with tempfile.TemporaryDirectory() as folder, aws_over_tls(Path(folder)) as server:
        context = ssl.create_default_context(cafile=str(server.bundle))
        with (
            patch.object(tls, "CONTEXT", context),
            patch.object(adapters, "DEFAULT_CA_BUNDLE_PATH", str(server.bundle)),
        ):
            for _ in range(3 if quick else 200):
                for name in random.sample(list(seconds), len(seconds)):
                    seconds[name].append(_call(server, theirs=name == THEIRS))
    ours = Spread.of(seconds[OURS]).median
    return [
        _row(name, [one * 1000 for one in measured], ours) for name, measured in seconds.items()
    ]


def _call(server: Aws, *, theirs: bool) -> float:
    """Return the CPU seconds of a call, in this thread only."""
    began = time.thread_time()
    discord = Discord(server.url, token="token", deadline=0)
    if theirs:
        discord._session.mount("https://", adapters.HTTPAdapter())
    discord.send(create_message("1", "1", "Hello"))
    return time.thread_time() - began


def _row(name: str, milliseconds: list[float], ours: float) -> Row:
    cpu = Spread.of(milliseconds)
    return {
        "case": name,
        "CPU ms": cpu,
        "× ours": cpu.median / (ours * 1000),
        "with 256 MB, computed, ms": cpu.median / PROCESSORS,
    }
