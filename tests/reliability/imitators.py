"""People who imitate the campaign's role: its name and colour, but not all of its marks."""

from channelwright.campaign.campaign import colour, role_name
from local.simulator.guild import Role
from tests.reliability.people import SEND_MESSAGES, People

NAME = role_name("My Campaign")


class Imitators(People):
    """Moderators who imitate."""

    def make_an_old_role_like_ours(self, which: int) -> None:
        """Add a role that is older than the command and has our role's name and colour."""
        self._put("1000000000000000000", 0)

    def make_a_role_like_ours_with_permissions(self, which: int) -> None:
        """Copy our role, as Discord offers to, and give the copy a permission."""
        self._put(self._discord.world.snowflakes.next(), SEND_MESSAGES)

    def _put(self, id_: str, permissions: int) -> None:
        (interaction,) = self._discord.world.interactions
        for other in self.guild.roles.values():
            other.position += other.position > 0  # a new role is the lowest, as in Discord
        self.guild.roles[id_] = Role(id_, NAME, permissions, 1, color=colour(interaction))
        self._keep(id_)
