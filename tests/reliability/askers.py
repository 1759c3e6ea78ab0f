"""People who have a campaign deleted, and those who hinder them or change it meanwhile."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channelwright.campaign import buttons
from channelwright.commands import add_campaign, campaign
from channelwright.commands.command import Refused
from channelwright.records.record import Record
from interaction import DEFERRED_MESSAGE, DEFERRED_UPDATE, EPHEMERAL
from local.simulator.delivery import SignedInteraction
from local.simulator.errors import DiscordHTTPError
from local.simulator.guild import CATEGORY
from local.simulator.messages import Message
from local.simulator.permissions import ADMINISTRATOR, base_permissions
from local.simulator.simulator import Simulator
from tests.reliability import standing
from tests.reliability.imitators import Imitators
from tests.reliability.people import A_DAY

Request = dict[str, Any]
# The requests to the bot; all else that people do is an event.
ASKING = frozenset(
    {"look", "look_inside", "undo", "press", "press_twice", "press_first", "manager_looks"}
    | {"manager_presses", "both_press"}
)


@dataclass
class Asked:
    """A command (`look`) or a press of the button of its message, by a user.

    `shown` is the preview above the button. If people `changed` the campaign since they saw it, or
    the user `may` not delete it, nothing must be deleted; None: it was asked in the midst of
    something, or people gave the user the right after that. `opened` are the ids of others'
    channels for which alone a user may not give the campaign's role, because it opens them.
    """

    request: Request
    look: str
    by: str
    at: float
    shown: str = ""
    changed: bool | None = False
    may: bool | None = True
    opened: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        return str(self.request["interaction_id"])


class Askers(Imitators):
    """The game master, a manager of the server, and others; `asked` is all that was asked."""

    def __init__(
        self,
        discord: Simulator,
        stop: Callable[[], None],
        records: Callable[[], list[Record]],
        ask: Callable[[Request], None],
    ):
        super().__init__(discord, stop)
        self._records = records
        self._ask = ask
        self.record = records()[0]
        self._campaign_id = self.record["campaign_id"]
        self.ours = standing.things(self.record)
        self.master = self.record["game_master"]
        self.manager = self._user(standing.MANAGER)
        self.asked: list[Asked] = []
        self.left_then: list[Any] = []
        self.guests_then: list[str] = []
        self.known_then: Record | None = None
        self.logged_then = len(self.guild.audit_log)
        self._read_until = 0
        self._seen: dict[str, Any] = {}
        # Nothing else happens while a step begins.
        self.is_quiet = False
        for id_ in self.ours:
            del self.others[id_]
        bot = discord.world.bot.id
        self._had = {id_: self.guild.members[id_] for id_ in (bot, self.master)}
        self._could = {
            role.id: role.permissions for role in (self._bot_role(), self.guild.everyone)
        }
        self._open = {
            id_: self.guild.channels[id_].overwrites[bot]
            for id_ in self.ours
            if id_ in self.guild.channels
        }

    # ---- What they ask ----

    def look(self, which: int) -> None:
        self._look(self.master, self._discord.info["channel_id"])

    def look_inside(self, which: int) -> None:
        """Ask in one of the campaign's own channels, which goes last."""
        self._look(self.master, self.record["channels"][which % len(self.record["channels"])]["id"])

    def manager_looks(self, which: int) -> None:
        self._look(self.manager, self._discord.info["channel_id"])

    def undo(self, which: int) -> None:
        """Press *Undo* below the campaign's summary."""
        world, custom_id = self._discord.world, buttons.undo(self._campaign_id)
        below = buttons.below("Undo", buttons.SECONDARY, custom_id)
        where, bot = self._discord.info["channel_id"], world.bot.id
        summary = Message(world.snowflakes.next(), where, bot, self._now())
        summary.write({"content": "Created", "components": below})
        world.post(summary)
        if self.master in self.guild.members:
            signed = self._discord.build_press(summary.id, custom_id, user_id=self.master)
            self._preview(signed, campaign.undo(read(signed.body), custom_id), self.master)

    def press(self, which: int) -> None:
        self._press(self._looks(self.master)[-1:])

    def press_first(self, which: int) -> None:
        """Press the button of the oldest preview."""
        self._press(self._looks(self.master)[:1])

    def press_twice(self, which: int) -> None:
        self._press(self._looks(self.master)[-1:] * 2)

    def manager_presses(self, which: int) -> None:
        self._press(self._looks(self.manager)[-1:])

    def both_press(self, which: int) -> None:
        self._press([*self._looks(self.master)[-1:], *self._looks(self.manager)[-1:]])

    def build(self, which: int) -> None:
        """Run /add-campaign with the same name."""
        name = {"name": self.record["name"]}
        signed = self._discord.build_interaction("add-campaign", name, user_id=self.manager)
        self._discord.receive(signed.id, {"type": DEFERRED_MESSAGE})
        self._ask(add_campaign.task(read(signed.body), lambda _guild_id: self._records()))

    def _look(self, by: str, channel_id: Any) -> None:
        if by not in self.guild.members or channel_id not in self.guild.channels:
            return
        options = {"campaign": self._campaign_id}
        signed = self._discord.build_interaction(
            "campaign delete", options, user_id=by, channel_id=channel_id
        )
        try:
            task: Any = campaign.task(read(signed.body), lambda _guild_id: self._records())
        except Refused:
            return  # answered at once
        self._preview(signed, task, by)

    def _preview(self, signed: SignedInteraction, task: Any, by: str) -> None:
        answer = {"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}
        self._discord.receive(signed.id, answer)
        self._send(Asked(task, signed.id, by, self._now()))

    def _press(self, looks: list[str]) -> None:
        """Press the button of each message, if there is one, all at once."""
        pressed = [one for look in looks if (one := self._pressed(look))]
        for one in pressed:
            self._discord.receive(one.id, {"type": DEFERRED_UPDATE})
            self._send(one)

    def _pressed(self, look: str) -> Asked | None:
        message = self._discord.interaction(look).original
        by = self._discord.interaction(look).user_id
        if message is None or not message.components or by not in self.guild.members:
            return None
        custom_id = message.components[0]["components"][0]["custom_id"]
        try:
            signed = self._discord.build_press(look, custom_id, user_id=by)
        except (ValueError, DiscordHTTPError):
            return None  # the channel of the message is gone, or hidden
        task: Any = campaign.confirm(read(signed.body), custom_id)
        changed = self._state() != self._seen.get(look) if self.is_quiet else None
        may = self._may(by) if self.is_quiet else None
        return Asked(task, look, by, self._now(), message.content, changed, may)

    def _send(self, asked: Asked) -> None:
        self.asked.append(asked)
        self._ask(asked.request)

    def _looks(self, by: str) -> list[str]:
        looks = (one for one in self.asked if one.request["kind"] == "deletion")
        return [one.id for one in looks if one.id == one.look and one.by == by]

    # ---- What the checks have to know ----

    def read(self) -> None:
        """Let people read the answers since the last time: they show the server as it is now."""
        new = self.asked[self._read_until :]
        self._read_until = len(self.asked)
        self._seen |= {one.look: self._state() for one in new}

    def _state(self) -> Any:
        """Return what a preview depends on: what stands where, as far as the bot may see it."""
        seen = {
            id_: (one.parent_id, bool(one.last_message_id))
            for id_, one in self.guild.channels.items()
            if id_ in self.ours.keys() - self.hidden
        }
        guests = [id_ for id_ in self.guests if self.is_shown(id_)]
        return seen, guests, self.record["role"] in self.guild.roles

    def _may(self, by: str) -> bool:
        member = self.guild.members[by]
        return not self._is_bound(by) and (by == self.master or bool(member.role_ids))

    def _is_bound(self, by: str) -> bool:
        """Tell whether somebody is timed out, which does not bind administrators."""
        member = self.guild.members[by]
        is_admin = base_permissions(self.guild, member) & ADMINISTRATOR
        return not is_admin and member.timed_out(self._now())

    def end(self) -> None:
        """Keep what is left, and known, before somebody finishes it."""
        self.left_then = self.left
        self.guests_then = self.guests
        self.known_then = self.known
        self.logged_then = len(self.guild.audit_log)

    @property
    def known(self) -> Record | None:
        """Return the campaign's record."""
        records = [one for one in self._records() if one["campaign_id"] == self._campaign_id]
        return records[0] if records else None

    @property
    def left(self) -> list[Any]:
        """Return the roles and channels of the campaign that stand."""
        standing = [*self.guild.roles.values(), *self.guild.channels.values()]
        return [one for one in standing if one.id in self.ours]

    @property
    def guests(self) -> list[str]:
        """Return the ids of others' channels in the campaign's category."""
        inside = [c for c in self.guild.channels.values() if c.parent_id == self.record["category"]]
        return [one.id for one in inside if one.id not in self.ours]

    def is_shown(self, id_: str) -> bool:
        """Tell whether the bot may see a channel of others in the campaign's category."""
        overwrites = self.others[id_]["overwrites"]
        is_hidden = bool(overwrites) and self._discord.world.bot.id not in overwrites
        return not is_hidden and "take_view_channel" not in self.did

    def forgive(self) -> None:
        """Give the bot and the game master back all that people took from them."""
        guild, bot = self.guild, self._discord.world.bot
        for id_, permissions in self._could.items():
            guild.roles[id_].permissions = permissions
            self._keep(id_)
        for id_, member in self._had.items():
            member.role_ids = [role for role in member.role_ids if role in guild.roles]
            guild.members.setdefault(id_, member).timed_out_until = None
        for id_ in self.hidden & guild.channels.keys():
            guild.channels[id_].overwrites[bot.id] = self._open[id_]
        self._discord.world.written()

    # ---- What others do meanwhile ----

    def write_in_our_channel(self, which: int) -> None:
        ours = [c for c in self._ours() if c.type != CATEGORY]
        if ours:
            ours[which % len(ours)].last_message_id = self._discord.world.snowflakes.next()

    def move_our_channel_out(self, which: int) -> None:
        ours = [c for c in self._ours() if c.type != CATEGORY]
        if ours:
            ours[which % len(ours)].parent_id = None

    def take_managers_rights(self, which: int) -> None:
        self.guild.members[self.manager].role_ids.clear()

    def master_leaves(self, which: int) -> None:
        self.guild.members.pop(self.master, None)

    def master_is_timed_out(self, which: int) -> None:
        if self.master in self.guild.members:
            self.guild.members[self.master].timed_out_until = self._now() + A_DAY

    def _now(self) -> float:
        return self._discord.clock.now()

    def _user(self, name: str) -> str:
        return next(m.user.id for m in self.guild.members.values() if m.user.username == name)


def read(body: str) -> Request:
    read: Request = json.loads(body)
    return read
