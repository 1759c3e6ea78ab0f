"""People who archive a campaign, and those who change its permissions and its place beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from channelwright.discord.permissions import ARCHIVE_DENIES, CALLER_NEEDS, CONNECT
from local.simulator.guild import CATEGORY, MEMBER_OVERWRITE, Channel, Overwrite
from local.simulator.permissions import base_permissions
from tests.reliability import joiners, scenes
from tests.reliability.joiners import Joiners
from tests.reliability.people import SEND_MESSAGES, VIEW_CHANNEL
from tests.reliability.scenes import State

ARCHIVING = ("archive", "unarchive", "manager_archives", "manager_unarchives", "both_archive")
ASKING = joiners.ASKING | {*ARCHIVING}
# The bits that people change: of an archive, and others that the bot has.
BITS = (SEND_MESSAGES, VIEW_CHANNEL, CONNECT, ARCHIVE_DENIES, SEND_MESSAGES | CONNECT)


@dataclass
class Meddling:
    """A person's change at a moment: the thing of this `key` (scenes.py) was, and is."""

    at: float
    key: tuple[str, ...]
    was: Any
    now: Any


class Archivers(Joiners):
    """The game master and a manager, who archive; `meddlings` has all that people changed."""

    def __init__(self, *how: Any):
        self.meddlings: list[Meddling] = []
        # Channels of the campaign that people have synced.
        self.synced: set[str] = set()
        super().__init__(*how)

    # ---- What they ask ----

    def archive(self, which: int) -> None:
        self._archive("archive", self.master)

    def unarchive(self, which: int) -> None:
        self._archive("unarchive", self.master)

    def manager_archives(self, which: int) -> None:
        self._archive("archive", self.manager)

    def manager_unarchives(self, which: int) -> None:
        self._archive("unarchive", self.manager)

    def both_archive(self, which: int) -> None:
        self._archive("archive", self.master)
        self._archive("archive", self.manager)

    def _archive(self, way: str, by: str) -> None:
        self._command(way, by, {"campaign": self._campaign_id})

    def _may_do(self, request: dict[str, Any]) -> bool | None:
        if request["kind"] != "archive":
            return super()._may_do(request)
        record, by = self.known, request["user_id"]
        if record is None or self._is_bound(by):
            return False
        manages = base_permissions(self.guild, self.guild.members[by]) & CALLER_NEEDS
        return by == record["game_master"] or manages == CALLER_NEEDS

    def last_asked(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """Return the steps that finish the last of these; what is archived is restored, too."""
        last = [step for step in steps if step in ASKING][-1]
        if last not in ARCHIVING:
            return super().last_asked(steps)
        return ("unarchive",) if "unarchive" in last else ("archive", "unarchive")

    # ---- What the checks have to know ----

    def act(self, kind: str, which: int, at: int) -> None:
        with self._noted():
            super().act(kind, which, at)

    def forgive(self) -> None:
        with self._noted():
            super().forgive()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        before, following = scenes.state(self.guild), self._in_sync()
        yield
        self.synced |= self._in_sync() - following
        after = scenes.state(self.guild)
        self.meddlings += [
            Meddling(self._now(), key, before.get(key), after.get(key))
            for key in sorted(scenes.changed(before, after))
        ]

    def _in_sync(self) -> set[str]:
        ours = self._ours()
        return {
            one.id
            for category in self._ours(CATEGORY)
            for one in ours
            if one.parent_id == category.id and one.overwrites == category.overwrites
        }

    def asked_to_change(self, id_: str) -> set[str]:
        """An archiving moves categories aside."""
        one, changed = self.guild.channels.get(id_), super().asked_to_change(id_)
        is_moved = one and one.type == CATEGORY and "archive" in self._kinds()
        return changed | {"position"} if is_moved else changed

    def lacks(self) -> bool:
        """Tell whether an overwrite of the campaign has a bit that the bot lacks."""
        bot = self.guild.members[self._discord.world.bot.id]
        bits = [o.allow | o.deny for one in self._ours() for o in one.overwrites.values()]
        return any(bit & ~base_permissions(self.guild, bot) for bit in bits)

    def is_writable(self, target: str, state: State) -> bool:
        """Tell whether Discord takes an overwrite: its member, or role, was always there."""
        if target in self.guild.roles:
            return True
        left = any(one.key == ("member", target) for one in self.meddlings)
        return ("member", target) in state and not left

    # ---- What others do meanwhile ----

    def change_our_overwrite(self, which: int) -> None:
        """Allow, deny or reset a role's or member's bits in one of the campaign's channels."""
        if not (found := self._overwrites()):
            return
        channel, id_ = found[which * 7 % len(found)]
        own, bits = channel.overwrites[id_], BITS[which % len(BITS)]
        allow, deny = own.allow & ~bits, own.deny & ~bits
        allow, deny = ((allow | bits, deny), (allow, deny | bits), (allow, deny))[which % 3]
        self._write(channel, channel.overwrites | {id_: Overwrite(id_, own.type, allow, deny)})

    def drop_our_overwrite(self, which: int) -> None:
        if found := self._overwrites():
            channel, id_ = found[which * 7 % len(found)]
            self._write(channel, {k: one for k, one in channel.overwrites.items() if k != id_})

    def let_somebody_write(self, which: int) -> None:
        """Give a person an overwrite in the category, or in one of its channels."""
        if ours := self._ours():
            channel, who = ours[which * 7 % len(ours)], (self.player, self.friend)[which % 2]
            one = Overwrite(who, MEMBER_OVERWRITE, BITS[which % len(BITS)], 0)
            self._write(channel, channel.overwrites | {who: one})

    def sync_our_channel(self, which: int) -> None:
        """Give one of the campaign's channels the overwrites of its category."""
        [category] = self._ours(CATEGORY) or [None]
        ours = [one for one in self._ours() if category and one.parent_id == category.id]
        if category and ours:
            self._write(ours[which % len(ours)], category.overwrites)

    def add_categories(self, which: int) -> None:
        """Add two categories of others: one beside the campaign's, one below."""
        for category in self._ours(CATEGORY):
            for number in (category.position, category.position + 1 + which % 2):
                added = self._add(CATEGORY, f"Others {number}", which)
                added.position = number
                self._keep(added.id)

    def move_our_category(self, which: int) -> None:
        for category in self._ours(CATEGORY):
            category.position = which % 5

    def _overwrites(self) -> list[tuple[Channel, str]]:
        """Return the campaign's channels with the ids of their overwrites, but for the bot's."""
        bot = self._discord.world.bot.id
        return [(one, id_) for one in self._ours() for id_ in one.overwrites if id_ != bot]
