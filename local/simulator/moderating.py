"""Moderators change channels by hand.

Discord docs: Resources > Channel (Delete/Close Channel), Guild (Modify Guild Channel Positions).
"""

from local.simulator import errors
from local.simulator.guild import CATEGORY, Channel, Guild
from local.simulator.world import World


class Moderating:
    """Lets a moderator delete and move channels."""

    world: World

    def guild(self, guild_id: str | None = None) -> Guild:
        """Return a guild's state (default: the default guild), which the caller may change."""
        raise NotImplementedError

    def delete_channel(self, channel_id: str, guild_id: str | None = None) -> None:
        """Delete a channel or a category; raises a 10003 for an unknown one."""
        with self.world.lock:
            guild = self.guild(guild_id)
            _channel(guild, channel_id)
            guild.remove_channel(channel_id)
            self.world.written()

    def move_channel(
        self, channel_id: str, parent_id: str | None, guild_id: str | None = None
    ) -> None:
        """Move a channel into a category, or (None) out of its own.

        Raises a 10003 for an unknown channel, ValueError for a category or into anything else.
        """
        with self.world.lock:
            guild = self.guild(guild_id)
            channel = _channel(guild, channel_id)
            if channel.type == CATEGORY:
                raise ValueError("a category has no parent")
            if parent_id is not None and _channel(guild, parent_id).type != CATEGORY:
                raise ValueError("a channel's parent is a category")
            channel.parent_id = parent_id
            self.world.written()


def _channel(guild: Guild, channel_id: str) -> Channel:
    if channel_id not in guild.channels:
        raise errors.unknown_channel()
    return guild.channels[channel_id]
