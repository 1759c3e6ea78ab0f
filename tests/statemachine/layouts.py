"""Layouts of another length than the one that comes with the bot."""

from typing import Any

import pytest

import plan_campaign
import start_campaign
from channelwright.calls import CALLS_BESIDE_CHANNELS

# Discord docs, Resources > Channel: a category has 50 channels at most.
MANY = 49


def use(monkeypatch: pytest.MonkeyPatch, count: int = MANY) -> list[str]:
    """Let campaigns have so many text channels; returns their names."""
    channels: list[dict[str, Any]] = [
        {"name": f"c{n}", "type": "text", "topic": "", "gm_only": False, "position": n}
        for n in range(count)
    ]
    monkeypatch.setattr(plan_campaign, "LAYOUT", channels)
    monkeypatch.setattr(start_campaign, "CALLS", CALLS_BESIDE_CHANNELS + count)
    return [channel["name"] for channel in channels]
