"""Mistakes made on purpose in archiving: the checks of its promises must notice them."""

from dataclasses import replace

import pytest

import plan_archive
from channelwright.archive import order, overwrites, snapshot, steps
from local.simulator.guild import Overwrite, Role
from local.simulator.permissions import channel_permissions
from tests.reliability.mutation import code, constant, machine
from tests.statemachine.archiving import DENIED, people_who_archive, stop_in
from tests.statemachine.deleting import new_member
from tests.statemachine.interpreter import ARCHIVE, REMOVE

VIEW, SEND = 1 << 10, 1 << 11
REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as people:
        yield people


# ---- The promises ----


def restored(archiving, _monkeypatch):
    """A campaign with channels of all sorts is read-only for all, and exactly restored."""
    guild, role, bot = archiving.guild, archiving.record["role"], archiving.stage.discord.world.bot
    guild.owner_id = "1"
    archiving.allow("general", role, VIEW | DENIED)
    archiving.allow("session-zero", archiving.record["game_master"], VIEW | DENIED, kind=1)
    guild.roles["88"] = Role("88", "Empty", 0, 1)
    archiving.allow("dice-rolls", "88", 0)
    voice = guild.channels[archiving.channels["voice-chat"]]
    del voice.overwrites[bot.id]
    voice.overwrites[guild.id] = Overwrite(guild.id, 0, VIEW | DENIED, 0)
    before = archiving.shown()
    user = {"user_id": archiving.record["game_master"]}
    archiving.archive(**user)
    assert archiving.status == "archived"
    for member in (one for one in guild.members.values() if one.user.id != bot.id):
        for id_ in archiving.channels.values():
            assert not channel_permissions(guild, member, guild.channels[id_]) & DENIED
    assert archiving.shown()[1][-1] == archiving.category
    archiving.unarchive(**user)
    assert archiving.shown() == before
    assert "Somebody" not in archiving.said


def followed(archiving, _monkeypatch):
    """A channel that was in sync is so again, though it did not follow a change."""
    archiving.archive()
    archiving.guild.roles["88"] = Role("88", "Friends", 0, 1)
    category = archiving.guild.channels[archiving.category]
    for one in (category, *archiving.guild.children(category.id)):
        if one.id != archiving.channels["general"] and len(one.overwrites) == 4:
            one.overwrites["88"] = Overwrite("88", 0, VIEW, 0)
    archiving.unarchive()
    assert archiving.of("general") == category.overwrites


def alike(archiving, _monkeypatch):
    """A channel that was already as the category is now follows it, and has its own back."""
    archiving.archive()
    as_archived = archiving.guild.channels[archiving.category].overwrites
    archiving.unarchive()
    notes = archiving.guild.channels[archiving.channels["gm-notes"]]
    notes.overwrites = {key: replace(one) for key, one in as_archived.items()}
    before = archiving.shown()
    archiving.archive()
    archiving.unarchive()
    assert archiving.shown() == before
    assert "Somebody" not in archiving.said


def continued(archiving, monkeypatch):
    """A stopped archiving continues from its snapshot."""
    before = archiving.shown()
    stop_in(archiving, monkeypatch, "Check Archive")
    archiving.archive()
    archiving.archive()
    archiving.unarchive()
    assert archiving.shown() == before


def turned_back(archiving, _monkeypatch):
    """A refused write leaves everything as it was."""
    before = archiving.shown()
    archiving.stage.discord.faults.add(method="PUT", path="/permissions/", skip=2, **REFUSED)
    archiving.archive()
    assert (archiving.shown(), archiving.status) == (before, "created")
    assert archiving.snapshot is None


def left_alone(archiving, _monkeypatch):
    """A bit that somebody changed stays, and the message names it."""
    archiving.archive()
    everyone = archiving.of("gm-notes")[archiving.guild.id]
    everyone.deny, everyone.allow = everyone.deny & ~SEND, SEND
    archiving.unarchive()
    assert archiving.of("gm-notes")[archiving.guild.id].allow & SEND
    assert "Somebody changed these" in archiving.said


def told(archiving, _monkeypatch):
    """The reply says what a reader can still do."""
    friend = new_member(archiving.stage)
    archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)
    del archiving.guild.members[friend]
    archiving.archive()
    assert f"<@{friend}>" in archiving.said


def refused(archiving, _monkeypatch):
    """A bot that cannot deny everything begins nothing."""
    for role in archiving.guild.roles.values():
        role.permissions &= ~(1 << 35)
    archiving.forget()
    archiving.archive()
    assert archiving.writes() == []


def one_at_a_time(archiving, _monkeypatch):
    """The second archiving hears of the first."""
    heard, signed = [], archiving.signed("archive")

    def ask(name, _event):
        if name == "check_archive" and not heard:
            heard.append("")
            archiving.people.ask(signed, ARCHIVE)
            heard[0] = archiving.said

    archiving.stage.lambdas.on_invoke = ask
    archiving.archive()
    archiving.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being archived just now."]


def forgotten(archiving, _monkeypatch):
    """With the campaign goes its snapshot."""
    archiving.archive()
    archiving.people.command()
    archiving.people.press()
    assert archiving.people.removal().status == "SUCCEEDED"
    assert archiving.snapshot is None


PROMISES = (
    *(restored, followed, alike, continued, turned_back, left_alone, told, refused, one_at_a_time),
    forgotten,
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_the_promise_is_kept(archiving, monkeypatch, promise):
    promise(archiving, monkeypatch)


# ---- The mistakes ----

MISTAKES = {
    "a bit is not restored": (
        code(overwrites._merged, "mine & ~changed", "mine & ~changed & ~64"),
        restored,
    ),
    "a bit is not denied": (
        constant(overwrites, "ARCHIVE_DENIES", DENIED & ~(1 << 38)),
        restored,
    ),
    "a member's allow wins": (
        code(overwrites._denied, "one.allow & ARCHIVE_DENIES", "(one.type == 0) * one.allow"),
        restored,
    ),
    "an added overwrite stays": (
        code(overwrites._merged, "if left_alone else now", "if False else now"),
        restored,
    ),
    "an empty overwrite goes": (
        code(snapshot.take, "in own.items()]", "in own.items() if any(each[1:])]"),
        restored,
    ),
    "the bot locks itself out": (
        code(overwrites.archived, "allow=CONNECT", "allow=0"),
        restored,
    ),
    "the bot's own overwrite goes first on the way back": (
        code(steps.to_write, 'way == "unarchive"', "False"),
        restored,
    ),
    "the category comes back one too low": (
        code(order.back, "place = 1 +", "place = 2 +"),
        restored,
    ),
    "the category stays where it is": (
        code(order.to_the_bottom, "return [{", "return [] and [{"),
        restored,
    ),
    "a synced channel is left unsynced": (
        code(steps._aim, "if follows and", "if False and"),
        followed,
    ),
    "a channel that follows by chance keeps what it got": (
        code(steps.states, "its_archived, theirs]", "its_archived]"),
        alike,
    ),
    "a half archived state is taken for the earlier one": (
        code(plan_archive._snapshot, "taken = kept or", "taken ="),
        continued,
    ),
    "an archiving that fails does not turn back": (
        code(steps._noted, 'before["way"] == "archive"', "False"),
        turned_back,
    ),
    "what somebody changed is overwritten": (
        code(overwrites._merged, "changed = reduce(", "changed = 0 * reduce("),
        left_alone,
    ),
    "what somebody changed is not named": (
        code(steps.changed, "found[id_] = ids", "pass"),
        left_alone,
    ),
    "what is still allowed is not told": (
        code(overwrites.allowed, "if bits}", "if not bits}"),
        told,
    ),
    "the bot's permissions are not checked": (
        code(plan_archive._snapshot, "if lacking else taken", "if False else taken"),
        refused,
    ),
    "nobody claims the campaign": (
        code(plan_archive._next, "not store.claim_as(", "not store.claim_as and ("),
        one_at_a_time,
    ),
    "a deletion leaves the snapshot": (
        machine(lambda states: states["How Did It End?"].update(Default="Forget Campaign"), REMOVE),
        forgotten,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_is_noticed(archiving, monkeypatch, mistake):
    mutation, promise = MISTAKES[mistake]
    with mutation(archiving.stage), pytest.raises(AssertionError):
        promise(archiving, monkeypatch)
