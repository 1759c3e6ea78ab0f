"""The state of the simulated Discord."""

import random
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nacl.signing import SigningKey

from local.simulator import errors
from local.simulator.clock import Clock
from local.simulator.consistency import StaleReads
from local.simulator.guild import AuditEntry, Channel, Guild, Member, Role, User
from local.simulator.interactions import Interaction
from local.simulator.messages import Message
from local.simulator.rate_limits import RateLimits
from local.simulator.settings import Settings
from local.simulator.snowflakes import SnowflakeFactory


@dataclass
class Application:
    """The only application: its keys, and the fields that PATCH /applications/@me has set."""

    id: str
    name: str
    signing_key: SigningKey
    bot_token: str
    fields: dict[str, Any]

    @property
    def public_key(self) -> str:
        """The key that verifies interactions, in hex."""
        return bytes(self.signing_key.verify_key).hex()


class World:
    """The whole state; hold ``lock`` to read or change it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.snowflakes = SnowflakeFactory(clock)
        self.settings = Settings()
        # Seeded, so that every run is the same.
        self.random = random.Random(0)
        self.rate_limits = RateLimits(clock)
        self.stale_reads = StaleReads(clock)
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.messages: dict[str, list[Message]] = {}
        self.ephemeral_messages: dict[str, Message] = {}
        self.nonces: dict[tuple[str, str], Message] = {}
        self.commands: dict[str | None, list[dict[str, Any]]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.interaction_ids: dict[str, str] = {}
        self.requests: list[dict[str, Any]] = []
        self.application = Application(
            self.snowflakes.next(),
            "Channelwright",
            SigningKey.generate(),
            secrets.token_urlsafe(24) + "." + secrets.token_urlsafe(30),
            {},
        )
        self.bot = self.add_user("channelwright", bot=True)

    def add_user(self, username: str, *, bot: bool = False) -> User:
        """Create a user, or return the one with this name."""
        for user in self.users.values():
            if user.username == username:
                return user
        user = User(self.snowflakes.next(), username, bot)
        self.users[user.id] = user
        return user

    def add_member(self, guild: Guild, user: User, role_ids: Iterable[str] = ()) -> Member:
        """Add a user to a guild."""
        member = Member(user, self.clock.now(), list(role_ids))
        guild.members[user.id] = member
        return member

    def guild(self, guild_id: str) -> Guild:
        """Return a guild that the bot is in, or raise a 10004 or 50001."""
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise errors.unknown_guild()
        if self.bot.id not in guild.members:
            raise errors.missing_access()
        return guild

    def channel(self, channel_id: str) -> tuple[Guild, Channel]:
        """Return a channel and its guild, which the bot is in, or raise a 10003 or 50001."""
        for guild in self.guilds.values():
            if channel_id in guild.channels:
                return self.guild(guild.id), guild.channels[channel_id]
        raise errors.unknown_channel()

    def place(self, channel_id: str) -> tuple[Guild, Channel]:
        """Return a channel or thread and its guild, or raise; see ``channel``."""
        guild, channel = self.any_place(channel_id)
        return self.guild(guild.id), channel

    def any_place(self, channel_id: str) -> tuple[Guild, Channel]:
        """Return a channel or thread and its guild, or raise a 10003; the bot may be elsewhere."""
        for guild in self.guilds.values():
            if found := guild.place(channel_id):
                return guild, found
        raise errors.unknown_channel()

    def post(self, message: Message) -> None:
        """Show a message: in its channel or, if it is ephemeral, to one user."""
        if message.visible_to is not None:
            self.ephemeral_messages[message.id] = message
        else:
            self.messages.setdefault(message.channel_id, []).append(message)
            for guild in self.guilds.values():
                if place := guild.place(message.channel_id):
                    place.last_message_id = message.id

    def remove(self, message: Message) -> None:
        """Delete a message."""
        message.deleted = True
        self.ephemeral_messages.pop(message.id, None)
        shown = self.messages.get(message.channel_id, [])
        if message in shown:
            shown.remove(message)

    def message(self, message_id: str) -> Message:
        """Return a message, ephemeral or not, or raise a 10008."""
        if message_id in self.ephemeral_messages:
            return self.ephemeral_messages[message_id]
        for shown in self.messages.values():
            for message in shown:
                if message.id == message_id:
                    return message
        raise errors.unknown_message()

    def role(self, guild: Guild, role_id: str) -> Role:
        """Return a role of a guild, or raise a 10011."""
        if role_id not in guild.roles:
            raise errors.unknown_role()
        return guild.roles[role_id]

    def bot_member(self, guild: Guild) -> Member:
        """Return the bot as a member of a guild."""
        return guild.members[self.bot.id]

    def interaction(self, token: str) -> Interaction:
        """Return the interaction with this live token, or raise a 10015 or 50027."""
        interaction = self.interactions.get(self.interaction_ids.get(token, ""))
        if interaction is None or interaction.invalidated:
            raise errors.unknown_webhook()
        if interaction.expired(self.clock.now()):
            raise errors.invalid_webhook_token()
        return interaction

    def view(self, guild: Guild) -> Guild:
        """Return a guild as a GET sees it, which may be stale."""
        settings = self.settings
        if not settings.stale_reads_ms or self.random.random() >= settings.stale_reads_chance:
            return guild
        return self.stale_reads.view(guild, settings.stale_reads_ms / 1000)

    def latency_s(self) -> float:
        """Return the latency of a call, in seconds."""
        settings = self.settings
        if not settings.latency_ms or not settings.latency_spread:
            return settings.latency_ms / 1000
        return settings.latency_ms / 1000 * self.random.lognormvariate(0, settings.latency_spread)

    def written(self) -> None:
        """Record the guilds for stale reads, after a call that may have changed something."""
        if self.settings.stale_reads_ms:
            for guild in self.guilds.values():
                self.stale_reads.take_picture(guild)

    def audit(
        self, guild: Guild, action: str, target_id: str, name: str, reason: str | None
    ) -> None:
        """Add a line to a guild's audit log."""
        guild.audit_log.append(AuditEntry(action, target_id, name, reason, self.clock.now()))
