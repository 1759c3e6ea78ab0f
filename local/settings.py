"""What the commands read from the environment: DISCORD_* and where the bot answers."""

import re
from collections.abc import Mapping

DISCORD = "https://discord.com/api/v10"
# The same as in template.yaml and channelwright/addresses.py, which `make up` does not import.
API_BASE_URL = (
    r"(https://[^\s/@?#\\]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/[^\s?#\\]*)?"
)
# What to do if nothing answers there as Discord does.
CHECK_BASE_URL = (
    f"Check DISCORD_API_BASE_URL (if it is not set, {DISCORD} is asked) and the network."
)


class SettingsError(ValueError):
    """The environment's settings make no sense."""


def required(environ: Mapping[str, str], *names: str) -> list[str]:
    """Return the settings of these names.

    Raises SettingsError, which names all that are missing.
    """
    given = {name: environ.get(name, "").strip() for name in names}
    if missing := [name for name, value in given.items() if not value]:
        raise SettingsError(f"not set: {', '.join(missing)}")
    return list(given.values())


def api_base_url(environ: Mapping[str, str]) -> str:
    """Return where Discord's API answers: Discord itself, unless DISCORD_API_BASE_URL is set.

    Raises SettingsError if the bot's token must not go there.
    """
    given = environ.get("DISCORD_API_BASE_URL", "").strip().rstrip("/") or DISCORD
    if not re.fullmatch(API_BASE_URL, given):
        raise SettingsError(
            "DISCORD_API_BASE_URL must be a URL that begins with https://, or with http:// and "
            "this machine (127.0.0.1, [::1], localhost): the bot's token would go anywhere else in "
            "clear"
        )
    return given
