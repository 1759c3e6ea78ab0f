"""The simulator as a Python object; the control API is a thin layer over it."""

from collections.abc import Sequence
from typing import Any

import requests

from local.simulator import people
from local.simulator.clock import Clock, SystemClock
from local.simulator.contract import Contract, named_by_environment
from local.simulator.faults import Faults
from local.simulator.guild import PUBLIC_THREAD, Guild
from local.simulator.guild_setup import GAME_MASTER, PLAYER, add_guild, add_thread, guild_ids
from local.simulator.interacting import Interacting
from local.simulator.message_objects import message_object
from local.simulator.moderating import Moderating
from local.simulator.permissions import BOT_DEFAULT
from local.simulator.populating import Populating
from local.simulator.settings import Settings
from local.simulator.snapshot import snapshot
from local.simulator.view import view
from local.simulator.world import World


class Simulator(Interacting, Populating, Moderating):
    """A simulated Discord with one application, its bot, and a default guild.

    ``session`` delivers interactions; tests may mount an adapter on it. ``base_url`` is the address
    of the API. ``contract`` records violations of Discord's document; by default, it is the
    process's own if the environment names a document.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        base_url: str = "https://discord.com",
        contract: Contract | None = None,
    ) -> None:
        self.world = World(clock or SystemClock())
        self.faults = Faults()
        self.session = requests.Session()
        # Discord does not use the proxies and .netrc of this machine.
        self.session.trust_env = False
        self.base_url = base_url
        self.contract = contract or named_by_environment()
        self._default_guild = add_guild(self.world)

    def close(self) -> None:
        """Close the connections to the application."""
        self.session.close()

    @property
    def info(self) -> dict[str, Any]:
        """The data that a bot and its testers need, with the ids of the default guild."""
        application = self.world.application
        with self.world.lock:
            ids = guild_ids(self._default_guild, self.world.bot.id)
        return {
            "application_id": application.id,
            "public_key": application.public_key,
            "bot_token": application.bot_token,
            "bot_user_id": self.world.bot.id,
            **ids,
            "api_base_url": f"{self.base_url}/api/v10",
        }

    @property
    def settings(self) -> Settings:
        """The settings; change them with ``configure``."""
        return self.world.settings

    def configure(self, **changes: Any) -> Settings:
        """Change settings (see ``Settings``)."""
        with self.world.lock:
            self.world.settings.update(changes)
            if "stale_reads_ms" in changes:
                self.world.stale_reads.forget()
                self.world.written()
            return self.world.settings

    def add_guild(
        self,
        *,
        name: str = "The Yawning Portal",
        features: Sequence[str] = (),
        forums: bool = True,
        bot_permissions: int | None = BOT_DEFAULT,
        owner: str = GAME_MASTER,
        players: Sequence[str] = (PLAYER,),
    ) -> dict[str, Any]:
        """Add a guild (see ``guild_setup.add_guild``); returns its ids as ``info`` has them."""
        with self.world.lock:
            guild = add_guild(
                self.world,
                name=name,
                features=features,
                forums=forums,
                bot_permissions=bot_permissions,
                owner=owner,
                players=players,
            )
            return guild_ids(guild, self.world.bot.id)

    def guild(self, guild_id: str | None = None) -> Guild:
        """Return a guild's state (default: the default guild), which the caller may change."""
        return self.world.guilds[guild_id] if guild_id else self._default_guild

    def add_thread(
        self,
        channel_id: str,
        *,
        name: str = "Thread",
        type_: int = PUBLIC_THREAD,
        guild_id: str | None = None,
    ) -> str:
        """Add the owner's thread in a channel, or post in a forum, and return its id."""
        with self.world.lock:
            return add_thread(self.world, self.guild(guild_id), channel_id, name, type_).id

    def snapshot(self, guild_id: str | None = None) -> dict[str, Any]:
        """Return a guild's state for testers: its members, roles, channels and audit log."""
        with self.world.lock:
            return snapshot(self.guild(guild_id))

    def view(self) -> dict[str, Any]:
        """Return everything that people see, of all guilds (see ``view.view``)."""
        with self.world.lock:
            return view(self.world, self.faults)

    def write_message(
        self, content: str, *, channel_id: str | None = None, user_id: str | None = None
    ) -> dict[str, Any]:
        """Let a person (default: the owner) write in a channel (default: #general).

        Returns the message object; raises a ``DiscordHTTPError`` if the person cannot do this.
        """
        with self.world.lock:
            where, who = channel_id or self.info["channel_id"], user_id or self.info["owner_id"]
            message = people.write_message(self.world, where, who, content)
            return message_object(self.world, message)

    def read_messages(
        self, *, channel_id: str | None = None, user_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the messages that a person (default: the owner) sees in a channel.

        The default channel is #general. The oldest message comes first; the person's ephemeral ones
        are among them.
        """
        with self.world.lock:
            where, who = channel_id or self.info["channel_id"], user_id or self.info["owner_id"]
            return people.read_messages(self.world, where, who)

    def offered_commands(
        self, user_id: str | None = None, guild_id: str | None = None
    ) -> list[str]:
        """Return the names of the commands that Discord offers to a member (default: the owner)."""
        with self.world.lock:
            guild = self.guild(guild_id)
            member = guild.members[user_id or guild.owner_id]
            return people.offered_commands(self.world, guild, member)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Return the API calls so far, without the interactions' tokens."""
        with self.world.lock:
            return list(self.world.requests)

    def clear_requests(self) -> None:
        """Forget the API calls so far."""
        with self.world.lock:
            self.world.requests.clear()
