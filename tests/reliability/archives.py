"""The promises of an archive, checked against the server, the messages and the record.

Each bit of an overwrite is neither, allowed or denied. This module works out again, from the bit
before, what it has to be when a campaign is archived.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from channelwright.discord.permissions import ARCHIVE_DENIES, CONNECT
from tests.reliability.answered import Answered, no_secret, released, untold
from tests.reliability.archivers import Archivers, Meddling
from tests.reliability.askers import Asked
from tests.reliability.excuses import excused
from tests.reliability.play import Outcome
from tests.reliability.scenes import ORDER, Scene
from tests.reliability.wire import Call

# The first words of a message, and its kind; any other is not final.
KINDS = {
    "📦 **Campaign Archived": "archived",
    "📂 **Campaign Unarchived": "restored",
    "❌ **Campaign not archived": "restored",
    "❌ **Campaign not unarchived": "restored",
    "❌ Only": "refused",
    "❌ The bot does not know this campaign": "unknown",
    "❌ The bot could not finish": "not seen",
    "⏳": "being",
}
INSIDE = {
    " is archived already": "already",
    " is not archived.": "open",
    "was not removed completely": "left",
    "and this one lacks": "lacking",
}
LEFT = re.compile(r"Not restored: (.*)\.$", re.MULTILINE)
NONE = (0, 0, 0)


class Archive(Answered):
    """A command, and what came of it."""

    def __init__(self, outcome: Outcome, asked: Asked, scene: Scene):
        super().__init__(outcome, asked)
        self.scene = scene
        found = [kind for begin, kind in KINDS.items() if self.words.startswith(begin)]
        found += [kind for part, kind in INSIDE.items() if part in self.words]
        self.kind = found[0] if found else ""
        self.left: str = next(iter(LEFT.findall(self.words)), "")

    @property
    def worked_until(self) -> int:
        """The number of its last look at what it has written; nobody hears of a lost one."""
        calls = ((n, c) for n, c in enumerate(self.outcome.calls) if not c.lost)
        return max(
            (n for n, c in calls if c.function.endswith("_archive") and c.key.startswith(self.id)),
            default=-1,
        )


def broken(outcome: Outcome) -> Iterator[str]:
    """Yield the promises that archivings have broken."""
    people = outcome.people
    if not isinstance(people, Archivers):
        return
    base: Base | None = None
    for scene in people.scenes:
        archives = [
            Archive(outcome, one, scene) for one in scene.asked if one.request["kind"] == "archive"
        ]
        archives.sort(key=lambda one: one.worked_until)
        if base is None and archives:
            base = Base(outcome, people, scene)
        for one in archives:
            yield from _of_each(one, people)
        if base and archives:
            yield from _of_the_server(archives, scene, base)
        if scene.record is None or scene.record["status"] == "created":
            base = None


def _of_each(one: Archive, people: Archivers) -> Iterator[str]:
    yield from no_secret(one)
    if one.asked.may is False and one.kind in {"archived", "restored"}:
        yield "archived for somebody who may not"
    if one.asked in people.asked:
        yield from released(one, one.scene.record)
        yield from untold(one) if not one.kind else ()
    else:
        yield from _finished(one, people)


def _finished(one: Archive, people: Archivers) -> Iterator[str]:
    """The same command does what was asked for, when nothing goes wrong any more."""
    done = {"archive": {"archived", "already"}, "unarchive": {"restored", "open"}}
    gone = {"unknown", "left", *(["lacking"] if people.lacks() else [])}
    if one.asked.may and one.kind not in done[one.request["way"]] | gone:
        yield f"the same command does not finish it: {one.words[:80]!r}"
    if one.left or "Campaign not archived" in one.words:
        yield f"the same command does not restore everything: {one.words[:80]!r}"


class Base:
    """The server before its campaign was archived, and what people have changed since."""

    def __init__(self, outcome: Outcome, people: Archivers, scene: Scene):
        self.outcome, self.people = outcome, people
        self.state = scene.before
        self.since = scene.began
        self.everyone, self.bot = people.guild.id, outcome.discord.world.bot.id

    def meddlings(self, key: tuple[str, ...], until: float) -> list[Meddling]:
        """Return what people did to a thing, in their order."""
        found = self.people.meddlings
        return [one for one in found if one.key == key and self.since <= one.at <= until]

    def is_ours_alone(self, target: str, scene: Scene) -> bool:
        """Tell whether Discord takes an overwrite, and no change of members is about it."""
        changes = [one for one in self.people.asked if one.request["kind"] == "members"]
        about = any(target in self.people.named_by(one) and one.at >= self.since for one in changes)
        return not about and self.people.is_writable(target, scene.after)

    def of_category(self, key: tuple[str, ...], scene: Scene) -> list[tuple[int, int]]:
        """Return what people gave the category: a channel that was in sync may get it, too."""
        given = self.in_category(key)
        synced = [_bits(self.state.get(given))] if key[1] in self.people.synced else []
        return synced + [_bits(one.now) for one in self.meddlings(given, scene.ended)]

    def in_category(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """Return the key of the category's overwrite for the same target."""
        return key[0], self.people.record["category"], key[2]

    def becomes_like_category(self, channel: str) -> bool:
        """Tell whether the archiving makes a channel like its category: it follows the way back."""
        return self._archived(channel) == self._archived(self.people.record["category"])

    def _archived(self, channel: str) -> dict[str, tuple[int, int]]:
        """Return a channel's overwrites in the archive, without those of deleted roles."""
        own = {self.everyone: NONE} | self._overwrites(channel)
        roles = self.people.guild.roles
        return {k: self.archived(k, one) for k, one in own.items() if one[0] or k in roles}

    def follows_people(self, key: tuple[str, ...], scene: Scene) -> bool:
        """Tell whether a channel was in sync with its category, where people changed the same."""
        category = self.people.record["category"]
        was_in_sync = self._overwrites(key[1]) == self._overwrites(category)
        return was_in_sync and bool(self.meddlings((key[0], category, key[2]), scene.ended))

    def _overwrites(self, channel: str) -> dict[str, Any]:
        return {k[2]: v for k, v in self.state.items() if k[:2] == ("overwrite", channel)}

    def archived(self, target: str, value: Any) -> tuple[int, int]:
        """Return the bits that an overwrite has when it is archived."""
        _, allow, deny = value or NONE
        if target == self.bot:
            return allow | CONNECT, deny & ~CONNECT
        denied = ARCHIVE_DENIES if target == self.everyone else allow & ARCHIVE_DENIES
        return allow & ~denied, deny | denied


def _of_the_server(archives: list[Archive], scene: Scene, base: Base) -> Iterator[str]:
    """Check the last word about the campaign; without one, anything in between may stand."""
    last = archives[-1]
    said = last.kind if last.kind in {"archived", "restored"} else ""
    if said and not scene.record:
        return
    for channel in (id_ for id_ in base.people.ours if ("exists", id_) in scene.after):
        if channel in scene.hidden or channel == base.people.record["role"]:
            continue
        is_named = f"<#{channel}>" in last.left
        keys = {k for k in base.state.keys() | scene.after if k[:2] == ("overwrite", channel)}
        for key in sorted(keys):
            yield from _of_an_overwrite(key, "" if is_named else said, scene, base)
    if said and "the category's place" not in last.left:
        yield from _of_the_place(said, scene, base)
    yield from _of_the_record(last, scene) if said else ()


def _of_an_overwrite(key: tuple[str, ...], said: str, scene: Scene, base: Base) -> Iterator[str]:
    target = key[2]
    now, before = scene.after.get(key), base.state.get(key)
    meddlings = base.meddlings(key, scene.ended)
    theirs = [_bits(one.now) for one in meddlings]
    if not base.is_ours_alone(target, scene):
        return
    bases = [_bits(before), *theirs, *base.of_category(key, scene)]
    if not said and base.becomes_like_category(key[1]):
        bases.append(_bits(base.state.get(base.in_category(key))))
    archived = [base.archived(target, (0, *one)) for one in bases]
    allowed = {"archived": archived, "restored": bases}.get(said, archived + bases)
    wrong = _differing(_bits(now), [*allowed, *theirs])
    if wrong:
        yield f"{said or 'stopped'}, but an overwrite is {now}, and was {before}: {key} {theirs}"
    is_empty = target == base.everyone and _bits(now) == _bits(before) == (0, 0)
    is_same = is_empty or (now is None) == (before is None)
    follows = key[1] in base.people.synced
    is_theirs = meddlings or follows or base.follows_people(key, scene)
    if said == "restored" and not (is_theirs or is_same):
        yield f"restored, but an overwrite is {now}, and was {before}: {key}"
    if not theirs or follows:
        return
    # A person's bit stays, unless it is what the bot sets.
    wanted = _wanted(_bits(before), meddlings)
    own = _differing(wanted, [_bits(before), base.archived(target, before)])
    if base.becomes_like_category(key[1]):
        # It follows its category on the way back, and takes what that had for nobody's.
        own &= _differing(wanted, [_bits(base.state.get(base.in_category(key)))])
    kept = [wanted, base.archived(target, (0, *wanted))]
    lost = own & _differing(_bits(now), kept)
    raced = 0
    for one in meddlings:
        changed = _changed(one)
        raced = raced | changed if _is_raced(one, base, scene) else raced & ~changed
    if lost and not excused("Overwrites that change meanwhile", not lost & ~raced):
        yield f"a person's change is lost: {key} is {now}, not {wanted}"


def _wanted(before: tuple[int, int], meddlings: list[Meddling]) -> tuple[int, int]:
    """Return the bits of an overwrite with those that people changed, as each was changed last."""
    allow, deny = before
    for one in meddlings:
        changed = _changed(one)
        their_allow, their_deny = _bits(one.now)
        allow = allow & ~changed | their_allow & changed
        deny = deny & ~changed | their_deny & changed
    return allow, deny


def _changed(one: Meddling) -> int:
    """Return the bits that somebody changed."""
    return _differing(_bits(one.now), [_bits(one.was)])


def _bits(value: Any) -> tuple[int, int]:
    return value[1:] if value else (0, 0)


def _differing(one: tuple[int, int], others: list[tuple[int, int]]) -> int:
    """Return the bits in which a value is none of the others."""
    bits = -1
    for allow, deny in others:
        bits &= (one[0] ^ allow) | (one[1] ^ deny)
    return bits


def _is_raced(one: Meddling, base: Base, scene: Scene) -> bool:
    """Tell whether a person changed an overwrite between the bot's look and its write.

    A channel that had what its category has follows a write there.
    """
    _, channel, target = one.key
    given = ("overwrite", base.people.record["category"], target)
    both = any(other.at == one.at for other in base.meddlings(given, scene.ended))
    places = {channel, given[1]} if both else {channel}
    paths = {f"/channels/{place}/permissions/{target}" for place in places}
    calls = [call for call in base.outcome.calls if call.path in paths]
    return any(_crossed(call, one.at, base.outcome) for call in calls)


def _crossed(write: Call, changed_at: float, outcome: Outcome) -> bool:
    """Tell whether a moment is between what the bot saw last and the effect of its write."""
    if write.refused or write.status == 429:
        return False
    settings, lates = outcome.schedule.settings, outcome.schedule.lates
    looks = [
        one.at
        for one in outcome.calls
        if one.method == "GET"
        and (one.function, one.key, one.began) == (write.function, write.key, write.began)
        and one.at <= write.at
    ]
    seen = max(looks) - settings.get("stale_reads_ms", 0) / 1000
    late = max((one.seconds for one in lates), default=0.0) if write.status is None else 0.0
    return seen <= changed_at <= max(write.answered_at, write.at + late)


def _of_the_place(said: str, scene: Scene, base: Base) -> Iterator[str]:
    category = base.people.record["category"]
    order = [one for one in scene.after[ORDER] if one in base.state[ORDER]]
    if "take_view_channel" in base.people.did or category not in order:
        return
    if moved := base.meddlings(ORDER, scene.ended):
        yield from _of_peoples_order(moved, said, scene, base)
        return
    if said == "archived" and order[-1] != category:
        yield "archived, but its category is not below the others"
    if said == "restored" and order != base.state[ORDER]:
        yield f"restored, but its category is not at its place: {order}"


def _of_peoples_order(moved: list[Meddling], said: str, scene: Scene, base: Base) -> Iterator[str]:
    """The bot moves only its category, and not away from where people moved it."""
    category, was, theirs = base.people.record["category"], moved[-1].was, moved[-1].now
    now = [one for one in scene.after[ORDER] if one in theirs]
    theirs = [one for one in theirs if one in now]
    is_on_its_way = any(one.request.get("way") == "archive" for one in scene.asked)
    was_moved = [one for one in was if one in theirs] != [one for one in theirs if one in was]
    is_up = [one for one in theirs if one in base.state[ORDER]][-1] != category
    is_theirs = was_moved and is_up and moved[-1].at >= scene.began
    ours = [] if said == "restored" and is_theirs and not is_on_its_way else [category]
    wrong = [one for one in now if one not in ours] != [one for one in theirs if one not in ours]
    if wrong and not excused("Overwrites that change meanwhile", _is_move_raced(moved, base)):
        yield f"people's order of the categories is lost: {now}, not {theirs}"


def _is_move_raced(moved: list[Meddling], base: Base) -> bool:
    """Tell whether people moved a category between the bot's look and the effect of its move."""
    path = f"/guilds/{base.people.guild.id}/channels"
    moves = [one for one in base.outcome.calls if (one.method, one.path) == ("PATCH", path)]
    return any(_crossed(move, one.at, base.outcome) for move in moves for one in moved)


def _of_the_record(last: Archive, scene: Scene) -> Iterator[str]:
    assert scene.record
    status = {"archived": "archived", "restored": "unarchiving" if last.left else "created"}
    is_pressed = any("digest" in one.request for one in scene.asked)
    if is_pressed and scene.record["status"] in {"removing", "left"}:
        return  # somebody has pressed the button of an old preview since
    if scene.record["status"] != status[last.kind]:
        yield f"said to be {last.kind}, but the record says {scene.record['status']}"
