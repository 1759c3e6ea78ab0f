"""What an application is added to a server with, where no invite link of ours says it. Pure.

Its profile's *Add App* uses the default install settings, or a custom URL in their place. Discord
proposes the commands alone, which then come without the bot. Source: Discord docs, Resources >
Application > Install Links, Install Params Object; Topics > OAuth2 > Bot Authorization Flow.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from channelwright.discord.permissions import BOT_NEEDS, missing

GUILD_INSTALL: Final = "0"
SETTINGS: Final = "Installation > Default Install Settings > Guild Install"
CUSTOM_URL: Final = "Installation > Install Link > Custom URL"

Json = Mapping[str, Any]


class Fault(NamedTuple):
    """What comes wrong into a server, and what to do."""

    what: str
    remedy: str


def fault(application: Json) -> Fault | None:
    """Return what is wrong with the way an application is added, if anything is known to be.

    `application` is Discord's application object.
    """
    config = (application.get("integration_types_config") or {}).get(GUILD_INSTALL) or {}
    params = config.get("oauth2_install_params") or application.get("install_params")
    if url := application.get("custom_install_url"):
        query = parse_qs(urlsplit(url).query)
        if "scope" in query:
            scopes, permissions = query["scope"][0].split(), query.get("permissions", ["0"])[0]
            return _fault(scopes, permissions, CUSTOM_URL)
    return _fault(params["scopes"], params["permissions"], SETTINGS) if params else None


def _fault(scopes: list[str], permissions: str, where: str) -> Fault | None:
    held = int(permissions) if permissions.isdecimal() and "bot" in scopes else 0
    lacking = missing(held, BOT_NEEDS)
    if not lacking:
        return None
    add = f"the permissions {', '.join(lacking)}"
    what = f"whoever adds the application from its profile gets the bot without {add}"
    if "bot" not in scopes:
        what = "whoever adds the application from its profile gets its commands without the bot"
        add = f"the scope bot and {add}"
    return Fault(
        what,
        f"Add {add} in Discord's developer portal ({where}), and in a server that has it like "
        "that invite the bot with the link above.",
    )
