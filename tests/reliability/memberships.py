"""The promises of a change of members, checked against the server, the messages and the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from channelwright.discord.permissions import SEE, VIEW_CHANNEL
from channelwright.words.members import NOT_RECORDED
from local.simulator.permissions import MANAGE_ROLES, base_permissions
from tests.reliability import scenes
from tests.reliability.answered import Answered, no_secret, released, untold
from tests.reliability.askers import Asked
from tests.reliability.excuses import excused
from tests.reliability.joiners import Joiners
from tests.reliability.play import Outcome
from tests.reliability.scenes import Scene
from tests.reliability.too_late import changed_too_late

# The first words of a message, and its kind; any other is not final.
KINDS = {
    "👥": "changed",
    "❌ Only": "refused",
    "❌ <@": "refused",
    "❌ You are the game master": "refused",
    "❌ The role of": "refused",
    "❌ Somebody has deleted the role": "no role",
    "❌ The bot does not know this campaign": "unknown",
    "❌ The bot could not finish": "not seen",
    "⏳": "being",
}
LINE = re.compile(r"^✅ <@(\d+)> (.+)$", re.MULTILINE)
NOT_HERE = re.compile(r"^❌ <@(\d+)> is not in this server", re.MULTILINE)
FAILED = re.compile(r"^❌ <@(\d+)>:", re.MULTILINE)
AS = {"co-gm": "is a co-GM", "game-master": "is the game master"}
OUT = ("was removed.", "is not in this campaign.")


class Change(Answered):
    """A change of members, and what came of it."""

    def __init__(self, outcome: Outcome, asked: Asked, scene: Scene):
        super().__init__(outcome, asked)
        self.scene = scene
        self.people: Joiners = outcome.people  # type: ignore[assignment]
        self.role = self.people.record["role"]
        archived = re.match(r"❌ .* is archived", self.words)
        found = (kind for begin, kind in KINDS.items() if self.words.startswith(begin))
        self.kind = "archived" if archived else next(found, "")

    @property
    def said(self) -> dict[str, str]:
        """The message's word on each person, if it says that something is done."""
        if self.words.endswith("✅ You have left the campaign."):
            return {self.asked.by: OUT[0]}
        return dict(LINE.findall(self.words))

    @property
    def worked_until(self) -> int:
        """The number of its last call about a person, except those that nobody waited for.

        A Lambda of a stopped execution works on.
        """
        calls = ((n, c) for n, c in enumerate(self.outcome.calls) if not c.lost or self.is_stopped)
        mine = (number for number, c in calls if c.function == "change_member")
        return max((n for n in mine if self.outcome.calls[n].key.startswith(self.id)), default=-1)


def broken(outcome: Outcome) -> Iterator[str]:
    """Yield the promises that changes of members have broken."""
    people = outcome.people
    if not isinstance(people, Joiners):
        return
    for scene in people.scenes:
        yield from scenes.untouched(people, scene)
        yield from _one_leads(scene)
        members = [one for one in scene.asked if one.request["kind"] == "members"]
        changes = [Change(outcome, one, scene) for one in members]
        changes.sort(key=lambda one: one.worked_until)
        for number, one in enumerate(changes):
            later = {
                user for other in changes[number + 1 :] for user in people.named_by(other.asked)
            }
            yield from _true(one, later)
            yield from _of_everybody(one, later)
            yield from _only_for_those_who_may(one)
            yield from no_secret(one)
            if one.asked in people.asked:
                yield from released(one, one.scene.record)
                yield from untold(one) if not one.kind else ()
            else:
                yield from _finished(one)


def _one_leads(scene: Scene) -> Iterator[str]:
    if scene.record is None:
        return
    leaders = [scene.record["game_master"], *scene.record.get("co_gms", [])]
    if not leaders[0] or len({*leaders}) < len(leaders):
        yield f"not one game master, or one who is a co-GM, too: {leaders}"


def _true(one: Change, later: set[str]) -> Iterator[str]:
    """Each line is true, unless people or a `later` change have changed that again."""
    for user, words in one.said.items():
        if user in later or one.scene.record is None:
            continue
        found = [*(_is_out(one, user) if words in OUT else _is_in(one, user, words))]
        too_late = bool(found) and changed_too_late(one.outcome, user)
        if not excused("An effect after everything", too_late):
            yield from found


def _of_everybody(one: Change, later: set[str]) -> Iterator[str]:
    """There is a line about each, also about those who are not changed."""
    if one.kind != "changed":
        return
    scene, request = one.scene, one.request
    if request["change"] != "leave":
        for user in {*request["who"].split(",")}:
            if f"<@{user}>" not in one.words:
                yield "nothing is said about somebody"
    for user in NOT_HERE.findall(one.words):
        key = "member", user
        if key in scene.before and key not in scene.meddled:
            yield "said not to be in the server"
    for user in {*FAILED.findall(one.words)} - later:
        leaders = [one.get("co_gms", []) for one in (scene.known, scene.record) if one]
        if len({user in each for each in leaders}) > 1 and len(scene.asked) == 1:
            yield "said not to be changed, but the record is"


def _is_in(one: Change, user: str, words: str) -> Iterator[str]:
    scene, role = one.scene, ("role", user, one.role)
    is_there = ("member", user) in scene.after and ("exists", one.role) in scene.after
    if is_there and scene.is_left_alone(*role) and role not in scene.after:
        yield f"said to be a member, but lacks the role: {words}"
    if "as" not in one.request:
        return
    if not words.startswith(AS[one.request["as"]]):
        yield f"asked for a leader, and heard: {words}"
    assert scene.record
    # An archiving that follows in the same scene denies them to connect.
    is_archived = any(each.request.get("kind") == "archive" for each in scene.asked)
    see = VIEW_CHANNEL if is_archived else SEE
    for_leaders = [each["id"] for each in scene.record["channels"] if each["gm_only"]]
    for id_ in (scene.record["category"], *for_leaders):
        allowed = scene.after.get(("overwrite", id_, user), (1, 0, 0))[1]
        if allowed & see != see and scene.is_left_alone("overwrite", id_, user):
            yield f"said to lead, but does not see a channel: {words}"
    leads = scene.record["game_master"] == user
    is_as_said = leads if "game master" in words else user in scene.record.get("co_gms", [])
    if not is_as_said and NOT_RECORDED not in one.words:
        yield f"said to lead, but the record says otherwise: {words}"


def _is_out(one: Change, user: str) -> Iterator[str]:
    scene, role = one.scene, ("role", user, one.role)
    if role in scene.after and scene.is_left_alone(*role):
        yield "said to be removed, but has the role"
    for id_ in one.people.ours:
        key = "overwrite", id_, user
        if scene.after.get(key, (1, 0, 0))[1] & VIEW_CHANNEL and scene.is_left_alone(*key):
            yield "said to be removed, but sees a channel"
    assert scene.record
    if user in scene.record.get("co_gms", []) and NOT_RECORDED not in one.words:
        yield "said to be removed, but is a co-GM"


def _only_for_those_who_may(one: Change) -> Iterator[str]:
    if one.asked.may is not False or not (one.said or one.worked_until >= 0):
        return
    if _may_by_now(one):
        return
    opened = one.asked.opened
    unseen = bool(opened) and opened <= one.scene.unseen
    if not excused("A role that opens a hidden channel", unseen):
        yield "changed for somebody who may not"


def _may_by_now(one: Change) -> bool:
    """Tell whether, after the request, the master left, or somebody made the user a leader."""
    people, by = one.people, one.asked.by
    # An earlier command may have handed over.
    records = (one.scene.known, one.scene.record)
    masters = {each["game_master"] for each in records if each}
    has_left = one.request.get("as") == "game-master" and (
        by == people.manager and any(("member", each) in one.scene.meddled for each in masters)
    )
    promoting = [
        each
        for each in one.scene.asked
        if each is not one.asked and each.may is not False and each.request.get("as")
    ]
    return has_left or any(by in people.named_by(each) for each in promoting)


def _finished(one: Change) -> Iterator[str]:
    """The same command does what was asked for, when nothing goes wrong any more."""
    scene = one.scene
    if not one.asked.may or scene.record is None or one.kind == "archived":
        return
    can_change = ("exists", one.role) in scene.after
    if one.kind != "changed" and can_change:
        yield f"the same command does not finish the change: {one.words[:60]!r}"
    failed = FAILED.findall(one.words)
    refused = bool(failed) and all(_is_refused(one, user) for user in failed)
    excuse = "An overwrite that the bot may not write"
    # Without the role, there is nothing to do: a stopped command's claim waits for a deletion.
    is_claimed = can_change and "claimed_by" in scene.record
    if is_claimed or (failed and not excused(excuse, refused)):
        yield f"the same command does not change everybody: {one.words[:60]!r}"


def _is_refused(one: Change, user: str) -> bool:
    """Tell whether people gave a person's overwrite bits that the bot lacks."""
    guild = one.people.guild
    held = base_permissions(guild, guild.members[one.outcome.discord.world.bot.id])
    seen = (one.scene.before.get(("overwrite", id_, user), (1, 0, 0)) for id_ in one.people.ours)
    # Only an administrator may write the bit of Manage Roles.
    return any((allow | deny) & ~(held & ~MANAGE_ROLES) for _, allow, deny in seen)
