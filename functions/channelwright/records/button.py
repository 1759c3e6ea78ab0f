"""The id of the button that deletes a campaign. Pure.

It has a version, the action, the campaign, and the digest of the preview above it.
Source: Discord docs, Components > Custom ID (1 to 100 characters).
"""

import re
from typing import Final

# As many hexadecimal digits as tell previews apart in one server.
DIGEST_LENGTH: Final = 16
_ID: Final = re.compile(rf"1:delete:([0-9]{{1,20}}):([0-9a-f]{{{DIGEST_LENGTH}}})")


def id_of(campaign_id: str, digest: str) -> str:
    """Return the button's id."""
    return f"1:delete:{campaign_id}:{digest}"


def parsed(custom_id: str) -> tuple[str, str] | None:
    """Return the campaign's id and the digest in a button's id, or None if it is no such id."""
    found = _ID.fullmatch(custom_id)
    return (found[1], found[2]) if found else None
