"""A campaign: its names, its things, its deadlines. Pure."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:  # the interaction Lambda reads no layout, and TOML takes long to import
    from channelwright.campaign.layout import Channel


class Made(TypedDict):
    """A role or a category that Discord made for us.

    `repeated` tells that its creation was, so that there may be a second one, which lists show
    from `settled_at` on (Unix seconds).
    """

    id: str
    name: str
    repeated: bool
    settled_at: int


class MadeCategory(Made):
    """A category; the role goes to the game master beside its creation.

    `assign_at` is from when (Unix seconds) Discord takes the role's assignment, if it limited it.
    """

    assign_at: NotRequired[int]


class MadeChannel(TypedDict):
    """A channel that Discord made for us; `type` is what it really is, the rest as in `Made`."""

    id: str
    name: str
    type: str
    gm_only: bool
    position: int
    repeated: bool
    settled_at: int


class Campaign(TypedDict):
    """What the states hand on; `role` and `category` appear when they are made.

    `in_company` tells that other campaigns are made at the same time (schedule.py).
    """

    interaction_id: str
    guild_id: str
    user_id: str
    name: str
    bot_user_id: str
    in_company: bool
    role: NotRequired[Made]
    category: NotRequired[MadeCategory]


def role_name(name: str) -> str:
    """Name the campaign's role."""
    return f"{name} Members"


def colour(interaction_id: str) -> int:
    """Compute the colour of a campaign's role: a bright one, and the mark by which we know it."""
    digest = hashlib.sha256(interaction_id.encode()).digest()
    hue = int.from_bytes(digest[:3]) / 2**24
    lightness = 0.45 + 0.25 * digest[3] / 255
    saturation = 0.55 + 0.4 * digest[4] / 255
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return round(red * 255) << 16 | round(green * 255) << 8 | round(blue * 255)


def is_certain(made: Made | MadeChannel | None) -> bool:
    """Tell whether something was made, and at the first attempt: then no other can be ours."""
    return made is not None and not made["repeated"]


def not_certain(planned: Iterable[Channel], made: Iterable[MadeChannel]) -> list[Channel]:
    """Leave out those `planned` that were certainly `made`."""
    certain = {channel["position"] for channel in made if is_certain(channel)}
    return [channel for channel in planned if channel["position"] not in certain]


def audit_log_reason(campaign: Campaign) -> str:
    """Say in the server's audit log who asked."""
    return f"/add-campaign by user {campaign['user_id']}, interaction {campaign['interaction_id']}"
