"""The bot's buttons and its menu: their ids, and how they stand below a message. Pure.

An id has a version, the action, and all that a press needs to be understood. A name with its
layout fits, so nothing has to be kept for a button.
Source: Discord docs, Components > Custom ID (1 to 100 characters); Action Row; Button; User Select.
"""

import re
from typing import Any, Final, NamedTuple

Json = dict[str, Any]
# Discord docs, Components > Button > Button Styles.
SECONDARY, DANGER = 2, 4
ID_LENGTH: Final = 100
# Discord docs, Components > User Select.
MOST_USERS: Final = 25
# As many hexadecimal digits as tell previews apart in one server.
DIGEST_LENGTH: Final = 16
_DELETE: Final = re.compile(
    rf"1:delete:([0-9]{{1,20}}):([0-9a-f]{{{DIGEST_LENGTH}}})(?::([0-9]{{1,20}}))?"
)
_UNDO: Final = re.compile(r"1:undo:([0-9]{1,20})")
_ADD: Final = re.compile(r"1:add:([0-9]{1,20})")
_AGAIN: Final = re.compile(r"1:again:([a-z0-9-]{1,9}):(.+)", re.DOTALL)


class Deletion(NamedTuple):
    """A confirmed deletion: the campaign's id, and the digest of the preview above the button.

    `message_id` is the summary's whose *Undo* has led there; empty if a command has.
    """

    campaign_id: str
    digest: str
    message_id: str


def delete(deletion: Deletion) -> str:
    """Return the id of the button that deletes a campaign."""
    message = f":{deletion.message_id}" if deletion.message_id else ""
    return f"1:delete:{deletion.campaign_id}:{deletion.digest}{message}"


def undo(campaign_id: str) -> str:
    """Return the id of the button *Undo* below a summary."""
    return f"1:undo:{campaign_id}"


def add(campaign_id: str) -> str:
    """Return the id of the menu *Add players* below a summary."""
    return f"1:add:{campaign_id}"


def again(layout: str, name: str) -> str:
    """Return the id of the button that tries a campaign again, or "" if it would be too long.

    Discord does not say how it counts the characters. So the longer way counts: an emoji is two.
    """
    custom_id = f"1:again:{layout}:{name}"
    return custom_id if len(custom_id.encode("utf-16-le")) // 2 <= ID_LENGTH else ""


def deletion_of(custom_id: str) -> Deletion | None:
    """Return what a press of this button confirms, or None if it is no such button."""
    found = _DELETE.fullmatch(custom_id)
    return Deletion(found[1], found[2], found[3] or "") if found else None


def undone_by(custom_id: str) -> str | None:
    """Return the id of the campaign that a press of this button undoes, or None."""
    found = _UNDO.fullmatch(custom_id)
    return found[1] if found else None


def added_to(custom_id: str) -> str | None:
    """Return the id of the campaign to which a choice in this menu adds players, or None."""
    found = _ADD.fullmatch(custom_id)
    return found[1] if found else None


def tried_again_by(custom_id: str) -> tuple[str, str] | None:
    """Return the layout and the name that a press of this button tries again, or None."""
    found = _AGAIN.fullmatch(custom_id)
    return (found[1], found[2]) if found else None


def below(label: str, style: int, custom_id: str) -> list[Json]:
    """Return a message's components with one button; none if it has no id."""
    button = {"type": 2, "style": style, "label": label, "custom_id": custom_id}
    return [{"type": 1, "components": [button]}] if custom_id else []


def menu(placeholder: str, custom_id: str) -> list[Json]:
    """Return a message's components with one user select, for up to 25 users."""
    select = {"type": 5, "custom_id": custom_id, "placeholder": placeholder}
    return [{"type": 1, "components": [select | {"min_values": 1, "max_values": MOST_USERS}]}]
