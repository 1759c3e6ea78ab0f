"""The part of the simulator in which users interact and the application answers."""

from collections.abc import Sequence
from typing import Any

import requests

from local.simulator import callbacks, delivery, errors, invocations, presses
from local.simulator.clock import Clock
from local.simulator.contract import Contract
from local.simulator.delivery import Delivery, SignedInteraction
from local.simulator.guild import Guild
from local.simulator.guild_setup import guild_ids
from local.simulator.interactions import AUTOCOMPLETE, Interaction
from local.simulator.messages import Message
from local.simulator.responses import DEFERRED_CHANNEL_MESSAGE, DEFERRED_UPDATE_MESSAGE
from local.simulator.world import World


class Interacting:
    """Builds and delivers interactions, and tells what became of them."""

    world: World
    session: requests.Session
    contract: Contract | None

    @property
    def clock(self) -> Clock:
        """The simulator's clock."""
        return self.world.clock

    def guild(self, guild_id: str | None = None) -> Guild:
        """Return a guild's state (default: the default guild), which the caller may change."""
        raise NotImplementedError

    def build_interaction(
        self,
        command: str,
        options: dict[str, Any] | None = None,
        *,
        guild_id: str | None = None,
        channel_id: str | None = None,
        user_id: str | None = None,
        type_: int = 2,
        direct: bool = False,
        overrides: dict[str, Any] | None = None,
        hostile: bool = False,
        acked: bool = False,
    ) -> SignedInteraction:
        """Create and sign an interaction, by default the owner's in #general.

        ``command`` may be a path to a subcommand: "campaign delete". ``direct`` sends it from a
        direct message with the bot. ``overrides`` replaces top-level fields of the payload (None
        removes one). ``hostile`` allows what Discord would never send; otherwise, ValueError tells
        what it would not, such as an option that the registered command does not have. ``acked``
        records a deferred answer, whose message exists at once.
        """
        with self.world.lock:
            guild = self.guild(guild_id)
            ids = guild_ids(guild, self.world.bot.id)
            signed = invocations.build(
                self.world,
                command,
                options or {},
                guild_id=guild.id,
                channel_id=channel_id or ids["channel_id"] or "",
                user_id=user_id or guild.owner_id,
                type_=type_,
                direct=direct,
                overrides=overrides,
                hostile=hostile,
            )
            return self._sent(signed, DEFERRED_CHANNEL_MESSAGE if acked else None)

    def build_autocomplete(
        self,
        command: str,
        focused: str,
        value: Any = "",
        options: dict[str, Any] | None = None,
        **other: Any,
    ) -> SignedInteraction:
        """Create and sign an autocomplete interaction: a user has typed ``value`` so far.

        ``focused`` is the option that the user types, ``options`` are those that are entered
        already. ``other`` parameters are those of ``build_interaction``.
        """
        entered = {name: given for name, given in (options or {}).items() if name != focused}
        given = entered | {focused: value}
        return self.build_interaction(command, given, type_=AUTOCOMPLETE, **other)

    def choices(self, interaction_id: str) -> list[dict[str, Any]] | None:
        """Return the choices that answered an autocomplete interaction; None if nothing did."""
        with self.world.lock:
            return self.interaction(interaction_id).choices

    def build_press(
        self,
        id_: str,
        custom_id: str,
        *,
        user_id: str | None = None,
        values: Sequence[str] | None = None,
        overrides: dict[str, Any] | None = None,
        hostile: bool = False,
        acked: bool = False,
    ) -> SignedInteraction:
        """Create and sign a press of a message's component.

        ``id_`` is the message's id, or that of the interaction that the message answers. By
        default, the owner presses or, if the message is ephemeral, the user who sees it. ``values``
        are picked in a select. ``overrides`` and ``hostile`` are those of ``build_interaction``;
        ``acked`` records a deferred update. Raises ValueError if the user cannot do this, a 10008
        for an unknown message.
        """
        with self.world.lock:
            message = self._answer_or_message(id_)
            owner_id = self.world.any_place(message.channel_id)[0].owner_id
            signed = presses.build_press(
                self.world,
                message,
                custom_id,
                user_id=user_id or message.visible_to or owner_id,
                values=values,
                overrides=overrides,
                hostile=hostile,
            )
            return self._sent(signed, DEFERRED_UPDATE_MESSAGE if acked else None)

    def _answer_or_message(self, id_: str) -> Message:
        if id_ in self.world.interactions:
            return self.world.interactions[id_].original_at(self.clock.now())
        return self.world.message(id_)

    def _sent(self, signed: SignedInteraction, answer: int | None) -> SignedInteraction:
        """Return the interaction; record an ``answer`` of this type, which takes effect at once."""
        if answer is not None:
            self.receive(signed.id, {"type": answer})
            self.interaction(signed.id).acked_at = self.clock.now()
        return signed

    @property
    def endpoint(self) -> str:
        """The URL to which Discord sends interactions; raises KeyError if the application has none.

        (Discord docs: Interactions > Overview > Setting an Endpoint.)
        """
        with self.world.lock:
            url: str | None = self.world.application.fields.get("interactions_endpoint_url")
        if not url:
            raise KeyError("interactions_endpoint_url")
        return url

    def endpoint_for(self, command: str) -> str:
        """Return the URL to which Discord would send a command or a subcommand ("campaign list").

        Raises KeyError unless the application has an endpoint and has registered the command.
        """
        url = self.endpoint
        with self.world.lock:
            registered = {c["name"] for commands in self.world.commands.values() for c in commands}
        if command.partition(" ")[0] not in registered:
            raise KeyError(f"/{command}")
        return url

    def deliver(self, signed: SignedInteraction, url: str) -> Delivery:
        """Post an interaction to the application at ``url``, and record its answer."""
        delivered = delivery.deliver(self.world, self.session, signed, url)
        self._check_response(delivered.status, delivered.response)
        return delivered

    def receive(self, interaction_id: str, response: Any, status: int | None = 200) -> None:
        """Record the application's answer to an interaction that was delivered by others."""
        callbacks.receive(self.world, self.interaction(interaction_id).id, status, response)
        self._check_response(status, response)

    def _check_response(self, status: int | None, response: Any) -> None:
        if self.contract is not None and status is not None and 200 <= status < 300:
            self.contract.check_response(response)

    def interaction(self, interaction_id: str) -> Interaction:
        """Return an interaction's state, or raise a 10062."""
        try:
            return self.world.interactions[interaction_id]
        except KeyError:
            raise errors.unknown_interaction() from None

    def messages(self, interaction_id: str) -> list[dict[str, Any]]:
        """Return the versions of @original that an interaction wrote, the oldest first.

        A press that updates a message writes versions of its own (see ``read_messages``).
        """
        with self.world.lock:
            return list(self.interaction(interaction_id).versions)

    def failure(self, interaction_id: str) -> str | None:
        """Return what the user reads if an interaction failed, such as "This interaction failed".

        None means that it succeeded, or that Discord still waits for its answer.
        """
        with self.world.lock:
            deadline_s = self.world.settings.response_deadline_s
            return self.interaction(interaction_id).failure(self.clock.now(), deadline_s)
