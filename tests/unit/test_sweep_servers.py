"""The daily sweep, on moto's table and the simulated Discord."""

import json
import os
from types import SimpleNamespace

import boto3
import pytest
import requests
from moto import mock_aws

import sweep_servers
from channelwright.aws import bot_token, parameter
from channelwright.aws.executions import utc
from channelwright.discord import client, limited
from channelwright.errors import BotTokenNotRead
from channelwright.pace import limiter, outage
from channelwright.records import attributes
from channelwright.records.sweep import TooManyGone
from channelwright.setup import registration
from channelwright.setup.registration import RegistrationError
from local.simulator import ManualClock, Simulator
from local.simulator.in_process import InProcessAdapter
from tests import log_lines, tables

DAY = 24 * 3600
LIMITED = {"message": "x", "global": False}
TOKEN = os.environ["DISCORD_BOT_TOKEN_PARAMETER"]


class Meanwhile(InProcessAdapter):
    """Does something, once, when Discord has answered with the last page of the servers."""

    then = staticmethod(lambda: None)

    def send(self, request, *given, **more):
        answer = super().send(request, *given, **more)
        if answer.content == b"[]":
            then, self.then = self.then, lambda: None
            then()
        return answer


class Bot:
    """A bot with records of some servers, and its table."""

    def __init__(self, clock, discord, adapter):
        self.clock, self.discord, self.adapter = clock, discord, adapter
        self.table, self.dynamodb = os.environ["CAMPAIGNS_TABLE"], boto3.client("dynamodb")
        self.guilds = []

    def joins(self, servers):
        """Add servers with a campaign each, and what belongs to it."""
        for _ in range(servers):
            self.guilds.append(self.discord.add_guild()["guild_id"])
            for campaign_id in ("1", "snapshot-1"):
                self.put(self.guilds[-1], campaign_id)

    def put(self, guild_id, campaign_id, **more):
        given = {"guild_id": guild_id, "campaign_id": campaign_id, "name": "Strahd", **more}
        self.dynamodb.put_item(TableName=self.table, Item=attributes.item(given))

    def leaves(self, number):
        own = self.discord.info["bot_user_id"]
        for guild_id in self.guilds[:number]:
            self.discord.remove_member(own, guild_id)

    def sweep(self, **event):
        """Sweep; return the counts in the log."""
        with log_lines.captured() as lines:
            sweep_servers.handler(event, None)
        [line] = [one for one in lines if one["message"].startswith("swept")]
        return {name: line[name] for name in ("marked", "unmarked", "deleted", "left_for_next")}

    def items(self):
        """Return each item's mark by its key; the servers by their place in `guilds`."""
        items = self.dynamodb.scan(TableName=self.table)["Items"]
        found = map(attributes.values, items)
        return {
            (self.guilds.index(one["guild_id"]), one["campaign_id"]): one.get("gone_since")
            for one in found
        }

    def marked(self):
        return {guild for (guild, _), mark in self.items().items() if mark}

    def recorded(self):
        return {guild for guild, _ in self.items()}

    def asked(self):
        asked = [call["path"] for call in self.discord.requests]
        self.discord.clear_requests()
        return asked

    def fails(self, path, **fault):
        self.discord.faults.add(path=path, **fault)


def did(**counts):
    return {"marked": 0, "unmarked": 0, "deleted": 0, "left_for_next": 0, **counts}


@pytest.fixture
def bot(monkeypatch):
    clock = ManualClock(1_800_000_000.0)
    own = SimpleNamespace(time=clock.now, monotonic=clock.now, sleep=clock.sleep)
    for module in (sweep_servers, client, limited, registration, limiter, parameter, outage):
        monkeypatch.setattr(module, "time", own)
    discord = Simulator(clock, base_url="https://discord.test")
    adapter = Meanwhile(discord)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: adapter)
    monkeypatch.setenv("DISCORD_API_BASE_URL", discord.info["api_base_url"])
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", discord.info["public_key"])
    monkeypatch.setattr("channelwright.pace.table._client", None)
    monkeypatch.setattr(limiter, "_outage", outage.Outage())
    monkeypatch.setattr(bot_token, "_kept", parameter.Kept())
    with mock_aws():
        tables.create()
        boto3.client("ssm").put_parameter(
            Name=TOKEN, Value=discord.info["bot_token"], Type="SecureString"
        )
        made = Bot(clock, discord, adapter)
        made.joins(3)
        yield made
    discord.close()


def test_nobody_has_left(bot):
    assert bot.sweep() == did()
    assert bot.marked() == set()
    assert bot.asked() == ["/applications/@me", *2 * ["/users/@me/guilds"]]


def test_a_server_that_leaves_is_marked_and_deleted_after_thirty_days(bot):
    bot.leaves(1)
    began = bot.clock.now()
    assert bot.sweep() == did(marked=2)
    assert {guild for (guild, _), mark in bot.items().items() if not mark} == {1, 2}
    assert set(bot.items().values()) == {None, utc(began)}
    bot.clock.sleep(30 * DAY - 1)
    assert bot.sweep() == did()
    assert bot.recorded() == {0, 1, 2}
    bot.asked()
    bot.clock.sleep(1)
    assert bot.sweep() == did(deleted=2)
    assert bot.recorded() == {1, 2}
    # It asked once more, for this server alone.
    assert bot.asked()[-1] == f"/guilds/{bot.guilds[0]}"
    assert bot.sweep() == did()


def test_a_mark_stays_as_it_is(bot):
    bot.leaves(1)
    bot.sweep()
    before = bot.items()
    bot.clock.sleep(DAY)
    assert bot.sweep() == did()
    assert bot.items() == before


def test_a_server_that_comes_back_is_unmarked(bot):
    bot.leaves(1)
    bot.sweep()
    bot.clock.sleep(31 * DAY)
    bot.discord.invite_bot(bot.guilds[0])
    assert bot.sweep() == did(unmarked=2)
    assert (bot.marked(), bot.recorded()) == (set(), {0, 1, 2})
    # It may leave once more, and has thirty days again.
    bot.leaves(1)
    assert bot.sweep() == did(marked=2)
    bot.clock.sleep(29 * DAY)
    assert bot.sweep() == did()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 503},
        {"connection": "timeout"},
        {"status": 429, "body": LIMITED | {"retry_after": 3000.0}},
        {"status": 403, "body": {"code": 20028, "message": "x"}},
        {"status": 200, "body": {"id": "7"}},
    ],
    ids=str,
)
def test_what_it_cannot_ask_once_more_is_kept(bot, answer):
    bot.leaves(1)
    bot.sweep()
    bot.clock.sleep(30 * DAY)
    bot.fails(rf"^/guilds/{bot.guilds[0]}$", **answer)
    assert bot.sweep() == did(left_for_next=2)
    assert (bot.marked(), bot.recorded()) == ({0}, {0, 1, 2})
    assert bot.sweep() == did(deleted=2)


def test_who_is_refused_the_server_is_not_in_it(bot):
    bot.leaves(1)
    bot.sweep()
    bot.clock.sleep(30 * DAY)
    missing_access = {"code": 50001, "message": "Missing Access"}
    bot.fails(rf"^/guilds/{bot.guilds[0]}$", status=403, body=missing_access)
    assert bot.sweep() == did(deleted=2)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("^/applications/@me$", {"status": 500}),
        ("^/users/@me/guilds$", {"status": 500}),
        ("^/users/@me/guilds$", {"connection": "reset"}),
        ("^/users/@me/guilds$", {"connection": "timeout", "effect": "after"}),
        ("^/users/@me/guilds$", {"status": 401, "body": {"code": 0, "message": "401"}}),
        ("^/users/@me/guilds$", {"status": 429}),
        ("^/users/@me/guilds$", {"status": 429, "body": LIMITED | {"retry_after": 900.0}}),
        ("^/users/@me/guilds$", {"status": 200, "body": {"message": "fine"}}),
        ("^/users/@me/guilds$", {"status": 200, "body": [{"id": "2"}, {"id": "1"}]}),
    ],
    ids=str,
)
def test_a_sweep_that_could_not_ask_marks_nobody(bot, path, answer):
    bot.leaves(1)
    bot.fails(path, times=None, **answer)
    with pytest.raises(RegistrationError):
        bot.sweep()
    assert bot.marked() == set()


def test_it_marks_nobody_if_only_the_second_page_is_missing(bot):
    bot.leaves(1)
    bot.fails("^/users/@me/guilds$", status=500, times=None, skip=1)
    with pytest.raises(RegistrationError):
        bot.sweep()
    assert bot.marked() == set()


def test_a_short_outage_is_waited_for(bot):
    bot.leaves(1)
    bot.fails("^/users/@me/guilds$", status=503, times=3)
    bot.fails("^/applications/@me$", connection="reset")
    bot.fails("^/users/@me/guilds$", status=429, body=LIMITED | {"retry_after": 20.0})
    assert bot.sweep() == did(marked=2)


def test_another_applications_token_marks_nobody(bot, monkeypatch):
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", "ab" * 32)
    bot.leaves(3)
    with pytest.raises(RegistrationError, match="The bot token belongs to the application"):
        bot.sweep(may_mark=3)
    assert bot.marked() == set()
    assert "/users/@me/guilds" not in bot.asked()


def test_without_a_token_nobody_is_marked(bot):
    bot.leaves(1)
    boto3.client("ssm").delete_parameter(Name=TOKEN)
    with pytest.raises(BotTokenNotRead):
        bot.sweep()
    assert bot.marked() == set()


def test_too_many_at_once_are_not_marked_unless_the_operator_says_so(bot):
    bot.joins(17)
    bot.leaves(3)
    with pytest.raises(TooManyGone, match="3 of 20 servers"):
        bot.sweep()
    assert bot.marked() == set()
    assert bot.sweep(may_mark=3) == did(marked=6)
    assert bot.marked() == {0, 1, 2}


def test_a_tenth_of_them_is_marked(bot):
    bot.joins(17)
    bot.leaves(2)
    assert bot.sweep() == did(marked=4)


def test_many_servers_come_in_pages(bot):
    for _ in range(400):
        bot.discord.add_guild()
    bot.joins(1)
    assert bot.sweep() == did()
    # The default server, and 404 others.
    assert bot.asked().count("/users/@me/guilds") == 4


def test_every_call_takes_its_slot(bot, monkeypatch):
    monkeypatch.setenv("CALLS_PER_SECOND", "1")
    began = bot.clock.now()
    bot.sweep()
    assert bot.clock.now() - began >= len(bot.asked()) - 1 > 1


def test_what_is_not_done_in_time_the_next_sweep_does(bot):
    bot.leaves(1)
    # Three questions take so long that no change can begin any more.
    slowly, quickly = {"latency_ms": 300_000}, {"latency_ms": 0}
    bot.discord.configure(**slowly)
    assert bot.sweep() == did(left_for_next=2)
    bot.discord.configure(**quickly)
    assert bot.sweep() == did(marked=2)
    bot.clock.sleep(31 * DAY)
    bot.discord.configure(**slowly)
    bot.asked()
    assert bot.sweep() == did(left_for_next=2)
    assert f"/guilds/{bot.guilds[0]}" not in bot.asked()
    bot.discord.configure(**quickly)
    assert bot.sweep() == did(deleted=2)


def test_the_rest_of_a_record_stays(bot):
    bot.leaves(1)
    bot.sweep()
    bot.discord.invite_bot(bot.guilds[0])
    bot.sweep()
    found = bot.dynamodb.get_item(
        TableName=bot.table,
        Key={"guild_id": {"S": bot.guilds[0]}, "campaign_id": {"S": "1"}},
    )
    expected = {"guild_id": bot.guilds[0], "campaign_id": "1", "name": "Strahd"}
    assert attributes.values(found["Item"]) == expected


def test_a_record_that_changes_meanwhile_is_left_to_the_next_sweep(bot):
    bot.leaves(1)
    key = {"guild_id": {"S": bot.guilds[0]}, "campaign_id": {"S": "1"}}
    bot.adapter.then = lambda: bot.dynamodb.delete_item(TableName=bot.table, Key=key)
    assert bot.sweep() == did(marked=1, left_for_next=1)
    assert (0, "1") not in bot.items()
    bot.clock.sleep(31 * DAY)
    bot.adapter.then = lambda: bot.put(bot.guilds[0], "snapshot-1")
    assert bot.sweep() == did(left_for_next=1)
    assert bot.items()[0, "snapshot-1"] is None


def test_a_server_that_joins_meanwhile_is_not_marked(bot):
    bot.adapter.then = lambda: bot.joins(1)
    assert bot.sweep() == did()
    assert 3 in bot.recorded()


def test_the_log_holds_no_token(bot):
    with log_lines.captured() as lines:
        sweep_servers.handler({}, None)
    assert bot.discord.info["bot_token"] not in lines.text
    assert any("list its servers: 200" in json.dumps(line) for line in lines)
