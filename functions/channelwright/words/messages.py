"""What a user reads of a campaign; why there is none to begin with, `rejections` says. Pure.

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


# The colon of an address, and the slash of an invite: with a backslash they are text, not links.
_MARKDOWN: Final = re.compile(r"([\\*_~`|<\[]|:(?=//)|(?<=\w)/(?=\w))")


def as_typed(text: str) -> str:
    """Escape Markdown, mentions and links, so that Discord shows `text` as it was typed.

    Source: Discord docs, Reference > Message Formatting; its clients show what follows a backslash,
    unless that is a letter, a digit or a space, and nothing of the backslash.
    """
    return _MARKDOWN.sub(r"\\\1", text)


def bold(text: str) -> str:
    """Show `text` as it was typed, in bold."""
    return f"**{as_typed(text)}**"


def progress(name: str, done: int, total: int, made: Sequence[Mapping[str, Any]] = ()) -> str:
    """Show how far a campaign is: `made` are the channels since the last edit (`name`, `type`)."""
    created = [f"✅ Created: {_name_and_kind(channel)}" for channel in made]
    return _fit(
        lambda most: [
            f"🏗️ **Creating Campaign: {as_typed(name)}**",
            _bar(done, total),
            *_first(most, created),
        ],
        len(created),
    )


def _bar(done: int, total: int) -> str:
    filled = BAR_CELLS * done // total
    cells = "█" * filled + "░" * (BAR_CELLS - filled)
    return f"[{cells}] {100 * done // total}% ({done}/{total})"


def _name_and_kind(channel: Mapping[str, Any]) -> str:
    return f"{bold(channel['name'])} ({KIND_NAMES[channel['type']]})"


def summary(
    name: str,
    role_id: str,
    channels: Sequence[Mapping[str, Any]],
    *,
    instead_of_forum: bool,
    lacking: Sequence[str] = (),
) -> str:
    """Show a finished campaign: `channels` as made (`id`, `type`, `gm_only`), in their order.

    `lacking` are the names of permissions that this server does not give to everybody.
    """
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
    if lacking:
        lines.append(
            f"In this server they may not: {', '.join(lacking)}. Allow it for that role in Server "
            "Settings > Roles."
        )
    # A category has at most 50 channels: their mentions fit.
    return "\n".join(lines)


def removing(name: str, done: int, total: int) -> str:
    """Say that something failed, and how much of what was made is removed."""
    return (
        f"↩️ **Undoing Campaign: {as_typed(name)}**\n"
        f"{_bar(done, total)}\n"
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


def not_started(name: str) -> str:
    """Say that the request was taken, but could not be begun."""
    return rejection(name, ["The bot could not begin. Run the command again."])


def too_late(name: str) -> str:
    """Say that the request was begun so late that nothing can be built for it any more."""
    return rejection(name, ["The bot came to your request too late. Run the command again."])


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
    gone = ", ".join(_first(MOST_NAMES, [bold(name) for name in names]))
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


def duration(seconds: float) -> str:
    """Say how long it takes, rounded up."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or unit == "second":
            count = max(1, -(-int(seconds) // size))
            return f"{count} {unit}" + ("s" if count > 1 else "")
    raise AssertionError("unreachable")


def in_line(name: str, seconds: float) -> str:
    """Say that others come first."""
    return (
        f"⏳ **In line: {as_typed(name)}**\n"
        f"Many campaigns are being made just now. Yours begins in about {duration(seconds)}."
    )
