"""/add-campaign: its definition, its reasons to refuse at once, and its message for the queue.

Pure. Source: Discord docs, Interactions > Application Commands.
"""

from typing import Final

from channelwright.campaign.name_mistakes import NAME_LENGTH, name_mistake
from channelwright.commands import command
from channelwright.commands.command import Command, Json, Records, Refused, mapping
from channelwright.discord import permissions
from channelwright.words import rejections

DEFINITION: Final[Json] = {
    "name": "add-campaign",
    "type": 1,
    "description": "Create a campaign: a role, a private category and its channels.",
    "default_member_permissions": str(permissions.CALLER_NEEDS),
    "contexts": [0],
    "integration_types": [0],
    "options": [
        {
            "name": "name",
            "type": 3,
            "description": "The name of the campaign.",
            "required": True,
            "min_length": 1,
            "max_length": NAME_LENGTH,
        },
        {
            "name": "private",
            "type": 5,
            "description": "Only you see the progress and the summary.",
        },
    ],
}


def task(interaction: Json, _records: Records) -> Json:
    """Return the message for the queue (campaign/request.py describes its fields).

    Raises:
        Refused: the interaction already shows that the campaign cannot be created.
    """
    command.check_server(interaction)
    name = command.option(mapping(interaction, "data"), "name")
    if reasons := _reasons_against(interaction, name):
        raise Refused(*reasons)
    private = {"private": "yes"} if command.flag(mapping(interaction, "data"), "private") else {}
    return {**command.ids(interaction), "campaign_name": name, **private}


COMMAND: Final = Command(DEFINITION, task, creates=True)


def _reasons_against(interaction: Json, name: str) -> list[str]:
    reasons = []
    if mistake := name_mistake(name):
        reasons.append(rejections.bad_name(mistake, NAME_LENGTH))
    # Both are permissions in the channel, a fast path only: Plan Campaign checks the server's.
    of_caller = command.bits(mapping(interaction, "member"), "permissions")
    if lacking := permissions.missing(of_caller, permissions.CALLER_NEEDS):
        reasons.append(rejections.caller_lacks_here(lacking))
    held = command.bits(interaction, "app_permissions")
    needed = permissions.bot_needs_in(mapping(interaction, "channel").get("type"))
    if lacking := permissions.missing(held, needed):
        # @everyone can rarely manage anything: a bot that cannot, either, may not be in the server.
        may_be_absent = bool(permissions.missing(held, permissions.CALLER_NEEDS))
        reasons.append(rejections.bot_lacks_here(lacking, may_be_absent=may_be_absent))
    return reasons
