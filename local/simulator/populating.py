"""The part of the simulator in which people and the bot join and leave guilds."""

from collections.abc import Sequence

from local.simulator import membership
from local.simulator.guild import Guild, Member
from local.simulator.permissions import BOT_DEFAULT
from local.simulator.world import World


class Populating:
    """Lets people, and the bot, join and leave."""

    world: World

    def guild(self, guild_id: str | None = None) -> Guild:
        """Return a guild's state (default: the default guild), which the caller may change."""
        raise NotImplementedError

    def add_member(
        self, username: str, guild_id: str | None = None, role_ids: Sequence[str] = ()
    ) -> Member:
        """Add a user to a guild; creates the user unless the name is known.

        Raises ValueError if the user is banned.
        """
        with self.world.lock:
            user = self.world.add_user(username)
            return membership.join(self.world, self.guild(guild_id), user, role_ids)

    def remove_member(
        self, user_id: str, guild_id: str | None = None, *, banned: bool = False
    ) -> None:
        """Let a member leave, or be ``banned``; the bot too (see ``membership.leave``)."""
        with self.world.lock:
            membership.leave(self.world, self.guild(guild_id), user_id, banned=banned)

    def invite_bot(self, guild_id: str | None = None, permissions: int = BOT_DEFAULT) -> Member:
        """Invite the bot to a guild that it is not in (see ``membership.invite_bot``)."""
        with self.world.lock:
            return membership.invite_bot(self.world, self.guild(guild_id), permissions)
