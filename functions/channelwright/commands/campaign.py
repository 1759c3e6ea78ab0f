"""/campaign: its definition, and its answers. Everybody sees it; each subcommand checks who asks.

Pure. Source: Discord docs, Interactions > Application Commands > Subcommands and Subcommand Groups.
"""

from typing import Final

from channelwright.commands.command import (
    Command,
    Json,
    Records,
    Refused,
    bits,
    check_server,
    mapping,
)
from channelwright.discord.permissions import ADMINISTRATOR
from channelwright.records.record import Record
from channelwright.words import lists, rejections

DEFINITION: Final[Json] = {
    "name": "campaign",
    "type": 1,
    "description": "Show the campaigns in this server.",
    "contexts": [0],
    "integration_types": [0],
    "options": [
        {
            "name": "list",
            "type": 1,
            "description": "List your campaigns in this server. Only you see the list.",
        }
    ],
}


def task(interaction: Json, records: Records) -> str:
    """Answer at once with the list of the user's campaigns; an administrator's has them all.

    Raises:
        Refused: the user did not run it in a server, or there is no such subcommand.

    """
    check_server(interaction)
    options = mapping(interaction, "data").get("options")
    names = [one.get("name") for one in options or [] if isinstance(one, dict)]
    if names != ["list"]:
        raise Refused(rejections.unknown_command(["campaign list"]))
    member = mapping(interaction, "member")
    everybodys = bool(bits(member, "permissions") & ADMINISTRATOR)
    seen = [
        one for one in records(str(interaction["guild_id"])) if everybodys or _is_of(member, one)
    ]
    return lists.campaigns(seen, everybodys=everybodys)


COMMAND: Final = Command(DEFINITION, task)


def _is_of(member: Json, record: Record) -> bool:
    """Return whether a member is the campaign's game master, or has its role."""
    roles = member.get("roles")
    is_player = isinstance(roles, list) and record.get("role") in roles
    return is_player or mapping(member, "user").get("id") == record["game_master"]
