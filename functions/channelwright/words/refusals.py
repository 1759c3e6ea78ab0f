"""Why something failed, and what helps: what an error says to the user. Pure.

Source of the codes: Discord docs, Topics > Opcodes and Status Codes > JSON.
"""

from collections.abc import Sequence
from typing import Final

from channelwright.words.text import MOST_NAMES, as_typed, bold, duration, first

_TELL_OPERATOR: Final = "The bot's token is not valid: please tell whoever runs this bot."
_ASK_OPERATOR: Final = "Try again; if it stays, tell whoever runs this bot."
CREATE_CHANNEL: Final = "create the channel"
_OTHER_NAME: Final = (
    "Discord does not allow a word in the name. Choose another name for the campaign; if it is a "
    "channel's name, tell whoever runs this bot."
)
TWO_FACTOR: Final = (
    "This server requires two-factor authentication of moderators, and of whoever runs this bot: "
    "ask them to turn it on in their Discord account."
)
CALLER_HAS_LEFT: Final = "Whoever ran the command is no longer in this server."
GIVE_ROLE: Final = "give you the campaign's role"
# A bot can give out and delete only roles below its own highest; it can make them where it stands.
# Discord docs, Topics > Permissions > Permission Hierarchy.
_TAKES_RANK: Final = (GIVE_ROLE, "delete the role ")
_REMEDIES: Final = {
    10003: "The campaign's category or one of its channels was deleted meanwhile. Run the command "
    "again.",
    10004: "The bot is no longer in this server. Invite it again.",
    10007: CALLER_HAS_LEFT,
    10009: (
        "The campaign's role was deleted meanwhile, or whoever ran the command has left this "
        "server. Run the command again."
    ),
    10011: "The role was deleted meanwhile. Run the command again.",
    20031: _OTHER_NAME,
    30005: "This server has as many roles as Discord allows (250). Delete one and try again.",
    30013: (
        "This server has as many channels (500) or categories (50) as Discord allows; there may be "
        "some that the bot cannot see. Delete some and try again."
    ),
    30061: (
        "All channels of this server together are too large for Discord. Delete some that nobody "
        "needs and try again."
    ),
    50001: "The bot cannot see what it has to change. Give its role back View Channel.",
    50013: (
        "Check in Server Settings > Roles that the bot's role has View Channel, Manage Channels, "
        "Manage Roles, Connect and Send Messages, then try again."
    ),
    50024: "This server cannot have a channel of this type.",
    50074: (
        "This server has it for its rules or for Discord's updates: choose another channel for "
        "that in Server Settings > Community, then delete it."
    ),
    60003: TWO_FACTOR,
}
# What to do about an invalid form body (50035), by its first wrong field.
_FIELD_REMEDIES: Final = {
    "name": _OTHER_NAME,
    "parent_id": (
        "The campaign's category was deleted meanwhile, or others have filled it (Discord allows "
        "50 channels in a category). Run the command again."
    ),
}


def refused(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`; `detail` are Discord's words."""
    return f"Discord refused to {action} ({detail or 'no reason given'}, {status}/{code})."


def refusal(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`, and what to do about it."""
    said = refused(action, status, code, as_typed(detail))
    if status == 401:
        return f"{said} {_TELL_OPERATOR}"
    return f"{said} {_remedy(action, code, detail)}"


def _remedy(action: str, code: int, detail: str) -> str:
    if code == 50013 and action.startswith(_TAKES_RANK):
        return (
            "Check in Server Settings > Roles that the bot's role has Manage Roles, and stands "
            "above the campaign's role, then try again."
        )
    if code == 50035:
        for field, remedy in _FIELD_REMEDIES.items():
            if f": {field}: " in detail:
                return remedy
    return _REMEDIES.get(code, _ASK_OPERATOR)


def is_for_people(refusal: str) -> bool:
    """Tell whether people of the server can do what a `refusal` asks for."""
    if refusal.endswith(_OTHER_NAME):  # the operator chose the channels' names
        return not refusal.startswith(f"Discord refused to {CREATE_CHANNEL}")
    return not refusal.endswith((_ASK_OPERATOR, _TELL_OPERATOR))


def unavailable(action: str) -> str:
    """Say that Discord did not answer."""
    return f"Discord did not answer when asked to {action}. Try again in a few minutes."


def wait_too_long(action: str, seconds: float | None, *, everything: bool) -> str:
    """Say that a rate limit (of `everything`, or of `action`) is longer than there is time.

    None: Discord did not say how long it is.
    """
    if seconds is None:
        return (
            "Discord takes no calls from this bot at the moment, and does not say for how long. "
            "Try again later; if it stays, tell whoever runs this bot."
        )
    again = "go on" if everything else f"{action} again"
    return f"Discord lets this bot {again} in {duration(seconds)}. Run the command then."


def deadline_exceeded() -> str:
    """Say that the campaign took too long."""
    return "It took longer than the time Discord allows for a command. Try again."


def incomplete(names: Sequence[str]) -> str:
    """Say that made channels are gone, or cannot be seen any more."""
    gone = ", ".join(first(MOST_NAMES, [bold(name) for name in names]))
    return (
        f"Something that had been made was gone again: {gone}. "
        "Was it deleted by hand, or hidden from the bot?"
    )


def name_taken(what: str, name: str) -> str:
    """Reject a name that a role or category has already."""
    return (
        f"There is already a {what} called {bold(name)}. "
        "Choose another name, or rename or delete that one."
    )


def stopped() -> str:
    """Say that somebody stopped the execution."""
    return "Whoever runs this bot stopped it. Ask them, or try again."


def token_not_read() -> str:
    """Say that the bot had no token to speak with."""
    return (
        "The bot could not read its own token. Try again in a few minutes; if it stays, tell "
        "whoever runs this bot."
    )


def redriven() -> str:
    """Say that somebody let a failed execution go on."""
    return "Whoever runs this bot let it go on after it had failed. Run the command again."


def timed_out() -> str:
    """Say that the execution took too long as a whole."""
    return "It took far too long. Try again; if it stays, tell whoever runs this bot."


def unexpected(interaction_id: str) -> str:
    """Say that the bot itself failed."""
    return (
        "Something broke inside the bot. Try again; if it stays, tell whoever runs this bot the "
        f"number {interaction_id}."
    )
