"""The rules for channels (Discord docs: Resources > Channel; Guild > Create Guild Channel)."""

import re
from collections.abc import Iterable

from local.simulator import errors
from local.simulator.call import Call
from local.simulator.form import Form
from local.simulator.guild import (
    ANNOUNCEMENT,
    CATEGORY,
    CHANNEL_TYPES,
    COMMUNITY_TYPES,
    FORUM,
    TEXT,
    VOICE_TYPES,
    Channel,
    Guild,
)
from local.simulator.permissions import MANAGE_CHANNELS

MAXIMUM_CHANNELS = 500
MAXIMUM_CATEGORIES = 50
MAXIMUM_CHILDREN = 50
MAXIMUM_TOPIC = 1024
MAXIMUM_FORUM_TOPIC = 4096
SLOWMODE_S = 21_600

NORMALISED_TYPES = frozenset({TEXT, ANNOUNCEMENT, FORUM})


def normalised(name: str, channel_type: int) -> str:
    """Return a name as Discord stores it for a channel of this type."""
    if channel_type not in NORMALISED_TYPES:
        return name
    return re.sub("-{2,}", "-", re.sub(r"\s+", "-", name.lower()))


def choices_of_type(guild: Guild) -> frozenset[int]:
    """Return the channel types that Discord accepts as a field; others give a 50035.

    Stage channels are always among them: ``need_type`` refuses them with a 50024.
    """
    return CHANNEL_TYPES if "COMMUNITY" in guild.features else CHANNEL_TYPES - {ANNOUNCEMENT}


def need_type(guild: Guild, channel_type: int) -> None:
    """Raise a 50024 unless the guild can have channels of this type."""
    if channel_type in COMMUNITY_TYPES and "COMMUNITY" not in guild.features:
        raise errors.wrong_channel_type()
    if channel_type == FORUM and not guild.forums:
        raise errors.wrong_channel_type()


def need_room(guild: Guild, channel_type: int) -> None:
    """Raise a 30013 if the guild has no room for another channel, or another category."""
    categories = [c for c in guild.channels.values() if c.type == CATEGORY]
    if len(guild.channels) >= MAXIMUM_CHANNELS or (
        channel_type == CATEGORY and len(categories) >= MAXIMUM_CATEGORIES
    ):
        raise errors.maximum_channels()


def read_parent(form: Form, guild: Guild, channel: Channel) -> Channel | None:
    """Return the body's parent category for the channel; note a problem if it is full."""
    parent = read_category(form, guild, channel)
    if parent is not None and parent.id != channel.parent_id:
        check_children(form, len(guild.children(parent.id)) + 1)
    return parent


def read_category(form: Form, guild: Guild, channel: Channel) -> Channel | None:
    """Return the body's parent category for the channel; note a problem if it is not valid."""
    parent_id = form.snowflake("parent_id")
    if parent_id is None:
        return None
    parent = guild.channels.get(parent_id)
    if parent is None:
        form.problem("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
        return None
    if parent.type != CATEGORY or channel.type == CATEGORY:
        form.problem("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
        return None
    return parent


def check_children(form: Form, children: int) -> None:
    """Note a problem if the body's parent category would have too many children."""
    if children > MAXIMUM_CHILDREN:
        message = f"Maximum number of channels in category reached ({MAXIMUM_CHILDREN})"
        form.problem("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", message)


def need_parent(call: Call, guild: Guild, parent: Channel | None) -> None:
    """Raise a 403 unless the bot may put channels into the parent category."""
    if parent is not None:
        call.need_in_channel(guild, parent, MANAGE_CHANNELS)


def check_words(form: Form, guild: Guild, words: Iterable[str]) -> None:
    """Raise a 20031 if the name has one of the words; in Server Discovery, note a problem."""
    name = form.body.get("name")
    if not isinstance(name, str) or not any(word.lower() in name.lower() for word in words):
        return
    if "DISCOVERABLE" not in guild.features:
        raise errors.words_not_allowed()
    message = "Contains words not allowed for servers in Server Discovery."
    form.problem("name", "INVALID_COMMUNITY_PROPERTY_NAME", message)


def write_channel(form: Form, channel: Channel) -> None:
    """Set the channel's plain fields from the body; raises a 50035 if any field is wrong."""
    name = form.text("name", 1, 100)
    if "name" in form and not form.given("name"):
        form.problem("name", "BASE_TYPE_REQUIRED", "This field is required")
    longest = MAXIMUM_FORUM_TOPIC if channel.type == FORUM else MAXIMUM_TOPIC
    topic = form.text("topic", 0, longest) if "topic" in form else channel.topic
    position = form.integer("position", 0, (1 << 31) - 1, channel.position)
    nsfw = form.boolean("nsfw", default=channel.nsfw)
    slowmode = form.integer("rate_limit_per_user", 0, SLOWMODE_S, channel.rate_limit_per_user)
    bitrate = form.integer("bitrate", 8000, 96_000, channel.bitrate)
    user_limit = form.integer("user_limit", 0, 99, channel.user_limit)
    form.check()
    channel.name = normalised(name, channel.type) if name else channel.name
    channel.topic = None if channel.type in {CATEGORY, *VOICE_TYPES} else topic or None
    channel.position, channel.nsfw, channel.rate_limit_per_user = position, nsfw, slowmode
    channel.bitrate, channel.user_limit = bitrate, user_limit
