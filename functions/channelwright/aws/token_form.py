"""What can be a bot token. Pure.

Apart from bot_token.py, because who is given a token has no use for boto3, which wants a region.
"""

import re


class MalformedBotToken(Exception):
    """What is stored or given as the bot token cannot be one; the message tells an operator so."""


def well_formed(token: str, place: str) -> str:
    """Return the token that is stored in `place`, without the line break a file ends with.

    Raises:
        MalformedBotToken: no HTTP header can carry it (RFC 9110, 5.5), so it is no token.

    """
    stripped = token.strip()
    if not re.fullmatch(r"[!-~]+", stripped):
        raise MalformedBotToken(
            f"What is in {place} cannot be a bot token: it is empty, or has a space, a line break "
            "or a special character in it. Store the token alone there, as Discord's developer "
            "portal shows it (Bot > Reset Token makes a new one)."
        )
    return stripped
