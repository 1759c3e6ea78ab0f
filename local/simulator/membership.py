"""People, and the bot, join and leave a guild, as testers want it.

Discord docs: Resources > Guild (Remove Guild Member, Create Guild Ban); Topics > OAuth2 > Bots. A
bot's own role exists as long as the bot is a member. Overwrites for a person stay in the channels.
"""

from collections.abc import Sequence

from local.simulator import errors
from local.simulator.guild import Guild, Member, Role, User
from local.simulator.world import World


def join(world: World, guild: Guild, user: User, role_ids: Sequence[str] = ()) -> Member:
    """Let a person join a guild; raises ValueError if the person is banned."""
    if user.id in guild.banned:
        raise ValueError(f"{user.username} is banned")
    member = world.add_member(guild, user, role_ids)
    world.written()
    return member


def leave(world: World, guild: Guild, user_id: str, *, banned: bool = False) -> None:
    """Let a member leave, or be kicked or ``banned``; the bot takes its role and commands along.

    Raises a 10007 for an unknown member, and ValueError for the owner, who cannot leave.
    """
    if user_id not in guild.members:
        raise errors.unknown_member()
    if user_id == guild.owner_id:
        raise ValueError("the owner cannot leave the guild")
    del guild.members[user_id]
    if banned:
        guild.banned.add(user_id)
    if user_id == world.bot.id:
        _uninstall(world, guild)
    world.written()


def _uninstall(world: World, guild: Guild) -> None:
    guild.has_commands = False
    world.commands.pop(guild.id, None)
    for role in [role for role in guild.roles.values() if role.bot_id == world.bot.id]:
        guild.remove_role(role.id)


def invite_bot(world: World, guild: Guild, permissions: int) -> Member:
    """Install the bot and its commands; its own role, if any, has ``permissions``.

    Raises ValueError if the bot is banned, or a member already.
    """
    if world.bot.id in guild.members:
        raise ValueError("the bot is in the guild")
    bot = join(world, guild, world.bot)
    bot.role_ids = own_roles(world, guild, permissions)
    guild.has_commands = True
    world.written()
    return bot


def own_roles(world: World, guild: Guild, permissions: int) -> list[str]:
    """Create the bot's own role if it has permissions, and return the ids of the bot's roles."""
    if not permissions:
        return []
    role = Role(world.snowflakes.next(), world.application.name, permissions, 1)
    role.bot_id = world.bot.id
    guild.roles[role.id] = role
    return [role.id]
