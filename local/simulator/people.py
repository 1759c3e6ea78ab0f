"""Lets people, not bots, write and read messages and find commands.

Discord docs: Topics > Permissions; Interactions > Application Commands > Permissions.
"""

from local.simulator import errors
from local.simulator.guild import CATEGORY, FORUM, Channel, Guild, Member
from local.simulator.message_objects import message_object
from local.simulator.messages import Message
from local.simulator.objects import Json
from local.simulator.permissions import (
    ADMINISTRATOR,
    READ_MESSAGE_HISTORY,
    base_permissions,
    can_access,
    channel_permissions,
    to_send_in,
)
from local.simulator.world import World


def write_message(world: World, channel_id: str, user_id: str, content: str) -> Message:
    """Let a person write a message.

    Raises a 404 for an unknown channel or member, a 403 if the person may not write there, a 50008
    where nobody can, and a 50035 or 50006 for wrong content.
    """
    guild, channel = world.any_place(channel_id)
    _need(world, guild, channel, user_id, to_send_in(channel))
    if channel.type in {CATEGORY, FORUM}:
        raise errors.not_a_text_channel()
    message = Message("", channel_id, user_id, world.clock.now())
    message.write({"content": content})
    message.id = world.snowflakes.next()
    world.post(message)
    world.written()
    return message


def read_messages(world: World, channel_id: str, user_id: str) -> list[Json]:
    """Return the messages that a person sees in a channel, the oldest first.

    The ephemeral ones are among them. Raises a 404 for an unknown channel or member, a 403 if the
    person does not see the channel.
    """
    guild, channel = world.any_place(channel_id)
    _need(world, guild, channel, user_id, READ_MESSAGE_HISTORY)
    own = [
        message
        for message in world.ephemeral_messages.values()
        if (message.channel_id, message.visible_to) == (channel_id, user_id)
    ]
    seen = [*world.messages.get(channel_id, []), *own]
    return [message_object(world, m) for m in sorted(seen, key=lambda message: int(message.id))]


def offered_commands(world: World, guild: Guild, member: Member) -> list[str]:
    """Return the names of the commands that Discord offers to a member by default.

    Without ``default_member_permissions``, a command is for everyone; with "0", for administrators.
    Where the bot has been removed, there are none.
    """
    if not guild.has_commands:
        return []
    held = base_permissions(guild, member, world.clock.now())
    commands = [*world.commands.get(guild.id, []), *world.commands.get(None, [])]
    needed = {c["name"]: c["default_member_permissions"] for c in commands[::-1]}
    return sorted(name for name, bits in needed.items() if _holds(held, bits))


def _holds(held: int, needed: str | None) -> bool:
    if needed is None or held & ADMINISTRATOR:
        return True
    return int(needed) != 0 and not int(needed) & ~held


def _need(world: World, guild: Guild, channel: Channel, user_id: str, permission: int) -> None:
    member = guild.members.get(user_id)
    if member is None:
        raise errors.unknown_member()
    held = channel_permissions(guild, member, channel, world.clock.now())
    if not can_access(channel, held):
        raise errors.missing_access()
    if permission & ~held:
        raise errors.missing_permissions()
