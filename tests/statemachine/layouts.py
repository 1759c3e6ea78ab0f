"""Layouts other than that of the tests, and a check that a campaign has its layout."""

from collections.abc import Sequence
from typing import Any

import pytest

import plan_campaign
import start_campaign
from channelwright.campaign.campaign import Channel
from channelwright.campaign.things import CALLS_BESIDE_CHANNELS
from channelwright.discord.permissions import CONNECT, MANAGE_CHANNELS, VIEW_CHANNEL

SEE = VIEW_CHANNEL | CONNECT
TYPES = {"text": 0, "voice": 2, "forum": 15}

# Discord docs, Resources > Channel: a category has 50 channels at most.
MANY = 49


def many(monkeypatch: pytest.MonkeyPatch, count: int = MANY) -> list[str]:
    """Let campaigns have so many text channels; return their names."""
    channels: list[Channel] = [
        {"name": f"c{n}", "type": "text", "topic": "", "gm_only": False, "position": n}
        for n in range(count)
    ]
    use(monkeypatch, channels)
    return [channel["name"] for channel in channels]


def use(monkeypatch: pytest.MonkeyPatch, channels: Sequence[Channel]) -> None:
    """Let campaigns have these channels."""
    monkeypatch.setattr(plan_campaign, "LAYOUT", channels)
    monkeypatch.setattr(start_campaign, "CALLS", CALLS_BESIDE_CHANNELS + len(channels))


def assert_built(stage: Any, made: Any, channels: Sequence[Channel]) -> None:
    """Compare the server with a layout; `made` is the output of the campaign's execution."""
    info, listed = stage.discord.info, stage.discord.snapshot()["channels"]
    role, game_master, bot = made["role_id"], info["owner_id"], info["bot_user_id"]
    everybody = {info["guild_id"]: (0, SEE), game_master: (SEE, 0), bot: (SEE | MANAGE_CHANNELS, 0)}
    members = everybody | {role: (SEE, 0)}
    [category] = [one for one in listed if one["id"] == made["category_id"]]
    assert overwrites(category) == members
    children = [one for one in listed if one["parent_id"] == category["id"]]
    assert [
        (one["position"], one["name"], one["type"], one["topic"], overwrites(one))
        for one in sorted(children, key=lambda one: one["position"])
    ] == [
        (
            place,
            planned["name"],
            TYPES[planned["type"]],
            None if planned["type"] == "voice" else planned["topic"],
            everybody if planned["gm_only"] else members,
        )
        for place, planned in enumerate(channels)
    ]


def overwrites(channel: Any) -> dict[str, tuple[int, int]]:
    """Return the permissions that each role and member is allowed and denied, by id."""
    return {
        one["id"]: (int(one["allow"]), int(one["deny"])) for one in channel["permission_overwrites"]
    }
