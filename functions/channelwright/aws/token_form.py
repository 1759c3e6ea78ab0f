"""The form of a bot token. Pure.

Apart from what reads it, because code that is given a token does not need boto3 and its region.
"""

import re


class Malformed(Exception):
    """A stored value cannot be what it should be; the message is for an operator."""


class MalformedBotToken(Malformed):
    """The value given as the bot token cannot be one; the message is for an operator."""


def well_formed(token: str, place: str) -> str:
    """Return the token stored in `place`, without the line break at the end of a file.

    Raises:
        MalformedBotToken: no HTTP header can carry it (RFC 9110, 5.5), so it is no token.
    """
    stripped = token.strip()
    if not re.fullmatch(r"[!-~]+", stripped):
        raise MalformedBotToken(
            f"The value of {place} cannot be a bot token: it is empty, or contains a space, a line "
            "break or a special character. Store only the token, as Discord's developer portal "
            "shows it (Bot > Reset Token creates a new one)."
        )
    return stripped
