"""No token reaches the page: data is masked before it leaves its process.

Whoever has an interaction's token can edit the bot's message, and the bot's token is the bot.
"""

import re
from typing import Any

MASK = "•••"
SECRET_FIELD = re.compile(r"token|secret|authorization|signature$", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"[A-Za-z0-9_-]{100,}"  # an interaction's token
    r"|[\w-]{23,}\.[\w-]{6,}\.[\w-]{27,}"  # a bot's token, as Discord gives it
    r"|whsec_[A-Za-z0-9+/=]+"  # a webhook's secret (Standard Webhooks)
)


def masked(value: Any, *known: str) -> Any:
    """Return JSON without tokens: those in fields of such a name, of such a form, or `known`."""
    if isinstance(value, dict):
        return {
            key: MASK
            if isinstance(inner, str) and SECRET_FIELD.search(key)
            else masked(inner, *known)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner, *known) for inner in value]
    return masked_text(value, *known) if isinstance(value, str) else value


def masked_text(text: str, *known: str) -> str:
    """Return a text without tokens."""
    for token in known:
        text = text.replace(token, MASK)
    return SECRET_TEXT.sub(MASK, text)
