"""Which requests a server on this machine answers: none that a page of somebody else's has sent.

A browser lets any page send requests to any port of this machine. It says of which origin the page
is (Origin, Sec-Fetch-Site), and under which name the page knows the server (Host): a name of the
page's own that leads to 127.0.0.1 (DNS rebinding) makes its requests look like those of our origin.

Sources: RFC 6454, Section 7.3; W3C, Fetch Metadata Request Headers, Section 2.4.
"""

from werkzeug.datastructures import Headers

NAMES = ("127.0.0.1", "localhost")
OWN_SITES = frozenset({"same-origin", "none"})  # "none": somebody has typed the address


def own_hosts(port: int, *names: str) -> frozenset[str]:
    """Return the Host headers of requests to a port of this machine, and by further names."""
    return frozenset(f"{name}:{port}" for name in (*NAMES, *names))


def refusal(headers: Headers, hosts: frozenset[str]) -> str | None:
    """Return why a server with these `hosts` refuses a request, and what to do; None if it doesn't.

    Only a page that the server itself has sent may ask it, under the name in its own address.
    """
    host = ", ".join(headers.getlist("Host"))
    if host.lower() not in hosts:
        known = " or ".join(f"http://{one}" for one in sorted(hosts))
        return f"The Host {host!r} is not this server: ask {known}."
    own_page = {f"http://{host.lower()}"}
    if not own_page.issuperset(headers.getlist("Origin")):
        return "A page of another origin may not ask this server: ask it with a program."
    if not OWN_SITES.issuperset(headers.getlist("Sec-Fetch-Site")):
        return "A page of another site may not ask this server: ask it with a program."
    return None
