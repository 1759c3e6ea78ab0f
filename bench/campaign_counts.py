"""What a campaign costs in events, counted: state transitions, Lambda invocations, calls.

Played on moto's interpreter of the state machine, which enters every state as AWS does; the
emulator keeps no record of what is entered inside a Map.
"""

import functools
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import plan_campaign
import tests.conftest  # noqa: F401 - no real AWS
from bench import campaign_layout
from channelwright import layout
from tests.reliability.play import theatre
from tests.reliability.schedule import Schedule


@dataclass(frozen=True)
class Counts:
    """Of one campaign; `invocations` are those of each of the state machine's Lambdas."""

    transitions: int
    calls: int
    edits: int
    invocations: Counter[str]


@functools.cache
def counts(wave_size: int, channels: int) -> Counts:
    """Play one campaign with nothing in its way."""
    with (
        theatre() as stage,
        patch.dict(os.environ, WAVE_SIZE=str(wave_size)),
        patch.object(plan_campaign, "LAYOUT", _layout(channels)),
    ):
        outcome = stage.play(Schedule(paced=True))
    (run,) = outcome.runs[outcome.requests[0]["interaction_id"]]
    assert run.status == "SUCCEEDED", run.cause
    return Counts(
        run.transitions,
        len(outcome.calls),
        sum(call.method == "PATCH" for call in outcome.calls),
        Counter(name for name, _ in outcome.lambdas.calls),
    )


def _layout(channels: int) -> list[layout.Channel]:
    text = campaign_layout.toml(channels)
    if text is None:
        return layout.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "generated.toml"
        file.write_text(text)
        return layout.load(file)
