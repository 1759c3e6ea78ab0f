"""Places: a server and a user have a few each, and a repeated message is recognized."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from bench.thousand_clock import VirtualClock
from channelwright.campaign import deadlines
from channelwright.pace import limiter, places, table
from tests import tables


def take(request, most):
    until = deadlines.build_deadline(request["interaction_id"])
    return places.take_all(request, most, until)


FIRST = (1_800_000_000_000 - 1_420_070_400_000) << 22  # a snowflake of the clock's start


def asked(number=0, guild="1", user="2"):
    return {"interaction_id": str(FIRST + number), "guild_id": guild, "user_id": user}


@pytest.fixture
def clock(monkeypatch):
    with mock_aws():
        tables.create()
        clock = VirtualClock()
        monkeypatch.setattr(limiter, "time", clock)
        monkeypatch.setattr("channelwright.pace.outage.time", clock)
        monkeypatch.setattr(places, "time", clock)
        monkeypatch.setattr("channelwright.pace.table._client", None)
        yield clock


def test_a_server_has_so_many_whoever_asks(clock):
    for number in range(3):
        assert take(asked(number, user=f"2{number}"), 3).has_room
    refused = take(asked(3, user="9"), 3)
    assert (refused.has_room, refused.owner) == (False, "server 1")
    assert take(asked(4, guild="7", user="9"), 3).has_room


def test_a_user_has_so_many_wherever_they_ask(clock):
    for number in range(2):
        assert take(asked(number, guild=f"1{number}"), 2).has_room
    refused = take(asked(2, guild="19"), 2)
    assert (refused.has_room, refused.owner) == (False, "user 2")
    assert take(asked(3, guild="19", user="7"), 2).has_room


def test_whoever_leaves_makes_room_at_once_or_after_a_while(clock):
    take(asked(), 1)
    places.leave_all(asked(), 30)
    assert not take(asked(1), 1).has_room
    clock.sleep(31)
    assert take(asked(2), 1).has_room
    places.leave_all(asked(2))
    assert take(asked(3), 1).has_room


def test_nobody_has_a_place_beyond_the_deadline(clock):
    take(asked(), 1)
    clock.sleep(deadlines.build_deadline(str(FIRST)) - clock.time() + 1)
    assert take(asked(1), 1).has_room


def test_what_came_before_is_known_and_takes_no_second_place(clock):
    first = take(asked(), 2)
    clock.sleep(5)
    again = take(asked(), 2)
    assert (first.is_new, again.is_new, again.heard_at) == (True, False, first.heard_at)
    assert take(asked(1), 2).has_room


def test_whoever_was_told_is_known_until_nobody_can_ask_again(clock):
    take(asked(), 1)
    refused = take(asked(1), 1)
    assert not refused.has_room
    assert take(asked(1), 1).told == "no"
    places.leave_all(asked(1), told="yes")
    assert take(asked(1), 1).told == "yes"
    clock.sleep(places.REMEMBERED_SECONDS + 1)
    assert take(asked(1), 1).is_new


def test_a_place_that_nobody_has_is_not_left(clock):
    places.leave_all(asked())
    assert take(asked(), 1).is_new


class Racing:
    """The table, where another Lambda takes a place before each of the first writes."""

    def __init__(self, client, times):
        self._client, self._left = client, times
        self.exceptions, self.get_item = client.exceptions, client.get_item

    def put_item(self, **how):
        if self._left:
            self._left -= 1
            table._client = self._client
            take(asked(50 + self._left), 100)
            table._client = self
        return self._client.put_item(**how)


def test_of_two_at_the_same_moment_each_has_a_place_of_its_own(clock):
    table._client = Racing(table.dynamodb(), 3)
    assert take(asked(), 10).has_room
    entries, _ = places._read("server 1")
    assert len(entries) == 4


def test_without_the_table_everybody_has_a_place(clock, monkeypatch):
    class Down:
        exceptions = boto3.client("dynamodb").exceptions

        def get_item(self, **_):
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "GetItem")

    monkeypatch.setattr("channelwright.pace.table._client", Down())
    for number in range(5):
        assert take(asked(number), 1) == places.Place()
    places.leave_all(asked())


def test_the_item_goes_by_itself(clock):
    take(asked(), 1)
    key = {"id": {"S": "server 1"}}
    item = table.dynamodb().get_item(TableName="channelwright-limiter", Key=key)["Item"]
    assert int(item["expires"]["N"]) == int(clock.time()) + places.DAY
