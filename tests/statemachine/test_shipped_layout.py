"""The shipped layout, however the operator has changed it: a campaign is built, or undone."""

import json

import pytest

from channelwright.campaign import layout
from tests.conftest import SHIPPED_LAYOUTS
from tests.statemachine import layouts

pytestmark = pytest.mark.usefixtures("wave_size")


@pytest.fixture
def shipped(monkeypatch):
    channels = layout.load(SHIPPED_LAYOUTS / layout.DEFAULT)
    layouts.use(monkeypatch, channels)
    return channels


def test_it_is_built_as_it_is_written(stage, shipped):
    run = stage.run()
    assert run.status == "SUCCEEDED"
    layouts.assert_built(stage, run.output, shipped)
    assert stage.messages[-1].startswith("✅ **Campaign Created: My Campaign**")


def test_it_is_undone_if_its_last_channel_is_refused(stage, shipped):
    stage.discord.faults.add(
        method="POST",
        path="/channels$",
        body_contains=json.dumps(shipped[-1]["name"]),
        status=403,
        body={"message": "Missing Permissions", "code": 50013},
    )
    run = stage.run()
    assert (run.status, run.removal.status) == ("FAILED", "SUCCEEDED")
    assert "Nothing was left behind." in stage.messages[-1]
    stage.assert_nothing_left()
