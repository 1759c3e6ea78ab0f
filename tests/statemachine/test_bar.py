"""The bar moves after every wave while the message's bucket of edits has room for it."""

import re

import pytest

from channelwright.discord import edits
from local.simulator.buckets import Limit, new_bucket
from tests.statemachine import layouts

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
BUCKET = {"requests": 5, "seconds": 5.0}


@pytest.fixture(params=[False, True], ids=["sliding", "fixed window"])
def bucket(stage, request):
    """Configure each of Discord's two kinds of buckets."""
    stage.discord.configure(limits={"webhook_edit": BUCKET | {"fixed": request.param}})
    return Limit(**BUCKET, fixed=request.param)


def edited(stage):
    return [call for call in stage.discord.requests if call["method"] == "PATCH"]


def left_after(calls, limit):
    """Return how many edits the bucket had left after each call."""
    bucket, left = new_bucket(limit), []
    for call in calls:
        bucket.take(limit, call["at"])
        left.append(bucket.remaining(limit, call["at"]))
    return left


def shown(message):
    return re.findall(r"✅ Created: \*\*(.+?)\*\* \((?:Text|Voice|Forum)\)", message)


def done(message):
    return int(re.search(r"\((\d+)/\d+\)", message)[1])


@pytest.mark.parametrize("latency_ms", [0, 150])
class TestOfManyWaves:
    """A campaign with as many channels as a category may have, each in a wave of its own."""

    @pytest.fixture(autouse=True)
    def names(self, stage, monkeypatch, latency_ms):
        monkeypatch.setenv("WAVE_SIZE", "1")
        stage.discord.configure(latency_ms=latency_ms)
        return layouts.many(monkeypatch)

    def test_the_bar_is_never_limited_and_names_each_channel_in_its_turn(
        self, stage, names, bucket
    ):
        run = stage.run()
        assert run.output["status"] == "created"
        *progress, summary = edited(stage)
        assert {call["status"] for call in edited(stage)} == {200}
        assert min(left_after(progress, bucket)) >= edits.RESERVED == 2
        assert "Campaign Created" in summary["body"]["content"]
        assert stage.clock.waits == []
        named = []
        for message in stage.messages[:-1]:
            named += shown(message)
            assert named == names[: done(message)]
        assert len(progress) > 2

    def test_an_undoing_is_told_and_so_is_its_end(self, stage, names, bucket):
        """The two edits of an undoing follow at once after the last edit allowed to the bar."""
        stage.discord.faults.add(
            method="POST", body_contains=f'"{names[-1]}"', status=403, body=FORBIDDEN
        )
        run = stage.run()
        assert run.error == "CampaignFailed"
        assert {call["status"] for call in edited(stage)} == {200}
        *_, undoing, last_word = stage.messages
        assert undoing.startswith("↩️ **Undoing Campaign: My Campaign**")
        assert last_word.endswith("Nothing was left behind.")
        assert stage.in_channel == []
        stage.assert_nothing_left()


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_bar_moves_after_every_wave_where_calls_take_their_time(stage, monkeypatch, size):
    monkeypatch.setenv("WAVE_SIZE", str(size))
    stage.discord.configure(latency_ms=900)
    stage.run()
    *progress, _ = stage.messages
    assert [done(message) for message in progress] == [*range(0, 10, size)]


def test_where_discord_tells_of_no_bucket_the_bar_moves_after_every_wave(stage, monkeypatch):
    """Another server may speak Discord's API without buckets."""
    monkeypatch.setenv("WAVE_SIZE", "1")
    stage.discord.configure(rate_limits=False)
    stage.run()
    *progress, _ = stage.messages
    assert [done(message) for message in progress] == [*range(10)]


def test_a_bucket_that_is_smaller_than_what_is_kept_shows_nothing_but_the_beginning(stage):
    """The first edit is sent before the bucket is known, and the final message always."""
    stage.discord.configure(limits={"webhook_edit": [2, 60]})
    stage.run()
    assert [message.split("\n")[0] for message in stage.messages] == [
        "🏗️ **Creating Campaign: My Campaign**",
        "✅ **Campaign Created: My Campaign**",
    ]
    assert stage.clock.waits == []


def test_the_bar_moves_again_when_the_bucket_is_full_again(stage, monkeypatch):
    monkeypatch.setenv("WAVE_SIZE", "1")

    def a_slow_channel(name, event):
        if name == "create_channel" and event["channel"]["position"] == 6:
            stage.clock.sleep(6)

    stage.lambdas.on_invoke = a_slow_channel
    stage.run()
    *progress, _ = stage.messages
    assert [done(message) for message in progress] == [0, 1, 2, 7, 8, 9]
