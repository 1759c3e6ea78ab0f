"""Every sentence that a user sees. Pure.

Discord shows a message as Markdown: what users typed goes through `as_typed`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

BAR_CELLS: Final = 20
CONTENT_LENGTH: Final = 2000  # Discord docs, Resources > Message

KIND_NAMES: Final = {"text": "Text", "voice": "Voice", "forum": "Forum"}
LOCK: Final = "🔒"
NOTHING_CREATED: Final = "Nothing was created."


def as_typed(text: str) -> str:
    """Escape Markdown and mentions, so that Discord shows `text` as it was typed."""
    return re.sub(r"([\\*_~`|<\[])", r"\\\1", text)


def progress(name: str, done: int, total: int, made: Iterable[Mapping[str, Any]] = ()) -> str:
    """Show how far a campaign is: `made` are the channels since the last edit (`name`, `type`)."""
    filled = BAR_CELLS * done // total
    bar = "█" * filled + "░" * (BAR_CELLS - filled)
    head = f"🏗️ **Creating Campaign: {as_typed(name)}**\n"
    lines = [
        f"✅ Created: **{as_typed(channel['name'])}** ({KIND_NAMES[channel['type']]})"
        for channel in made
    ]
    return _fit([head + f"[{bar}] {100 * done // total}% ({done}/{total})", *lines])


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
    return _fit(lines)


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
    lines = [_could_not(name), why, ""]
    if not looked:
        lines.append(
            "Discord did not let the bot look for what it had made. If there is still a role, a "
            "category or a channel of this campaign, please remove it by hand."
        )
    if left:
        lines.append("Left behind:" if looked else "Perhaps left behind:")
        lines += [f"- the {thing['kind']} {_named(thing)}" for thing in left]
        lines.append("Please remove this by hand.")
    if foreign:
        lines.append("Left alone, because the bot does not know it as its own:")
        lines += [f"- the {thing['kind']} {_named(thing)}" for thing in foreign]
    if looked and not left:
        lines.append(f"Nothing{' else' if foreign else ''} was left behind.")
    return _fit(lines)


def rejection(name: str, reasons: Sequence[str]) -> str:
    """Say why a campaign cannot be created as things are, and what to do."""
    listed = [f"- {reason}" for reason in reasons] if len(reasons) > 1 else list(reasons)
    return _fit([_could_not(name), *listed, "", NOTHING_CREATED])


def in_channel(user_id: str, content: str) -> str:
    """Address a message in a channel to the one who asked (it pings nobody)."""
    return _fit([f"<@{user_id}>", *content.split("\n")])


def _could_not(name: str) -> str:
    return f"❌ **Could not create campaign: {as_typed(name)}**"


def _named(thing: Mapping[str, str]) -> str:
    mention = {"channel": "<#{}>", "role": "<@&{}>"}.get(thing["kind"], "")
    name = f"**{as_typed(thing['name'])}**"
    return f"{mention.format(thing['id'])} ({name})" if mention else name


def _count(channels: Sequence[object]) -> str:
    return "1 channel" if len(channels) == 1 else f"{len(channels)} channels"


def _fit(lines: Sequence[str]) -> str:
    """Join lines, leaving out the last ones if Discord would refuse the message as too long."""
    text = "\n".join(lines)
    kept = list(lines)
    while len(text) > CONTENT_LENGTH:
        kept.pop()
        text = "\n".join([*kept, f"… and {len(lines) - len(kept)} more lines"])
    return text


# ---- Why a campaign failed ----

_REMEDIES: Final = {
    10003: "It was deleted meanwhile. Run the command again.",
    10004: "The bot is no longer in this server. Invite it again.",
    10007: "Whoever ran the command is no longer in this server.",
    10011: "The role was deleted meanwhile. Run the command again.",
    20031: "Discord does not allow a word in the name. Choose another name.",
    30005: "This server has as many roles as Discord allows (250). Delete one and try again.",
    30013: "This server has as many channels as Discord allows (500). Delete some and try again.",
    50001: "The bot cannot see what it has to change. Give its role back View Channel.",
    50013: (
        "Check in Server Settings > Roles that the bot's role has View Channel, Manage Channels, "
        "Manage Roles, Connect and Send Messages, and stands above the campaign's roles, then try "
        "again."
    ),
    50024: "This server cannot have a channel of this type.",
}


def refusal(action: str, status: int, code: int, detail: str) -> str:
    """Say that Discord refused `action`, and what to do about it."""
    said = (
        f"Discord refused to {action} ({as_typed(detail) or 'no reason given'}, {status}/{code})."
    )
    if status == 401:
        return f"{said} The bot's token is not valid: please tell whoever runs this bot."
    return f"{said} {_REMEDIES.get(code, 'Try again; if it stays, tell whoever runs this bot.')}"


def unavailable(action: str) -> str:
    """Say that Discord did not answer."""
    return f"Discord did not answer when asked to {action}. Try again in a few minutes."


def wait_too_long(action: str, seconds: float) -> str:
    """Say that Discord's rate limit is longer than the campaign can wait."""
    return f"Discord lets this bot {action} again in {_duration(seconds)}. Run the command then."


def deadline_exceeded() -> str:
    """Say that the campaign took too long."""
    return "It took longer than the time Discord allows for a command. Try again."


def incomplete(names: Sequence[str]) -> str:
    """Say that made channels are gone."""
    gone = ", ".join(f"**{as_typed(name)}**" for name in names)
    return f"Something that had been made was gone again: {gone}. Was it deleted by hand?"


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
    return f"You need {_permissions(names)} to create a campaign. Ask an administrator."


def bot_lacks(names: Sequence[str]) -> str:
    """Refuse while the bot lacks permissions."""
    return (
        f"The bot lacks {_permissions(names)}. Grant that to the bot's role in "
        "Server Settings > Roles (and check this channel's own permissions), then try again."
    )


def name_taken(what: str, name: str) -> str:
    """Reject a name that a role or category has already."""
    return (
        f"There is already a {what} called **{as_typed(name)}**. "
        "Choose another name, or rename or delete that one."
    )


def no_room(what: str, needed: int, free: int, limit: int) -> str:
    """Reject because Discord's limit leaves no room."""
    return (
        f"The campaign needs {needed} more {what}, but this server has room for {max(free, 0)} "
        f"(Discord allows {limit}). Delete some first."
    )


def unknown_command() -> str:
    """Answer a command that this bot does not have."""
    return "This bot does not know that command (any more). Only `/add-campaign` works."


def nothing_to_press() -> str:
    """Answer a button, menu or form, of which this bot has none."""
    return "This does nothing any more."


def not_started(name: str) -> str:
    """Say that the request was taken, but could not be begun."""
    return _fit(
        [_could_not(name), "The bot could not begin. Run the command again.", "", NOTHING_CREATED]
    )


def too_late(name: str) -> str:
    """Say that the request was begun so late that nothing can be built for it any more."""
    return _fit(
        [
            _could_not(name),
            "The bot came to your request too late. Run the command again.",
            "",
            NOTHING_CREATED,
        ]
    )


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


def _permissions(names: Sequence[str]) -> str:
    return ("the permission " if len(names) == 1 else "the permissions ") + _and(names)


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
