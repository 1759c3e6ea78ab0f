"""`make register`: tell Discord of the slash commands, replacing those it knows.

Environment: DISCORD_APPLICATION_ID and DISCORD_BOT_TOKEN; DISCORD_GUILD_ID to register in one
server, where they are visible at once, instead of everywhere; DISCORD_API_BASE_URL for another
server that speaks Discord's API.
"""

import os
import sys
from collections.abc import Mapping

import requests

from channelwright.commands import COMMANDS
from channelwright.discord import USER_AGENT

DISCORD = "https://discord.com/api/v10"


class RegistrationError(RuntimeError):
    """The commands could not be registered; the message says why and what to do."""


def commands_url(environ: Mapping[str, str]) -> str:
    """Return the address of the application's commands, in all servers or in one."""
    base = environ.get("DISCORD_API_BASE_URL", "").rstrip("/") or DISCORD
    guild = environ.get("DISCORD_GUILD_ID", "")
    scope = f"/guilds/{guild}" if guild else ""
    return f"{base}/applications/{environ['DISCORD_APPLICATION_ID']}{scope}/commands"


def register(environ: Mapping[str, str]) -> list[str]:
    """Overwrite the application's commands; return the names that Discord has now.

    Raises RegistrationError if a setting is missing, or if Discord refuses or does not answer.
    """
    for name in ("DISCORD_APPLICATION_ID", "DISCORD_BOT_TOKEN"):
        if not environ.get(name):
            raise RegistrationError(f"{name} is not set")
    headers = {"Authorization": f"Bot {environ['DISCORD_BOT_TOKEN']}", "User-Agent": USER_AGENT}
    url = commands_url(environ)
    try:
        answer = requests.put(url, json=COMMANDS, headers=headers, timeout=30)
    except requests.RequestException as error:
        raise RegistrationError(f"{url} does not answer: {type(error).__name__}") from None
    if not answer.ok:
        raise RegistrationError(f"Discord answered {answer.status_code}: {answer.text[:1000]}")
    return [command["name"] for command in answer.json()]


def main() -> None:
    """Register the commands and say which."""
    try:
        names = register(os.environ)
    except RegistrationError as error:
        sys.exit(f"The commands are not registered: {error}")
    where = "in one server" if os.environ.get("DISCORD_GUILD_ID") else "in every server"
    print(f"Registered {where}: {', '.join(f'/{name}' for name in names)}")


if __name__ == "__main__":
    main()
