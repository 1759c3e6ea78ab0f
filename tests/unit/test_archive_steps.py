"""Archiving step by step, in any server, stopped anywhere: what was before is there again."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from channelwright.archive import overwrites, snapshot, steps
from local.simulator.guild import Channel, Guild, Overwrite
from local.simulator.objects import channel_object
from local.simulator.syncing import replace_overwrites
from tests.unit.test_archive_overwrites import BOT, GUILD, states
from tests.unit.test_campaign_list import record

CATEGORY, CHANNELS, OTHERS = "20", ["21", "22", "23"], ["30", "31"]


@st.composite
def servers(draw):
    """Draw a server: a category between others, its channels, some of them in sync with it."""
    guild = Guild(GUILD, "Server", "9")

    def add(id_, kind, position, given, parent=None):
        own = {key: Overwrite(key, *one) for key, one in given.items()}
        guild.channels[id_] = Channel(
            id_, GUILD, kind, f"c{id_}", position, "9", parent_id=parent, overwrites=own
        )

    positions = draw(st.permutations([0, 1, 1, 2])) if draw(st.booleans()) else [0, 1, 2, 3]
    of_category = draw(states())
    add(CATEGORY, 4, positions[0], of_category)
    for id_, position in zip(OTHERS, positions[1:], strict=False):
        add(id_, 4, position, {})
    for id_ in CHANNELS:
        kind, parent = draw(st.sampled_from([0, 2, 15])), draw(st.sampled_from([CATEGORY, None]))
        add(id_, kind, 0, draw(like(of_category)), parent)
    return guild


@st.composite
def like(draw, of_category):
    """Draw overwrites: any, the category's, those that it will have, or some of each."""
    archived = overwrites.archived(of_category, GUILD, BOT)
    some = draw(st.sets(st.sampled_from(sorted({*archived, "3"}))))
    mixed = of_category | {id_: one for id_, one in archived.items() if id_ in some}
    return draw(st.one_of(states(), st.sampled_from([of_category, archived, mixed])))


def listed(guild):
    return [channel_object(one) for one in guild.channels.values()]


def shown(guild):
    order = sorted((one.position, int(one.id)) for one in guild.channels.values() if one.type == 4)
    return {one.id: one.overwrites for one in guild.channels.values()}, [id_ for _, id_ in order]


def in_sync(guild):
    """Return the channels that follow the category, found out by changing it in a copy."""
    tried = copy.deepcopy(guild)
    category = tried.channels[CATEGORY]
    mark = {"77": Overwrite("77", 1, 1, 0)}
    replace_overwrites(tried, category, category.overwrites | mark)
    return {one.id for one in tried.channels.values() if "77" in one.overwrites}


def move(guild, taken, way):
    for row in steps.rows(taken, way, listed(guild)):
        guild.channels[row["id"]].position = row["position"]


def run(guild, taken, way, writes=10_000):
    """Go on until all is done, or until so many writes are done; return the last step."""
    progress = steps.after(taken, listed(guild), steps.begun(way, []), [])
    while progress["next"] == "write":
        for item in progress["items"]:
            if item["id"] == steps.PLACE:
                move(guild, taken, way)
                continue
            for change in steps.to_write(taken, way, listed(guild), item["id"]):
                writes -= 1
                if writes < 0:
                    return progress
                channel = guild.channels[item["id"]]
                after = {**channel.overwrites}
                after.pop(change.id, None)
                if change.overwrite:
                    after[change.id] = Overwrite(change.id, *change.overwrite)
                replace_overwrites(guild, channel, after)
        results = [{"id": one["id"]} for one in progress["items"]]
        progress = steps.after(taken, listed(guild), progress, results)
    return progress


def known():
    return [{"id": id_, "key": id_, "kind": "text", "gm_only": False} for id_ in CHANNELS]


def snapshot_of(guild):
    campaign = record(1, "Strahd", channels=known(), category=CATEGORY, guild_id=GUILD)
    return snapshot.take(campaign, BOT, listed(guild))


@given(servers(), st.lists(st.tuples(st.sampled_from(["archive", "unarchive"]), st.integers(0, 9))))
def test_unarchived_everything_is_as_it_was_before(guild, stopped):
    before, following = copy.deepcopy(shown(guild)), in_sync(guild)
    taken = snapshot_of(guild)
    for way, writes in stopped:
        run(guild, taken, way, writes)
    assert run(guild, taken, "archive")["status"] == "archived"
    assert shown(guild)[1][-1] == int(CATEGORY)
    assert steps.changed(taken, listed(guild)) == {}
    assert following <= in_sync(guild)
    ended = run(guild, taken, "unarchive")
    assert (ended["status"], ended["failed"]) == ("created", [])
    after, order = shown(guild)
    assert order == before[1]
    assert in_sync(guild) == following
    for id_, rows in before[0].items():
        assert significant(after[id_]) == significant(rows)


@given(servers(), st.booleans())
def test_turning_back_waits_for_a_write_that_may_come_late(guild, is_late):
    """Its outcome is as unknown as a dead Lambda's; else, only the lists have to catch up."""
    taken = snapshot_of(guild)
    begun = steps.after(taken, listed(guild), steps.begun("archive", []), [])
    written = steps.after(taken, listed(guild), begun, [{"id": CATEGORY, "late": is_late}])
    turned = steps.after(taken, listed(guild), written, [{"id": "21", "failure": "Refused."}])
    assert (turned["way"], turned["next"], turned["items"]) == ("unarchive", "write", [])
    assert turned["wait_seconds"] == (57 if is_late else 10)


def significant(rows):
    """Return the overwrites without an empty one for @everyone, which counts as none."""
    return {id_: one for id_, one in rows.items() if one != Overwrite(GUILD, 0, 0, 0)}


@given(servers())
def test_what_was_in_sync_is_written_once_for_all(guild):
    """Discord lets those in sync follow, so only the category and the others are items."""
    following = in_sync(guild) - {CATEGORY}
    taken = snapshot_of(guild)
    progress = steps.after(taken, listed(guild), steps.begun("archive", []), [])
    written = set()
    while progress["next"] == "write":
        items = [one["id"] for one in progress["items"]]
        assert CATEGORY not in items or items == [CATEGORY]
        written |= {*items}
        for id_ in items:
            if id_ == steps.PLACE:
                move(guild, taken, "archive")
            else:
                replace_overwrites(guild, guild.channels[id_], aimed(taken, id_))
        results = [{"id": id_} for id_ in items]
        progress = steps.after(taken, listed(guild), progress, results)
    assert not written & following


def aimed(taken, id_):
    found = snapshot.archived(taken, id_)
    return {key: Overwrite(key, *one) for key, one in found.items()}
