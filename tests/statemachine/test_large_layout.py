"""The largest layout that the check accepts: no state passes on more than AWS allows."""

import json

import pytest

import plan_campaign
from channelwright.campaign import layout

# AWS docs, Step Functions > Service quotas > Quotas related to task executions.
MOST_BYTES = 256 * 1024
DETAILS = ("stateEnteredEventDetails", "stateExitedEventDetails", "taskScheduledEventDetails")


@pytest.fixture
def channels(monkeypatch):
    """Use as many channels as Discord allows, with long descriptions outside ASCII."""
    made = [
        {"name": f"c{n}", "type": "text", "topic": "", "gm_only": False, "position": n}
        for n in range(layout.CHANNELS)
    ]
    room = layout.MOST_BYTES - len(json.dumps(made).encode())
    for channel in made:
        channel["topic"] = "龍" * (room // len(made) // 3)
    assert layout.MOST_BYTES * 0.99 < layout.size(made) <= layout.MOST_BYTES
    monkeypatch.setattr(plan_campaign, "LAYOUT", made)
    return made


def largest(run):
    def size(text):
        return len(json.dumps(json.loads(text), ensure_ascii=False).encode())

    texts = [
        event[detail][part]
        for event in run.history
        for detail in DETAILS
        if detail in event
        for part in ("input", "output", "parameters")
        if part in event[detail]
    ]
    return max(size(text) for text in texts if text.startswith(("{", "[")))


@pytest.mark.parametrize("wave_size", ["1", "5", "10"])
def test_it_is_created_within_what_states_may_hand_on(stage, monkeypatch, channels, wave_size):
    monkeypatch.setenv("WAVE_SIZE", wave_size)
    run = stage.run()
    assert run.output["status"] == "created"
    assert layout.MOST_BYTES < largest(run) < MOST_BYTES


@pytest.mark.parametrize("wave_size", ["1", "5", "10"])
@pytest.mark.parametrize("skip", [1, 50])
def test_it_is_undone_within_what_states_may_hand_on(stage, monkeypatch, channels, wave_size, skip):
    """Either every channel fails, with a reason each, or only the last one."""
    monkeypatch.setenv("WAVE_SIZE", wave_size)
    refused = {"message": "Missing Permissions", "code": 50013}
    stage.discord.faults.add(
        method="POST", path="/channels$", skip=skip, times=None, status=403, body=refused
    )
    run = stage.run()
    assert run.removal.status == "SUCCEEDED"
    assert max(largest(run), largest(run.removal)) < MOST_BYTES
