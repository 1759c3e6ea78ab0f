"""The messages about the deletion of a campaign. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from channelwright.words.text import as_typed, bold, first, fit

Things = Sequence[Mapping[str, Any]]
HERE: Final = "This channel is deleted last, and this message with it."
LEFT: Final = "Left behind:"
PERHAPS_LEFT: Final = "Discord did not let the bot check. Perhaps left behind:"
_NOW: Final = {
    "creating": "created",
    "removing": "deleted",
    "archiving": "archived",
    "unarchiving": "unarchived",
}
CANNOT_BE_UNDONE: Final = "This cannot be undone."


class Wording(NamedTuple):
    """How a deletion is called: a command deletes, the summary's button undoes."""

    sign: str
    infinitive: str
    progressive: str
    participle: str

    @property
    def button(self) -> str:
        """The label of the red button."""
        return f"{self.infinitive} it"


DELETE: Final = Wording("🗑️", "Delete", "Deleting", "Deleted")
UNDO: Final = Wording("↩️", "Undo", "Undoing", "Undone")


def wording_of(request: Mapping[str, str]) -> Wording:
    """Return how a requested deletion is called: the summary's *Undo* names its `message_id`."""
    return UNDO if "message_id" in request else DELETE


def preview(
    wording: Wording, name: str, things: Things, guests: Things, gone: Sequence[str]
) -> str:
    """Return what deleting a campaign takes and leaves: the message above the red button.

    `things` (`kind`, `id`, `name`, and whether they are `talked_in`) go, `guests` are others'
    channels in the category and stay, `gone` are the names of channels that somebody has deleted.
    """
    takes = [_item(one, talked=one["talked_in"]) for one in things]
    stays = [_item(one) for one in guests]

    def lines(most: int) -> list[str]:
        said = [f"{wording.sign} **{wording.infinitive} Campaign: {as_typed(name)}?**"]
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


def late(shown: str) -> str:
    """Return a new preview, because the press would have to wait until nobody can hear of it."""
    return f"The bot could not begin in time. Press again:\n{shown}"


def deleting(wording: Wording, name: str, bar: str) -> str:
    """Return the message while a campaign is being deleted."""
    return f"{wording.sign} **{wording.progressive} Campaign: {as_typed(name)}**\n{bar}"


def deleted(wording: Wording, name: str, left: Things, guests: Things, note: str) -> str:
    """Return the last word: `left` could not be deleted, `guests` were somebody else's.

    `note` says how sure the bot is of what is `left`, or what happens next (`HERE`).
    """
    ours, others = [_item(one) for one in left], [_item(one) for one in guests]

    def lines(most: int) -> list[str]:
        if not left:
            done = f"✅ **Campaign {wording.participle}: {as_typed(name)}**"
            said = [done, *([note] if note else [])]
        else:
            done = wording.participle.lower()
            said = [f"❌ **Campaign not {done} completely: {as_typed(name)}**", note]
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


def not_recorded_yet(name: str) -> str:
    """Say that the table has not taken the record of a complete campaign yet."""
    return f"❌ The bot could not record {bold(name)} yet. Try again in a few minutes."


def not_yours(name: str, what: str = "delete") -> str:
    """Say that only its game master, and whoever manages the server, may do that (`what`)."""
    return (
        f"❌ Only the game master of {bold(name)} can {what} it, or someone with Manage Channels "
        "and Manage Roles in the whole server."
    )


def is_being(name: str, status: str) -> str:
    """Say that something else is happening to the campaign just now."""
    now = _NOW.get(status, "changed")
    return f"⏳ {bold(name)} is being {now} just now."


NOT_LOOKED: Final = (
    "❌ The bot could not finish this just now. Try the same again in a few minutes."
)
UNKNOWN: Final = (
    "The bot does not know which campaign you mean. Choose one from the list, type its whole name, "
    "or run the command in one of its channels."
)
# Without a record, nobody can tell which.
NOT_KNOWN: Final = (
    "❌ The bot does not know this campaign. It was deleted, or the bot could not record it yet. "
    "If it still stands, try again in a few minutes."
)


def _item(thing: Mapping[str, Any], *, talked: bool = False) -> str:
    mention = f"<@&{thing['id']}>" if thing["kind"] == "role" else f"<#{thing['id']}>"
    messages = ", which has messages" if talked else ""
    return f"- the {thing['kind']} {mention} ({bold(thing['name'])}){messages}"
