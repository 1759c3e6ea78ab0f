"""Every sentence that a user sees. Pure.

Discord shows a message as Markdown: what users typed goes through `as_typed`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

BAR_CELLS: Final = 20
CONTENT_LENGTH: Final = 2000  # Discord docs, Resources > Message
ADDRESS_LENGTH: Final = 24  # what `in_channel` adds; an id has at most 20 digits

KIND_NAMES: Final = {"text": "Text", "voice": "Voice", "forum": "Forum"}
LOCK: Final = "🔒"
MOST_NAMES: Final = 5  # in a sentence
NOTHING_CREATED: Final = "Nothing was created."


def as_typed(text: str) -> str:
    """Escape Markdown and mentions, so that Discord shows `text` as it was typed."""
    return re.sub(r"([\\*_~`|<\[])", r"\\\1", text)


def bold(text: str) -> str:
    """Show `text` as it was typed, in bold."""
    return f"**{as_typed(text)}**"


def progress(
    name: str,
    done: int,
    total: int,
    made: Sequence[Mapping[str, Any]] = (),
    *,
    forums_in_doubt: bool = False,
) -> str:
    """Show how far a campaign is: `made` are the channels since the last edit (`name`, `type`).

    `forums_in_doubt` says that it is not known whether the server can have forum channels.
    """
    filled = BAR_CELLS * done // total
    bar = "█" * filled + "░" * (BAR_CELLS - filled)
    created = [
        f"✅ Created: {bold(channel['name'])} ({KIND_NAMES[channel['type']]})" for channel in made
    ]
    in_doubt = "If this server cannot have forum channels, text channels take their place."
    return _fit(
        lambda most: [
            f"🏗️ **Creating Campaign: {as_typed(name)}**",
            f"[{bar}] {100 * done // total}% ({done}/{total})",
            *_first(most, created),
            *([in_doubt] if forums_in_doubt else []),
        ],
        len(created),
    )


def summary(
    name: str, role_id: str, channels: Sequence[Mapping[str, Any]], *, instead_of_forum: bool
) -> str:
    """Show a finished campaign: `channels` as made (`id`, `type`, `gm_only`), in their order."""
    lines = [
        f"✅ **Campaign Created: {as_typed(name)}**",
        f"Role: <@&{role_id}> · {_count(channels)}",
        "",
    ]
    for kind, title in KIND_NAMES.items():
        mentions = [
            f"<#{channel['id']}>" + (f" {LOCK}" if channel["gm_only"] else "")
            for channel in channels
            if channel["type"] == kind
        ]
        if mentions:
            lines.append(f"**{title}**: " + ", ".join(mentions))
    if any(channel["gm_only"] for channel in channels):
        lines.append(f"{LOCK} only for the game master.")
    if instead_of_forum:
        lines.append("This server cannot have forum channels: text channels took their place.")
    lines += ["", f"Invite players: give them the role <@&{role_id}>."]
    # A category has at most 50 channels: their mentions fit.
    return "\n".join(lines)


def rolling_back(name: str) -> str:
    """Say that something failed and is being undone."""
    return (
        f"↩️ **Undoing Campaign: {as_typed(name)}**\n"
        "Something went wrong. Everything made so far is being removed…"
    )


def failure(
    name: str,
    why: str,
    left: Sequence[Mapping[str, str]],
    *,
    looked: bool,
    foreign: Sequence[Mapping[str, str]] = (),
) -> str:
    """Say that a campaign failed: why, and what could not be removed (`kind`, `id`, `name`).

    `foreign` is what others put into the campaign's category; it was left alone.
    """
    ours, others = [_item(thing) for thing in left], [_item(thing) for thing in foreign]

    def lines(most: int) -> list[str]:
        said = [_could_not(name), why, ""]
        if not looked:
            said.append(
                "Discord did not let the bot look for what it had made. If there is still a role, "
                "a category or a channel of this campaign, please remove it by hand."
            )
        if left:
            said.append("Left behind:" if looked else "Perhaps left behind:")
            said += [*_first(most, ours), "Please remove this by hand."]
        if foreign:
            said.append("Left alone, because the bot does not know it as its own:")
            said += _first(most, others)
        if looked and not left:
            said.append(f"Nothing{' else' if foreign else ''} was left behind.")
        return said

    return _fit(lines, max(len(left), len(foreign)))


def rejection(name: str, reasons: Sequence[str]) -> str:
    """Say why a campaign cannot be created as things are, and what to do."""
    listed = [f"- {reason}" for reason in reasons] if len(reasons) > 1 else list(reasons)
    return _fit(
        lambda most: [_could_not(name), *_first(most, listed), "", NOTHING_CREATED], len(listed)
    )


def in_channel(user_id: str, content: str) -> str:
    """Address a message in a channel to the one who asked (it pings nobody)."""
    return f"<@{user_id}>\n{content}"


def _could_not(name: str) -> str:
    return f"❌ **Could not create campaign: {as_typed(name)}**"


def _item(thing: Mapping[str, str]) -> str:
    """Name a role, category or channel; the mention of a category is a link, too."""
    mention = f"<@&{thing['id']}>" if thing["kind"] == "role" else f"<#{thing['id']}>"
    return f"- the {thing['kind']} {mention} ({bold(thing['name'])})"


def _count(channels: Sequence[object]) -> str:
    return "1 channel" if len(channels) == 1 else f"{len(channels)} channels"


def _fit(lines: Callable[[int], Sequence[str]], most: int) -> str:
    """Join the lines, with at most so many of each list that Discord takes the message."""
    text = "\n".join(lines(most))
    if most and len(text) > CONTENT_LENGTH - ADDRESS_LENGTH:
        return _fit(lines, most - 1)
    return text


def _first(most: int, items: Sequence[str]) -> list[str]:
    more = len(items) - most
    return [*items[:most], f"… and {more} more"] if more > 0 else list(items)


# ---- Why a campaign failed ----

_OTHER_NAME: Final = (
    "Discord does not allow a word in the name. Choose another name for the campaign; if it is a "
    "channel's name, tell whoever runs this bot."
)
_TWO_FACTOR: Final = (
    "This server requires two-factor authentication of moderators, and of whoever runs this bot: "
    "ask them to turn it on in their Discord account."
)
_REMEDIES: Final = {
    10003: "It was deleted meanwhile. Run the command again.",
    10004: "The bot is no longer in this server. Invite it again.",
    10007: "Whoever ran the command is no longer in this server.",
    10011: "The role was deleted meanwhile. Run the command again.",
    20031: _OTHER_NAME,
    30005: "This server has as many roles as Discord allows (250). Delete one and try again.",
    30013: (
        "This server has as many channels (500) or categories (50) as Discord allows; there may be "
        "some that the bot cannot see. Delete some and try again."
    ),
    50001: "The bot cannot see what it has to change. Give its role back View Channel.",
    50013: (
        "Check in Server Settings > Roles that the bot's role has View Channel, Manage Channels, "
        "Manage Roles, Connect and Send Messages, and stands above the campaign's roles, then try "
        "again."
    ),
    50024: "This server cannot have a channel of this type.",
    60003: _TWO_FACTOR,
}


def refused(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`; `detail` are Discord's words."""
    return f"Discord refused to {action} ({detail or 'no reason given'}, {status}/{code})."


def refusal(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`, and what to do about it."""
    said = refused(action, status, code, as_typed(detail))
    if status == 401:
        return f"{said} The bot's token is not valid: please tell whoever runs this bot."
    # An invalid form body whose first wrong field is the name.
    if code == 50035 and ": name: " in detail:
        return f"{said} {_OTHER_NAME}"
    return f"{said} {_REMEDIES.get(code, 'Try again; if it stays, tell whoever runs this bot.')}"


def unavailable(action: str) -> str:
    """Say that Discord did not answer."""
    return f"Discord did not answer when asked to {action}. Try again in a few minutes."


def wait_too_long(action: str, seconds: float, *, everything: bool) -> str:
    """Say that a rate limit (of `everything`, or of `action`) is longer than there is time."""
    again = "go on" if everything else f"{action} again"
    return f"Discord lets this bot {again} in {_duration(seconds)}. Run the command then."


def deadline_exceeded() -> str:
    """Say that the campaign took too long."""
    return "It took longer than the time Discord allows for a command. Try again."


def incomplete(names: Sequence[str]) -> str:
    """Say that made channels are gone, or cannot be seen any more."""
    gone = ", ".join(_first(MOST_NAMES, [bold(name) for name in names]))
    return (
        f"Something that had been made was gone again: {gone}. "
        "Was it deleted by hand, or hidden from the bot?"
    )


def stopped() -> str:
    """Say that somebody stopped the execution."""
    return "Whoever runs this bot stopped it. Ask them, or try again."


def timed_out() -> str:
    """Say that the execution took too long as a whole."""
    return "It took far too long. Try again; if it stays, tell whoever runs this bot."


def unexpected(interaction_id: str) -> str:
    """Say that the bot itself failed."""
    return (
        "Something broke inside the bot. Try again; if it stays, tell whoever runs this bot the "
        f"number {interaction_id}."
    )


def _duration(seconds: float) -> str:
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or unit == "second":
            count = max(1, -(-int(seconds) // size))
            return f"{count} {unit}" + ("s" if count > 1 else "")
    raise AssertionError("unreachable")


# ---- Why a campaign is not even begun ----


def bad_name(mistake: str, limit: int) -> str:
    """Refuse a campaign name; `mistake` ends the sentence."""
    return f"The campaign's name {mistake}. Use 1 to {limit} visible characters on one line."


def only_in_a_server() -> str:
    """Refuse a direct message."""
    return "This command works only in a server: run it in the server that is to have the campaign."


def caller_lacks(names: Sequence[str]) -> str:
    """Refuse a caller without the permissions."""
    return (
        f"You need {_permissions(names)} in the whole server to create a campaign. "
        "Ask an administrator."
    )


def caller_timed_out(until: int) -> str:
    """Reject a caller who may only watch until a time (Unix seconds)."""
    return f"You are timed out until {_time(until)}. Wait, or ask a moderator to end it."


def bot_lacks(names: Sequence[str]) -> str:
    """Reject while the bot lacks permissions in the whole server."""
    return (
        f"The bot lacks {_permissions(names)}. "
        "Grant that to the bot's role in Server Settings > Roles, then try again."
    )


def bot_lacks_here(names: Sequence[str]) -> str:
    """Refuse while the bot lacks permissions in the channel."""
    return (
        f"{bot_lacks(names)} If its role has that, then this channel's own permissions, a timeout "
        "of the bot or the server's two-factor requirement takes it away."
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
    return _TWO_FACTOR


def bot_not_in_server() -> str:
    """Reject in a server that has the commands without the bot."""
    return "The bot is not in this server, only its commands are. Invite it again."


def campaign_exists(name: str, role_name: str) -> str:
    """Reject a name whose role and category are there already."""
    return (
        f"There is already a campaign called **{as_typed(name)}**: a category of that name, and "
        f"the role **{as_typed(role_name)}**. Choose another name, or delete or rename them."
    )


def name_taken(what: str, name: str) -> str:
    """Reject a name that a role or category has already."""
    return (
        f"There is already a {what} called **{as_typed(name)}**. "
        "Choose another name, or rename or delete that one."
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


def not_started(name: str) -> str:
    """Say that the request was taken, but could not be begun."""
    return rejection(name, ["The bot could not begin. Run the command again."])


def too_late(name: str) -> str:
    """Say that the request was begun so late that nothing can be built for it any more."""
    return rejection(name, ["The bot came to your request too late. Run the command again."])


def not_queued() -> str:
    """Say that the request could not be taken."""
    return (
        "The bot could not take your request just now. Nothing was created. Try again in a minute."
    )


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
