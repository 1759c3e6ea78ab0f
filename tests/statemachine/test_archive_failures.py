"""Whatever fails while a campaign is archived: it is archived, or as it was before, or named."""

import pytest

from channelwright.pace import table
from channelwright.records import store
from tests.statemachine.archiving import people_who_archive, stop_in
from tests.statemachine.company import AnswersLost, WithoutRecords

REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
LIMIT = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
CALLS = {
    "the server": {"method": "GET", "path": r"/guilds/\d+$"},
    "the list": {"method": "GET", "path": "/channels$"},
    "the members": {"method": "GET", "path": r"/members/\d+$"},
    "the list at a write": {"method": "GET", "path": "/channels$", "skip": 1},
    "the list at the check": {"method": "GET", "path": "/channels$", "skip": 2},
    "the first write": {"method": "PUT", "path": "/permissions/"},
    "the third write": {"method": "PUT", "path": "/permissions/", "skip": 2},
    "the last write": {"method": "PUT", "path": "/permissions/", "skip": 6},
    "the move": {"method": "PATCH", "path": r"/guilds/\d+/channels$"},
}
WRITES = {"the first write", "the third write", "the last write", "the move"}
PASSING = {
    "503 once": {"status": 503},
    "no answer, not done": {"connection": "reset"},
    "no answer, but done": {"connection": "reset", "effect": "after"},
    "a limit": {"status": 429, "body": LIMIT, "headers": {"Retry-After": "62"}},
    "a limit, three times": {"status": 429, "body": LIMIT, "headers": {"Retry-After": "62"}}
    | {"times": 3},
}


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as people:
        yield people


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("call", CALLS)
def test_what_passes_is_waited_for(archiving, call, fault):
    before = archiving.shown()
    archiving.stage.discord.faults.add(**CALLS[call] | PASSING[fault])
    assert archiving.archive().status == "SUCCEEDED"
    [one] = archiving.stage.discord.faults.list()
    assert one["hits"] == one["times"]
    assert archiving.status == "archived"
    archiving.unarchive()
    assert archiving.shown() == before


@pytest.mark.parametrize("call", CALLS)
def test_a_limit_is_obeyed(archiving, call):
    archiving.stage.discord.faults.add(**CALLS[call] | PASSING["a limit"])
    archiving.archive()
    assert any(seconds > 60 for seconds in archiving.stage.clock.waits)


@pytest.mark.parametrize("call", sorted(WRITES))
def test_a_write_that_discord_refuses_turns_back(archiving, call):
    before = archiving.shown()
    archiving.stage.discord.faults.add(**CALLS[call] | REFUSED)
    archiving.archive()
    assert archiving.said.startswith("❌ **Campaign not archived: Curse of Strahd**")
    assert "Missing Permissions" in archiving.said
    assert archiving.said.endswith("Whatever the bot had changed is as it was before.")
    assert archiving.shown() == before
    assert archiving.status == "created"
    assert archiving.snapshot is None
    archiving.stage.discord.faults.clear()
    archiving.archive()
    assert archiving.status == "archived"


def limit(archiving, call, seconds):
    body, headers = LIMIT | {"retry_after": seconds}, {"Retry-After": str(seconds)}
    archiving.stage.discord.faults.add(**CALLS[call], status=429, body=body, headers=headers)


def test_a_limit_that_lasts_too_long_turns_back_and_the_way_back_waits_for_its_end(archiving):
    before = archiving.shown()
    limit(archiving, "the third write", 14 * 60)
    archiving.archive()
    assert any(seconds > 13 * 60 for seconds in archiving.stage.clock.waits)
    assert archiving.shown() == before
    assert (archiving.status, archiving.snapshot) == ("created", None)


@pytest.mark.parametrize("call", ["the list at a write", "the move"])
def test_if_nothing_has_to_be_restored_the_way_back_does_not_wait_for_a_limit(archiving, call):
    before = archiving.shown()
    limit(archiving, call, 14 * 60)
    archiving.archive()
    assert archiving.said.endswith("Whatever the bot had changed is as it was before.")
    assert archiving.shown() == before


def test_a_limit_that_outlasts_the_way_back_is_not_asked_again(archiving):
    before = archiving.shown()
    limit(archiving, "the third write", 3600)
    archiving.forget()
    archiving.archive()
    in_category = [
        status for _, path, status in archiving.writes() if f"/{archiving.category}/" in path
    ]
    assert in_category[2:] == [429]
    assert "wait 1 hour" in archiving.said
    assert f"Not restored: <#{archiving.category}> (**Curse of Strahd**)" in archiving.said
    archiving.unarchive()
    assert archiving.shown() == before


def test_what_cannot_be_restored_is_named_and_the_next_command_restores_it(archiving):
    before = archiving.shown()
    archiving.stage.discord.faults.add(**CALLS["the third write"] | REFUSED | {"times": None})
    archiving.archive()
    assert archiving.said.startswith("❌ **Campaign not archived: Curse of Strahd**")
    assert f"Not restored: <#{archiving.category}> (**Curse of Strahd**)" in archiving.said
    assert "To try again, use `/campaign unarchive`." in archiving.said
    assert archiving.status == "unarchiving"
    archiving.stage.discord.faults.clear()
    archiving.unarchive()
    assert archiving.shown() == before
    assert archiving.status == "created"


def test_an_unarchiving_goes_on_with_what_it_can_restore(archiving):
    before = archiving.shown()
    archiving.archive()
    notes = archiving.channels["gm-notes"]
    archiving.stage.discord.faults.add(
        method="PUT", path=f"/{notes}/permissions/", times=None, **REFUSED
    )
    archiving.unarchive()
    assert archiving.said.startswith("❌ **Campaign not unarchived completely: Curse of Strahd**")
    assert f"Not restored: <#{notes}> (**gm-notes**)." in archiving.said
    assert (archiving.status, archiving.snapshot is None) == ("unarchiving", False)
    overwrites, order = archiving.shown()
    assert overwrites.pop(notes) != before[0][notes]
    expected = {id_: one for id_, one in before[0].items() if id_ != notes}
    assert (overwrites, order) == (expected, before[1])
    archiving.stage.discord.faults.clear()
    archiving.unarchive()
    assert archiving.shown() == before


def test_a_place_that_cannot_be_restored_is_named(archiving):
    archiving.archive()
    archiving.stage.discord.faults.add(**CALLS["the move"] | REFUSED)
    archiving.unarchive()
    assert "Not restored: the category's place." in archiving.said
    assert archiving.status == "unarchiving"


@pytest.mark.parametrize("call", ["the server", "the list", "the members"])
def test_if_discord_does_not_show_the_server_nothing_is_begun(archiving, call):
    archiving.stage.discord.faults.add(**CALLS[call], status=500, times=None)
    archiving.forget()
    archiving.archive()
    assert archiving.said.startswith("❌ The bot could not finish this just now.")
    assert archiving.writes() == []
    assert (archiving.status, archiving.snapshot) == ("created", None)


def test_if_discord_does_not_show_what_was_written_the_same_command_finishes_it(archiving):
    before = archiving.shown()
    archiving.stage.discord.faults.add(**CALLS["the list at the check"], status=500, times=None)
    run = archiving.archive()
    ended = ["Check Archive", "Record Archive", "Has Anything Changed?", "Report Archive"]
    assert run.states[-4:] == ended
    assert archiving.said.startswith("❌ The bot could not finish this just now.")
    assert archiving.status == "archiving"
    archiving.stage.discord.faults.clear()
    archiving.archive()
    assert archiving.status == "archived"
    archiving.unarchive()
    assert archiving.shown() == before


@pytest.mark.parametrize("name", ["plan_archive", "write_archive", "check_archive"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dead_lambda_is_tried_again(archiving, name, when):
    before = archiving.shown()
    archiving.stage.lambdas.deaths[name] = [(when, "Runtime.ExitError")] * 2
    archiving.archive()
    assert archiving.status == "archived"
    archiving.stage.lambdas.deaths[name] = [(when, "States.Timeout")] * 2
    archiving.unarchive()
    assert archiving.shown() == before


@pytest.mark.parametrize("way", ["archive", "unarchive"])
def test_a_plan_that_dies_gives_the_campaign_back(archiving, way):
    if way == "unarchive":
        archiving.archive()
    before = archiving.status
    archiving.stage.lambdas.deaths["plan_archive"] = [("after", "Runtime.ExitError")] * 99
    run = archiving.archive(way)
    assert run.states[-3:] == ["Record End", "Release Campaign", "Report Archive"]
    [record] = store.of_guild(archiving.guild.id)
    assert (record["status"], "claimed_by" in record, "was" in record) == (before, False, False)
    assert archiving.said.startswith("❌ The bot could not finish this just now.")


def test_the_snapshot_of_a_plan_that_died_is_of_no_use(archiving):
    """Somebody changes the campaign before it is archived at last."""
    archiving.stage.lambdas.deaths["plan_archive"] = [("after", "Runtime.ExitError")] * 99
    archiving.archive()
    archiving.stage.lambdas.deaths.clear()
    archiving.allow("general", archiving.record["role"], 1 << 11 | 1 << 10)
    before = archiving.shown()
    archiving.archive()
    assert archiving.status == "archived"
    archiving.unarchive()
    assert (archiving.shown(), archiving.snapshot) == (before, None)


METHODS = ["get_item", "transact_write_items", "update_item", "delete_item"]


@pytest.mark.parametrize("method", METHODS)
def test_a_table_that_fails_for_a_moment_is_waited_for(archiving, monkeypatch, method):
    before = archiving.shown()
    fail(monkeypatch, method, times=2)
    archiving.archive()
    archiving.unarchive()
    assert (archiving.status, archiving.shown()) == ("created", before)


@pytest.mark.parametrize("way", ["archive", "unarchive"])
@pytest.mark.parametrize("method", METHODS)
def test_a_table_that_fails_is_said_and_the_same_command_finishes(
    archiving, monkeypatch, method, way
):
    before = archiving.shown()
    if way == "unarchive":
        archiving.archive()
    needed = {"archive": METHODS[:3], "unarchive": [METHODS[0], *METHODS[2:]]}
    with monkeypatch.context() as patch:
        fail(patch, method)
        archiving.archive(way)
        failed = archiving.said.startswith("❌ The bot could not finish this just now.")
    assert failed == (method in needed[way])
    archiving.archive(way)
    archiving.unarchive()
    assert (archiving.status, archiving.shown()) == ("created", before)


class Overtaken(WithoutRecords):
    """A client whose first transaction is an earlier attempt's, of which nobody knows."""

    def _call(self, method, request):
        if method == "transact_write_items" and self._left:
            self._left = 0
            self._client.transact_write_items(**request)
        return super()._call(method, request)


def test_an_attempt_that_another_one_overtakes_goes_on_with_its_claim_and_snapshot(
    archiving, monkeypatch
):
    before = archiving.shown()
    monkeypatch.setattr(table, "_client", Overtaken(table.dynamodb()))
    archiving.archive()
    assert archiving.status == "archived"
    archiving.unarchive()
    assert archiving.shown() == before


def test_if_only_the_answer_to_the_claim_is_lost_the_stopped_one_is_waited_for(
    archiving, monkeypatch
):
    stop_in(archiving, monkeypatch, "Check Archive")
    archiving.archive()
    monkeypatch.setattr(table, "_client", AnswersLost(table.dynamodb(), "update_item"))
    stopped = archiving.stage.clock.now()
    archiving.stage.discord.clear_requests()
    archiving.unarchive()
    writes = [one["at"] for one in archiving.stage.discord.requests if one["method"] == "PUT"]
    assert min(writes) >= stopped + 57
    assert archiving.status == "created"


def fail(patch, method, times=10_000):
    patch.setattr(table, "_client", WithoutRecords(table.dynamodb(), method, times=times))


def test_lists_that_lag_behind_are_asked_again(archiving):
    before = archiving.shown()
    archiving.stage.discord.configure(stale_reads_ms=2500)
    archiving.archive()
    assert archiving.status == "archived"
    archiving.stage.clock.sleep(60)
    archiving.unarchive()
    archiving.stage.discord.configure(stale_reads_ms=0)
    assert archiving.shown() == before


def test_lists_that_lag_behind_do_not_hide_what_has_to_be_restored(archiving):
    """Without a category all is written at once; one is refused before a list shows the rest."""
    clock, discord = archiving.stage.clock, archiving.stage.discord
    archiving.guild.remove_channel(archiving.category)
    clock.sleep(10)
    before = archiving.shown()
    refused = archiving.channels["gm-notes"]
    discord.faults.add(method="PUT", path=f"/{refused}/permissions/", times=1, **REFUSED)
    discord.configure(stale_reads_ms=9000)
    archiving.archive()
    discord.configure(stale_reads_ms=0)
    clock.sleep(10)
    assert "Campaign not archived" in archiving.said
    assert archiving.shown() == before
    assert archiving.snapshot is None


def test_the_last_message_may_fail_the_campaign_is_archived(archiving):
    body = {"message": "Invalid Webhook Token", "code": 50027}
    archiving.stage.discord.faults.add(
        method="PATCH", path="/webhooks/", status=401, body=body, times=None
    )
    run = archiving.archive()
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    assert archiving.status == "archived"


def test_another_bot_that_undoes_everything_at_once_is_not_fought_for_long(archiving):
    """The list shows neither the earlier nor the archived state in one bit: it stays."""
    before = archiving.shown()
    everyone = archiving.guild.id

    def undo(name, _event):
        if name == "check_archive":
            overwrites = archiving.guild.channels[archiving.channels["gm-notes"]].overwrites
            kept = before[0][archiving.channels["gm-notes"]][everyone]
            overwrites[everyone].allow, overwrites[everyone].deny = kept[1], kept[2]

    archiving.stage.lambdas.on_invoke = undo
    archiving.archive()
    archiving.stage.lambdas.on_invoke = lambda *_: None
    assert "they did not last" in archiving.said
    assert archiving.shown() == before
    assert archiving.status == "created"
