"""Moderators and operators, who act during a run; the bot must not change their things."""

import copy
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from local.simulator.guild import Channel, Guild, Role
from local.simulator.simulator import Simulator

CATEGORY, TEXT, VOICE, FORUM = 4, 0, 2, 15
SEND_MESSAGES, MANAGE_CHANNELS, MANAGE_ROLES = 1 << 11, 1 << 4, 1 << 28
VIEW_CHANNEL = 1 << 10
A_DAY = 24 * 3600


class People:
    """The moderators of a guild, and the operator of the bot.

    `others` is the state of every role and channel that is not the bot's, as people left it;
    `since` is when each got that state, and `since_call` how many calls of the bot had been
    answered by then. `copies` are those of `others` that copy the bot's things. Of the bot's own
    things, people changed those in `touched`, hid the channels in `hidden` from it, and deleted
    those in `deleted`: after how many of its answered calls, and when.
    """

    def __init__(self, discord: Simulator, stop: Callable[[], None]):
        self._discord = discord
        self._stop = stop
        self.guild: Guild = discord.guild()
        self.others: dict[str, dict[str, Any]] = {}
        self.copies: set[str] = set()
        self.since: dict[str, float] = {}
        self.since_call: dict[str, int] = {}
        self.touched: set[str] = set()
        self.hidden: set[str] = set()
        self.deleted: dict[str, tuple[int, float, Any]] = {}
        self.did: set[str] = set()
        self._at = 0
        for id_ in [*self.guild.roles, *self.guild.channels]:
            self._keep(id_)

    def act(self, kind: str, which: int, at: int) -> None:
        """Call the method `kind`, which does nothing if it finds no object to act on."""
        self._at = at
        with self._discord.world.lock:
            getattr(self, kind)(which)
            self.did.add(kind)
            self._discord.world.written()

    def asked_to_change(self, id_: str) -> set[str]:
        """Return the parts of a thing that the bot may change because somebody asked for it."""
        return set()

    # ---- Changes to the bot's things ----

    def delete_our_category(self, which: int) -> None:
        self._delete(self._ours(CATEGORY), which)

    def delete_our_channel(self, which: int) -> None:
        self._delete([c for c in self._ours() if c.type != CATEGORY], which)

    def delete_our_role(self, which: int) -> None:
        ours = self._our_roles()
        if ours:
            role = ours[which % len(ours)]
            self.deleted.setdefault(role.id, (self._at, self._discord.clock.now(), role))
            self.guild.remove_role(role.id)

    def rename_our_channel(self, which: int) -> None:
        ours = self._ours()
        if ours:
            channel = ours[which % len(ours)]
            self.touched.add(channel.id)
            channel.name = f"renamed-{which}"

    def hide_our_channel(self, which: int) -> None:
        self._hide([c for c in self._ours() if c.type != CATEGORY], which)

    def hide_our_category(self, which: int) -> None:
        self._hide(self._ours(CATEGORY), which)

    # ---- Additions beside and inside them ----

    def add_to_our_category(self, which: int) -> None:
        if self._ours(CATEGORY):
            self._add(TEXT, f"house-rules-{which}", which, inside=True)

    def copy_our_category(self, which: int) -> None:
        """Add a category with our category's name and overwrites, as "Clone Category" does."""
        if ours := self._ours(CATEGORY):
            self._copy(ours[which % len(ours)])

    def copy_our_channel(self, which: int) -> None:
        """Add a channel like ours beside it, as "Clone Channel" does."""
        if ours := [c for c in self._ours() if c.type != CATEGORY]:
            self._copy(ours[which % len(ours)])

    def add_same_named_to_our_category(self, which: int) -> None:
        """Add a channel with a planned name and kind, and with the category's overwrites."""
        kinds = {"general": TEXT, "gm-notes": TEXT, "voice-chat": VOICE, "gm-planning": FORUM}
        name = list(kinds)[which % len(kinds)]
        if ours := self._ours(CATEGORY):
            added = self._add(kinds[name], name, which, inside=True)
            added.overwrites = copy.deepcopy(ours[which % len(ours)].overwrites)
            self._keep(added.id)

    def move_into_our_category(self, which: int) -> None:
        ours = self._ours(CATEGORY)
        general = self.guild.channels.get(self._discord.info["channel_id"] or "")
        if ours and general:
            general.parent_id = ours[which % len(ours)].id
            self._keep(general.id)

    def make_same_named_role(self, which: int) -> None:
        names = [role.name for role in self._our_roles()] or ["My Campaign Members"]
        id_ = self._discord.world.snowflakes.next()
        for other in self.guild.roles.values():
            other.position += other.position > 0  # a new role is the lowest, as in Discord
        self.guild.roles[id_] = Role(id_, names[which % len(names)], 0, 1)
        self._keep(id_)

    def make_same_named_category(self, which: int) -> None:
        self._add(CATEGORY, "My Campaign", which)

    def make_same_named_channel(self, which: int) -> None:
        names = ("general", "voice-chat", "dice-rolls", "gm-planning")
        self._add(TEXT, names[which % len(names)], which)

    # ---- Changes to the bot ----

    def take_manage_channels(self, which: int) -> None:
        self._bot_role().permissions &= ~MANAGE_CHANNELS

    def take_manage_roles(self, which: int) -> None:
        self._bot_role().permissions &= ~MANAGE_ROLES

    def take_send_messages(self, which: int) -> None:
        self._bot_role().permissions &= ~SEND_MESSAGES

    def take_view_channel(self, which: int) -> None:
        """Let the bot see only channels whose overwrites name it."""
        for role in (self._bot_role(), self.guild.everyone):
            role.permissions &= ~VIEW_CHANNEL
            self._keep(role.id)

    def time_out(self, which: int) -> None:
        member = self.guild.members.get(self._discord.world.bot.id)
        if member:
            member.timed_out_until = self._discord.clock.now() + A_DAY

    def kick(self, which: int) -> None:
        self.guild.members.pop(self._discord.world.bot.id, None)

    def give_the_bot_another_role(self, which: int) -> None:
        """Give the bot another role with its permissions, and take them from its own role."""
        own, id_ = self._bot_role(), self._discord.world.snowflakes.next()
        self.guild.roles[id_] = Role(id_, "Helpers", own.permissions, 1)
        own.permissions = 0
        self.guild.members[self._discord.world.bot.id].role_ids.append(id_)
        self._keep(id_)

    def stop(self, which: int) -> None:
        self._stop()

    def jump(self, which: int) -> None:
        """Let time pass until shortly before or after a deadline of the work."""
        clock: Any = self._discord.clock
        clock.jump((600, 740, 770, 781, 840, 905)[which % 6])

    # ----

    def _ours(self, type_: int | None = None) -> list[Channel]:
        bot = self._discord.world.bot.id
        made = [c for c in self.guild.channels.values() if c.created_by == bot]
        return [c for c in made if type_ is None or c.type == type_]

    def _our_roles(self) -> list[Role]:
        made = {entry.target_id for entry in self.guild.audit_log if entry.action == "role_create"}
        return [role for role in self.guild.roles.values() if role.id in made]

    def _delete(self, ours: list[Channel], which: int) -> None:
        if ours:
            channel = ours[which % len(ours)]
            self.deleted.setdefault(channel.id, (self._at, self._discord.clock.now(), channel))
            self.guild.remove_channel(channel.id)

    def _hide(self, ours: list[Channel], which: int) -> None:
        """Remove the overwrite that lets the bot see a channel."""
        if ours:
            channel = ours[which % len(ours)]
            self.hidden.add(channel.id)
            channel.overwrites.pop(self._discord.world.bot.id, None)

    def _add(self, type_: int, name: str, which: int, *, inside: bool = False) -> Channel:
        categories = self._ours(CATEGORY) if inside else []
        id_ = self._discord.world.snowflakes.next()
        channel = Channel(id_, self.guild.id, type_, name, 7, created_by=self.guild.owner_id)
        channel.parent_id = categories[which % len(categories)].id if categories else None
        self.guild.channels[id_] = channel
        self._keep(id_)
        return channel

    def _copy(self, channel: Channel) -> None:
        added = self._add(channel.type, channel.name, 0)
        added.parent_id, added.topic = channel.parent_id, channel.topic
        added.overwrites = copy.deepcopy(channel.overwrites)
        self._keep(added.id)
        self.copies.add(added.id)

    def _bot_role(self) -> Role:
        bot = self._discord.world.bot.id
        return next(role for role in self.guild.roles.values() if role.bot_id == bot)

    def _keep(self, id_: str) -> None:
        self.others[id_] = copy.deepcopy(self.state(id_))
        self.since[id_] = self._discord.clock.now()
        self.since_call[id_] = self._at

    def state(self, id_: str) -> dict[str, Any]:
        """Return the parts of a role or channel that must not change.

        A role's position is left out: it moves when other roles are added. So is a channel's last
        message, which may be the bot's own.
        """
        thing = self.guild.roles.get(id_) or self.guild.channels.get(id_)
        if thing is None:
            return {}
        state = asdict(thing)
        state.pop("last_message_id", None)
        if isinstance(thing, Role):
            del state["position"]
            if thing.bot_id:
                del state["permissions"]  # moderators may take them away
        return state
