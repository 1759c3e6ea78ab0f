"""The order of channels and roles (Discord docs: Resources > Guild)."""

import copy
from collections import Counter
from dataclasses import dataclass

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, write
from local.simulator.channel_rules import (
    MAXIMUM_CHANNELS,
    check_children,
    need_parent,
    read_category,
)
from local.simulator.form import Form
from local.simulator.guild import Channel, Guild, Role
from local.simulator.objects import role_object
from local.simulator.permissions import (
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    outranks,
    rank,
)
from local.simulator.routes_roles import MAXIMUM_ROLES


@dataclass
class Move:
    """A channel's new position and parent, with the request's row that gives them."""

    channel: Channel
    position: int
    parent: Channel | None
    row: Form

    @property
    def parent_id(self) -> str | None:
        """The id of the channel's category after the move, or None."""
        if "parent_id" not in self.row:
            return self.channel.parent_id
        return self.parent.id if self.parent else None


def modify_channel_positions(call: Call, guild_id: str) -> Answer:
    """Modify Guild Channel Positions."""
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_CHANNELS)
    form = Form({"rows": call.body})
    rows = form.rows("rows", MAXIMUM_CHANNELS)
    moves = [_read_move(form.nested("rows", *row), guild) for row in enumerate(rows)]
    _check_room(guild, moves)
    form.check()
    for move in moves:
        need_parent(call, guild, move.parent)
    for move in moves:
        move.channel.position, move.channel.parent_id = move.position, move.parent_id
        if move.parent and move.row.body.get("lock_permissions"):
            move.channel.overwrites = copy.deepcopy(move.parent.overwrites)
    return Answer(204)


def _read_move(row: Form, guild: Guild) -> Move:
    channel = guild.channels.get(row.snowflake("id", required=True) or "")
    if channel is None:
        raise errors.unknown_channel()
    position = row.integer("position", 0, (1 << 31) - 1, channel.position)
    return Move(channel, position, read_category(row, guild, channel), row)


def _check_room(guild: Guild, moves: list[Move]) -> None:
    """Note the moves into a category that, after all moves, has too many channels."""
    parents = {channel.id: channel.parent_id for channel in guild.channels.values()}
    parents |= {move.channel.id: move.parent_id for move in moves if "parent_id" in move.row}
    children = Counter(parents.values())
    for move in moves:
        if move.parent is not None and move.parent.id != move.channel.parent_id:
            check_children(move.row, children[move.parent.id])


def modify_role_positions(call: Call, guild_id: str) -> Answer:
    """Modify Guild Role Positions: a bot sorts only roles below its own highest role.

    A position is a place in the order of all roles, even if roles shared a position before.
    """
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_ROLES)
    form = Form({"rows": call.body})
    bot = call.world.bot_member(guild)
    order = {role.id: n for n, role in enumerate(sorted(guild.roles.values(), key=rank))}
    top = max((order[role_id] for role_id in bot.role_ids), default=0)
    moves = []
    for index, row in enumerate(form.rows("rows", MAXIMUM_ROLES)):
        move = form.nested("rows", index, row)
        role = call.world.role(guild, move.snowflake("id", required=True) or "")
        position = move.integer("position", 0, MAXIMUM_ROLES, order[role.id])
        if role is guild.everyone or not outranks(guild, bot, role) or position >= top:
            raise errors.missing_permissions()
        moves.append((role, position))
    form.check()
    _sort(guild, order, moves)
    return Answer(200, [role_object(role) for role in guild.roles.values()])


def _sort(guild: Guild, order: dict[str, int], moves: list[tuple[Role, int]]) -> None:
    """Move roles, and renumber all roles so that no two share a position."""
    keys = {role_id: (place, 0) for role_id, place in order.items()}
    # A role that moves up goes above the role in its new place; one that moves down, below it.
    keys |= {role.id: (to, 1 if to > order[role.id] else -1) for role, to in moves}
    for position, role in enumerate(sorted(guild.roles.values(), key=lambda r: keys[r.id])):
        role.position = position


ROUTES = [
    write("PATCH", "/guilds/<guild_id>/channels", modify_channel_positions),
    write("PATCH", "/guilds/<guild_id>/roles", modify_role_positions),
]
