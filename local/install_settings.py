"""The scopes and permissions of an application that is added without our invite link. Pure.

The profile's *Add App* uses the default install settings, or a custom URL instead. Discord's
defaults add only the commands, without the bot. Source: Discord docs, Resources > Application >
Install Links, Install Params Object; Topics > OAuth2 > Bot Authorization Flow.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from channelwright.discord.permissions import INVITED_WITH, missing

GUILD_INSTALL: Final = "0"
SETTINGS: Final = "Installation > Default Install Settings > Guild Install"
CUSTOM_URL: Final = "Installation > Install Link > Custom URL"

Json = Mapping[str, Any]


class Fault(NamedTuple):
    """A problem with the install settings, and its fix."""

    what: str
    remedy: str


def fault(application: Json) -> Fault | None:
    """Return the problem with the install settings of Discord's `application` object, if any."""
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
    lacking = missing(held, INVITED_WITH)
    if not lacking:
        return None
    add = f"the permissions {', '.join(lacking)}"
    what = f"adding the application from its profile adds the bot without {add}"
    if "bot" not in scopes:
        what = "adding the application from its profile adds its commands without the bot"
        add = f"the scope bot and {add}"
    return Fault(
        what,
        f"Add {add} in Discord's developer portal ({where}). In each server that already added it "
        "like this, invite the bot with the link above.",
    )
