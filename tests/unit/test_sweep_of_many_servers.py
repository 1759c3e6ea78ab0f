"""A sweep of many servers: its calls, its requests to the table, and its seconds grow as stated.

docs/operations.md states them for 10,000 servers: SERVERS=10000 plays so many.
"""

import os
from collections import Counter

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from channelwright.aws.executions import utc
from channelwright.records import attributes, sweep
from tests.unit.test_campaign_list import record
from tests.unit.test_sweep_servers import DAY, bot, did  # noqa: F401

SERVERS = int(os.environ.get("SERVERS", "200"))
CAMPAIGNS = 5
# Those of a record, which decide how many records a page of the table has.
CHANNELS = [
    {"id": str(10**18 + n), "key": f"channel-{n}", "kind": "text", "gm_only": False}
    for n in range(10)
]
# How long Discord and the table take to answer: a call, an item, a page of 1 MB.
CALL, ITEM, PAGE = 0.15, 0.01, 0.1
MOST_BYTES = 1_000_000


class Measured:
    """Many servers with campaigns, and what a sweep does."""

    def __init__(self, own, servers):
        self.bot, self.servers = own, servers
        self.requests: Counter[str] = Counter()
        self.item_seconds = ITEM
        region = os.environ["AWS_DEFAULT_REGION"]
        self.table = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].get_table(own.table)
        self.table.items.clear()
        own.discord.configure(latency_ms=1000 * CALL)
        own.guilds = [own.discord.add_guild()["guild_id"] for _ in range(servers)]

    def count(self, model, params, **_):
        if self.bot.table in params["body"].decode():
            self.requests[model.name] += 1
            self.bot.clock.sleep(PAGE if model.name == "Scan" else self.item_seconds)

    def records(self, since):
        """Give each server its campaigns; `since` has the time of a mark by the server's place."""
        for place, guild_id in enumerate(self.bot.guilds):
            mark = {"gone_since": utc(since(place))} if since(place) else {}
            for number in range(CAMPAIGNS):
                kept = record(number, "Strahd", guild_id=guild_id, channels=CHANNELS, **mark)
                self.table.put_item(attributes.item(kept))

    def bytes(self):
        return sum(one.size() for one in self.table.all_items())

    def leaves(self, places):
        own = self.bot.discord.info["bot_user_id"]
        for place in places:
            self.bot.discord.remove_member(own, self.bot.guilds[place])

    def sweep(self):
        """Sweep once; return the counts of the log, and the seconds that it took."""
        self.requests.clear()
        self.bot.discord.clear_requests()
        began = self.bot.clock.now()
        counts = self.bot.sweep()
        return counts, self.bot.clock.now() - began


@pytest.fixture(params=[SERVERS // 2, SERVERS])
def many(bot, request):  # noqa: F811
    measured, events = Measured(bot, request.param), boto3.DEFAULT_SESSION.events
    events.register("before-call.dynamodb", measured.count)
    yield measured
    events.unregister("before-call.dynamodb", measured.count)


def test_a_day_without_changes(many):
    many.records(lambda _: None)
    counts, seconds = many.sweep()
    assert counts == did()
    asked = many.bot.asked()
    # The application, the pages, an empty one; the default server counts, too.
    pages = -(-(many.servers + 1) // sweep.PAGE)
    assert len(asked) == 2 + pages
    scans = many.requests.pop("Scan")
    assert many.bytes() / MOST_BYTES <= scans <= many.bytes() / MOST_BYTES * 1.1 + 1
    assert not many.requests
    assert seconds == pytest.approx(CALL * len(asked) + PAGE * scans)


def test_the_most_that_a_day_may_bring(many):
    """A tenth leaves, a tenth is due to be deleted, and a tenth is back."""
    tenth = many.servers // 10
    now = many.bot.clock.now()
    many.records(lambda place: now - 31 * DAY if tenth <= place < 3 * tenth else None)
    many.leaves(range(2 * tenth))
    counts, seconds = many.sweep()
    items = tenth * CAMPAIGNS
    assert counts == did(marked=items, deleted=items, unmarked=items)
    asked, scans = many.bot.asked(), many.requests.pop("Scan")
    assert len([path for path in asked if path.startswith("/guilds/")]) == tenth
    assert many.requests == {"UpdateItem": 2 * items, "DeleteItem": items}
    assert seconds == pytest.approx(CALL * len(asked) + ITEM * 3 * items + PAGE * scans)
    assert seconds < 840


def test_what_does_not_fit_is_done_on_the_next_days(many):
    """The table takes so long that half of it fits into a sweep."""
    tenth = many.servers // 10
    many.records(lambda _: None)
    many.leaves(range(tenth))
    items = tenth * CAMPAIGNS
    many.item_seconds = 2 * 840 / items
    done = []
    while not done or done[-1]["left_for_next"]:
        counts, seconds = many.sweep()
        assert seconds < 900
        done.append(counts)
        many.bot.clock.sleep(DAY)
    assert sum(one["marked"] for one in done) == items
    assert 2 <= len(done) <= 3
