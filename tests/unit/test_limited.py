"""How long a call waits that Discord limits: as Discord demands, and longer while there is time."""

import pytest

from channelwright.discord import limited
from channelwright.discord.answers import Limit
from channelwright.discord.calls import Call
from channelwright.errors import OutOfTime, RateLimited

NOW = 1_700_000_000.0
CALL = Call("write in the channel", "POST", "/channels/1/messages", {})


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(limited.time, "time", lambda: NOW)


@pytest.mark.parametrize(
    ("limit", "times", "left", "seconds"),
    [
        (Limit(5.2, "global"), 1, 999, 6),  # a Wait state counts whole seconds
        (Limit(5.2, "global"), 3, 999, 16),
        (Limit(5.2, "global"), 3, 12, 11),  # it need not wait so long
        (Limit(5.2, "global"), 3, 5.5, 6),
        (Limit(60.0, "cloudflare", said=False), 1, 999, 60),
        (Limit(60.0, "cloudflare", said=False), 1, 40, 39),
        (Limit(60.0, "cloudflare", said=False), 4, 999, 60),
        (Limit(61.5, "user"), 4, 999, 62),
        (Limit(0.4, "user"), 0, 999, 1),  # it waits for a slot
    ],
)
def test_what_the_bot_adds_to_a_wait_does_not_outlast_the_deadline(limit, times, left, seconds):
    error = limited.limited(CALL, limit, NOW + left, times=times, to_the_end=True)
    assert isinstance(error, RateLimited)
    assert error.ends_at == NOW + seconds


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        (Limit(5.2, "global"), 5.1),
        (Limit(61.5, "user"), 61),
        (Limit(60.0, "cloudflare", said=False), 0),
        (Limit(60.0, "cloudflare", said=False), -5),
    ],
)
def test_what_discord_demands_may_be_too_long(limit, left):
    error = limited.limited(CALL, limit, NOW + left, times=1, to_the_end=True)
    assert isinstance(error, OutOfTime)


def test_a_call_after_which_something_follows_turns_round_in_time():
    unsaid = Limit(60.0, "cloudflare", said=False)
    assert isinstance(limited.limited(CALL, unsaid, NOW + 40, times=1), OutOfTime)
    assert isinstance(limited.limited(CALL, Limit(5.2, "user"), NOW + 12, times=3), OutOfTime)
