"""The messages about the deletion of a campaign. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from channelwright.words.text import as_typed, bold, first, fit

Things = Sequence[Mapping[str, Any]]
HERE: Final = "This channel is deleted last, and this message with it."
PERHAPS_LEFT: Final = "Discord did not let the bot check. Perhaps left behind:"
DELETE_BUTTON: Final = "Delete it"
CANNOT_BE_UNDONE: Final = "This cannot be undone."


def preview(
    name: str, things: Things, guests: Things, gone: Sequence[str], talked_in: Collection[str]
) -> str:
    """Return what deleting a campaign takes and leaves: the message above the red button.

    `things` (`kind`, `id`, `name`) go, `guests` are others' channels in the category and stay,
    `gone` are the names of channels that somebody has deleted, and in `talked_in` are messages.
    """
    takes = [_item(one, talked=one["id"] in talked_in) for one in things]
    stays = [_item(one) for one in guests]

    def lines(most: int) -> list[str]:
        said = [f"🗑️ **Delete Campaign: {as_typed(name)}?**"]
        said += ["This will be deleted:", *first(most, takes)] if takes else []
        if guests:
            said += ["This stays, with its category, because others made it:", *first(most, stays)]
        if gone:
            said.append("Gone already: " + ", ".join(first(most, [bold(one) for one in gone])))
        return [*said, CANNOT_BE_UNDONE]

    return fit(lines, max(len(takes), len(guests), len(gone)))


def changed(shown: str) -> str:
    """Return a new preview, because something changed since the last one."""
    return f"Something has changed since. Look again:\n{shown}"


def deleting(name: str, bar: str) -> str:
    """Return the message while a campaign is being deleted."""
    return f"🗑️ **Deleting Campaign: {as_typed(name)}**\n{bar}"


def deleted(name: str, left: Things, guests: Things, *, here: bool, is_sure: bool) -> str:
    """Return the last word: `left` could not be deleted, `guests` were somebody else's.

    The channel of the message, if it is the campaign's own (`here`), is deleted after it. The bot
    `is_sure` of what is left unless Discord did not let it check.
    """
    ours, others = [_item(one) for one in left], [_item(one) for one in guests]

    def lines(most: int) -> list[str]:
        if not left:
            said = [f"✅ **Campaign Deleted: {as_typed(name)}**", *([HERE] if here else [])]
        else:
            said = [f"❌ **Campaign not deleted completely: {as_typed(name)}**"]
            said.append("Left behind:" if is_sure else PERHAPS_LEFT)
            said += [*first(most, ours), "To try again, use `/campaign delete`."]
        if guests:
            said += ["Not deleted, because it does not seem to be the bot's own:"]
            said += first(most, others)
        return said

    return fit(lines, max(len(left), len(guests)))


def nothing_known(name: str) -> str:
    """Say that the bot has no ids of a campaign that was never complete."""
    return (
        f"❌ The bot does not know what is left of {bold(name)}. If you still see a role, a "
        "category or a channel of it, please delete it by hand."
    )


def not_yours(name: str) -> str:
    """Say that only its game master, and whoever manages the server, may delete a campaign."""
    return (
        f"❌ Only the game master of {bold(name)} can delete it, or someone with Manage Channels "
        "and Manage Roles in the whole server."
    )


def is_being(name: str, status: str) -> str:
    """Say that something else is happening to the campaign just now."""
    now = "deleted" if status == "removing" else "created"
    return f"⏳ {bold(name)} is being {now} just now."


NO_PREVIEW: Final = (
    "❌ The bot could not look at the campaign just now. Try again in a few minutes."
)
UNKNOWN: Final = (
    "The bot does not know which campaign you mean. Choose one of yours from the list, or run the "
    "command in one of the campaign's channels."
)
NOT_KNOWN_ANY_MORE: Final = "❌ The bot does not know this campaign any more: it was deleted."


def _item(thing: Mapping[str, Any], *, talked: bool = False) -> str:
    mention = f"<@&{thing['id']}>" if thing["kind"] == "role" else f"<#{thing['id']}>"
    messages = ", which has messages" if talked else ""
    return f"- the {thing['kind']} {mention} ({bold(thing['name'])}){messages}"
