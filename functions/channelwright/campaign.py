"""A campaign: its names, its things, its deadlines. Pure."""

from __future__ import annotations

import colorsys
import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

from channelwright import snowflake
from channelwright.invisible import has_invisible
from channelwright.names import BLANK

if TYPE_CHECKING:  # the interaction Lambda reads no layout, and TOML takes long to import
    from channelwright.layout import Channel

NAME_LENGTH: Final = 80
# An interaction's token lives 15 minutes. Building turns around after 13, so that there is time
# to undo and to say so; undoing may go on for longer, below the state machine's own timeout.
BUILD_SECONDS: Final = 13 * 60
REMOVAL_SECONDS: Final = 25 * 60
# What a campaign may take once its turn has come: a later turn is refused.
TURN_SECONDS: Final = 60
# That moment is rounded down to this, so that campaigns which wait for their turn share a few.
TURN_DEADLINE_EVERY_SECONDS: Final = 10
TOKEN_SECONDS: Final = 15 * 60
# An execution is named with its interaction's id; the removal of what it made with this after it,
# and a second removal, after one that broke, with one word more.
REMOVAL_SUFFIX: Final = "-remove"
AGAIN_SUFFIX: Final = "-remove-again"


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


def name_mistake(name: str) -> str | None:
    """Say what is wrong with a trimmed campaign name, as the end of a sentence; None if nothing."""
    if has_control_character(name):
        return "has a control character or a line break in it"
    if not any(_is_visible(character) for character in name):
        return "is empty"
    if has_invisible(name):
        return "has a character in it that cannot be seen"
    if len(name) > NAME_LENGTH:
        return f"has {len(name)} characters"
    return None


def has_control_character(text: str) -> bool:
    """Tell whether there is something in a text that is not to be seen, and does something."""
    return any(_is_control(character) for character in text)


def _is_visible(character: str) -> bool:
    # Letters, digits, punctuation and symbols are; a mark without a letter to stand on is not.
    # Discord trims names, so that of blanks alone nothing may be left.
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK


def _is_control(character: str) -> bool:
    # Cc: control; Cs: half of a surrogate pair; Zl, Zp: line and paragraph separators; and the
    # bidirectional controls, which would turn the rest of every message around.
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )


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


def build_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) something may still be made for this interaction."""
    return snowflake.created_at(interaction_id) + BUILD_SECONDS


def turn_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) the making may begin, so that there is time for it.

    Campaigns that came shortly after one another have the same, which the schedule relies on: it
    remembers each.
    """
    latest = build_deadline(interaction_id) - TURN_SECONDS
    return latest // TURN_DEADLINE_EVERY_SECONDS * TURN_DEADLINE_EVERY_SECONDS


def removal_deadline(interaction_id: str, until: float = 0) -> float:
    """Return until when (Unix seconds) a removal, or a last word, may wait for Discord.

    The removal of an execution that ended from outside may begin late: it has its own `until`.
    """
    return max(until, snowflake.created_at(interaction_id) + REMOVAL_SECONDS)


def has_expired(interaction_id: str, now: float) -> bool:
    """Tell whether the interaction's token can no longer be used, so that nothing may be built."""
    return now >= snowflake.created_at(interaction_id) + TOKEN_SECONDS


def audit_log_reason(campaign: Campaign) -> str:
    """Say in the server's audit log who asked."""
    return f"/add-campaign by user {campaign['user_id']}, interaction {campaign['interaction_id']}"


def interaction_id_of(execution: str) -> str:
    """Return the id of the interaction that an execution is named with.

    What stands after it is a removal's; one by hand is `<id>-remove-2` (docs/operations.md).
    """
    return execution.partition("-")[0]


def utc(seconds: float) -> str:
    """Write Unix seconds as a UTC second for a Wait state, rounded up (AWS's Wait truncates)."""
    whole = int(-(-seconds // 1))
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
