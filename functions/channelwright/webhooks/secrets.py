"""The form of the secrets that sign webhooks. Pure.

Source: Standard Webhooks 1.0.0 > Signature scheme.
"""

import base64
from typing import Final

from channelwright.aws.token_form import Malformed

PREFIX: Final = "whsec_"
SHORTEST_BYTES, LONGEST_BYTES = 24, 64


class MalformedSecrets(Malformed):
    """The stored value is not one secret or two; the message is for an operator."""


def parsed(stored: str, place: str) -> tuple[bytes, ...]:
    """Return the keys in the value of `place`: one, or two while one replaces the other.

    White space separates them. The specification's libraries take a secret that is not base64 as
    another one without a word, so nothing is forgiven here.

    Raises:
        MalformedSecrets: a secret is malformed, too short or too long, or there are too many.
    """
    try:
        keys = tuple(_key(secret) for secret in stored.split())
    except ValueError:
        keys = ()
    if len(keys) not in {1, 2}:
        raise MalformedSecrets(
            f"The value of {place} must be one secret, or two while one replaces the other, on a "
            f"line each. A secret is {PREFIX} and {SHORTEST_BYTES} to {LONGEST_BYTES} random bytes "
            f'in base64: echo "{PREFIX}$(openssl rand -base64 32)" creates one.'
        )
    return keys


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError
    encoded = secret.removeprefix(PREFIX)
    key = base64.b64decode(encoded)
    # It skips what is not base64, which encoding again shows.
    if base64.b64encode(key).decode() != encoded:
        raise ValueError
    if not SHORTEST_BYTES <= len(key) <= LONGEST_BYTES:
        raise ValueError
    return key
