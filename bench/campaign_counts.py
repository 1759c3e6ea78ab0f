"""Count what AWS bills of a campaign: state transitions, Lambdas, requests to the tables, events.

The campaign runs on the virtual clock, whose interpreter enters every state as AWS does; the
emulator does not record the states inside a Map or a Parallel.
"""

import functools
import tempfile
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from bench import campaign_layout
from bench.thousand_world import Setting, world
from channelwright.campaign import layout
from channelwright.campaign.campaign import Channel


@dataclass(frozen=True)
class Counts:
    """One campaign's counts; `invocations` has one for each of the state machine's Lambdas."""

    transitions: int
    invocations: Counter[str]
    table_writes: int
    table_reads: int
    events: int


@functools.cache
def counts(wave_size: int, channels: int) -> Counts:
    """Run one campaign without faults, and count."""
    with (
        world(Setting(1, spread=0.0, wave_size=wave_size)) as made,
        patch.object(import_module("plan_campaign"), "LAYOUT", _layout(channels)),
    ):
        made.run()
    (build,) = made.step_functions.executions.values()
    assert build.status == "SUCCEEDED", build.output
    invocations = made.lambdas.invocations.copy()
    del invocations["start_campaign"]
    return Counts(
        build.transitions,
        invocations,
        made.table.writes,
        made.table.reads,
        made.step_functions.events,
    )


def _layout(channels: int) -> list[Channel]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "generated.toml"
        file.write_text(campaign_layout.toml(channels), encoding="utf-8")
        return layout.load(file)
