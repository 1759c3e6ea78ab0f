"""An API call as its handler receives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.form import is_decimal
from local.simulator.guild import Channel, Guild
from local.simulator.permissions import (
    ELEVATED,
    base_permissions,
    can_access,
    channel_permissions,
)
from local.simulator.rate_limits import Counted
from local.simulator.world import World


@dataclass
class Call:
    """The world, the client's body and query, and its reason for the audit log."""

    world: World
    body: Any
    query: Mapping[str, str]
    reason: str | None

    def query_integer(
        self, name: str, default: int, minimum: int = 0, maximum: int = (1 << 64) - 1
    ) -> int:
        """Return an integer from the query, or ``default``; raises a 50035 if it is wrong."""
        value = self.query.get(name)
        if value is None:
            return default
        if not is_decimal(value):
            message = f'Value "{value}" is not int.'
            raise errors.invalid_form({name: ("NUMBER_TYPE_COERCE", message)})
        if not minimum <= int(value) <= maximum:
            message = f"Must be between {minimum} and {maximum}."
            raise errors.invalid_form({name: ("NUMBER_TYPE_MAX", message)})
        return int(value)

    def query_boolean(self, name: str) -> bool:
        """Return a boolean from the query (Discord docs: Reference > Boolean Query Strings)."""
        return self.query.get(name) in {"true", "True", "1"}

    def count(self, limit: str, resource: str) -> None:
        """Count the call's action in a limit that counts actions; raises a 429 if it is used up."""
        settings = self.world.settings
        if settings.rate_limits:
            counted = [Counted(limit, "", resource)]
            self.world.rate_limits.count(counted, settings.limits, globally=False)

    def need_in_guild(self, guild: Guild, permissions: int) -> None:
        """Raise a 403 unless the bot has all of these permissions in the guild."""
        if permissions & ~self.held_in_guild(guild):
            raise errors.missing_permissions()
        self._need_two_factor(guild, permissions)

    def _need_two_factor(self, guild: Guild, permissions: int) -> None:
        if permissions & ELEVATED and guild.mfa_level and not self.world.bot.mfa_enabled:
            raise errors.two_factor_required()

    def held_in_guild(self, guild: Guild) -> int:
        """Return the bot's permissions in the guild as a whole."""
        return base_permissions(guild, self.world.bot_member(guild), self.world.clock.now())

    def held_in_channel(self, guild: Guild, channel: Channel) -> int:
        """Return the bot's permissions in a channel."""
        bot = self.world.bot_member(guild)
        return channel_permissions(guild, bot, channel, self.world.clock.now())

    def need_in_channel(self, guild: Guild, channel: Channel, permissions: int) -> None:
        """Raise a 403 unless the bot can access a channel and has these permissions there."""
        held = self.held_in_channel(guild, channel)
        if not can_access(channel, held):
            raise errors.missing_access()
        if permissions & ~held:
            raise errors.missing_permissions()
        self._need_two_factor(guild, permissions)


Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """A method and a path (werkzeug's rule syntax, after /api/v10) with their handler.

    ``limits`` names the rate limits that count its calls. If ``bot_token`` is False, a token in the
    path authorizes the call, and the global limit does not count it.
    """

    method: str
    path: str
    handler: Handler
    limits: tuple[str, ...]
    bot_token: bool = True


def read(path: str, handler: Handler) -> Route:
    """Return the route of a GET."""
    return Route("GET", path, handler, ("read",))


def write(method: str, path: str, handler: Handler, *limits: str) -> Route:
    """Return the route of a call that changes something.

    Its answers' headers show the first of ``limits``, by default "write".
    """
    return Route(method, path, handler, limits or ("write",))
