"""A campaign: its names, its planned channels, and the records of what was created. Pure."""

import colorsys
import hashlib
from collections.abc import Iterable
from typing import Final, Literal, NotRequired, TypedDict

# The only layout there is: layouts/default.toml.
LAYOUT: Final = "default"


class Channel(TypedDict):
    """A planned channel, as in the layout; `position` is its place in the file, from 0."""

    name: str
    type: Literal["text", "voice", "forum"]
    topic: str
    gm_only: bool
    position: int


class Made(TypedDict):
    """A role, category or channel that the bot created.

    If `repeated`, its create was retried, so it may have a duplicate; Discord's lists show that
    from `settled_at` on (Unix seconds).
    """

    id: str
    name: str
    repeated: bool
    settled_at: int


class MadeCategory(Made):
    """A category; the game master is given the role while the category is created.

    If Discord limited that assignment, it accepts the next from `assign_at` on (Unix seconds).
    """

    assign_at: NotRequired[int]


class MadeChannel(Made):
    """A channel; `type` is its actual type, the rest is as planned."""

    type: str
    gm_only: bool
    position: int


class Campaign(TypedDict):
    """The campaign as the states pass it on; `role` and `category` are added once created.

    If `in_company`, other campaigns are built at the same time (schedule.py). A deletion takes the
    channel `here` last, because the message about it is there. It leaves the category to others'
    channels, the `guests` that its preview showed. `command` is the one that asked, if it is not
    /add-campaign. `co_gms` are the ids of other users who lead the campaign.
    """

    interaction_id: str
    guild_id: str
    user_id: str
    name: str
    bot_user_id: str
    in_company: bool
    role: NotRequired[Made]
    category: NotRequired[MadeCategory]
    here: NotRequired[dict[str, str]]
    guests: NotRequired[list[dict[str, str]]]
    command: NotRequired[str]
    co_gms: NotRequired[list[str]]


def leaders(campaign: Campaign) -> list[str]:
    """Return the ids of the game master and the co-GMs."""
    return [campaign["user_id"], *campaign.get("co_gms", [])]


def role_name(name: str) -> str:
    """Return the name of the campaign's role."""
    return f"{name} Members"


def colour(interaction_id: str) -> int:
    """Return the 24-bit RGB colour of a campaign's role: bright, and one of the role's marks."""
    digest = hashlib.sha256(interaction_id.encode()).digest()
    hue = int.from_bytes(digest[:3]) / 2**24
    lightness = 0.45 + 0.25 * digest[3] / 255
    saturation = 0.55 + 0.4 * digest[4] / 255
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return round(red * 255) << 16 | round(green * 255) << 8 | round(blue * 255)


def is_certain(made: Made | None) -> bool:
    """Return whether something was created at the first attempt, so it has no duplicate."""
    return made is not None and not made["repeated"]


def not_certain(planned: Iterable[Channel], made: Iterable[MadeChannel]) -> list[Channel]:
    """Return the `planned` channels that are not `made`, or may have a duplicate."""
    certain = {channel["position"] for channel in made if is_certain(channel)}
    return [channel for channel in planned if channel["position"] not in certain]
