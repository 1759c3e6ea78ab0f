"""`/campaign archive` and `/campaign unarchive`: read-only, below the others, exactly restored."""

import itertools

import pytest

from channelwright.archive import snapshot
from channelwright.discord.permissions import ADMINISTRATOR, BOT_NEEDS
from channelwright.words import archives
from local.simulator.guild import Channel, Overwrite, Role
from local.simulator.permissions import channel_permissions
from tests.statemachine.archiving import DENIED, forget_snapshot, people_who_archive
from tests.statemachine.deleting import new_member
from tests.statemachine.interpreter import DELETE, SHOW

VIEW, CONNECT, SEND, MANAGE_MESSAGES = 1 << 10, 1 << 20, 1 << 11, 1 << 13


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as people:
        yield people


def everybody(archiving):
    """Return the game master, a player and a stranger, none of whom owns the server."""
    archiving.guild.owner_id = "1"
    player = new_member(archiving.stage)
    archiving.guild.members[player].role_ids.append(archiving.record["role"])
    for one in archiving.guild.members.values():
        archiving.guild.roles["88"] = Role("88", "Chatty", DENIED, 3)
        one.role_ids.append("88")
    return [
        one
        for one in archiving.guild.members.values()
        if one.user.id != archiving.stage.discord.world.bot.id
    ]


def can(archiving, member):
    """Return the bits that archiving denies, which a member still has in one of the channels."""
    channels = [archiving.guild.channels[id_] for id_ in archiving.channels.values()]
    held = (channel_permissions(archiving.guild, member, one) for one in channels)
    return {bits & DENIED for bits in held} - {0}


def test_nobody_but_administrators_can_write_react_or_talk_any_more(archiving):
    members = everybody(archiving)
    assert any(can(archiving, one) for one in members)
    run = archiving.archive(user_id=archiving.record["game_master"])
    assert run.status == "SUCCEEDED"
    assert archiving.said.startswith("📦 **Campaign Archived: Curse of Strahd**")
    assert [can(archiving, one) for one in members] == [set()] * len(members)
    archiving.guild.roles["88"].permissions |= ADMINISTRATOR
    assert all(can(archiving, one) == {DENIED} for one in members)
    assert "Administrators and the server's owner can still write" in archiving.said
    assert "Not read-only" not in archiving.said


def test_who_could_see_a_channel_still_sees_it(archiving):
    members = everybody(archiving)

    def seen():
        channels = [archiving.guild.channels[id_] for id_ in archiving.channels.values()]
        pairs = itertools.product(members, channels)
        return [bool(channel_permissions(archiving.guild, m, c) & VIEW) for m, c in pairs]

    before = seen()
    assert {True, False} == set(before)
    archiving.archive(user_id=archiving.record["game_master"])
    assert seen() == before


def test_it_is_private_and_renames_nothing(archiving):
    names = {one.id: one.name for one in archiving.guild.channels.values()}
    archiving.forget()
    archiving.archive()
    assert archiving.people.answer == {"type": 5, "data": {"flags": 64}}
    assert {one.id: one.name for one in archiving.guild.channels.values()} == names
    assert {method for method, _, _ in archiving.writes()} == {"PUT", "PATCH"}
    assert archiving.stage.written_in_channel == []


def test_the_category_moves_below_the_others_with_one_request(archiving):
    others = [id_ for id_ in archiving.shown()[1] if id_ != archiving.category]
    archiving.forget()
    archiving.archive()
    assert archiving.shown()[1] == [*others, archiving.category]
    [(method, path, status)] = archiving.moves()
    assert (method, status) == ("PATCH", 204)
    assert path.endswith(f"/guilds/{archiving.guild.id}/channels")


def test_each_overwrite_is_written_only_where_it_is_not_yet_so(archiving):
    """Those in sync follow their category; of the two that do not, only the player's role lacks."""
    archiving.forget()
    archiving.archive()
    puts = [path for method, path, _ in archiving.writes() if method == "PUT"]
    assert len(puts) == 3 + 2 + 2
    archiving.unarchive()
    for id_ in (archiving.category, *archiving.channels.values()):
        archiving.guild.channels[id_].overwrites = {
            key: Overwrite(key, one.type, one.allow & ~DENIED, one.deny)
            for key, one in archiving.guild.channels[id_].overwrites.items()
        }
        bot = archiving.stage.discord.world.bot.id
        archiving.guild.channels[id_].overwrites[bot].allow |= CONNECT
        archiving.guild.channels[id_].overwrites[archiving.guild.id].deny |= DENIED
    archiving.forget()
    archiving.archive()
    assert [method for method, _, _ in archiving.writes()] == ["PATCH"]


def test_it_is_restored_exactly(archiving):
    archiving.before = archiving.shown()
    archiving.archive()
    assert archiving.shown() != archiving.before
    assert archiving.status == "archived"
    assert archiving.snapshot
    archiving.unarchive()
    assert archiving.said == (
        "📂 **Campaign Unarchived: Curse of Strahd**\n"
        "Whatever the bot had changed is as it was before."
    )
    assert archiving.shown() == archiving.before
    assert archiving.status == "created"
    assert archiving.snapshot is None


def test_it_can_be_archived_again_and_again(archiving):
    archiving.before = archiving.shown()
    for _ in range(2):
        archiving.archive()
        archiving.unarchive()
        assert archiving.shown() == archiving.before


def test_what_was_not_in_sync_has_its_own_permissions_again(archiving):
    archiving.allow("general", archiving.record["role"], VIEW | CONNECT | SEND)
    archiving.allow("session-zero", "88", 0)
    archiving.guild.roles["88"] = Role("88", "Empty", 0, 1)
    before = archiving.shown()
    archiving.archive()
    assert archiving.of("general")[archiving.record["role"]].deny & SEND
    archiving.unarchive()
    assert archiving.shown() == before


def test_what_is_synced_again_follows_its_category(archiving):
    archiving.archive()
    archiving.unarchive()
    category = archiving.guild.channels[archiving.category]
    following = [archiving.of(k) == category.overwrites for k in archiving.channels]
    assert following.count(True) == 8


def test_somebody_elses_channel_in_the_category_follows_it_and_back(archiving):
    category = archiving.guild.channels[archiving.category]
    follower = Channel("5", archiving.guild.id, 0, "guest", 9, "1", parent_id=category.id)
    follower.overwrites = dict(category.overwrites)
    own = Channel("6", archiving.guild.id, 0, "own", 9, "1", parent_id=category.id)
    archiving.guild.channels |= {"5": follower, "6": own}
    before = archiving.shown()
    archiving.archive()
    assert follower.overwrites[archiving.guild.id].deny & DENIED == DENIED
    assert own.overwrites == {}
    assert "Not archived, because others made them: <#6>." in archiving.said
    archiving.unarchive()
    assert archiving.shown() == before


def test_the_bot_can_still_reach_a_voice_channel_without_an_overwrite_of_its_own(archiving):
    bot = archiving.stage.discord.world.bot.id
    voice = archiving.guild.channels[archiving.channels["voice-chat"]]
    del voice.overwrites[bot]
    voice.overwrites[archiving.guild.id] = Overwrite(archiving.guild.id, 0, VIEW | CONNECT, 0)
    before = archiving.shown()
    archiving.archive()
    assert archiving.status == "archived"
    assert voice.overwrites[bot].allow == CONNECT
    archiving.unarchive()
    assert archiving.shown() == before


@pytest.mark.parametrize("bit", [1 << 38, 1 << 35, 1 << 36, 1 << 6, 1 << 21])
def test_a_bot_with_an_older_invite_is_refused_before_the_first_write(archiving, bit):
    for role in archiving.guild.roles.values():
        role.permissions &= ~bit
    names = {38: "Send Messages in Threads", 35: "Create Public Threads", 6: "Add Reactions"}
    names |= {36: "Create Private Threads", 21: "Speak"}
    archiving.forget()
    archiving.archive()
    assert f"this one lacks: {names[bit.bit_length() - 1]}." in archiving.said
    assert "Server Settings > Roles" in archiving.said
    assert archiving.writes() == []
    assert archiving.status == "created"
    assert archiving.snapshot is None


def test_a_bot_with_an_older_invite_still_builds(archiving):
    bot = archiving.stage.discord.world.bot.id
    for role in archiving.guild.roles.values():
        role.permissions &= BOT_NEEDS
    assert archiving.guild.members[bot]
    assert archiving.stage.run("Another").status == "SUCCEEDED"


def test_a_permission_that_only_others_have_is_named_before_the_first_write(archiving):
    """An overwrite is written as a whole, and may have only what the bot has itself."""
    archiving.allow("general", archiving.record["role"], VIEW | SEND | MANAGE_MESSAGES)
    archiving.forget()
    archiving.archive()
    assert "this one lacks: Manage Messages." in archiving.said
    assert archiving.writes() == []
    archiving.allow("general", archiving.record["role"], VIEW | SEND | (1 << 28))
    archiving.archive()
    assert "this one lacks: Administrator." in archiving.said
    # Where nothing has to be written, it does no harm.
    archiving.allow("general", archiving.record["role"], VIEW | MANAGE_MESSAGES)
    archiving.archive()
    assert archiving.status == "archived"


def test_a_snapshot_that_is_too_large_is_refused_before_the_first_write(archiving, monkeypatch):
    archiving.let_roles_write(3)
    before = archiving.shown()
    archiving.archive()
    most = len(snapshot.packed(archiving.snapshot))
    archiving.unarchive()
    monkeypatch.setattr(snapshot, "MOST_BYTES", most - 1)
    archiving.forget()
    archiving.archive()
    assert archiving.said == archives.TOO_LARGE
    assert archiving.writes() == []
    assert (archiving.status, archiving.shown()) == ("created", before)


def test_a_player_may_not_and_who_manages_the_server_may(archiving):
    player = new_member(archiving.stage)
    for way in ("archive", "unarchive"):
        archiving.archive(way, user_id=player)
        assert f"Only the game master of **Curse of Strahd** can {way} it" in archiving.said
    assert archiving.status == "created"
    manager = new_member(archiving.stage, (1 << 4) | (1 << 28))
    archiving.archive(user_id=manager)
    assert archiving.status == "archived"


def test_what_is_not_archived_cannot_be_unarchived_nor_archived_twice(archiving):
    archiving.unarchive()
    assert archiving.said == "**Curse of Strahd** is not archived."
    archiving.archive()
    archiving.forget()
    archiving.archive()
    assert "is archived already" in archiving.said
    assert archiving.writes() == []


def test_a_snapshot_that_is_lost_is_said(archiving):
    archiving.archive()
    forget_snapshot(archiving.guild.id, archiving.record["campaign_id"])
    archiving.unarchive()
    assert "no longer knows which permissions **Curse of Strahd** had" in archiving.said


def test_one_that_was_not_removed_completely_can_only_be_deleted(archiving):
    archiving.people.keep(archiving.record | {"status": "left"})
    archiving.archive()
    assert "was not removed completely" in archiving.said


def test_what_is_archived_is_shown_and_deleted(archiving):
    archiving.archive()
    options = {"campaign": archiving.record["campaign_id"]}
    archiving.people.ask(archiving.stage.discord.build_interaction("campaign show", options), SHOW)
    assert "📦 It is archived. To open it again, use `/campaign unarchive`." in archiving.said
    asked = archiving.stage.discord.build_interaction("campaign delete", options)
    archiving.people.ask(asked, DELETE)
    archiving.people.press()
    assert archiving.people.removal().status == "SUCCEEDED"
    assert archiving.snapshot is None
    for id_ in ("11", "12", "13"):
        del archiving.guild.channels[id_]
    assert archiving.stage.standing() == archiving.people.before


def test_the_audit_log_says_who_archived_it(archiving):
    archiving.archive()
    reasons = [one.reason for one in archiving.guild.audit_log if "overwrite" in one.action]
    assert len(reasons) == 7
    assert {one.partition(",")[0] for one in reasons} == {
        f"/campaign archive by user {archiving.record['game_master']}"
    }
