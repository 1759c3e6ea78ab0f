"""/add-campaign: its definition, its reasons to refuse at once, and its message for the queue.

Pure. Source: Discord docs, Interactions > Application Commands.
"""

from typing import Final

from channelwright.campaign import buttons
from channelwright.campaign.campaign import LAYOUT
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
            "name": "co-gm",
            "type": 6,
            "description": "A member who sees what you see.",
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
    data = mapping(interaction, "data")
    private, co_gm = command.flag(data, "private"), command.option(data, "co-gm")
    message = _message(interaction, command.option(data, "name"), private=private)
    return message | ({"co_gm": co_gm} if co_gm else {})


def again(interaction: Json, custom_id: str) -> Json | None:
    """Return the message for a press of a failure's *Try again*, or None if it has another layout.

    Whoever presses asks for the campaign, in private if the failure was.

    Raises:
        Refused: as `task`.
    """
    tried = buttons.tried_again_by(custom_id)
    if tried is None or tried[0] != LAYOUT:
        return None
    flags = mapping(interaction, "message").get("flags")
    private = isinstance(flags, int) and bool(flags & command.EPHEMERAL)
    return _message(interaction, tried[1], private=private)


COMMAND: Final = Command(DEFINITION, task, creates=True)


def _message(interaction: Json, name: str, *, private: bool) -> Json:
    command.check_server(interaction)
    if reasons := _reasons_against(interaction, name):
        raise Refused(*reasons)
    secret = {"private": "yes"} if private else {}
    return {**command.ids(interaction), "campaign_name": name, **secret}


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
