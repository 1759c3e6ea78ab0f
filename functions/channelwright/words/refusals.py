"""The sentences of errors: why something failed, and what the user can do. Pure.

Source of the codes: Discord docs, Topics > Opcodes and Status Codes > JSON.
"""

from collections.abc import Sequence
from typing import Final

from channelwright.words.text import MOST_NAMES, as_typed, bold, duration, first

_TELL_OPERATOR: Final = "The bot's token is not valid. Please contact the bot's operator."
_IF_REPEATED: Final = "If this keeps happening, contact the bot's operator."
_ASK_OPERATOR: Final = f"Try again. {_IF_REPEATED}"
CREATE_CHANNEL: Final = "create the channel"
_OTHER_NAME: Final = (
    "Discord does not allow a word in the name. Choose another name for the campaign. If the word "
    "is in a channel's name, contact the bot's operator."
)
TWO_FACTOR: Final = (
    "This server requires two-factor authentication from moderators and from the bot's operator. "
    "Ask the operator to turn it on in their Discord account."
)
DEADLINE_EXCEEDED: Final = "The command took longer than Discord allows. Try again."
# The execution was stopped by the operator, timed out as a whole, or was redriven after it failed.
STOPPED: Final = "The bot's operator stopped this campaign. Ask them why, or try again."
KEPT_PRIVATE: Final = "You chose a private message, so the bot writes nothing in the channel."
TIMED_OUT: Final = f"The command took far too long. {_ASK_OPERATOR}"
REDRIVEN: Final = "The bot's operator resumed this campaign after it had failed. Try again."
TOKEN_NOT_READ: Final = (
    f"The bot could not read its own token. Try again in a few minutes. {_IF_REPEATED}"
)
CALLER_HAS_LEFT: Final = "The person who ran the command is no longer in this server."
GIVE_ROLE: Final = "give you the campaign's role"
CHANGE_OVERWRITE: Final = "change a channel's permissions"
CHANGE_ROLE: Final = "change who has the campaign's role"
# A bot can give out and delete only roles below its own highest role, but creates them regardless.
# Discord docs, Topics > Permissions > Permission Hierarchy.
_TAKES_RANK: Final = (GIVE_ROLE, CHANGE_ROLE, "delete the role ")
_REMEDIES: Final = {
    10003: "The campaign's category or one of its channels was deleted in the meantime. Try again.",
    10004: "The bot is no longer in this server. Invite it again.",
    10007: CALLER_HAS_LEFT,
    10009: (
        "The campaign's role was deleted in the meantime, or the person who ran the command has "
        "left this server. Try again."
    ),
    10011: "The role was deleted in the meantime. Try again.",
    20031: _OTHER_NAME,
    30005: "This server has 250 roles, the most that Discord allows. Delete one and try again.",
    30013: (
        "This server has as many channels (500) or categories (50) as Discord allows. Some of them "
        "may be hidden from the bot. Delete some and try again."
    ),
    30061: (
        "The channels of this server together are too large for Discord. Delete some that nobody "
        "needs and try again."
    ),
    50001: "The bot cannot see what it has to change. Give the bot's role View Channel again.",
    50013: (
        "Check in Server Settings > Roles that the bot's role has View Channel, Manage Channels, "
        "Manage Roles, Connect and Send Messages, then try again."
    ),
    50024: "This server cannot have a channel of this type.",
    50074: (
        "This server uses that channel for its rules or for Discord's updates. Choose another "
        "channel for them in Server Settings > Community, then delete the old one."
    ),
    60003: TWO_FACTOR,
}
# Remedies for an invalid form body (50035), by the first wrong field.
_FIELD_REMEDIES: Final = {
    "name": _OTHER_NAME,
    "parent_id": (
        "The campaign's category was deleted in the meantime, or others have filled it (Discord "
        "allows 50 channels in a category). Try again."
    ),
}


def refused(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action` ("create the role"); `detail` is Discord's message."""
    return f"Discord refused to {action} ({detail or 'no reason given'}, {status}/{code})."


def refusal(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`, and what the user can do."""
    said = refused(action, status, code, as_typed(detail))
    if status == 401:
        return f"{said} {_TELL_OPERATOR}"
    return f"{said} {_remedy(action, code, detail)}"


def _remedy(action: str, code: int, detail: str) -> str:
    if code == 50013 and action.startswith(_TAKES_RANK):
        return (
            "Check in Server Settings > Roles that the bot's role has Manage Roles and is above "
            "the campaign's role, then try again."
        )
    if code == 50035:
        for field, remedy in _FIELD_REMEDIES.items():
            if f": {field}: " in detail:
                return remedy
    return _REMEDIES.get(code, _ASK_OPERATOR)


def is_for_people(refusal: str) -> bool:
    """Tell whether the server's own members can do what a `refusal` asks for."""
    if refusal.endswith(_OTHER_NAME):  # the operator chose the channels' names
        return not refusal.startswith(f"Discord refused to {CREATE_CHANNEL}")
    return not refusal.endswith((_ASK_OPERATOR, _TELL_OPERATOR))


def unavailable(action: str) -> str:
    """Say that Discord did not answer."""
    return f"Discord did not answer when asked to {action}. Try again in a few minutes."


def wait_too_long(action: str, seconds: float | None, *, everything: bool) -> str:
    """Say that a rate limit (on `everything`, or on `action`) is longer than the time left.

    `seconds` is None if Discord did not say how long the limit lasts.
    """
    if seconds is None:
        return (
            "Discord is not accepting requests from this bot right now, and does not say for how "
            f"long. Try again later. {_IF_REPEATED}"
        )
    before = "" if everything else f" before it can {action}"
    return f"Discord is making this bot wait {duration(seconds)}{before}. Try again after that."


def incomplete(names: Sequence[str]) -> str:
    """Say that created channels are gone, or no longer visible to the bot."""
    gone = ", ".join(first(MOST_NAMES, [bold(name) for name in names]))
    return (
        f"Something that the bot created has disappeared: {gone}. "
        "If nobody deleted it or hid it from the bot, try again."
    )


def name_taken(what: str, name: str) -> str:
    """Reject a name that a role or category already has."""
    return (
        f"There is already a {what} called {bold(name)}. "
        "Choose another name, or rename or delete the existing one."
    )


def unexpected(interaction_id: str) -> str:
    """Say that the bot itself failed."""
    return (
        "Something broke inside the bot. Try again. If this keeps happening, contact the bot's "
        f"operator and mention the number {interaction_id}."
    )
