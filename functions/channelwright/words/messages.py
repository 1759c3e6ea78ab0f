"""What a user reads of a campaign; why there is none to begin with, `rejections` says. Pure.

Discord shows a message as Markdown: what users typed goes through `as_typed`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from channelwright.words.text import as_typed, bold, duration, first

BAR_CELLS: Final = 20
CONTENT_LENGTH: Final = 2000  # Discord docs, Resources > Message
ADDRESS_LENGTH: Final = 24  # what `in_channel` adds; an id has at most 20 digits

KIND_NAMES: Final = {"text": "Text", "voice": "Voice", "forum": "Forum"}
LOCK: Final = "🔒"
NOTHING_CREATED: Final = "Nothing was created."


def progress(name: str, done: int, total: int, made: Sequence[Mapping[str, Any]] = ()) -> str:
    """Show how far a campaign is: `made` are the channels since the last edit (`name`, `type`)."""
    created = [f"✅ Created: {_name_and_kind(channel)}" for channel in made]
    return _fit(
        lambda most: [
            f"🏗️ **Creating Campaign: {as_typed(name)}**",
            _bar(done, total),
            *first(most, created),
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
            said += [*first(most, ours), "Please remove this by hand."]
        if foreign:
            said.append("Left alone, because the bot does not know it as its own:")
            said += first(most, others)
        if looked and not left:
            said.append(f"Nothing{' else' if foreign else ''} was left behind.")
        return said

    return _fit(lines, max(len(left), len(foreign)))


def rejection(name: str, reasons: Sequence[str]) -> str:
    """Say why a campaign cannot be created as things are, and what to do."""
    listed = [f"- {reason}" for reason in reasons] if len(reasons) > 1 else list(reasons)
    return _fit(
        lambda most: [_could_not(name), *first(most, listed), "", NOTHING_CREATED], len(listed)
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


# ---- Why a campaign failed ----


def in_line(name: str, seconds: float) -> str:
    """Say that others come first."""
    return (
        f"⏳ **In line: {as_typed(name)}**\n"
        f"Many campaigns are being made just now. Yours begins in about {duration(seconds)}."
    )
