"""The messages about a campaign; `rejections` has the reasons against starting one. Pure.

Discord shows a message as Markdown, so text typed by users goes through `as_typed`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channelwright.words.text import as_typed, bold, duration, first, fit

Things = Sequence[Mapping[str, Any]]
BAR_CELLS: Final = 20
KIND_NAMES: Final = {"text": "Text", "voice": "Voice", "forum": "Forum"}
LOCK: Final = "🔒"
NOTHING_CREATED: Final = "Nothing was created."
UNDO_BUTTON: Final = "Undo"
AGAIN_BUTTON: Final = "Try again"
# The request was accepted, but could not be started, or too little time is left to build anything.
NOT_STARTED: Final = "The bot could not start this campaign. Try again."
TOO_LATE: Final = "The bot could not get to your request in time. Try again."


def progress(name: str, done: int, total: int, made: Things = ()) -> str:
    """Return the progress message; `made` are the channels (`name`, `type`) since the last edit."""
    created = [f"✅ Created: {bold(one['name'])} ({KIND_NAMES[one['type']]})" for one in made]
    return fit(
        lambda most: [
            f"🏗️ **Creating Campaign: {as_typed(name)}**",
            bar(done, total),
            *first(most, created),
        ],
        len(created),
    )


def bar(done: int, total: int) -> str:
    """Return a bar that shows `done` of `total`."""
    filled = BAR_CELLS * done // total
    cells = "█" * filled + "░" * (BAR_CELLS - filled)
    return f"[{cells}] {100 * done // total}% ({done}/{total})"


def summary(
    name: str,
    role_id: str,
    channels: Things,
    *,
    instead_of_forum: bool,
    lacking: Sequence[str] = (),
    co_gms: Sequence[str] = (),
) -> str:
    """Return the message about a finished campaign.

    `channels` (`id`, `type`, `gm_only`) are in their order in the category. `lacking` names the
    permissions that the server does not give to everybody. `co_gms` are users' ids.
    """
    count = "1 channel" if len(channels) == 1 else f"{len(channels)} channels"
    facts = [f"Role: <@&{role_id}>", count, *(f"Co-GM: <@{one}>" for one in co_gms)]
    lines = [f"✅ **Campaign Created: {as_typed(name)}**", " · ".join(facts), ""]
    lines += by_kind(channels)
    if instead_of_forum:
        lines.append("This server cannot have forum channels. The bot used text channels instead.")
    lines += ["", f"To invite players, choose them below, or give them the role <@&{role_id}>."]
    if lacking:
        lines.append(
            f"Players lack these permissions in this server: {', '.join(lacking)}. Grant them to "
            "that role in Server Settings > Roles."
        )
    # The mentions fit: a category has at most 50 channels.
    return "\n".join(lines)


def by_kind(channels: Things) -> list[str]:
    """Return a line for each kind of channels (`id`, `type`, `gm_only`), and what a lock means."""
    lines = []
    for kind, title in KIND_NAMES.items():
        mentions = [
            f"<#{channel['id']}>" + (f" {LOCK}" if channel["gm_only"] else "")
            for channel in channels
            if channel["type"] == kind
        ]
        if mentions:
            lines.append(f"**{title}**: " + ", ".join(mentions))
    if any(channel["gm_only"] for channel in channels):
        lines.append(f"{LOCK} Only game masters can see these channels.")
    return lines


def removing(name: str, done: int, total: int) -> str:
    """Return the message that something failed; `done` of `total` things are removed."""
    return (
        f"↩️ **Undoing Campaign: {as_typed(name)}**\n"
        f"{bar(done, total)}\n"
        "Something went wrong. Removing everything created so far…"
    )


def failure(name: str, why: str, left: Things, *, looked: bool, foreign: Things = ()) -> str:
    """Return the message that a campaign failed, with the reason `why`.

    `left` lists what could not be removed (`kind`, `id`, `name`), `foreign` what others put into
    the campaign's category. `looked` tells whether the bot could search for what it had created.
    """
    ours, others = [_item(thing) for thing in left], [_item(thing) for thing in foreign]

    def lines(most: int) -> list[str]:
        said = [_could_not(name), why, ""]
        if not looked:
            said.append(
                "Discord did not let the bot check what it had created. If you still see a role, "
                "a category or a channel of this campaign, please delete it by hand."
            )
        if left:
            said.append("Left behind:" if looked else "Perhaps left behind:")
            said += [*first(most, ours), "Please delete this by hand."]
        if foreign:
            said.append("Not deleted, because it does not seem to be the bot's own:")
            said += first(most, others)
        if looked and not left:
            said.append(f"Nothing{' else' if foreign else ''} was left behind.")
        return said

    return fit(lines, max(len(left), len(foreign)))


def rejection(name: str, reasons: Sequence[str]) -> str:
    """Return the message that a campaign cannot be created; each reason says what to do."""
    said = [f"- {reason}" for reason in reasons] if len(reasons) > 1 else list(reasons)
    return fit(lambda most: [_could_not(name), *first(most, said), "", NOTHING_CREATED], len(said))


def in_channel(user_id: str, content: str) -> str:
    """Address a message in a channel to the user who asked (it pings nobody)."""
    return f"<@{user_id}>\n{content}"


def _could_not(name: str) -> str:
    return f"❌ **Could not create campaign: {as_typed(name)}**"


def _item(thing: Mapping[str, str]) -> str:
    """Name a role, category or channel; even a category's mention is a link."""
    mention = f"<@&{thing['id']}>" if thing["kind"] == "role" else f"<#{thing['id']}>"
    return f"- the {thing['kind']} {mention} ({bold(thing['name'])})"


def in_line(name: str, seconds: float) -> str:
    """Return the message that other campaigns come first, for about `seconds`."""
    return (
        f"⏳ **In line: {as_typed(name)}**\n"
        f"Many campaigns are being created right now. Yours starts in about {duration(seconds)}."
    )
