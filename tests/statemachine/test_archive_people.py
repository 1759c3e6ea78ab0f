"""People who change things while a campaign is archived: that stays, and is named."""

import pytest

from local.simulator.guild import Channel, Overwrite, Role
from local.simulator.syncing import replace_overwrites
from tests.statemachine.archiving import DENIED, people_who_archive
from tests.statemachine.deleting import new_member
from tests.statemachine.interpreter import ARCHIVE, DELETE

VIEW, SEND, READ, CONNECT = 1 << 10, 1 << 11, 1 << 16, 1 << 20


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as people:
        yield people


def test_a_bit_that_somebody_changed_stays_and_all_others_are_restored(archiving):
    before = archiving.shown()[0]
    archiving.archive()
    everyone, role = archiving.guild.id, archiving.record["role"]
    archiving.of("gm-notes")[everyone].deny &= ~SEND
    archiving.of("gm-notes")[everyone].allow |= SEND | READ
    archiving.unarchive()
    notes = archiving.channels["gm-notes"]
    assert f"Somebody changed these, so they stay as they are: <#{notes}> (@everyone)." in (
        archiving.said
    )
    kind, allow, deny = before[notes].pop(everyone)
    after = archiving.shown()[0]
    assert after[notes].pop(everyone) == (kind, allow | SEND | READ, deny)
    assert after == before
    assert role in after[archiving.category]


def test_an_overwrite_that_somebody_added_or_deleted_stays_so(archiving):
    before = archiving.shown()[0]
    archiving.archive()
    notes, game_master = archiving.channels["gm-notes"], archiving.record["game_master"]
    friend = new_member(archiving.stage)
    archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)
    del archiving.of("gm-notes")[game_master]
    archiving.unarchive()
    assert f"<#{notes}> (<@{game_master}>, <@{friend}>)" in archiving.said
    expected = {id_: one for id_, one in before[notes].items() if id_ != game_master}
    assert archiving.shown()[0][notes] == expected | {friend: (1, VIEW | SEND, 0)}


def test_a_change_of_the_category_is_named_once_and_kept_by_those_in_sync(archiving):
    archiving.archive()
    archiving.guild.roles["88"] = Role("88", "Friends", 0, 1)
    category = archiving.guild.channels[archiving.category]
    synced = [
        one
        for one in archiving.guild.children(archiving.category)
        if one.overwrites == category.overwrites
    ]
    for one in (category, *synced):
        one.overwrites["88"] = Overwrite("88", 0, VIEW, 0)
    archiving.unarchive()
    assert f"stay as they are: <#{archiving.category}> (<@&88>)." in archiving.said
    assert len(synced) == 8
    assert all(one.overwrites == category.overwrites for one in synced)
    assert category.overwrites["88"] == Overwrite("88", 0, VIEW, 0)


def test_one_that_was_in_sync_is_so_again_even_if_it_did_not_follow(archiving):
    """Somebody changed the category, and Discord let one of its channels stay behind."""
    archiving.archive()
    archiving.guild.roles["88"] = Role("88", "Friends", 0, 1)
    category = archiving.guild.channels[archiving.category]
    for one in (category, *archiving.guild.children(category.id)):
        if one.id != archiving.channels["general"] and len(one.overwrites) == 4:
            one.overwrites["88"] = Overwrite("88", 0, VIEW, 0)
    archiving.unarchive()
    assert archiving.of("general") == category.overwrites


def test_one_that_somebody_took_out_of_sync_does_not_get_what_the_category_has_now(archiving):
    """Or the bot would open it to everyone, though only the category was opened."""
    archiving.archive()
    category, general = archiving.guild.channels[archiving.category], archiving.of("general")
    everyone = archiving.guild.id
    general[everyone] = Overwrite(everyone, 0, 0, general[everyone].deny & ~SEND)
    closed = category.overwrites[everyone]
    opened = Overwrite(everyone, 0, VIEW, closed.deny & ~VIEW)
    replace_overwrites(archiving.guild, category, category.overwrites | {everyone: opened})
    archiving.unarchive()
    assert category.overwrites[everyone].allow == VIEW
    assert archiving.of("general")[everyone].deny & VIEW


def test_one_that_somebody_moved_elsewhere_has_its_own_permissions_again(archiving):
    """It gets nothing of what the category gets from then on."""
    before = archiving.shown()[0]
    archiving.archive()
    archiving.guild.roles["88"] = Role("88", "Friends", 0, 1)
    general = archiving.guild.channels[archiving.channels["general"]]
    general.parent_id = "11"
    category = archiving.guild.channels[archiving.category]
    category.overwrites["88"] = Overwrite("88", 0, VIEW, 0)
    archiving.unarchive()
    assert archiving.shown()[0][general.id] == before[general.id]
    assert general.parent_id == "11"


def test_what_somebody_allows_during_the_archiving_is_named(archiving):
    """The reply says what a reader can still do."""
    notes = archiving.channels["gm-notes"]
    friend = new_member(archiving.stage)

    def allow(name, _event):
        if name == "write_archive":
            archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)

    archiving.stage.lambdas.on_invoke = allow
    archiving.archive()
    assert f"❗ Not read-only for everybody: <#{notes}> (<@{friend}>)." in archiving.said
    assert f"stay as they are: <#{notes}> (<@{friend}>)." in archiving.said


def test_a_change_of_another_overwrite_at_the_same_moment_is_not_lost(archiving):
    """Each overwrite is written by itself, between a look and a write, too."""
    friend, seen = new_member(archiving.stage), []
    handle = archiving.stage.discord.world.audit

    def meanwhile(guild, action, *args):
        handle(guild, action, *args)
        if action == "overwrite_update" and not seen:
            seen.append(action)
            for one in (archiving.guild.channels[archiving.category],):
                one.overwrites[friend] = Overwrite(friend, 1, VIEW, 0)

    archiving.stage.discord.world.audit = meanwhile
    archiving.archive()
    assert archiving.guild.channels[archiving.category].overwrites[friend].allow == VIEW


def test_a_change_of_an_overwrite_that_waits_for_its_turn_is_not_lost(archiving):
    """Discord is slow: the bot looks again before it writes one that it saw seconds ago."""
    notes = archiving.guild.channels[archiving.channels["gm-notes"]]
    friends = [archiving.stage.discord.add_member(f"friend {n}").user.id for n in range(4)]
    for friend in friends:
        archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)
    last, changed = friends[-1], []
    handle = archiving.stage.discord.world.audit

    def meanwhile(guild, action, target, name, reason):
        handle(guild, action, target, name, reason)
        if action == "overwrite_update" and name == notes.name and not changed:
            changed.append(target)
            notes.overwrites[last].deny |= READ

    archiving.stage.discord.world.audit = meanwhile
    archiving.stage.discord.configure(latency_ms=400)
    archiving.archive()
    assert archiving.status == "archived"
    assert changed != [last]
    assert notes.overwrites[last].deny & READ
    assert not notes.overwrites[last].allow & SEND
    archiving.unarchive()
    assert notes.overwrites[last] == Overwrite(last, 1, VIEW | SEND, READ)


def test_a_change_is_not_lost_because_a_list_does_not_show_yet_what_was_written(archiving):
    """Lists lag behind for nine seconds; the bot does not write again what it has just written."""
    friend, clock = new_member(archiving.stage), archiving.stage.clock
    archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)
    clock.sleep(20)
    archiving.stage.discord.world.written()
    changed = []

    def meanwhile(name, _event):
        one = archiving.of("gm-notes")[friend]
        if name == "check_archive" and one.deny & SEND and not changed:
            changed.append(friend)
            one.deny |= READ
            archiving.stage.discord.world.written()

    archiving.stage.lambdas.on_invoke = meanwhile
    archiving.stage.discord.configure(stale_reads_ms=9000)
    archiving.archive()
    assert archiving.status == "archived"
    assert changed
    assert archiving.of("gm-notes")[friend].deny & READ


def test_somebody_who_left_does_not_hold_it_up(archiving):
    friend = new_member(archiving.stage)
    archiving.allow("gm-notes", friend, VIEW | SEND, kind=1)
    before = archiving.shown()
    member = archiving.guild.members.pop(friend)
    archiving.archive()
    assert archiving.status == "archived"
    notes = archiving.channels["gm-notes"]
    assert f"❗ Not read-only for everybody: <#{notes}> (<@{friend}>)." in archiving.said
    archiving.guild.members[friend] = member
    archiving.unarchive()
    assert archiving.shown() == before


def test_a_channel_that_somebody_deleted_is_named(archiving):
    archiving.archive()
    for key in ("general", "gm-notes"):
        del archiving.guild.channels[archiving.channels[key]]
    archiving.unarchive()
    assert "Deleted by somebody, or hidden from the bot: **general**, **gm-notes**." in (
        archiving.said
    )
    assert archiving.status == "created"


def test_a_channel_that_was_deleted_before_is_named(archiving):
    del archiving.guild.channels[archiving.channels["general"]]
    archiving.archive()
    assert "Its 9 channels are read-only" in archiving.said
    assert "Deleted by somebody, or hidden from the bot: **general**." in archiving.said


def test_a_channel_that_is_deleted_between_a_look_and_a_write_is_named(archiving):
    def delete(name, event):
        notes = archiving.channels["gm-notes"]
        if name == "write_archive" and event["item"]["id"] == notes:
            archiving.guild.channels.pop(notes, None)

    archiving.stage.lambdas.on_invoke = delete
    archiving.archive()
    assert archiving.status == "archived"
    assert "**gm-notes**" in archiving.said


def test_a_channel_that_somebody_hides_from_the_bot_is_not_taken_for_deleted(archiving):
    before = archiving.shown()
    archiving.archive()
    bot = archiving.stage.discord.world.bot.id
    notes, own = archiving.channels["gm-notes"], archiving.of("gm-notes").pop(bot)
    archiving.unarchive()
    assert f"Not restored: <#{notes}> (**gm-notes**)." in archiving.said
    assert archiving.snapshot
    archiving.of("gm-notes")[bot] = own
    archiving.unarchive()
    assert archiving.shown() == before


def test_without_its_category_the_channels_are_archived_and_restored(archiving):
    archiving.guild.remove_channel(archiving.category)
    before = archiving.shown()
    archiving.forget()
    archiving.archive()
    assert archiving.status == "archived"
    assert archiving.moves() == []
    assert all(
        archiving.of(key)[archiving.guild.id].deny & DENIED == DENIED for key in archiving.channels
    )
    archiving.unarchive()
    assert archiving.shown() == before


# ---- The category's place ----


def test_a_category_that_somebody_moved_stays_there_and_is_named(archiving):
    archiving.archive()
    for id_ in archiving.shown()[1]:
        archiving.guild.channels[id_].position += 1
    archiving.guild.channels[archiving.category].position = 0
    order = archiving.shown()[1]
    archiving.unarchive()
    assert archiving.shown()[1] == order
    assert "stay as they are: the category's place." in archiving.said


def test_new_categories_do_not_disturb_its_return(archiving):
    before = archiving.shown()[1]
    archiving.archive()
    new = Channel("99", archiving.guild.id, 4, "New", 50, created_by="1")
    archiving.guild.channels["99"] = new
    archiving.unarchive()
    assert archiving.shown()[1] == [*before, "99"]
    assert "stay as they are" not in archiving.said


def test_if_its_neighbour_is_gone_it_returns_behind_the_next_one(archiving):
    """Here, nothing above it is left, so it is on top."""
    order = archiving.shown()[1]
    above = order[: order.index(archiving.category)]
    archiving.archive()
    for id_ in above:
        archiving.guild.remove_channel(id_)
    archiving.unarchive()
    assert archiving.shown()[1] == order[len(above) :]


# ---- At the same time ----


def test_a_second_archiving_hears_that_it_is_being_archived(archiving):
    heard = meanwhile(archiving, "write_archive", archiving.signed("archive"), ARCHIVE)
    archiving.archive()
    archiving.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being archived just now."]
    assert archiving.status == "archived"


def test_an_unarchiving_beside_an_archiving_waits(archiving):
    heard = meanwhile(archiving, "check_archive", archiving.signed("unarchive"), ARCHIVE)
    archiving.archive()
    archiving.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being archived just now."]
    archiving.people.asked = ""
    heard = meanwhile(archiving, "write_archive", archiving.signed("archive"), ARCHIVE)
    archiving.unarchive()
    assert heard == ["⏳ **Curse of Strahd** is being unarchived just now."]


def test_a_deletion_beside_an_archiving_hears_it(archiving):
    options = {"campaign": archiving.record["campaign_id"]}
    asked = archiving.stage.discord.build_interaction("campaign delete", options)
    heard = meanwhile(archiving, "write_archive", asked, DELETE)
    archiving.archive()
    archiving.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being archived just now."]
    assert archiving.status == "archived"


def test_an_archiving_beside_a_removal_hears_it(archiving):
    heard = meanwhile(archiving, "find_created", archiving.signed("archive"), ARCHIVE)
    archiving.people.command()
    archiving.people.press()
    archiving.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being deleted just now."]


def test_an_archiving_between_preview_and_press_goes_with_its_snapshot(archiving):
    archiving.people.command()
    preview, [row] = archiving.people.asked, archiving.people.shown["components"]
    archiving.archive()
    button = row["components"][0]["custom_id"]
    archiving.people.ask(archiving.stage.discord.build_press(preview, button))
    assert archiving.people.removal().status == "SUCCEEDED"
    assert archiving.snapshot is None


def meanwhile(archiving, function, signed, machine):
    """Ask something while a function begins for the first time; return what the bot said to it."""
    heard = []

    def ask(name, _event):
        if name == function and not heard:
            heard.append("")
            asked = archiving.people.asked
            archiving.people.ask(signed, machine)
            heard[0] = archiving.said
            archiving.people.asked = asked

    archiving.stage.lambdas.on_invoke = ask
    return heard
