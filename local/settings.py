"""What the commands read from the environment: DISCORD_* and where the bot answers."""

from collections.abc import Mapping

DISCORD = "https://discord.com/api/v10"
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
    """Return where Discord's API answers: Discord itself, unless DISCORD_API_BASE_URL is set."""
    return environ.get("DISCORD_API_BASE_URL", "").strip().rstrip("/") or DISCORD
