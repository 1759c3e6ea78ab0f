"""What in a server is this campaign's. Nothing else is ever adopted or deleted. Pure.

What a state recorded is known by its id. What may have been made without our learning of it is
known by marks that nobody else leaves (docs/decisions.md, "What is ours"): ids order by creation
time, the role has a colour of its own, the category names the role, the channels are in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from channelwright import campaign as campaigns
from channelwright.campaign import Campaign, Made, MadeChannel, Wave
from channelwright.layout import Channel
from channelwright.snowflake import is_younger

# Discord docs, Resources > Channel > Channel Types.
CHANNEL_TYPES: Final[Mapping[str, int]] = {"text": 0, "voice": 2, "forum": 15}
CATEGORY_TYPE: Final = 4

Object = Mapping[str, Any]


class Thing(TypedDict):
    """Something of ours that stands in the server."""

    kind: Literal["channel", "category", "role"]
    id: str
    name: str


def roles(campaign: Campaign, listed: Iterable[Object]) -> list[Object]:
    """Find the campaign's role: at most one if it is recorded, all that bear its marks if not."""
    if "role" in campaign:
        return [role for role in listed if role["id"] == campaign["role"]["id"]]
    name = campaigns.role_name(campaign["name"])
    return [
        role
        for role in listed
        if _same(role["name"], name)
        and int(role["permissions"]) == 0
        and role.get("color") == campaigns.colour(campaign["interaction_id"])
        and is_younger(role["id"], campaign["interaction_id"])
    ]


def categories(campaign: Campaign, listed: Iterable[Object]) -> list[Object]:
    """Find the campaign's category among a server's channels; without a role there is none."""
    if "category" in campaign:
        return [channel for channel in listed if channel["id"] == campaign["category"]["id"]]
    if "role" not in campaign:
        return []
    return [
        channel
        for channel in listed
        if channel["type"] == CATEGORY_TYPE
        and _same(channel["name"], campaign["name"])
        and is_younger(channel["id"], campaign["interaction_id"])
        and any(
            overwrite["id"] == campaign["role"]["id"]
            for overwrite in channel.get("permission_overwrites") or []
        )
    ]


def channels(category_id: str, planned: Channel, listed: Iterable[Object]) -> list[Object]:
    """Find a planned channel in our category; a text channel may stand in for a forum."""
    types = {CHANNEL_TYPES[planned["type"]]}
    if planned["type"] == "forum":
        types.add(CHANNEL_TYPES["text"])
    return [
        channel
        for channel in listed
        if channel.get("parent_id") == category_id
        and is_younger(channel["id"], category_id)
        and channel["type"] in types
        and _same(channel["name"], planned["name"])
    ]


def all_of(
    campaign: Campaign,
    waves: Sequence[Wave],
    recorded: Iterable[str],
    listed_roles: Iterable[Object],
    listed_channels: Sequence[Object],
) -> list[Thing]:
    """Find everything of a campaign, in the order in which it is to be deleted.

    `recorded` are ids of channels that are known to be ours.
    """
    ours = set(recorded)
    found_categories = categories(campaign, listed_channels)
    for category in found_categories:
        for wave in waves:
            for planned in wave["channels"]:
                found = channels(category["id"], planned, listed_channels)
                ours.update(channel["id"] for channel in found)
    return [
        *(thing("channel", channel) for channel in listed_channels if channel["id"] in ours),
        *(thing("category", category) for category in found_categories),
        *(thing("role", role) for role in roles(campaign, listed_roles)),
    ]


def missing(made: Iterable[Made | MadeChannel], listed: Iterable[Object]) -> list[str]:
    """Name what was made, category or channel, that the list of channels does not show."""
    ids = {channel["id"] for channel in listed}
    return [channel["name"] for channel in made if channel["id"] not in ids]


def doubles(
    category_id: str, made: Sequence[MadeChannel], waves: Sequence[Wave], listed: Sequence[Object]
) -> list[Object]:
    """Find channels that a repeated call made a second time, because a late read hid the first."""
    kept = {channel["id"] for channel in made}
    return [
        channel
        for wave in waves
        for planned in wave["channels"]
        for channel in channels(category_id, planned, listed)
        if channel["id"] not in kept
    ]


def thing(kind: Literal["channel", "category", "role"], found: Object) -> Thing:
    """Name a role, category or channel as Discord gave it."""
    return {"kind": kind, "id": found["id"], "name": found["name"]}


def _same(one: str, other: str) -> bool:
    # Discord trims names and may fold white space: that does not make it another's.
    return one.split() == other.split()
