"""A campaign that stands and is recorded, for those who change or delete it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from channelwright.archive import snapshot
from channelwright.discord.permissions import CALLER_NEEDS
from channelwright.records import attributes
from channelwright.records.record import Record
from local.simulator.guild import Role
from local.simulator.simulator import Simulator

if TYPE_CHECKING:
    from tests.reliability.play import Outcome
    from tests.reliability.table import Table

# Long enough for new ids to differ from the campaign's.
LATER_SECONDS = 600
LANDLORD, MANAGER = "landlord", "manager"
# The first is there from the beginning.
PLAYER, FRIEND = "player", "friend"


class Standing:
    """The server and the records after a build in which nothing went wrong."""

    def __init__(self, outcome: Outcome):
        self._guild = pickle.dumps(vars(outcome.people.guild))
        self._items = pickle.dumps(outcome.table.campaigns.items)

    def records(self) -> dict[Any, Any]:
        """Return the items of the table."""
        items: dict[Any, Any] = pickle.loads(self._items)
        return items

    def put(self, discord: Simulator) -> None:
        """Put the campaign into a server, which gets another owner, a manager and a friend."""
        discord.clock.sleep(LATER_SECONDS)  # type: ignore[attr-defined]
        guild = discord.guild()
        vars(guild).update(pickle.loads(self._guild))
        guild.owner_id = discord.add_member(LANDLORD).user.id
        managers = Role(discord.world.snowflakes.next(), "Managers", CALLER_NEEDS, 1)
        guild.roles[managers.id] = managers
        discord.add_member(MANAGER, role_ids=[managers.id])
        discord.add_member(FRIEND)
        discord.world.stale_reads.forget()
        discord.world.written()


def records(table: Table) -> list[Record]:
    """Return all records, as a query that nothing hinders would."""
    found: list[Any] = [
        attributes.values(item)
        for (_, id_), item in table.campaigns.items.items()
        if not id_.startswith(snapshot.KEY)
    ]
    return found


def things(record: Record) -> dict[str, str]:
    """Return the ids of a campaign's things, and the kind of each."""
    kinds = {one["id"]: "channel" for one in record["channels"]}
    return kinds | {record["category"]: "category", record["role"]: "role"}
