"""Verify that a request comes from Discord (Ed25519).

Source: Discord docs, Interactions > Receiving and Responding > Security and Authorization.
"""

from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

# An older request counts as a replay.
MOST_SECONDS_OLD: Final = 300
# Discord's clock may be this far ahead of ours.
MOST_SECONDS_AHEAD: Final = 30


def is_valid(public_key: str, signature: str, timestamp: str, body: bytes) -> bool:
    """Tell whether `signature` (128 hex digits) signs `timestamp` followed by the raw `body`."""
    try:
        VerifyKey(bytes.fromhex(public_key)).verify(
            timestamp.encode() + body, bytes.fromhex(signature)
        )
    except (BadSignatureError, ValueError):
        return False
    return True


def is_fresh(timestamp: str, now: float) -> bool:
    """Tell whether `timestamp` (digits, Unix seconds) is neither too old nor too far ahead."""
    return (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= 12
        and -MOST_SECONDS_AHEAD <= now - int(timestamp) <= MOST_SECONDS_OLD
    )
