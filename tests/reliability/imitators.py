"""People who make a role look like the campaign's: by its name and colour, but not by all marks."""

from channelwright.campaign.campaign import colour, role_name
from local.simulator.guild import Role
from tests.reliability.people import SEND_MESSAGES, People

NAME = role_name("My Campaign")


class Imitators(People):
    """Moderators who imitate."""

    def make_an_old_role_like_ours(self, which: int) -> None:
        """Give a role that was there before the command the name and colour of ours."""
        self._put("1000000000000000000", 0)

    def make_a_role_like_ours_with_permissions(self, which: int) -> None:
        """Copy ours, as Discord offers to, and give the copy something to do."""
        self._put(self._discord.world.snowflakes.next(), SEND_MESSAGES)

    def _put(self, id_: str, permissions: int) -> None:
        (interaction,) = self._discord.world.interactions
        for other in self.guild.roles.values():
            other.position += other.position > 0  # a new role is the lowest, as in Discord
        self.guild.roles[id_] = Role(id_, NAME, permissions, 1, color=colour(interaction))
        self._keep(id_)
