"""Archived, and back: properties of any overwrites that a server can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.archive import overwrites
from channelwright.archive.overwrites import Overwrite
from channelwright.discord.permissions import ARCHIVE_DENIES, CONNECT

GUILD, BOT = "1", "2"
ALL_BITS = (1 << 53) - 1
# @everyone, the bot, two more roles and three members; any of them may have no overwrite.
IDS = {GUILD: 0, BOT: 1, "3": 0, "4": 0, "5": 1, "6": 1, "7": 1}


def bits():
    """Draw bits; those that an archived channel denies come up often."""
    return st.one_of(
        st.sampled_from([0, ARCHIVE_DENIES, CONNECT]), st.integers(0, ALL_BITS)
    ) | st.integers(0, ALL_BITS).map(lambda drawn: drawn & ARCHIVE_DENIES)


@st.composite
def states(draw):
    ids = draw(st.sets(st.sampled_from(sorted(IDS))))
    return {id_: Overwrite(IDS[id_], draw(bits()), draw(bits())) for id_ in sorted(ids)}


def archived(before):
    return overwrites.archived(before, GUILD, BOT)


def written(now, changes):
    """Return a channel's overwrites after some writes, as Discord does them."""
    after = dict(now)
    for id_, one in changes:
        if one is None:
            del after[id_]
        else:
            after[id_] = one
    return after


def archive(before, now):
    return written(now, overwrites.changes(overwrites.merged([before], archived(before), now), now))


def unarchive(before, now):
    return written(now, overwrites.changes(overwrites.merged([archived(before)], before, now), now))


@given(states())
def test_unarchive_after_archive_gives_the_same_bits(before):
    after = archive(before, before)
    assert after == archived(before)
    assert unarchive(before, after) == before


@given(states())
def test_archived_nobody_is_allowed_anything_that_is_denied(before):
    after = archived(before)
    assert overwrites.allowed(after, GUILD, BOT) == {}
    assert after[GUILD].deny & ARCHIVE_DENIES == ARCHIVE_DENIES
    assert after[BOT].allow & CONNECT
    for id_ in after.keys() - {GUILD, BOT}:
        assert not after[id_].allow & ARCHIVE_DENIES
        assert after[id_].allow == before[id_].allow & ~ARCHIVE_DENIES


@given(states())
def test_only_what_archiving_is_about_changes(before):
    after = archived(before)
    for id_ in after:
        allow, deny = before.get(id_, Overwrite(IDS[id_]))[1:]
        assert not ((after[id_].allow ^ allow) | (after[id_].deny ^ deny)) & ~ARCHIVE_DENIES


@given(states())
def test_what_is_archived_needs_no_write(before):
    after = archived(before)
    assert overwrites.changes(archived(after), after) == []


@given(states(), st.data())
def test_an_archiving_that_stopped_anywhere_continues_and_can_be_undone(before, data):
    whole = overwrites.changes(archived(before), before)
    done = data.draw(st.lists(st.sampled_from(whole), unique=True) if whole else st.just([]))
    half = written(before, done)
    assert archive(before, half) == archived(before)
    assert unarchive(before, half) == before
    assert overwrites.changed([before, archived(before)], half) == []


@given(states(), states())
def test_each_bit_that_somebody_changed_stays_and_each_other_is_restored(before, now):
    after, was = unarchive(before, now), archived(before)
    for id_ in {**before, **now, **was}:
        kind = IDS[id_]
        b, a, n, r = (one.get(id_, Overwrite(kind)) for one in (before, was, now, after))
        kept = (n.allow ^ a.allow) | (n.deny ^ a.deny)
        assert r.allow == n.allow & kept | b.allow & ~kept
        assert r.deny == n.deny & kept | b.deny & ~kept
    assert unarchive(before, after) == after


@given(states(), states())
def test_exactly_what_somebody_changed_is_named(before, now):
    was = archived(before)
    expected = set()
    for id_ in {**before, **now, **was}:
        seen = [_by_bit(one.get(id_)) for one in (before, was, now)]
        exists = [one.get(id_) is not None for one in (before, was, now)]
        bit_changed = any(n not in {b, a} for b, a, n in zip(*seen, strict=True))
        if bit_changed or exists[2] not in exists[:2]:
            expected.add(id_)
    assert set(overwrites.changed([before, was], now)) == expected


def _by_bit(one):
    allow, deny = (one.allow, one.deny) if one else (0, 0)
    return [(allow >> bit & 1, deny >> bit & 1) for bit in range(53)]


@given(states(), states())
def test_the_same_overwrites_stay_the_same(before, now):
    """A channel in sync with its category, and changed with it, is in sync afterwards."""
    assert unarchive(before, dict(now)) == unarchive(dict(before), now)


@pytest.mark.parametrize(
    ("one", "other", "in_sync"),
    [
        ({}, {}, True),
        ({GUILD: Overwrite(0)}, {}, True),
        ({"3": Overwrite(0)}, {}, False),
        ({GUILD: Overwrite(0, 1)}, {GUILD: Overwrite(0)}, False),
        ({"5": Overwrite(1, 2, 4)}, {"5": Overwrite(1, 2, 4), GUILD: Overwrite(0)}, True),
    ],
)
def test_in_sync_is_what_has_the_same_overwrites(one, other, in_sync):
    assert overwrites.are_in_sync(one, other, GUILD) is in_sync
    assert overwrites.are_in_sync(other, one, GUILD) is in_sync


def test_discords_object_is_read():
    rows = [{"id": "3", "type": 0, "allow": "1024", "deny": str(ALL_BITS)}]
    assert overwrites.of({"permission_overwrites": rows}) == {"3": Overwrite(0, 1024, ALL_BITS)}
    assert overwrites.of({}) == {}
