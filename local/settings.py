"""The commands' settings from the environment: DISCORD_* and the bot's endpoint."""

import re
from collections.abc import Mapping

DISCORD = "https://discord.com/api/v10"
# As in template.yaml and channelwright/discord/addresses.py, which `make up` does not import.
API_BASE_URL = (
    r"(https://[^\s/@?#\\]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/[^\s?#\\]*)?"
)
# The advice if the server there does not answer like Discord.
CHECK_BASE_URL = f"Check DISCORD_API_BASE_URL (the default is {DISCORD}) and the network."


class SettingsError(ValueError):
    """A setting in the environment is missing or invalid."""


def required(environ: Mapping[str, str], *names: str) -> list[str]:
    """Return the settings of these names.

    Raises SettingsError, which names all missing settings.
    """
    given = {name: environ.get(name, "").strip() for name in names}
    if missing := [name for name, value in given.items() if not value]:
        raise SettingsError(f"not set: {', '.join(missing)}")
    return list(given.values())


def api_base_url(environ: Mapping[str, str]) -> str:
    """Return the base URL of Discord's API: Discord's own, unless DISCORD_API_BASE_URL is set.

    Raises SettingsError if it is unsafe to send the bot's token there.
    """
    given = environ.get("DISCORD_API_BASE_URL", "").strip().rstrip("/") or DISCORD
    if not re.fullmatch(API_BASE_URL, given):
        raise SettingsError(
            "DISCORD_API_BASE_URL must be a URL that begins with https://, or with http:// and "
            "this machine (127.0.0.1, [::1], localhost): otherwise the bot's token would be sent "
            "unencrypted"
        )
    return given
