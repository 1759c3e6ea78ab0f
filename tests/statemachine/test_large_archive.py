"""The largest campaign, with many overwrites, is archived and restored under Discord's limits."""

from collections import Counter

import pytest

from channelwright.archive import snapshot
from channelwright.campaign.deadlines import build_deadline
from tests.statemachine import layouts
from tests.statemachine.archiving import DENIED, people_who_archive

# Roles with an overwrite of their own in each channel, besides @everyone, the bot and the GM.
ROLES = 30
LATENCY_SECONDS = 0.15


@pytest.fixture
def archiving(stage, monkeypatch):
    planned = [
        {"name": f"c{n}", "type": "text", "topic": "", "gm_only": True, "position": n}
        for n in range(layouts.MANY)
    ]
    layouts.use(monkeypatch, planned)
    with people_who_archive(stage, monkeypatch) as people:
        people.let_roles_write(ROLES)
        yield people


def played(archiving, way):
    """Run a command; return its calls to Discord by method, and the seconds that it took."""
    archiving.forget()
    clock = archiving.stage.clock
    began = clock.now()
    archiving.archive(way)
    seconds = clock.now() - began
    assert clock.now() < build_deadline(archiving.people.asked)
    asked = [one for one in archiving.stage.discord.requests if "/webhooks/" not in one["path"]]
    assert not [one for one in asked if one["status"] >= 400]
    return Counter(one["method"] for one in asked), seconds


def test_it_is_archived_and_restored_within_two_minutes(archiving):
    before = archiving.shown()
    archiving.stage.discord.configure(latency_ms=1000 * LATENCY_SECONDS)
    calls, seconds = played(archiving, "archive")
    assert archiving.status == "archived"
    bot = archiving.stage.discord.info["bot_user_id"]
    for id_ in archiving.channels.values():
        rows = archiving.guild.channels[id_].overwrites
        assert not any(one.allow & DENIED for row, one in rows.items() if row != bot)
    # Each role's overwrite, @everyone's and the bot's, and three of the category.
    written = layouts.MANY * (ROLES + 2) + 3
    assert (calls["PUT"], calls["PATCH"]) == (written, 1)
    assert calls["GET"] < 300
    assert seconds < 120
    assert len(snapshot.packed(archiving.snapshot)) < snapshot.MOST_BYTES / 3
    calls, seconds = played(archiving, "unarchive")
    assert calls["PUT"] + calls["DELETE"] == written
    assert calls["GET"] < 300
    assert seconds < 120
    assert (archiving.status, archiving.shown()) == ("created", before)
