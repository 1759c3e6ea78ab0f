"""Discord limits an edit of the message: the bar skips it, the final message waits."""

from itertools import pairwise

import pytest

from channelwright.discord.snowflake import created_at
from tests.statemachine.reports import said_at

FOURTEEN_HOURS = 50_400
LAST = "Campaign Created"


def limit(stage, words, retry_after, **how):
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    stage.discord.faults.add(path="@original", body_contains=words, status=429, body=body, **how)


@pytest.mark.parametrize("edit", ["(0/10)", "(4/10)", "(8/10)"])
@pytest.mark.parametrize("retry_after", [0.5, 61.5])
def test_a_limited_edit_is_dropped_and_no_other_is_sent_before_its_time(stage, edit, retry_after):
    """No Lambda sleeps for it: an edit of the bar delays no channel."""
    limit(stage, edit, retry_after)
    request = stage.request()
    began = stage.clock.now()
    run = stage.interpreter.run(request)
    assert run.output["status"] == "created"
    assert not any(edit in message for message in stage.messages)
    edits = [call for call in stage.discord.requests if call["method"] == "PATCH"]
    [limited] = [number for number, call in enumerate(edits) if call["status"] == 429]
    assert edits[limited + 1]["at"] - edits[limited]["at"] >= retry_after
    made = [call for call in stage.discord.requests if call["method"] == "POST"]
    assert made[-1]["at"] == began, "the campaign does not wait"
    times = [created_at(stage.asked), *(v["at"] for v in stage.discord.messages(stage.asked))]
    assert max(later - one for one, later in pairwise(times)) < retry_after + 2


def test_the_summary_waits_as_long_as_the_bar_was_told(stage):
    """The bot spends no call on learning the limit again."""
    limit(stage, "(4/10)", 61.5)
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Report Completion") == 2
    assert len([call for call in stage.discord.requests if call["status"] == 429]) == 1
    assert stage.clock.waits == [pytest.approx(62, abs=1)]
    assert len(said_at(stage, LAST)) == 1


@pytest.mark.parametrize("edit", ["(0/10)", "(4/10)"])
def test_when_no_edit_is_allowed_in_time_the_summary_is_written_in_the_channel(stage, edit):
    """The campaign stands anyway."""
    limit(stage, edit, FOURTEEN_HOURS)
    run = stage.run()
    assert (run.status, run.output["status"]) == ("SUCCEEDED", "created")
    assert len(run.output["channel_ids"]) == 10
    assert run.states[-2:] == ["Report Completion", "Write in Channel"]
    [said] = stage.in_channel
    assert said.startswith(f"<@{stage.discord.info['owner_id']}>\n✅ **{LAST}: My Campaign**\n")
    assert [call["status"] for call in stage.discord.requests].count(429) == 1
    assert stage.clock.waits == []


@pytest.mark.parametrize("edit", ["(0/10)", "(4/10)", "Undoing"])
def test_when_no_edit_is_allowed_in_time_an_undoing_is_told_in_the_channel(stage, edit):
    limit(stage, edit, FOURTEEN_HOURS)
    stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert run.removal.status == "SUCCEEDED"
    assert "Write in Channel" in run.removal.states
    [said] = stage.in_channel
    assert "Discord refused to create the channel **gm-planning**" in said
    assert said.endswith("Nothing was left behind.")
    stage.assert_nothing_left()


def test_what_the_bar_was_told_is_heeded_by_an_undoing(stage):
    """The final message waits for the limit; the removal does not."""
    limit(stage, "(8/10)", 61.5)
    stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
    run = stage.run()
    assert "Undoing" not in "".join(stage.messages)
    edits = [call for call in stage.discord.requests if call["method"] == "PATCH"]
    assert edits[-1]["at"] - edits[-2]["at"] >= 61.5
    deleted = [call["at"] for call in stage.discord.requests if call["method"] == "DELETE"]
    assert deleted[-1] - edits[-2]["at"] < 61.5
    assert run.removal.status == "SUCCEEDED"
    stage.assert_nothing_left()


def test_a_limited_rejection_waits(stage):
    assert stage.run().output["status"] == "created"
    limit(stage, "Could not create", 61.5)
    run = stage.run()  # the name is taken now
    assert run.output["status"] == "rejected"
    assert "Wait for Discord" in run.states


def test_the_message_is_not_there_yet(stage):
    """A worker can be quicker than Discord's handling of our answer."""
    stage.discord.configure(ack_delay_ms=1500)
    run = stage.run()
    assert run.output["status"] == "created"
    assert "(0/10)" in stage.messages[0]
    assert stage.clock.waits == []


def test_the_message_is_not_there_for_long(stage):
    """The bar goes on without it; the final message is retried until the message is there."""
    stage.discord.configure(ack_delay_ms=6000)
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.messages[-1].startswith(f"✅ **{LAST}")
    assert stage.in_channel == []
