"""Whether a campaign can be archived or unarchived now, and if not, why. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from channelwright.archive import steps
from channelwright.archive.snapshot import Snapshot
from channelwright.archive.steps import Way
from channelwright.discord import permissions
from channelwright.discord.permissions import ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_ROLES
from channelwright.records.record import Record
from channelwright.words import archives


def refusal(record: Record, way: Way, kept: Snapshot | None) -> str:
    """Return why a recorded campaign is not to be archived or unarchived; empty if it is.

    `kept` is its snapshot: whatever an execution was stopped in, the next continues from there.
    """
    name = record["name"]
    match record["status"], way:
        case ("archived", "archive"):
            return archives.already(name)
        case ("archived", "unarchive") if kept is None:
            return archives.lost(name)
        case ("created", "unarchive"):
            return archives.is_open(name)
        case ("created" | "archived" | "archiving" | "unarchiving" | "half archived", _):
            return ""
    return archives.left(name)


def lacking(
    taken: Snapshot, way: Way, channels: Sequence[Mapping[str, Any]], held: int
) -> list[str]:
    """Name the permissions that the bot needs to write and move, besides what it has (`held`).

    An overwrite is written as a whole, and may have only bits that the bot has in the server;
    Manage Roles in it needs Administrator.
    Source: Discord docs, Resources > Channel > Edit Channel Permissions.
    """
    if held & ADMINISTRATOR:
        return []
    bits = 0
    listed = {one["id"] for one in channels}
    for id_ in taken["channels"]:
        found = steps.to_write(taken, way, channels, id_) if id_ in listed else []
        for _, one in found:
            bits |= one.allow | one.deny if one else 0
    if bits & MANAGE_ROLES:
        bits |= ADMINISTRATOR
    return permissions.missing(held, bits | MANAGE_ROLES | MANAGE_CHANNELS)
