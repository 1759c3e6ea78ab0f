"""The order of channels and roles (Discord docs: Resources > Guild)."""

import copy

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, write
from local.simulator.channel_rules import MAXIMUM_CHANNELS, need_parent, read_parent
from local.simulator.form import Form
from local.simulator.guild import Guild, Role
from local.simulator.objects import role_object
from local.simulator.permissions import MANAGE_CHANNELS, MANAGE_ROLES, highest_position
from local.simulator.routes_roles import MAXIMUM_ROLES


def modify_channel_positions(call: Call, guild_id: str) -> Answer:
    """Modify Guild Channel Positions."""
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_CHANNELS)
    form = Form({"rows": call.body})
    moves = []
    for index, row in enumerate(form.rows("rows", MAXIMUM_CHANNELS)):
        move = form.nested("rows", index, row)
        channel = guild.channels.get(move.snowflake("id", required=True) or "")
        if channel is None:
            raise errors.unknown_channel()
        position = move.integer("position", 0, (1 << 31) - 1, channel.position)
        parent = read_parent(move, guild, channel)
        moves.append((channel, position, parent, move))
    form.check()
    for _, _, parent, _ in moves:
        need_parent(call, guild, parent)
    for channel, position, parent, move in moves:
        channel.position = position
        if "parent_id" in move:
            channel.parent_id = parent.id if parent else None
        if parent and move.body.get("lock_permissions"):
            channel.overwrites = copy.deepcopy(parent.overwrites)
    return Answer(204)


def modify_role_positions(call: Call, guild_id: str) -> Answer:
    """Modify Guild Role Positions: a bot sorts only roles below its own highest."""
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_ROLES)
    form = Form({"rows": call.body})
    top = highest_position(guild, call.world.bot_member(guild))
    moves = []
    for index, row in enumerate(form.rows("rows", MAXIMUM_ROLES)):
        move = form.nested("rows", index, row)
        role = call.world.role(guild, move.snowflake("id", required=True) or "")
        position = move.integer("position", 0, MAXIMUM_ROLES, role.position)
        if role is guild.everyone or max(role.position, position) >= top:
            raise errors.missing_permissions()
        moves.append((role, position))
    form.check()
    _sort(guild, moves)
    return Answer(200, [role_object(role) for role in guild.roles.values()])


def _sort(guild: Guild, moves: list[tuple[Role, int]]) -> None:
    """Move roles, and number all of them anew: each has a position of its own."""
    keys = {role.id: (role.position, 0) for role in guild.roles.values()}
    # A role that moves up comes in above the one that was there, one that moves down below it.
    keys |= {role.id: (to, 1 if to > role.position else -1) for role, to in moves}
    for position, role in enumerate(sorted(guild.roles.values(), key=lambda r: keys[r.id])):
        role.position = position


ROUTES = [
    write("PATCH", "/guilds/<guild_id>/channels", modify_channel_positions),
    write("PATCH", "/guilds/<guild_id>/roles", modify_role_positions),
]
