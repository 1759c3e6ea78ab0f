"""Why a request is refused, or a campaign rejected, before anything is made. Pure.

The sentences are for the user, and say what to do.
"""

from collections.abc import Sequence

from channelwright.words import messages, refusals, text
from channelwright.words.text import bold


def at_once(reasons: Sequence[str]) -> str:
    """Refuse a command before anything is begun, in an answer that stands right below it."""
    if len(reasons) == 1:
        said = f"❌ {reasons[0]}"
    else:
        said = "\n".join(["❌ **Could not create the campaign**", *(f"- {one}" for one in reasons)])
    return f"{said}\n\n{messages.NOTHING_CREATED}"


def bad_name(mistake: str, limit: int) -> str:
    """Refuse a campaign name; `mistake` ends the sentence."""
    return f"The campaign's name {mistake}. Use 1 to {limit} visible characters on one line."


def only_in_a_server() -> str:
    """Refuse a direct message."""
    return "This command works only in a server: run it in the server that is to have the campaign."


def not_installed_in_server() -> str:
    """Refuse where a user brought the command along, and the server did not install the bot."""
    return "The bot is not installed in this server. Ask an administrator to invite it."


def caller_lacks(names: Sequence[str]) -> str:
    """Refuse a caller without the permissions."""
    return (
        f"You need {_permissions(names)} in the whole server to create a campaign. "
        "Ask an administrator."
    )


def caller_lacks_here(names: Sequence[str]) -> str:
    """Refuse a caller without the permissions in the channel."""
    return (
        f"{caller_lacks(names)} If you have that, then this channel's own permissions (run the "
        "command in another channel) or a timeout takes it away."
    )


def caller_timed_out(until: int) -> str:
    """Reject a caller who may only watch until a time (Unix seconds)."""
    return f"You are timed out until {_time(until)}. Wait, or ask a moderator to end it."


def caller_has_left() -> str:
    """Reject a caller who is no longer in the server."""
    return refusals.CALLER_HAS_LEFT


def bot_lacks(names: Sequence[str]) -> str:
    """Reject while the bot lacks permissions in the whole server."""
    return (
        f"The bot lacks {_permissions(names)}. "
        "Grant that to the bot's role in Server Settings > Roles, then try again."
    )


def bot_lacks_here(names: Sequence[str], *, may_be_absent: bool) -> str:
    """Refuse while the bot lacks permissions in the channel.

    A bot that is not in the server at all may do there what everybody may.
    """
    said = bot_lacks(names)
    if may_be_absent:
        said = (
            f"The bot lacks {_permissions(names)}. Is it among the members of this server? If not, "
            "only its commands are here: invite it again. If it is, grant that to its role (or "
            "give it one) in Server Settings > Roles, then try again."
        )
    return (
        f"{said} If its role has that, then this channel's own permissions (run the "
        "command in another channel), a timeout of the bot or the server's two-factor requirement "
        "takes it away."
    )


def bot_timed_out(until: int) -> str:
    """Reject while the bot may only watch until a time (Unix seconds)."""
    return f"The bot is timed out until {_time(until)}. Ask a moderator to end it."


def bot_has_no_role() -> str:
    """Reject while the bot stands below every role, so that it could not give one out."""
    return (
        "The bot has no role of its own, so Discord would not let it give out the campaign's role. "
        "Give the bot a role (any will do), or invite it again."
    )


def no_two_factor() -> str:
    """Reject because the bot's owner lacks what the server requires of moderators."""
    return refusals.TWO_FACTOR


def bot_not_in_server() -> str:
    """Reject in a server that has the commands without the bot."""
    return "The bot is not in this server, only its commands are. Invite it again."


def campaign_exists(name: str, role_name: str) -> str:
    """Reject a name whose role and category are there already."""
    return (
        f"There is already a campaign called {bold(name)}: a category of that name, and "
        f"the role {bold(role_name)}. Choose another name, or delete or rename them."
    )


def no_room(what: str, needed: int, free: int, limit: int) -> str:
    """Reject because Discord's limit leaves no room: of `needed` only `free`, or less than none."""
    more = f"1 more {what}" if needed == 1 else f"{needed} more {what}s"
    if what == "channel":
        more += " (its category is one)"
    return (
        f"The campaign needs {more}, but this server has room for {max(free, 0)} "
        f"(Discord allows {limit}). Delete at least {needed - free} first."
    )


def unknown_command() -> str:
    """Answer a command that this bot does not have."""
    return "This bot does not know that command (any more). Only `/add-campaign` works."


def nothing_to_press() -> str:
    """Answer a button, menu or form, of which this bot has none."""
    return "This does nothing any more."


def too_many_at_once(owner: str, most: int) -> str:
    """Refuse a command of a server or user (`server 1`, `user 2`) that has `most` campaigns."""
    whose = "You have reached your" if owner.startswith("user") else "This server has reached its"
    campaigns = "one campaign" if most == 1 else f"{most} campaigns"
    return (
        f"{whose} limit of {campaigns} at once. A campaign that failed or was rejected counts for "
        "half a minute more. Wait for one to finish, then run the command again."
    )


def too_busy(seconds: float) -> str:
    """Refuse because so many came first that there is no time left."""
    return (
        "Too many campaigns are being made just now. "
        f"There is room again in about {text.duration(seconds)}: run the command then."
    )


def not_queued() -> str:
    """Say that the request could not be taken."""
    return "The bot could not take your request just now. Try again in a minute."


def maybe_queued() -> str:
    """Say that it is not known whether the request was taken."""
    return (
        "The bot is not sure that your request was taken. "
        "If nothing happens here within a minute, run the command again."
    )


def _time(seconds: int) -> str:
    """Let Discord show a time by the reader's clock (its docs, Reference > Message Formatting)."""
    return f"<t:{seconds}:f>"


def _permissions(names: Sequence[str]) -> str:
    return ("the permission " if len(names) == 1 else "the permissions ") + _and(names)


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
