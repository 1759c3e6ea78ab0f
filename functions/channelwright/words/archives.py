"""The messages about archiving a campaign and taking it out of the archive. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from channelwright.words.text import as_typed, bold, first, fit

# Sentences that name something: what it is about, and the names.
Found = Sequence[tuple[str, Sequence[str]]]
# A place in the list of channels is called like a thing.
THE_PLACE: Final = "the category's place"

_BACK: Final = "Whatever the bot had changed is as it was before."
_TRY_AGAIN: Final = "To try again, use `/campaign unarchive`."
NOT_FINISHED: Final = (
    "❌ The bot could not finish this just now. Run the same command again in a few minutes: it "
    "continues where it stopped."
)
DID_NOT_LAST: Final = (
    "Discord accepted the bot's changes, but they did not last. Perhaps another bot or a person "
    "changes the same permissions. Try again."
)
NOT_THERE: Final = "Discord lists a channel, but says that it does not exist. Try again."
READERS: Final = (
    "Readers can still read everything, join reactions that are there, and edit or delete what "
    "they wrote. Administrators and the server's owner can still write and talk: no permission of "
    "a channel keeps them out."
)
TOO_LARGE: Final = (
    "❌ This campaign's channels have too many permissions for single roles and members to archive "
    "it: the bot can remember some 5,000. Remove those that nobody needs, then try again."
)


def archived(name: str, channels: int, found: Found, *, moved: bool) -> str:
    """Return that a campaign is archived, with so many channels, and its category `moved`."""
    below = ", and its category is below the others" if moved else ""
    before = [
        f"📦 **Campaign Archived: {as_typed(name)}**",
        f"{_channels(channels)} read-only now{below}.",
        READERS,
    ]
    return _fitted(before, found, ["To open it again, use `/campaign unarchive`."])


def _channels(count: int) -> str:
    return "Its channel is" if count == 1 else f"Its {count} channels are"


def unarchived(name: str, found: Found) -> str:
    """Return that a campaign is out of the archive."""
    before = [f"📂 **Campaign Unarchived: {as_typed(name)}**", _BACK]
    return _fitted(before, found)


def not_unarchived(name: str, reason: str, left: Sequence[str], found: Found) -> str:
    """Return why some of a campaign (`left`) could not be restored."""
    before = [f"❌ **Campaign not unarchived completely: {as_typed(name)}**", reason]
    return _fitted(before, [("Not restored", left), *found], [_TRY_AGAIN])


def not_archived(name: str, reason: str, left: Sequence[str], found: Found) -> str:
    """Return why a campaign is not archived, and what (`left`) could not be restored."""
    before = [f"❌ **Campaign not archived: {as_typed(name)}**", reason]
    if left:
        return _fitted(before, [("Not restored", left), *found], [_TRY_AGAIN])
    return _fitted(before, found, [_BACK])


def changed(what: Mapping[str, Sequence[str]], *, moved: bool) -> Found:
    """Name what somebody changed: roles and members by channel, and the category's place."""
    return _found(
        "Somebody changed these, so they stay as they are", _by_channel(what, moved=moved)
    )


def deleted(names: Sequence[str]) -> Found:
    """Name the channels that somebody deleted, or that the bot cannot see."""
    return _found("Deleted by somebody, or hidden from the bot", [bold(one) for one in names])


def absent(user_ids: Sequence[str]) -> Found:
    """Name members who have left: Discord takes no change of their permissions any more."""
    return _found("Left the server, so not restored", [f"<@{one}>" for one in user_ids])


def still_allowed(what: Mapping[str, Sequence[str]]) -> Found:
    """Name who can still write, react or talk, by channel."""
    return _found("❗ Not read-only for everybody", _by_channel(what))


def of_others(guests: Sequence[str]) -> Found:
    """Name others' channels in the category that are not archived with it."""
    return _found("Not archived, because others made them", guests)


def _found(what: str, names: Sequence[str]) -> Found:
    return [(what, names)] if names else []


def _by_channel(what: Mapping[str, Sequence[str]], *, moved: bool = False) -> list[str]:
    said = [f"{channel} ({', '.join(first(3, who))})" for channel, who in what.items()]
    return said + ([THE_PLACE] if moved else [])


def channel(id_: str) -> str:
    """Return a channel as a link."""
    return f"<#{id_}>"


def role_or_member(id_: str, *, is_member: bool, guild_id: str) -> str:
    """Return whom an overwrite is for, as Discord shows it; nobody is notified."""
    if id_ == guild_id:
        return "@everyone"
    return f"<@{id_}>" if is_member else f"<@&{id_}>"


def bot_lacks(names: Sequence[str]) -> str:
    """Say that the bot cannot deny or restore what it does not have itself."""
    return (
        "❌ A bot can only change permissions that it has itself, and this one lacks: "
        f"{', '.join(names)}. Give them to the bot's role in Server Settings > Roles, then try "
        "again. Nothing was changed."
    )


def already(name: str) -> str:
    """Say that a campaign is archived."""
    return f"📦 {bold(name)} is archived already. To open it again, use `/campaign unarchive`."


def is_open(name: str) -> str:
    """Say that a campaign is not archived."""
    return f"{bold(name)} is not archived."


def lost(name: str) -> str:
    """Say that the bot does not know the permissions that an archived campaign had before."""
    return (
        f"❌ The bot no longer knows which permissions {bold(name)} had before it was archived. "
        "Please change them by hand, or delete the campaign with `/campaign delete`."
    )


def left(name: str) -> str:
    """Say that a campaign that was not removed completely can only be deleted."""
    return f"❌ {bold(name)} was not removed completely. To try again, use `/campaign delete`."


def _fitted(before: Sequence[str], found: Found, after: Sequence[str] = ()) -> str:
    """Join the sentences; the lists of names are shortened until they fit into a message."""

    def lines(most: int) -> list[str]:
        named = [f"{what}: {', '.join(first(most, names))}." for what, names in found]
        return [*before, *named, *after]

    return fit(lines, max((len(names) for _, names in found), default=0))
