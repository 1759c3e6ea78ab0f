"""The changes of a server between a request and its end, and who made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from channelwright.discord.permissions import SEE
from channelwright.records.record import Record
from local.simulator.guild import CATEGORY, Guild
from tests.reliability.askers import Asked

if TYPE_CHECKING:
    from tests.reliability.joiners import Joiners

# The things of a server, by a key: its kind, and ids. A thing that is missing has no key.
State = dict[tuple[str, ...], Any]
ORDER = ("order",)


@dataclass
class Scene:
    """The server `before` and `after` people `asked` for something.

    `known` and `record` are the campaign's record before and after that, `began` and `ended` the
    times.

    People changed what is `meddled` with meanwhile. `hidden` are the bot's channels that it cannot
    see, `unseen` all channels that it does not see in the end.
    """

    before: State
    known: Record | None
    began: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    after: State = field(default_factory=dict)
    meddled: set[tuple[str, ...]] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    record: Record | None = None
    ended: float = 0.0

    def is_here(self, user: str) -> bool:
        """Tell whether somebody was in the server all the time."""
        key = "member", user
        return key not in self.meddled and all(key in one for one in (self.before, self.after))

    def is_left_alone(self, *key: str) -> bool:
        """Tell whether no person changed something, and a channel of this key still stands."""
        stands = ("exists", key[1]) in self.after and key[1] not in self.hidden
        return key not in self.meddled and (stands or key[0] == "role")


def state(guild: Guild) -> State:
    """Return the members, roles, overwrites, parents and the order of categories of a server."""
    found: State = {("exists", id_): True for id_ in (*guild.roles, *guild.channels)}
    for user_id, member in guild.members.items():
        found["member", user_id] = True
        found |= {("role", user_id, role_id): True for role_id in member.role_ids}
    for one in guild.channels.values():
        found["parent", one.id] = one.parent_id
        for id_, overwrite in one.overwrites.items():
            found["overwrite", one.id, id_] = (overwrite.type, overwrite.allow, overwrite.deny)
    categories = [one for one in guild.channels.values() if one.type == CATEGORY]
    in_order = sorted(categories, key=lambda one: (one.position, int(one.id)))
    return found | {ORDER: [one.id for one in in_order]}


def changed(before: State, after: State) -> set[tuple[str, ...]]:
    """Return the keys of what is different."""
    return {key for key in before.keys() | after if before.get(key) != after.get(key)}


def untouched(people: Joiners, scene: Scene) -> Iterator[str]:
    """The bot changes only what somebody asked for."""
    made = {e.target_id for e in people.guild.audit_log if e.action.endswith("_create")}
    new = made - people.ours.keys()  # another campaign
    for key in sorted(changed(scene.before, scene.after) - scene.meddled):
        asked_for = any(_is_asked_for(people, one, scene, key) for one in scene.asked)
        if not asked_for and not new & {*key}:
            yield f"changed, though nobody asked for it: {key}"


def _is_asked_for(people: Joiners, asked: Asked, scene: Scene, key: tuple[str, ...]) -> bool:
    if asked.request.get("kind") == "deletion":
        return True  # it has checks of its own
    if asked.request.get("kind") == "members":
        return _is_of_members(people, asked, scene, key)
    # An archiving has checks of its own for the permissions and the place.
    parents = {one.get(("parent", *key[1:2])) for one in (scene.before, scene.after)}
    is_inside = key[0] == "overwrite" and people.record["category"] in {key[1], *parents}
    is_ours = key[0] == "overwrite" and key[1] in people.ours
    return asked.request.get("kind") == "archive" and (is_inside or is_ours or key == ORDER)


def _is_of_members(people: Joiners, asked: Asked, scene: Scene, key: tuple[str, ...]) -> bool:
    leaders = (people.master, people.friend)
    left = {user for user in leaders if not scene.is_here(user)}
    who = people.named_by(asked) | (left if "as" in asked.request else set())
    if key[0] == "role":
        return key[1] in who and key[2] == people.record["role"]
    theirs = people.ours.keys() | people.following
    if key[0] != "overwrite" or key[1] not in theirs or key[2] not in who:
        return False
    if key not in scene.after and not scene.is_here(key[2]):
        return True  # Discord takes no other change for somebody who is not in the server
    (_, allow, deny), (_, allow_now, deny_now) = (
        one.get(key, (0, 0, 0)) for one in (scene.before, scene.after)
    )
    return not ((allow ^ allow_now) | (deny ^ deny_now)) & ~SEE
