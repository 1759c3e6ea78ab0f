"""Eventual consistency: reads that do not show the latest writes yet."""

import copy
from dataclasses import dataclass, replace

from local.simulator.clock import Clock
from local.simulator.guild import Channel, Guild, Member, Role


@dataclass
class _Picture:
    """A guild's state at the time ``at``, in Unix seconds."""

    at: float
    roles: dict[str, Role]
    channels: dict[str, Channel]
    members: dict[str, Member]


class StaleReads:
    """Keeps earlier states of the guilds, from which stale reads answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pictures: dict[str, list[_Picture]] = {}

    def forget(self) -> None:
        """Forget all pictures: reads are fresh until the next picture is taken."""
        self._pictures.clear()

    def take_picture(self, guild: Guild) -> None:
        """Record a guild's state, which holds from now on."""
        now = _Picture(self._clock.now(), guild.roles, guild.channels, guild.members)
        self._pictures.setdefault(guild.id, []).append(copy.deepcopy(now))

    def view(self, guild: Guild, stale_s: float) -> Guild:
        """Return the guild as it was ``stale_s`` seconds ago, or in its first picture."""
        pictures = self._pictures.get(guild.id)
        if not pictures or not stale_s:
            return guild
        old = [p for p in pictures if p.at <= self._clock.now() - stale_s]
        picture = old[-1] if old else pictures[0]
        return replace(
            guild, roles=picture.roles, channels=picture.channels, members=picture.members
        )
