"""The rules for permission overwrites, and for who may set them.

Discord docs: Topics > Permissions; Resources > Guild > Create Guild Channel; Resources > Channel >
Edit Channel Permissions.
"""

from typing import Any

from local.simulator import errors
from local.simulator.call import Call
from local.simulator.form import REQUIRED, Form
from local.simulator.guild import MEMBER_OVERWRITE, ROLE_OVERWRITE, Channel, Guild, Overwrite
from local.simulator.permissions import ADMINISTRATOR, ALL, MANAGE_ROLES

MAXIMUM_IN_A_CALL = 100
MAXIMUM_OVERWRITES = 1000


def read_overwrites(form: Form) -> dict[str, Overwrite]:
    """Return a body's overwrites by id."""
    rows = form.rows("permission_overwrites", MAXIMUM_IN_A_CALL)
    read = [
        read_overwrite(form.nested("permission_overwrites", index, row))
        for index, row in enumerate(rows)
    ]
    return {overwrite.id: overwrite for overwrite in read}


def read_overwrite(form: Form, overwrite_id: str | None = None) -> Overwrite:
    """Return one overwrite; without ``overwrite_id``, its id is in the body."""
    id_ = overwrite_id or form.snowflake("id", required=True) or ""
    if not form.given("type") and overwrite_id is None:
        form.problem("type", *REQUIRED)
    type_ = form.choice("type", [ROLE_OVERWRITE, MEMBER_OVERWRITE], ROLE_OVERWRITE)
    return Overwrite(id_, type_, form.permissions("allow", 0), form.permissions("deny", 0))


def need_overwrites(
    call: Call, guild: Guild, overwrites: list[Overwrite], channel: Channel | None = None
) -> None:
    """Raise unless the bot may set these overwrites, in a new channel or in ``channel``.

    The bot needs every permission that the overwrites allow or deny. Only an administrator may
    allow or deny Manage Roles. Raises a 10009 for an unknown role or member.
    """
    held = _grantable(call, guild, channel)
    if not call.held_in_guild(guild) & ADMINISTRATOR:
        held &= ~MANAGE_ROLES
    for overwrite in overwrites:
        known: dict[str, Any] = guild.roles if overwrite.type == ROLE_OVERWRITE else guild.members
        if overwrite.id not in known:
            raise errors.unknown_overwrite()
        if (overwrite.allow | overwrite.deny) & ~held:
            raise errors.missing_permissions()


def _grantable(call: Call, guild: Guild, channel: Channel | None) -> int:
    """Return the permissions that the bot may grant.

    In a new channel (None), these are its permissions in the guild. In an existing one, its
    permissions in the category are added; if an overwrite lets the bot manage the channel's
    permissions, it may grant all.
    """
    held = call.held_in_guild(guild)
    if channel is None:
        return held
    bot = call.world.bot_member(guild)
    own = [channel.overwrites.get(id_) for id_ in (guild.id, *bot.role_ids, bot.user.id)]
    if any(overwrite and overwrite.allow & MANAGE_ROLES for overwrite in own):
        return ALL
    parent = guild.channels.get(channel.parent_id or "")
    return held if parent is None else held | call.held_in_channel(guild, parent)


def need_room_for_overwrite(channel: Channel, overwrite_id: str) -> None:
    """Raise a 30060 if the channel has no room for another overwrite."""
    if overwrite_id not in channel.overwrites and len(channel.overwrites) >= MAXIMUM_OVERWRITES:
        raise errors.maximum_overwrites()
