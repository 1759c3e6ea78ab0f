"""Whether a request really comes from Discord (Ed25519).

Source: Discord docs, Interactions > Receiving and Responding > Security and Authorization.
"""

from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

# Older than this, a request is a replay. Clocks may differ by as much the other way.
MAX_AGE_SECONDS: Final = 300


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
    """Tell whether `timestamp` (Unix seconds, in digits) lies within five minutes of `now`."""
    return (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= 12
        and abs(now - int(timestamp)) <= MAX_AGE_SECONDS
    )
