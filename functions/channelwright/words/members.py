"""The messages about a campaign's members. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channelwright.words.text import as_typed, bold, first, fit

MENU: Final = "Add players"
NOT_RECORDED: Final = (
    "❌ The bot could not record who leads the campaign now. Try the same again in a few minutes."
)
_SAID: Final = {
    "added": "✅ <@{user}> {now}.",
    "already": "✅ <@{user}> {now} already.",
    "removed": "✅ <@{user}> was removed.",
    "absent": "✅ <@{user}> is not in this campaign.",
    "left": "✅ You have left the campaign.",
    "bot": "❌ <@{user}> is a bot.",
    "gone": "❌ <@{user}> is not in this server.",
}
_NOW: Final = {
    "player": "is a player",
    "co-gm": "is a co-GM",
    "game-master": "is the game master",
}


def changed(
    name: str, results: Sequence[Mapping[str, Any]], change: str, handed_over_by: str = ""
) -> str:
    """Return how a change of members ended, a line a person.

    `results` have the `user_id`, the `result` and what the person `is` now or, of what failed,
    `why`. The game master who handed over (an id) is a co-GM from now on.
    """
    lines = [_line(one, change) for one in results]
    if handed_over_by:
        lines.append(f"<@{handed_over_by}> is a co-GM now.")
    return fit(lambda most: [f"👥 **{as_typed(name)}**", *first(most, lines)], len(lines))


def _line(one: Mapping[str, Any], change: str) -> str:
    if one["result"] == "failed":
        return f"❌ <@{one['user_id']}>: {one['why']}"
    if change == "leave" and one["result"] == "removed":
        return _SAID["left"]
    return _SAID[one["result"]].format(user=one["user_id"], now=_NOW[one["is"]])


def only_leaders(name: str) -> str:
    """Say who may add and remove players."""
    return (
        f"❌ Only the game master of {bold(name)} and its co-GMs can do that, or someone with "
        "Manage Channels and Manage Roles in the whole server."
    )


def only_master_or_manager(name: str) -> str:
    """Say who may add and remove co-GMs."""
    return (
        f"❌ Only the game master of {bold(name)} can add and remove co-GMs, or someone with "
        "Manage Channels and Manage Roles in the whole server."
    )


def only_master(name: str) -> str:
    """Say who may hand over."""
    return (
        f"❌ Only the game master of {bold(name)} can hand it over. When the game master has left "
        "the server, someone with Manage Channels and Manage Roles in the whole server can."
    )


def is_game_master(user_id: str) -> str:
    """Say that the game master cannot be removed."""
    return (
        f"❌ <@{user_id}> is the game master. Make somebody else the game master first: "
        "`/campaign add`, with `as:Game master`."
    )


def hand_over_first(name: str) -> str:
    """Say that the game master leaves nobody behind."""
    return (
        f"❌ You are the game master of {bold(name)}. Hand it over first: `/campaign add`, with "
        "`as:Game master`. Then you can leave."
    )


def archived(name: str) -> str:
    """Say that an archived campaign has to be restored first."""
    return f"❌ {bold(name)} is archived. To change it, use `/campaign unarchive` first."


def no_role(name: str) -> str:
    """Say that the campaign's role is missing."""
    return f"❌ Somebody has deleted the role of {bold(name)}, so nobody can be added or removed."


def gives_more(name: str, power: Sequence[str]) -> str:
    """Refuse to give a role that gives more than the campaign: `power`, as names and mentions."""
    more = ", ".join(first(5, power))
    return (
        f"❌ The role of {bold(name)} gives more than this campaign, because somebody changed it: "
        f"{more}. Only someone who can give this role in Discord can add players, until that is "
        "taken from the role."
    )
