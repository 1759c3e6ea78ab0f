"""The order of a server's categories: below the others, and back behind a neighbour. Pure.

Discord sorts by position, then by id; positions may have gaps and ties. Only those of categories
are compared here, and only those that the bot sees.
Source: Discord docs, Resources > Guild > Modify Guild Channel Positions; Channel Object.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from channelwright.campaign.ownership import CATEGORY_TYPE

Object = Mapping[str, Any]
# A row of the request: the id of a category, and its new position.
Row = dict[str, Any]


def ids(channels: Sequence[Object]) -> list[str]:
    """Return the ids of the categories in their order, from the top."""
    return [one["id"] for one in _sorted(channels)]


def _sorted(channels: Sequence[Object]) -> list[Object]:
    categories = [one for one in channels if one["type"] == CATEGORY_TYPE]
    return sorted(categories, key=lambda one: (one["position"], int(one["id"])))


def to_the_bottom(channels: Sequence[Object], category: str) -> list[Row]:
    """Return the rows that move a category below all others; none if it is there."""
    order = _sorted(channels)
    if category not in ids(channels) or order[-1]["id"] == category:
        return []
    return [{"id": category, "position": order[-1]["position"] + 1}]


def back(channels: Sequence[Object], category: str, before: Sequence[str]) -> list[Row]:
    """Return the rows that move a category behind the neighbour that it had.

    `before` are the categories at the time of the snapshot, from the top. If the neighbour is
    gone, the nearest above it that stands takes its place; if none stands, the category goes to
    the top. There are no rows if nothing is to do, or if somebody moved it: `was_moved`.
    """
    order = ids(channels)
    if category not in order or _is_back(order, category, before):
        return []
    if was_moved(channels, category, before):
        return []
    above = _above(order, category, before)
    rest = [one for one in _sorted(channels) if one["id"] != category]
    place = 1 + [one["id"] for one in rest].index(above[-1]) if above else 0
    position = rest[place - 1]["position"] + 1 if place else 0
    rows = [{"id": category, "position": position}]
    for one in rest[place:]:
        if one["position"] > position:
            break
        position += 1
        rows.append({"id": one["id"], "position": position})
    return rows


def was_moved(channels: Sequence[Object], category: str, before: Sequence[str]) -> bool:
    """Return whether somebody moved a category: it is neither at its place nor at the bottom.

    Categories made since the snapshot do not count.
    """
    order = ids(channels)
    if category not in order:
        return False
    is_at_the_bottom = [one for one in order if one in before][-1] == category
    return not is_at_the_bottom and not _is_back(order, category, before)


def _is_back(order: Sequence[str], category: str, before: Sequence[str]) -> bool:
    known = [one for one in order if one in before]
    return known[: known.index(category)][-1:] == _above(order, category, before)[-1:]


def _above(order: Sequence[str], category: str, before: Sequence[str]) -> list[str]:
    """Return those that stand of the categories that were above, from the top."""
    return [one for one in before[: before.index(category)] if one in order]
