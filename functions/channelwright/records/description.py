"""The present look of a recorded campaign, and who may see it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from channelwright.campaign.ownership import Thing
from channelwright.discord.permissions import Standing
from channelwright.records import deletion
from channelwright.records.record import Channel, Record, channels_of, id_of


class Description(NamedTuple):
    """A campaign as it stands: its own channels in their order, and the difference to its record.

    `missing` are what somebody has deleted ("the role", a channel's name), `added` others' channels
    in its category.
    """

    channels: list[Channel]
    missing: list[str]
    added: list[Thing]


def may_see(record: Record, user_id: str, standing: Standing | None, held: Sequence[str]) -> bool:
    """Return whether a user may see the campaign: who may delete it, or `held` its role.

    `standing` is None for somebody who has left the server.
    """
    if standing is None:
        return False
    return record.get("role") in held or deletion.may_delete(record, user_id, standing)


def describe(
    record: Record, roles: Sequence[Mapping[str, Any]], channels: Sequence[Mapping[str, Any]]
) -> Description:
    """Compare a record with Discord's lists of the server's `roles` and `channels`."""
    shown = deletion.preview(record, roles, channels)
    standing = {one["id"] for one in (*roles, *channels)}
    ids = {kind: id_of(record, kind) for kind in deletion.KINDS}
    missing = [f"the {kind}" for kind, id_ in ids.items() if id_ and id_ not in standing]
    ours = [one for one in channels_of(record) if one["id"] in standing]
    return Description(ours, missing + shown.gone, shown.guests)
