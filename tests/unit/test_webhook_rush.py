"""Many events at once: how long two senders take, as docs/events.md says (Webhooks > Many)."""

import heapq
from pathlib import Path

import pytest

from channelwright.webhooks.connection import SECONDS
from channelwright.webhooks.schedule import ATTEMPTS, WAITS
from tests.statemachine.webhooks import SENDERS

HOUR = 3600
PAGE = " ".join((Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8").split())


def delivered(arrivals, seconds, attempts):
    """Return the end of each attempt, and how long the message waited for a sender before it.

    A queue with two senders: whoever is free takes the message that came first. Without jitter.
    """
    free, ended = [0.0] * SENDERS, []
    ready = [(at, number, 1) for number, at in enumerate(arrivals)]
    heapq.heapify(ready)
    while ready:
        at, number, attempt = heapq.heappop(ready)
        begins = max(at, heapq.heappop(free))
        heapq.heappush(free, begins + seconds)
        ended.append((begins + seconds, begins - at))
        if attempt < attempts:
            heapq.heappush(ready, (begins + seconds + WAITS[attempt - 1], number, attempt + 1))
    return ended


def test_a_thousand_events_to_a_dead_receiver_are_drained_in_days():
    ended = delivered([0.0] * 1000, SECONDS, ATTEMPTS)
    assert max(waited for _, waited in ended) / HOUR == pytest.approx(2.08, abs=0.01)
    last = max(end for end, _ in ended)
    assert last / HOUR == pytest.approx(83.4, abs=0.1)
    assert "no attempt waits for a sender longer than 2 hours 5 minutes" in PAGE
    assert "The last of them is given up 83 hours after the first" in PAGE
    # Beside the schedule itself, and the senders' own work.
    assert sum(WAITS) / HOUR == pytest.approx(75.6, abs=0.1)
    assert len(ended) * SECONDS / SENDERS / HOUR == pytest.approx(20.8, abs=0.1)
    assert "20.8 of those hours" in PAGE


@pytest.mark.parametrize(
    ("seconds", "minutes", "said"),
    [
        (0.6, 0, "waits for nothing"),
        (2, 11, "waits up to 11 minutes"),
        (SECONDS, 119, "waits up to 2 hours"),
    ],
)
def test_a_thousand_campaigns_at_once_wait_for_a_slow_receiver(seconds, minutes, said):
    """Discord's limit lets the bot complete three campaigns a second, at most."""
    ended = delivered([number / 3 for number in range(1000)], seconds, 1)
    longest = max(waited for _, waited in ended)
    assert longest / 60 == pytest.approx(minutes, abs=0.5)
    assert said in PAGE
