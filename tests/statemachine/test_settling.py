"""A removal waits for unknown outcomes, once; if everything is known, it does not wait."""

import json
import re

import pytest

from local.simulator.guild import Channel, Role
from tests.statemachine.interpreter import TIMED_OUT
from tests.statemachine.reports import said_at

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
UNKNOWN_CHANNEL = {"message": "Unknown Channel", "code": 10003}
LAST = {"method": "POST", "path": "/channels$", "body_contains": '"gm-planning"'}
GENERAL = {"method": "POST", "path": "/channels$", "body_contains": '"general"'}
CATEGORY = {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'}
ROLE = {"method": "POST", "path": "/roles$"}
LAMBDAS, LISTS = 57, 10


def named(call):
    return call.get("body_contains", call["path"]).strip('"/$')


@pytest.fixture
def refused(stage):
    """Let Discord refuse the last channel."""
    stage.discord.faults.add(**LAST, status=403, body=FORBIDDEN)


class Removal:
    """A campaign that failed, and the calls of its removal."""

    def __init__(self, stage):
        self.stage = stage
        self.began = None
        act, stage.lambdas.on_invoke = stage.lambdas.on_invoke, self._noted
        self._act = act
        self.run = stage.run().removal

    def _noted(self, name, event):
        if self.began is None and name == "report" and event["says"] == "removal":
            self.began = len(self.stage.discord.requests)
            self.began_at = self.stage.clock.now()
        self._act(name, event)

    @property
    def calls(self):
        """Return the removal's calls as `<method> <path> <status>`, with # for each id."""
        return [
            f"{call['method']} {re.sub(r'[0-9]{8,}', '#', call['path'])} {call['status']}"
            for call in self.stage.discord.requests[self.began :]
            if call["method"] != "PATCH"
        ]

    @property
    def looks(self):
        return sum("GET" in call and "/roles " in call for call in self.calls)

    def undone(self):
        assert self.run.status == "SUCCEEDED", self.run.cause
        self.stage.assert_nothing_left()
        assert self.stage.messages[-1].endswith("Nothing was left behind.")
        return self


def undone(stage):
    return Removal(stage).undone()


LOOK = ["GET /guilds/#/channels 200", "GET /guilds/#/roles 200"]
CHANNEL, ROLE_TOO = "DELETE /channels/# 200", "DELETE /guilds/#/roles/# 204"


def in_any_order(calls, *parts):
    """Compare calls part by part: within a part, deletions run at the same time."""
    for part in parts:
        assert sorted(calls[: len(part)]) == sorted(part)
        calls = calls[len(part) :]
    assert calls == []


# ---- Where everything is known ----


@pytest.mark.usefixtures("refused")
def test_a_refused_channel_is_undone_with_two_looks_and_no_wait(stage, wave_size):
    calls = undone(stage).calls
    in_any_order(calls, [CHANNEL] * 9, LOOK, [CHANNEL, ROLE_TOO], LOOK)
    assert stage.clock.waits == []


@pytest.mark.usefixtures("refused")
def test_it_takes_no_longer_than_its_calls(stage):
    removal = undone(stage)
    assert said_at(stage, "Could not create") == [removal.began_at]
    assert removal.run.states.count("Wait to Look") == 3


def test_a_refused_category_leaves_a_role_that_goes_without_a_look_before(stage):
    stage.discord.faults.add(**CATEGORY, status=403, body=FORBIDDEN)
    in_any_order(undone(stage).calls, [ROLE_TOO], LOOK)
    assert stage.clock.waits == []


def test_a_refused_channel_of_the_first_wave_is_no_reason_to_wait(stage):
    stage.discord.faults.add(**GENERAL, status=403, body=FORBIDDEN)
    assert undone(stage).looks == 2
    assert stage.clock.waits == []


def test_where_every_channel_is_refused_there_is_a_look_before_the_category_goes(stage):
    stage.discord.faults.add(
        method="POST", path="/channels$", skip=1, status=403, body=FORBIDDEN, times=None
    )
    in_any_order(undone(stage).calls, LOOK, [CHANNEL, ROLE_TOO], LOOK)
    assert stage.clock.waits == []


def test_where_nothing_was_made_nobody_is_asked_and_nothing_is_said_of_removing(stage):
    stage.discord.faults.add(**ROLE, status=403, body=FORBIDDEN)
    assert undone(stage).calls == []
    assert "Undoing" not in "".join(stage.messages)


@pytest.mark.parametrize("fault", [{**LAST, "status": 403}, {**CATEGORY, "connection": "refuse"}])
def test_the_first_step_asks_discord_for_nothing_beside_the_edit(stage, fault):
    stage.discord.faults.add(**fault, times=None)
    asked = []

    def note(name, _event):
        if name == "find_created":
            asked.append(len(stage.discord.requests))

    stage.lambdas.on_invoke = note
    removal = Removal(stage)
    edits = stage.discord.requests[removal.began : asked[0]]
    assert [call["method"] for call in edits] == ["PATCH"]
    # The second step is a look; deletions may come before it.
    between = stage.discord.requests[asked[0] : asked[1]]
    assert {call["method"] for call in between} <= {"DELETE", "PATCH"}


# ---- Unknown outcomes ----


def test_a_create_that_discord_always_breaks_at_is_waited_for_once(stage):
    stage.discord.faults.add(**LAST, status=500, times=None)
    removal = undone(stage)
    assert stage.clock.waits == [LISTS]
    in_any_order(removal.calls, [CHANNEL] * 9, LOOK, [CHANNEL], LOOK, [ROLE_TOO], LOOK)


# Attempts of a create without an answer, and of one that Discord answers with 5xx.
UNANSWERED, BROKEN = 3, 4


def fail_for_good(stage, call, attempts, effect, **how):
    """Let every attempt fail, the last one before or after its effect; nobody learns which."""
    stage.discord.faults.add(**call, **how, times=attempts - 1)
    stage.discord.faults.add(**call, **how, effect=effect)


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("call", [ROLE, CATEGORY, GENERAL, LAST], ids=named)
def test_a_create_without_an_answer_is_waited_for_once(stage, call, effect):
    fail_for_good(stage, call, UNANSWERED, effect, connection="reset")
    undone(stage)
    # By then, an edit beside a role that failed has settled, too.
    assert stage.clock.waits == [LAMBDAS]


@pytest.mark.parametrize("effect", ["before", "after"])
def test_the_category_stays_until_that_is_settled(stage, effect):
    fail_for_good(stage, LAST, UNANSWERED, effect, connection="reset")
    removal = undone(stage)
    calls = stage.discord.requests[removal.began :]
    deleted = [call["at"] - removal.began_at for call in calls if call["method"] == "DELETE"]
    assert deleted[:9] == [0] * 9
    assert min(deleted[9:]) >= LAMBDAS
    assert deleted[-2:] == sorted(deleted[-2:])
    assert [call["path"] for call in calls if call["method"] == "DELETE"][-1].count("/roles/") == 1


@pytest.mark.parametrize("lag_ms", [2_000, 9_000])
def test_what_a_late_list_hides_at_first_is_found(stage, lag_ms):
    """Discord created the channel, but failed before it answered, and its lists show it late."""
    stage.discord.configure(stale_reads_ms=lag_ms)
    fail_for_good(stage, LAST, BROKEN, "after", status=500)
    removal = undone(stage)
    assert stage.clock.waits == [LISTS]
    assert [call for call in removal.calls if "DELETE" in call].count(CHANNEL) == 11


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lambda_that_makes_something_and_dies_is_waited_for_once(stage, when):
    stage.lambdas.deaths["create_category"] = [(when, "Lambda.Unknown")] * 9
    undone(stage)
    assert stage.clock.waits == [LAMBDAS]


@pytest.mark.parametrize(
    ("general", "seconds"), [({"status": 403}, LISTS), ({"connection": "reset"}, LAMBDAS)]
)
def test_of_two_failures_the_longer_wait_counts(stage, monkeypatch, general, seconds):
    monkeypatch.setenv("WAVE_SIZE", "10")
    stage.discord.faults.add(**LAST, status=500, times=None)
    stage.discord.faults.add(**GENERAL, **general, times=None)
    undone(stage)
    assert stage.clock.waits == [seconds]


# ---- Everything planned is recorded ----


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", ["Runtime.ExitError", TIMED_OUT])
def test_a_completion_that_dies_for_good_leaves_nothing_unknown(stage, when, error):
    stage.lambdas.deaths["complete_campaign"] = [(when, error)] * 9
    in_any_order(undone(stage).calls, [CHANNEL] * 10, LOOK, [CHANNEL, ROLE_TOO], LOOK)
    assert stage.clock.waits == []


@pytest.fixture
def taken(stage):
    """Let another campaign of the same name be quicker."""

    def be_quicker(name, _event):
        guild = stage.discord.guild()
        if name == "complete_campaign" and "11" not in guild.roles:
            guild.roles["11"] = Role("11", "My Campaign Members", 0, 1)
            stage.before[0].add("My Campaign Members")

    stage.lambdas.on_invoke = be_quicker


@pytest.mark.usefixtures("taken")
def test_a_name_that_is_taken_leaves_nothing_unknown(stage):
    removal = undone(stage)
    assert "There is already a role called **My Campaign Members**." in stage.messages[-1]
    assert (removal.looks, stage.clock.waits) == (2, [])


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("call", [ROLE, CATEGORY, LAST], ids=named)
def test_but_of_what_was_made_repeatedly_a_second_one_may_appear(stage, call):
    stage.discord.faults.add(**call, status=500)
    undone(stage)
    assert stage.clock.waits == [LISTS]


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("call", [ROLE, CATEGORY, LAST], ids=named)
def test_a_wait_for_discord_is_no_repetition(stage, call):
    limited = {"message": "You are being rate limited.", "retry_after": 4.0, "global": False}
    stage.discord.faults.add(**call, status=429, body=limited)
    removal = undone(stage)
    assert 4 <= stage.clock.waits[0] <= 5
    # Beside a limited role, the first edit may arrive late: the removal looks before its message.
    assert len(stage.clock.waits) == 1 + (call == ROLE)
    assert removal.looks == 2 + (call == ROLE)


def test_a_channel_that_only_waited_and_was_refused_is_known_not_to_be_made(stage):
    limited = {"message": "You are being rate limited.", "retry_after": 4.0, "global": False}
    stage.discord.faults.add(**LAST, status=429, body=limited)
    stage.discord.faults.add(**LAST, status=403, body=FORBIDDEN)
    removal = undone(stage)
    [waited] = stage.clock.waits
    assert 4 <= waited <= 5
    build = stage.discord.requests[: removal.began]
    creates = [n for n, call in enumerate(build) if "gm-planning" in json.dumps(call["body"])]
    assert [build[n]["status"] for n in creates if build[n]["method"] == "POST"] == [429, 403]
    between = build[creates[0] : creates[-1]]
    assert "GET" not in {call["method"] for call in between}
    assert removal.looks == 2


# ---- Deletions ----


def one_of_ours(stage):
    guild = stage.discord.guild()
    ours = next(one for one in guild.channels.values() if one.name == "My Campaign")
    return next(one for one in guild.channels.values() if one.parent_id == ours.id)


def before_deletions(stage, act):
    """Act once, when the removal begins; the returned list then has the result."""
    done = []

    def moderator(name, event):
        if not done and name == "report" and event["says"] == "removal":
            done.append(act())

    stage.lambdas.on_invoke = moderator
    return done


@pytest.mark.usefixtures("refused")
def test_guests_that_came_while_it_was_deleted_are_named(stage):
    guild, guest = stage.discord.guild(), str(2**63)

    def move_in(name, _event):
        if name == "delete_created" and guest not in guild.channels:
            ours = next(one for one in guild.channels.values() if one.name == "My Campaign")
            guild.channels[guest] = Channel(
                guest, guild.id, 0, "house-rules", 9, created_by="1", parent_id=ours.id
            )

    stage.lambdas.on_invoke = move_in
    removal = Removal(stage)
    assert removal.run.status == "SUCCEEDED"
    assert stage.clock.waits == []
    assert "Not deleted, because it does not seem to be the bot's own:\n" in stage.messages[-1]
    assert f"<#{guest}> (**house-rules**)\nNothing else was left behind." in stage.messages[-1]
    assert guild.channels[guest].parent_id is None


def fail_to_delete(stage, **fault):
    """Let the deletion of one channel fail."""

    def fail():
        id_ = one_of_ours(stage).id
        stage.discord.faults.add(method="DELETE", path=f"/channels/{id_}$", **fault)
        return id_

    return before_deletions(stage, fail)


@pytest.mark.usefixtures("refused")
def test_a_deletion_that_was_done_without_an_answer_is_waited_for_by_nobody(stage):
    one = fail_to_delete(stage, connection="reset", effect="after", times=None)
    undone(stage)
    tried = [call for call in stage.discord.requests if call["path"].endswith(f"/{one[0]}")]
    # No list ever showed it, so the bot asks Discord for it.
    assert [(call["method"], call["status"]) for call in tried] == [
        *[("DELETE", None)] * 5,
        ("GET", 404),
    ]
    assert stage.clock.waits == []


@pytest.mark.usefixtures("refused")
def test_a_deletion_that_is_never_done_is_named_after_all_looks(stage):
    one = fail_to_delete(stage, connection="reset", times=None)
    removal = Removal(stage)
    assert removal.run.error == "CampaignNotUndone"
    assert f"<#{one[0]}>" in stage.messages[-1]
    assert set(stage.clock.waits) == {3}
    assert removal.looks == 16


@pytest.mark.usefixtures("refused")
def test_a_404_for_what_was_just_made_is_tried_again_when_lists_must_show_it(stage):
    one = fail_to_delete(stage, status=404, body=UNKNOWN_CHANNEL)
    undone(stage)
    assert stage.clock.waits == [LISTS]
    tried = [call for call in stage.discord.requests if call["path"].endswith(f"/{one[0]}")]
    assert [call["status"] for call in tried] == [404, 200]


@pytest.mark.usefixtures("refused")
def test_what_somebody_else_has_deleted_may_only_not_be_known_yet(stage):
    """Discord answers the same for both, until its lists must show what it has just created."""
    guild = stage.discord.guild()
    before_deletions(stage, lambda: guild.remove_channel(one_of_ours(stage).id))
    assert undone(stage).looks == 3
    assert stage.clock.waits == [LISTS]


@pytest.mark.usefixtures("refused")
def test_what_somebody_else_has_deleted_and_was_made_long_ago_is_waited_for_by_nobody(stage):
    guild = stage.discord.guild()

    def wait_and_delete():
        stage.clock.sleep(LISTS)
        guild.remove_channel(one_of_ours(stage).id)

    before_deletions(stage, wait_and_delete)
    assert undone(stage).looks == 2
    assert stage.clock.waits == []


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("lag_ms", [500, 9_000])
def test_late_lists_delete_nothing_twice_and_keep_nobody_waiting(stage, lag_ms):
    stage.discord.configure(stale_reads_ms=lag_ms)
    calls = undone(stage).calls
    in_any_order(calls, [CHANNEL] * 9, LOOK, [CHANNEL, ROLE_TOO], LOOK)
    assert stage.clock.waits == []


@pytest.mark.usefixtures("refused")
def test_a_deletion_refused_once_is_tried_again_at_once(stage):
    fail_to_delete(stage, status=403, body=FORBIDDEN)
    assert undone(stage).looks == 3
    assert stage.clock.waits == []


@pytest.mark.usefixtures("refused")
def test_a_deletion_refused_twice_is_named_and_keeps_nobody_waiting(stage):
    one = fail_to_delete(stage, status=403, body=FORBIDDEN, times=2)
    assert Removal(stage).run.error == "CampaignNotUndone"
    assert f"<#{one[0]}>" in stage.messages[-1]
    assert stage.clock.waits == []
