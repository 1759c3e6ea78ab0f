"""The description of a campaign. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from channelwright.words import messages
from channelwright.words.text import as_typed, bold, first, fit, person

MOST_LEADERS: Final = 10
LEFT: Final = "This campaign was not removed completely. To try again, use `/campaign delete`."
_HALF: Final = (
    "It is archived in part. Use `/campaign archive` or `/campaign unarchive` again to finish it."
)
_MORE: Final = {
    "left": LEFT,
    "archived": "📦 It is archived. To open it again, use `/campaign unarchive`.",
    "archiving": _HALF,
    "unarchiving": _HALF,
    "half archived": _HALF,
}


def campaign(
    record: Mapping[str, Any],
    channels: Sequence[Mapping[str, Any]],
    missing: Sequence[str],
    added: Sequence[Mapping[str, Any]],
) -> str:
    """Return the description of a campaign's `record`.

    `channels` (`id`, `kind`, `gm_only`) are those that stand, `missing` the names of what somebody
    has deleted, and `added` others' channels (`id`, `name`) in the category.
    """
    has_role = "role" in record and "the role" not in missing
    said = [f"🎲 **{as_typed(record['name'])}**", _whose(record, has_role=has_role), ""]
    said += messages.by_kind([{**one, "type": one["kind"]} for one in channels])
    others = [f"<#{one['id']}> ({bold(one['name'])})" for one in added]

    def lines(most: int) -> list[str]:
        more = [_MORE[record["status"]]] if record["status"] in _MORE else []
        if missing:
            more.append("Somebody has deleted: " + ", ".join(first(most, _bold(missing))))
        if others:
            more.append("Others have added: " + ", ".join(first(most, others)))
        return [*said, "", *more] if more else said

    return fit(lines, max(len(missing), len(others)))


def not_yours(name: str) -> str:
    """Say who may see a campaign's description."""
    return (
        f"❌ Only the players and the game master of {bold(name)} can see this, or someone with "
        "Manage Channels and Manage Roles in the whole server."
    )


def _whose(record: Mapping[str, Any], *, has_role: bool) -> str:
    said = [f"Game master: {person(record['game_master'])}"]
    co_gms = [f"<@{one}>" for one in record.get("co_gms", [])]
    said += [f"Co-GMs: {', '.join(first(MOST_LEADERS, co_gms))}"] if co_gms else []
    if has_role:
        said.append(f"Role: <@&{record['role']}>")
    if created := record.get("created_at"):
        seconds = int(datetime.fromisoformat(created).timestamp())
        said.append(f"Created: <t:{seconds}:D>")
    return " · ".join(said)


def _bold(names: Sequence[str]) -> list[str]:
    return [bold(one) for one in names]
