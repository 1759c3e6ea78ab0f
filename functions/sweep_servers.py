"""Mark the records of servers that the bot has left, and delete them 30 days later.

Discord tells a bot without a gateway connection nothing of its removal, so EventBridge Scheduler
invokes this function once a day. A failure is retried twice; then it is a dead letter, which has
an alarm. The next sweep does what this one cannot finish in time.
Source: Discord docs, Resources > User > Get Current User Guilds; Resources > Guild > Get Guild.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from channelwright.aws import log
from channelwright.discord import calls
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.discord.connect import as_bot
from channelwright.errors import ChannelwrightError, DiscordRefused
from channelwright.records import sweep
from channelwright.records.marks import Table
from channelwright.records.sweep import Item
from channelwright.setup import registration
from channelwright.setup.registration import NotDiscordError

# Of the function's 15 minutes, the questions may take 6, and the last change begins after 14.
ASK_SECONDS: Final = 360
WORK_SECONDS: Final = 840
# Discord's answers about a server that the bot is not in: unknown, and without access.
NOT_IN: Final = frozenset({10004, 50001})


@log.invocation
def handler(event: Json, _context: object) -> None:
    """Sweep once; `may_mark` in the `event` allows so many servers in place of a tenth.

    Raises:
        RegistrationError: Discord could not be asked, or the token is another application's.
        ChannelwrightError: the token could not be read.
        TooManyGone: more servers are missing than a sweep may mark.
        botocore.exceptions.ClientError: the table did not answer.
    Unless it is the table, nothing was changed.
    """
    began, table = time.time(), Table()
    # The table comes first: a server with campaigns that the bot joins meanwhile is on the list.
    items = list(table.items())
    discord = as_bot(began + ASK_SECONDS, in_company=True)
    joined = _joined(discord, began + ASK_SECONDS)
    planned = sweep.plan(items, joined, began)
    sweep.check(planned, event.get("may_mark"))
    done = _Done(began + WORK_SECONDS)
    done.each("unmarked", planned.back, table.unmark)
    done.each("marked", planned.gone, lambda item: table.mark(item, began))
    for guild_id, due in planned.overdue.items():
        if done.in_time() and _has_left(discord, guild_id):
            done.each("deleted", due, table.delete)
    _tell(planned, items, done.counts)


def _joined(discord: Discord, deadline: float) -> set[str]:
    """Return the ids of the bot's servers, after a check that the bot is still this stack's."""
    registration.own_application(discord, os.environ["DISCORD_PUBLIC_KEY"], deadline)
    ids, after = set[str](), "0"
    while True:
        page = registration.ask(discord, calls.list_own_guilds(sweep.PAGE, after), deadline)
        try:
            found = sweep.ids_on(page, after)
        except ValueError as wrong:
            raise NotDiscordError(f"The list of the bot's servers is wrong: {wrong}.") from None
        if not found:
            return ids
        ids.update(found)
        after = found[-1]


def _has_left(discord: Discord, guild_id: str) -> bool:
    """Ask once more about one server; return False if it is not sure that the bot has left."""
    try:
        discord.send(calls.get_guild(guild_id))
    except DiscordRefused as refused:
        return refused.code in NOT_IN
    except ChannelwrightError:
        pass
    return False


class _Done:
    """The work of a sweep until `until` (Unix seconds): `counts` of items."""

    def __init__(self, until: float) -> None:
        self._until = until
        self.counts: Counter[str] = Counter()

    def in_time(self) -> bool:
        return time.time() < self._until

    def each(self, what: str, items: Iterable[Item], change: Callable[[Item], bool]) -> None:
        for item in items:
            if self.in_time():
                self.counts[what] += change(item)


def _tell(planned: sweep.Plan, items: list[Item], done: Counter[str]) -> None:
    due = len(planned.back) + len(planned.gone) + sum(map(len, planned.overdue.values()))
    counts = {what: done[what] for what in ("marked", "unmarked", "deleted")}
    log.info(
        f"swept {planned.servers} servers",
        servers=planned.servers,
        items=len(items),
        **counts,
        left_for_next=due - done.total(),
    )
