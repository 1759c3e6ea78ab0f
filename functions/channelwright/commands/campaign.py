"""/campaign: its definition, its subcommands and its buttons. Everybody sees the command.

Each subcommand checks who asks. Pure. Source: Discord docs, Interactions > Application Commands >
Subcommands and Subcommand Groups, Autocomplete.
"""

from collections.abc import Sequence
from typing import Any, Final

from channelwright.campaign import buttons
from channelwright.campaign.names import are_the_same
from channelwright.commands import command
from channelwright.commands.command import Command, Json, Records, Refused, mapping
from channelwright.discord.permissions import ADMINISTRATOR
from channelwright.records import members
from channelwright.records.record import Record, channels_of, id_of, is_archived
from channelwright.words import deletions, lists, rejections

WHO: Final[Json] = {
    "name": "who",
    "type": 6,
    "description": "The member of this server.",
    "required": True,
}
AS: Final[Json] = {
    "name": "as",
    "type": 3,
    "description": "The member becomes a player, if you choose nothing.",
    "choices": [
        {"name": "Player", "value": members.PLAYER},
        {"name": "Co-GM", "value": members.CO_GM},
        {"name": "Game master", "value": members.GAME_MASTER},
    ],
}
CAMPAIGN: Final[Json] = {
    "name": "campaign",
    "type": 3,
    "description": "The campaign; without it, the one of this channel.",
    "autocomplete": True,
}
DEFINITION: Final[Json] = {
    "name": "campaign",
    "type": 1,
    "description": "List, show, change, archive and delete the campaigns in this server.",
    "contexts": [0],
    "integration_types": [0],
    "options": [
        {
            "name": "list",
            "type": 1,
            "description": "List your campaigns in this server. Only you see the list.",
            "options": [
                {
                    "name": "archived",
                    "type": 5,
                    "description": "List those that are archived.",
                }
            ],
        },
        {
            "name": "show",
            "type": 1,
            "description": "Show a campaign, with its role and channels. Only you see it.",
            "options": [CAMPAIGN],
        },
        {
            "name": "add",
            "type": 1,
            "description": "Add a player or a co-GM to a campaign, or hand it over.",
            "options": [WHO, AS, CAMPAIGN],
        },
        {
            "name": "remove",
            "type": 1,
            "description": "Remove a player or a co-GM from a campaign.",
            "options": [WHO, CAMPAIGN],
        },
        {
            "name": "leave",
            "type": 1,
            "description": "Leave a campaign.",
            "options": [CAMPAIGN],
        },
        {
            "name": "delete",
            "type": 1,
            "description": "Delete a campaign, after a preview that only you see.",
            "options": [CAMPAIGN],
        },
        {
            "name": "archive",
            "type": 1,
            "description": "Make a campaign read-only, and move it below the others.",
            "options": [CAMPAIGN],
        },
        {
            "name": "unarchive",
            "type": 1,
            "description": "Restore an archived campaign's permissions and place.",
            "options": [CAMPAIGN],
        },
    ],
}
# Discord docs, Interactions > Receiving and Responding > Autocomplete.
MOST_CHOICES: Final = 25


def task(interaction: Json, records: Records) -> Json | str:
    """Return the list of the user's campaigns, or the message that asks for more of one of them.

    Raises:
        Refused: the user did not run it in a server, or there is no such subcommand or campaign.
    """
    command.check_server(interaction)
    match command.subcommand(mapping(interaction, "data")):
        case ("list", options):
            return _list(interaction, records, archived=command.flag(options, "archived"))
        case ("show", options):
            return _about(interaction, records, "description", options)
        case ("delete", options):
            return _about(interaction, records, "deletion", options)
        case (("add" | "remove" | "leave") as change, options):
            return _members(interaction, records, change, options)
        case ("archive" | "unarchive" as way, options):
            return _about(interaction, records, "archive", options) | {"way": way}
    known = [f"campaign {one['name']}" for one in DEFINITION["options"]]
    raise Refused(rejections.unknown_command(known))


def confirm(interaction: Json, custom_id: str) -> Json | None:
    """Return the message for a press of the red button, or None if the bot knows no such button."""
    confirmed = buttons.deletion_of(custom_id)
    if not confirmed:
        return None
    command.check_server(interaction)
    message = _message(interaction, "deletion", confirmed.campaign_id, "")
    undone = {"message_id": confirmed.message_id} if confirmed.message_id else {}
    return message | {"digest": confirmed.digest} | undone


def undo(interaction: Json, custom_id: str) -> Json | None:
    """Return the message for a press of the summary's *Undo*, or None, as `confirm`."""
    campaign_id = buttons.undone_by(custom_id)
    if not campaign_id:
        return None
    command.check_server(interaction)
    message = _message(interaction, "deletion", campaign_id, "")
    return message | {"message_id": str(mapping(interaction, "message").get("id"))}


def choices(interaction: Json, records: Records) -> list[Json]:
    """Return the choices for the focused option: the user's campaigns that have the typed text.

    Only those that are open can be archived, and only those that are not can be unarchived.
    """
    name, options = command.subcommand(mapping(interaction, "data"))
    typed = command.option(options, "campaign").casefold()
    seen = _seen(interaction, records(str(interaction.get("guild_id"))))
    match name:
        case "archive":
            seen = [one for one in seen if one["status"] != "archived"]
        case "unarchive":
            seen = [one for one in seen if is_archived(one)]
    found = [one for one in reversed(seen) if typed in one["name"].casefold()]
    return [{"name": one["name"], "value": one["campaign_id"]} for one in found[:MOST_CHOICES]]


def add_players(interaction: Json, custom_id: str) -> Json | None:
    """Return the message for a choice in the summary's menu, or None, as `confirm`."""
    campaign_id = buttons.added_to(custom_id)
    if not campaign_id:
        return None
    command.check_server(interaction)
    values = mapping(interaction, "data").get("values")
    who = ",".join(str(one) for one in values) if isinstance(values, list) else ""
    message = _message(interaction, "members", campaign_id, "")
    return message | {"change": members.ADD, "who": who}


COMMAND: Final = Command(DEFINITION, task, choices)


def _list(interaction: Json, records: Records, *, archived: bool) -> str:
    seen = _seen(interaction, records(str(interaction["guild_id"])))
    everybodys = _sees_all(interaction)
    put_away = [one for one in seen if is_archived(one)]
    if archived:
        return lists.archived(put_away, everybodys=everybodys)
    others = [one for one in seen if not is_archived(one)]
    return lists.campaigns(others, everybodys=everybodys, archived=len(put_away))


def _about(interaction: Json, records: Records, kind: str, options: Json) -> Json:
    channel, campaign_id = mapping(interaction, "channel"), command.option(options, "campaign")
    for one in records(str(interaction["guild_id"])):
        # Whoever gets no choices may know the name; who may do what is checked later.
        is_named = one["campaign_id"] == campaign_id or are_the_same(one["name"], campaign_id)
        if is_named if campaign_id else _has(one, channel):
            return _message(interaction, kind, one["campaign_id"], one["name"])
    raise Refused(deletions.UNKNOWN)


def _members(interaction: Json, records: Records, change: str, options: Json) -> Json:
    message = _about(interaction, records, "members", options)
    who = message["user_id"] if change == members.LEAVE else command.option(options, "who")
    as_what = command.option(options, "as")
    return message | {"change": change, "who": who} | ({"as": as_what} if as_what else {})


def _message(interaction: Json, kind: str, campaign_id: str, name: str) -> Json:
    parent = mapping(interaction, "channel").get("parent_id")
    return {
        "kind": kind,
        **command.ids(interaction),
        "campaign_id": campaign_id,
        "campaign_name": name,
        "private": "yes",
        **({"parent_id": str(parent)} if parent else {}),
    }


def _has(record: Record, channel: Json) -> bool:
    """Return whether a channel is the campaign's category, or in it."""
    ids = {channel.get("id"), channel.get("parent_id")}
    ours: set[Any] = {id_of(record, "category"), *(one["id"] for one in channels_of(record))}
    return bool(ids & (ours - {""}))


def _seen(interaction: Json, records: Sequence[Record]) -> list[Record]:
    """Return the records that the user may see: an administrator's has them all."""
    member = mapping(interaction, "member")
    return [one for one in records if _sees_all(interaction) or _is_of(member, one)]


def _sees_all(interaction: Json) -> bool:
    # The payload's permissions are the channel's; only this one no channel can give or take.
    return bool(command.bits(mapping(interaction, "member"), "permissions") & ADMINISTRATOR)


def _is_of(member: Json, record: Record) -> bool:
    """Return whether a member is the campaign's game master, or has its role."""
    roles = member.get("roles")
    is_player = isinstance(roles, list) and record.get("role") in roles
    return is_player or mapping(member, "user").get("id") == record["game_master"]
