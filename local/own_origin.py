"""A server on this machine refuses requests from other origins' pages.

A browser lets any page send requests to any port of this machine. The request names the page's
origin (Origin, Sec-Fetch-Site) and the server's host name (Host). The host name matters because of
DNS rebinding: a page whose own name resolves to 127.0.0.1 seems to have our origin.

Sources: RFC 6454, Section 7.3; W3C, Fetch Metadata Request Headers, Section 2.4.
"""

from werkzeug.datastructures import Headers

NAMES = ("127.0.0.1", "localhost")
OWN_SITES = frozenset({"same-origin", "none"})  # "none": the user typed the address


def own_hosts(port: int, *names: str) -> frozenset[str]:
    """Return the allowed Host headers for a port of this machine, including further `names`."""
    return frozenset(f"{name}:{port}" for name in (*NAMES, *names))


def refusal(headers: Headers, hosts: frozenset[str]) -> str | None:
    """Return why a server with these `hosts` refuses a request, and the fix; None if it does not.

    Among pages, only the server's own may send requests, under the host name in their address.
    """
    host = ", ".join(headers.getlist("Host"))
    if host.lower() not in hosts:
        known = " or ".join(f"http://{one}" for one in sorted(hosts))
        return f"The Host {host!r} is not this server: use {known}."
    own_page = {f"http://{host.lower()}"}
    if not own_page.issuperset(headers.getlist("Origin")):
        return "This server refuses pages of other origins: send the request from a program."
    if not OWN_SITES.issuperset(headers.getlist("Sec-Fetch-Site")):
        return "This server refuses pages of other sites: send the request from a program."
    return None
