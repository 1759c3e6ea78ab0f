"""The URLs and the IP addresses that webhooks may be sent to. Pure.

Source: Standard Webhooks 1.0.0 > Enforcing HTTPS; Server side request forgery (SSRF).
"""

import hashlib
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

_LABEL: Final = r"[0-9A-Za-z_]([0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_URL: Final = re.compile(
    r"(?P<scheme>https?)://"
    rf"(?P<host>{_LABEL}(\.{_LABEL})*|\[[0-9A-Fa-f:.]{{2,45}}\])"
    r"(:(?P<port>[0-9]{1,5}))?"
    # Printable ASCII but for a fragment, a backslash, and what no URL has unescaped.
    r"(?P<path>[/?][!$-;=?-\[\]_a-z~]*)?"
)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_DISCORD: Final = re.compile(r"(.*\.)?(discord|discordapp)\.com", re.IGNORECASE)

# Besides what Python calls not global, or calls it only since some version.
# Source: IANA IPv4 Special-Purpose Address Registry; RFC 7526 for 192.88.99.0/24.
_NOT_PUBLIC_V4: Final = [
    ip_network(each) for each in ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")
]
# All that IANA has assigned to networks. Addresses that embed an IPv4 one are elsewhere, or among
# the exceptions below.
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
# Protocol assignments with Teredo, documentation, 6to4, documentation.
# Source: IANA IPv6 Special-Purpose Address Registry; IPv6 Global Unicast Address Assignments.
_NOT_PUBLIC_V6: Final = [
    ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]


class UrlRefused(Exception):
    """Webhooks are not sent to this URL; the message is for an operator, and does not quote it."""


class Target(NamedTuple):
    """The parts of a URL: `host` without brackets, `path` with the query, never empty."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parsed(url: str, *, local: bool) -> Target:
    """Return the parts of the parameter WebhookUrl; http is only for a `local` stack.

    Raises:
        UrlRefused: nothing is sent to this URL.
    """
    found = _URL.fullmatch(url)
    if not found or (found["scheme"] != "https" and not local):
        raise UrlRefused(
            "The parameter WebhookUrl must be a URL like https://hooks.example.com/path, in ASCII, "
            "with a name or an IP address, without a user, a password and a fragment."
        )
    scheme, host = found["scheme"], found["host"].strip("[]")
    if _DISCORD.fullmatch(host):
        raise UrlRefused(
            "The parameter WebhookUrl is an address of Discord, which takes messages and no "
            "events: put a receiver in between, which turns an event into a message "
            "(docs/events.md, Receive a webhook)."
        )
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if port != 443 and not 1023 < port < 65536:
        raise UrlRefused("The parameter WebhookUrl must have the port 443, or one above 1023.")
    path = found["path"] or "/"
    return Target(scheme, host, port, path if path.startswith("/") else f"/{path}")


def is_public(address: str) -> bool:
    """Tell whether an IP address is the internet's: no private or local one is in it, either."""
    return _is_public(ip_address(address))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NOT_PUBLIC_V6)


def fingerprint(url: str) -> str:
    """Return the URL's SHA-256 in hex, by which states and logs name it without telling it."""
    return hashlib.sha256(url.encode()).hexdigest()
