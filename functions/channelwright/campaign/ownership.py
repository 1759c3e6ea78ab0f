"""Finds what in a server is this campaign's. Nothing else is ever adopted or deleted. Pure.

The states record ids. A thing that may have been created but not recorded is recognized by marks
that nobody else leaves (docs/decisions.md, "What is ours"): its id is younger (ids order by
creation time), the role has a colour of its own, the category's overwrites name the role, and the
channels are in the category, with the planned topic, open to the role or not. If someone deletes
the role, its overwrites go too: then category and channels name only the bot and the game master.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Final, Literal, NotRequired, TypedDict, TypeVar

from channelwright.campaign import campaign as campaigns
from channelwright.campaign.campaign import Campaign, Channel, Made
from channelwright.campaign.names import are_the_same, is_kept_as
from channelwright.discord.snowflake import is_younger

# Discord docs, Resources > Channel > Channel Types.
CHANNEL_TYPES: Final[Mapping[str, int]] = {"text": 0, "voice": 2, "forum": 15}
CATEGORY_TYPE: Final = 4

Object = Mapping[str, Any]
Kind = Literal["channel", "category", "role"]
Some = TypeVar("Some", bound=Mapping[str, Any])


class Thing(TypedDict):
    """A role, category or channel: the campaign's own, unless stated otherwise.

    `link` is its URL in a browser; a role has none.
    """

    kind: Kind
    id: str
    name: str
    link: NotRequired[str]


def roles(campaign: Campaign, listed: Iterable[Object]) -> list[Object]:
    """Return the campaign's roles, oldest first: the recorded one, and others with its marks.

    Another is a duplicate: a retried create made it because a stale read hid the first. If no
    create was retried, a look-alike is someone's copy. `listed` is Discord's list of roles.
    """
    recorded = campaign["role"]["id"] if "role" in campaign else None
    name = campaigns.role_name(campaign["name"])
    colour = campaigns.colour(campaign["interaction_id"])
    by_marks = not campaigns.is_certain(campaign.get("role"))
    return _oldest_first(
        role
        for role in listed
        if role["id"] == recorded
        or (
            by_marks
            and is_kept_as(name, role["name"])
            and int(role["permissions"]) == 0
            and _colour(role) == colour
            and is_younger(role["id"], campaign["interaction_id"])
        )
    )


def _colour(role: Object) -> Any:
    """Return a role's colour. Discord docs, Topics > Permissions: `color` is deprecated."""
    return (role.get("colors") or {}).get("primary_color", role.get("color"))


def name_taken_by(campaign: Campaign, role_id: str, listed: Sequence[Object]) -> str | None:
    """Return the name of someone else's older role that people would call the same as ours.

    Its campaign was quicker. None: our name is free.
    """
    name = campaigns.role_name(campaign["name"])
    ours = {role_id, *(role["id"] for role in roles(campaign, listed))}
    others = [role for role in listed if role["id"] not in ours]
    for role in others:
        if is_younger(role_id, role["id"]) and are_the_same(role["name"], name):
            return str(role["name"])
    return None


def categories(
    campaign: Campaign, listed: Iterable[Object], *, role_is_gone: bool = False
) -> list[Object]:
    """Return the campaign's categories, as `roles` does; without a role there is none."""
    if "role" not in campaign:
        return []
    recorded = campaign["category"]["id"] if "category" in campaign else None
    by_marks = not campaigns.is_certain(campaign.get("category"))
    return _oldest_first(
        channel
        for channel in listed
        if channel["id"] == recorded
        or (
            by_marks
            and channel["type"] == CATEGORY_TYPE
            and is_kept_as(campaign["name"], channel["name"])
            and is_younger(channel["id"], campaign["interaction_id"])
            and _is_open_as_made(campaign, channel, role_is_gone=role_is_gone)
        )
    )


def channels(
    campaign: Campaign,
    category_id: str,
    planned: Channel,
    listed: Iterable[Object],
    *,
    role_is_gone: bool = False,
) -> list[Object]:
    """Return a planned channel's matches in our category, oldest first; text may replace forum."""
    types = {CHANNEL_TYPES[planned["type"]]}
    if planned["type"] == "forum":
        types.add(CHANNEL_TYPES["text"])
    topic = "" if planned["type"] == "voice" else planned["topic"]
    return _oldest_first(
        one
        for one in listed
        if one.get("parent_id") == category_id
        and is_younger(one["id"], category_id)
        and one["type"] in types
        and is_kept_as(planned["name"], one["name"])
        and is_kept_as(topic, one.get("topic") or "")
        and _is_open_as_made(campaign, one, gm_only=planned["gm_only"], role_is_gone=role_is_gone)
    )


def _is_open_as_made(
    campaign: Campaign, channel: Object, *, gm_only: bool = False, role_is_gone: bool
) -> bool:
    named = _named_in(channel)
    if role_is_gone and named == _without_role(campaign):
        return True
    return (campaign["role"]["id"] in named) is not gm_only


def all_of(
    campaign: Campaign,
    perhaps_made: Sequence[Channel],
    recorded: Iterable[Made],
    *,
    listed_roles: Iterable[Object],
    listed_channels: Sequence[Object],
    perhaps_more: bool = True,
    deleted: Set[str] = frozenset(),
) -> list[Thing]:
    """Return everything of a campaign, in the order of deletion.

    Recorded things are included even if no list shows them; `recorded` are the channels. Marks
    count only for channels that are `perhaps_made`, and for an unrecorded role or category only
    if there is `perhaps_more`. A category without a role counts if somebody else has deleted our
    role, but not if it is among those that the bot has `deleted`: then it is another campaign's.
    """
    if not perhaps_more:
        listed_roles = listed_roles if "role" in campaign else []
        listed_channels = listed_channels if "category" in campaign else []
    listed_roles = [*listed_roles]
    role_ids = {role["id"] for role in listed_roles}
    role_is_gone = "role" in campaign and campaign["role"]["id"] not in role_ids | deleted
    found: dict[str, Thing] = {made["id"]: thing("channel", made) for made in recorded}
    in_server = categories(campaign, listed_channels, role_is_gone=role_is_gone)
    for category in in_server:
        for planned in perhaps_made:
            ours = channels(
                campaign, category["id"], planned, listed_channels, role_is_gone=role_is_gone
            )
            for channel in ours:
                found.setdefault(channel["id"], thing("channel", channel))
    for category in [*_recorded(campaign.get("category")), *in_server]:
        found.setdefault(category["id"], thing("category", category))
    for role in [*_recorded(campaign.get("role")), *roles(campaign, listed_roles)]:
        found.setdefault(role["id"], thing("role", role))
    return [_linked(campaign, one) for one in found.values()]


def _linked(campaign: Campaign, one: Thing) -> Thing:
    if one["kind"] == "role":
        return one
    return {**one, "link": f"https://discord.com/channels/{campaign['guild_id']}/{one['id']}"}


def _recorded(made: Made | None) -> list[Object]:
    return [made] if made else []


def foreign(
    campaign: Campaign, found: Sequence[Thing], listed_channels: Iterable[Object]
) -> list[Thing]:
    """Return others' channels in our category, and other categories whose overwrites are like ours.

    Such a category may be ours, renamed before the bot learned of its creation. `found` is ours.
    """
    ours = {one["id"] for one in found}
    in_server = {one["id"] for one in found if one["kind"] == "category"}
    our_roles = {one["id"] for one in found if one["kind"] == "role"}
    others = [channel for channel in listed_channels if channel["id"] not in ours]
    return [
        thing("category" if channel["type"] == CATEGORY_TYPE else "channel", channel)
        for channel in others
        if channel.get("parent_id") in in_server
        or (
            channel["type"] == CATEGORY_TYPE
            and (our_roles & _named_in(channel) or _may_have_lost_role(campaign, channel))
        )
    ]


def _may_have_lost_role(campaign: Campaign, category: Object) -> bool:
    """Return whether a category may be ours: nobody learned of ours, and its role is deleted."""
    return (
        not campaigns.is_certain(campaign.get("category"))
        and is_younger(category["id"], campaign["interaction_id"])
        and _named_in(category) == _without_role(campaign)
    )


def _without_role(campaign: Campaign) -> set[str]:
    """Return whom the overwrites of our things name if our role is deleted.

    Other campaigns of this game master do not match: they also name their own role.
    """
    return {campaign["guild_id"], campaign["bot_user_id"], *campaigns.leaders(campaign)}


def _named_in(channel: Object) -> set[str]:
    return {overwrite["id"] for overwrite in channel.get("permission_overwrites") or []}


def without(these: Iterable[Some], others: Iterable[Object]) -> list[Some]:
    """Return those of `these` whose ids the `others` do not have."""
    ids = {one["id"] for one in others}
    return [one for one in these if one["id"] not in ids]


def thing(kind: Kind, found: Object) -> Thing:
    """Return a role, category or channel of Discord's as a thing, without its link."""
    return {"kind": kind, "id": found["id"], "name": found["name"]}


def _oldest_first(found: Iterable[Object]) -> list[Object]:
    # A copy is younger than the original.
    return sorted(found, key=lambda one: int(one["id"]))
