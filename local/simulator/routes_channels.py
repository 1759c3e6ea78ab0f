"""Channels (Discord docs: Resources > Channel; Resources > Guild > Create Guild Channel)."""

import copy

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.channel_rules import (
    check_words,
    choices_of_type,
    need_parent,
    need_room,
    need_type,
    read_parent,
    write_channel,
)
from local.simulator.form import REQUIRED, Form
from local.simulator.guild import (
    ANNOUNCEMENT,
    CATEGORY,
    CHANNEL_TYPES,
    TEXT,
    VOICE_TYPES,
    Channel,
    Guild,
)
from local.simulator.objects import channel_object
from local.simulator.overwrite_rules import (
    need_overwrites,
    need_room_for_overwrite,
    read_overwrite,
    read_overwrites,
)
from local.simulator.permissions import MANAGE_CHANNELS, MANAGE_ROLES, visible_channels
from local.simulator.snowflakes import created_at
from local.simulator.syncing import replace_overwrites


def list_channels(call: Call, guild_id: str) -> Answer:
    """Get Guild Channels: only those that the bot sees (Discord docs: Change Log, 2026-08-12)."""
    world = call.world
    guild = world.guild(guild_id)
    channels = world.view(guild).channels.values()
    seen = visible_channels(guild, world.bot_member(guild), channels, world.clock.now())
    return Answer(200, [channel_object(channel) for channel in seen])


def get_channel(call: Call, channel_id: str) -> Answer:
    """Get Channel."""
    for guild in call.world.guilds.values():
        channel = call.world.view(guild).place(channel_id)
        if channel is not None:
            call.world.guild(guild.id)  # raises unless the bot is in it
            call.need_in_channel(guild, channel, 0)
            return Answer(200, channel_object(channel))
    raise errors.unknown_channel()


def create_channel(call: Call, guild_id: str) -> Answer:
    """Create Guild Channel; without overwrites, the channel copies its category's."""
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_CHANNELS)
    form = Form(call.body)
    channel_type = form.choice("type", choices_of_type(guild), TEXT)
    position = default_position(guild, channel_type)
    channel = Channel("", guild_id, channel_type, "", position, call.world.bot.id)
    if not form.given("name"):
        form.problem("name", *REQUIRED)
    parent = read_parent(form, guild, channel)
    overwrites = read_overwrites(form)
    check_words(form, guild, call.world.settings.forbidden_words)
    write_channel(form, channel)
    channel.name = call.world.settings.kept_name(channel.name)
    if overwrites:
        call.need_in_guild(guild, MANAGE_ROLES)
    need_parent(call, guild, parent)
    need_overwrites(call, guild, list(overwrites.values()))
    need_type(guild, channel_type)
    need_room(guild, channel_type)
    channel.id = call.world.snowflakes.next()
    channel.overwrites = overwrites
    if parent is not None:
        channel.parent_id = parent.id
        if not overwrites:
            channel.overwrites = copy.deepcopy(parent.overwrites)
    guild.channels[channel.id] = channel
    call.world.audit(guild, "channel_create", channel.id, channel.name, call.reason)
    return Answer(201, channel_object(channel))


def default_position(guild: Guild, channel_type: int) -> int:
    """Return the position below all channels of the same sort: categories, voice or others."""

    def sort(type_: int) -> tuple[bool, bool]:
        return type_ == CATEGORY, type_ in VOICE_TYPES

    positions = [c.position for c in guild.channels.values() if sort(c.type) == sort(channel_type)]
    return max(positions, default=-1) + 1


def modify_channel(call: Call, channel_id: str) -> Answer:
    """Modify Channel: the body's overwrites replace the channel's, and those of its followers."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, MANAGE_CHANNELS)
    form = Form(call.body)
    changed = copy.copy(channel)
    changed.type = _read_new_type(form, guild, channel)
    parent = read_parent(form, guild, channel)
    if "parent_id" in form:
        changed.parent_id = parent.id if parent else None
    overwrites = read_overwrites(form)
    check_words(form, guild, call.world.settings.forbidden_words)
    write_channel(form, changed)
    changed.name = call.world.settings.kept_name(changed.name)
    if changed.parent_id != channel.parent_id:
        need_parent(call, guild, parent)
    if form.given("permission_overwrites"):
        call.need_in_channel(guild, channel, MANAGE_ROLES)
        need_overwrites(call, guild, list(overwrites.values()), channel)
        replace_overwrites(guild, changed, overwrites)
    guild.channels[channel_id] = changed
    call.world.audit(guild, "channel_update", channel_id, changed.name, call.reason)
    return Answer(200, channel_object(changed))


def _read_new_type(form: Form, guild: Guild, channel: Channel) -> int:
    """Return the body's type; only text and announcement channels can become each other."""
    new = form.choice("type", CHANNEL_TYPES, channel.type)
    if new == channel.type:
        return new
    if {new, channel.type} != {TEXT, ANNOUNCEMENT}:
        raise errors.wrong_channel_type()
    need_type(guild, ANNOUNCEMENT)
    return new


def delete_channel(call: Call, channel_id: str) -> Answer:
    """Delete/Close Channel: answers with the channel; a category's channels stay."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, MANAGE_CHANNELS)
    if guild.needs(channel_id):
        raise errors.needed_by_community()
    guild.remove_channel(channel_id)
    call.world.messages.pop(channel_id, None)
    call.world.audit(guild, "channel_delete", channel_id, channel.name, call.reason)
    return Answer(200, channel_object(channel))


def edit_overwrite(call: Call, channel_id: str, overwrite_id: str) -> Answer:
    """Edit Channel Permissions."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, MANAGE_ROLES)
    form = Form(call.body)
    if not form.given("type"):
        form.problem("type", *REQUIRED)
    overwrite = read_overwrite(form, overwrite_id)
    form.check()
    need_overwrites(call, guild, [overwrite], channel)
    need_room_for_overwrite(channel, overwrite_id)
    if not _lost(call, channel):
        replace_overwrites(guild, channel, channel.overwrites | {overwrite_id: overwrite})
    call.world.audit(guild, "overwrite_update", overwrite_id, channel.name, call.reason)
    return Answer(204)


def _lost(call: Call, channel: Channel) -> bool:
    """Tell whether Discord loses this overwrite, as it may do right after a channel's creation."""
    age = call.world.clock.now() - created_at(channel.id)
    return age * 1000 < call.world.settings.lost_overwrites_ms


def delete_overwrite(call: Call, channel_id: str, overwrite_id: str) -> Answer:
    """Delete Channel Permission."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, MANAGE_ROLES)
    if overwrite_id not in channel.overwrites:
        raise errors.unknown_overwrite()
    kept = {id_: o for id_, o in channel.overwrites.items() if id_ != overwrite_id}
    replace_overwrites(guild, channel, kept)
    call.world.audit(guild, "overwrite_delete", overwrite_id, channel.name, call.reason)
    return Answer(204)


_OVERWRITE = "/channels/<channel_id>/permissions/<overwrite_id>"

ROUTES = [
    read("/guilds/<guild_id>/channels", list_channels),
    write("POST", "/guilds/<guild_id>/channels", create_channel, "write", "channel_creates"),
    read("/channels/<channel_id>", get_channel),
    write("PATCH", "/channels/<channel_id>", modify_channel),
    write("DELETE", "/channels/<channel_id>", delete_channel),
    write("PUT", _OVERWRITE, edit_overwrite),
    write("DELETE", _OVERWRITE, delete_overwrite),
]
