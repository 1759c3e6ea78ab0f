"""The snapshots in the campaigns' table.

Those that read raise one of `table.failures` if the table does not answer.
"""

import os

from channelwright.archive import snapshot
from channelwright.archive.snapshot import Snapshot
from channelwright.errors import RecordNotRead
from channelwright.pace import table
from channelwright.words import archives


def item(campaign_id: str, taken: Snapshot) -> dict[str, dict[str, str]]:
    """Return the item that keeps a campaign's snapshot, in the place of any other."""
    return _key(taken["guild"], campaign_id) | {"kept": {"S": snapshot.packed(taken)}}


def get(guild_id: str, campaign_id: str) -> Snapshot | None:
    """Return a campaign's snapshot, or None: then nothing of it is archived."""
    answer = table.dynamodb().get_item(
        TableName=os.environ["CAMPAIGNS_TABLE"],
        Key=_key(guild_id, campaign_id),
        ConsistentRead=True,
    )
    found = answer.get("Item")
    return snapshot.unpacked(found["kept"]["S"]) if found else None


def kept(guild_id: str, campaign_id: str) -> Snapshot:
    """Return the snapshot of a campaign that is being archived or unarchived.

    Raises:
        RecordNotRead: there is none, which only a person can have brought about.
    """
    found = get(guild_id, campaign_id)
    if found is None:
        raise RecordNotRead(archives.NOT_FINISHED)
    return found


def _key(guild_id: str, campaign_id: str) -> dict[str, dict[str, str]]:
    return {"guild_id": {"S": guild_id}, "campaign_id": {"S": snapshot.KEY + campaign_id}}
