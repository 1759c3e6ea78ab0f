"""The reasons to refuse a request or reject a campaign before anything is created. Pure.

Each sentence tells the user what to do. `<t:…:f>` shows a time in the reader's time zone.
Source: Discord docs, Reference > Message Formatting.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from channelwright.words import messages
from channelwright.words.text import bold, duration

ONLY_IN_A_SERVER: Final = (
    "This command works only in a server. Run it in the server where you want the campaign."
)
# The user installed the bot, but the server did not.
NOT_INSTALLED_IN_SERVER: Final = (
    "The bot is not installed in this server. Ask an administrator to invite it."
)
# A server can have the commands without the bot.
BOT_NOT_IN_SERVER: Final = (
    "Only the bot's commands are in this server, not the bot itself. Invite it again."
)
BOT_HAS_NO_ROLE: Final = (
    "The bot has no role of its own, so Discord will not let it give out the campaign's role. "
    "Give the bot a role (any will do), or invite it again."
)
# For a button, a menu or a form; the bot has none.
NOTHING_TO_PRESS: Final = "This button no longer works."
IS_GAME_MASTER: Final = "You are the game master. Choose somebody else as the co-GM, or nobody."
NOT_QUEUED: Final = "The bot could not accept your request right now. Try again in a minute."
NOT_READ: Final = "❌ The bot could not read the list of campaigns just now. Try again in a minute."
MAYBE_QUEUED: Final = (
    "Your request may not have reached the bot. If nothing happens here within a minute, try again."
)


def at_once(reasons: Sequence[str], *, creates: bool = False) -> str:
    """Refuse a command at once, in an answer right below it; `creates`: it asks for a campaign."""
    if len(reasons) == 1:
        said = f"❌ {reasons[0]}"
    else:
        said = "\n".join(["❌ **Could not create the campaign**", *(f"- {one}" for one in reasons)])
    return f"{said}\n\n{messages.NOTHING_CREATED}" if creates else said


def bad_name(mistake: str, limit: int) -> str:
    """Refuse a campaign name; `mistake` completes the sentence, `limit` is in characters."""
    return f"The campaign's name {mistake}. Use 1 to {limit} visible characters on one line."


def caller_lacks(names: Sequence[str]) -> str:
    """Refuse a caller who lacks permissions in the whole server."""
    return (
        f"You need {_permissions(names)} in the whole server to create a campaign. "
        "Ask an administrator."
    )


def caller_lacks_here(names: Sequence[str]) -> str:
    """Refuse a caller who lacks permissions in the channel."""
    return (
        f"{caller_lacks(names)} If you already have that, you may be timed out, or blocked by this "
        "channel's own permissions (then run the command in another channel)."
    )


def caller_timed_out(until: int) -> str:
    """Reject a caller who is timed out `until` a time (Unix seconds)."""
    return f"You are timed out until <t:{until}:f>. Wait, or ask a moderator to end it."


def bot_lacks(names: Sequence[str]) -> str:
    """Reject because the bot lacks permissions in the whole server."""
    return (
        f"The bot lacks {_permissions(names)}. "
        "Grant that to the bot's role in Server Settings > Roles, then try again."
    )


def bot_lacks_here(names: Sequence[str], *, may_be_absent: bool) -> str:
    """Refuse because the bot lacks permissions in the channel.

    A bot that is not in the server has the permissions of @everyone there (`may_be_absent`).
    """
    said = bot_lacks(names)
    if may_be_absent:
        said = (
            f"The bot lacks {_permissions(names)}. Check whether the bot is a member of this "
            "server. If not, only its commands are here: invite it again. If it is, grant that to "
            "its role (or give it a role) in Server Settings > Roles, then try again."
        )
    return (
        f"{said} If its role already has that, the bot may be timed out, blocked by the server's "
        "two-factor requirement, or blocked by this channel's own permissions (then run the "
        "command in another channel)."
    )


def bot_timed_out(until: int) -> str:
    """Reject because the bot is timed out `until` a time (Unix seconds)."""
    return f"The bot is timed out until <t:{until}:f>. Ask a moderator to end it."


def campaign_exists(name: str, role_name: str) -> str:
    """Reject a name whose role and category both exist already."""
    return (
        f"There is already a campaign called {bold(name)}: a category with that name, and "
        f"the role {bold(role_name)}. Choose another name, or rename or delete both."
    )


def is_being(name: str, status: str) -> str:
    """Reject a name whose campaign is being created or removed at the moment ("removing")."""
    now = "removed" if status == "removing" else "created"
    return f"A campaign called {bold(name)} is being {now} just now. Try again in a minute."


def no_member(user_id: str) -> str:
    """Reject a co-GM who is not in the server."""
    return f"<@{user_id}> is not in this server. Choose another co-GM, or nobody."


def is_a_bot(user_id: str) -> str:
    """Reject a co-GM that is a bot."""
    return f"<@{user_id}> is a bot. Choose another co-GM, or nobody."


def no_room(what: str, needed: int, free: int, limit: int) -> str:
    """Reject because Discord's `limit` leaves room for only `free` (or less than 0) of `needed`."""
    more = f"1 more {what}" if needed == 1 else f"{needed} more {what}s"
    if what == "channel":
        more += " (its category counts as one)"
    return (
        f"The campaign needs {more}, but this server has room for {max(free, 0)} "
        f"(Discord allows {limit}). Delete at least {needed - free} first."
    )


def unknown_command(known: Iterable[str]) -> str:
    """Answer a command that the bot does not have, or no longer has; `known` are its commands."""
    names = ", ".join(f"`/{name}`" for name in known)
    return f"This bot does not know that command. It knows {names}."


def too_many_at_once(owner: str, most: int) -> str:
    """Refuse a command whose `owner` (`server 1` or `user 2`) already has `most` campaigns."""
    whose = "You have reached your" if owner.startswith("user") else "This server has reached its"
    campaigns = "one campaign" if most == 1 else f"{most} campaigns"
    return (
        f"{whose} limit of {campaigns} at once. A campaign that failed or was rejected still "
        "counts for half a minute. Wait for one to finish, then try again."
    )


def too_busy(seconds: float) -> str:
    """Refuse because too many campaigns come first; there is room again in `seconds`."""
    return (
        f"Too many campaigns are being created right now. Try again in about {duration(seconds)}."
    )


def _permissions(names: Sequence[str]) -> str:
    *others, last = names
    if not others:
        return f"the permission {last}"
    return f"the permissions {', '.join(others)} and {last}"
