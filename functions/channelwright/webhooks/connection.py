"""One POST to a receiver that may be hostile: whatever it does, it ends in time (wire.py).

The name is resolved once, and only addresses that were checked are connected to. Redirects,
proxies, .netrc and cookies do not exist in `http.client`. The body of the answer is not read.
"""

import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Thread
from typing import Any, Final, NamedTuple

from channelwright.discord import tls
from channelwright.webhooks.address import Target, is_public
from channelwright.webhooks.wire import Deadline, Wire

# Source: Standard Webhooks 1.0.0 > Request timeouts.
SECONDS: Final = 15.0


class NoReceiver(Exception):
    """There is no answer; the message is for an operator, and names at most the host."""


class Answer(NamedTuple):
    """The status and the `Retry-After` of an answer."""

    status: int
    retry_after: str | None


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    local: bool,
    seconds: float = SECONDS,
) -> Answer:
    """Send a request, and return its answer within some `seconds`.

    A `local` stack may send to private addresses.

    Raises:
        NoReceiver: the request was not sent, or has no answer.
    """
    host = target.host
    connection = _Connection(target, Deadline(seconds), local=local)
    try:
        connection.request("POST", target.path, body, {"Host": target.authority, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers.get("Retry-After"))
    except TimeoutError:
        why = f"{host} did not answer within {seconds:g} seconds."
    except ssl.SSLCertVerificationError as error:
        why = f"The certificate of {host} is not valid: {error.verify_message}."
    except ssl.SSLError as error:
        why = f"{host} does not speak TLS: {error.reason}."
    except OSError as error:
        why = f"The connection to {host} failed: {error.strerror or type(error).__name__}."
    except HTTPException as error:
        why = f"{host} does not speak HTTP: {type(error).__name__}."
    finally:
        connection.close()
    raise NoReceiver(why)


class _Answer(HTTPResponse):
    """The final answer: informational ones (1xx) may come before it, of which Python skips one.

    Source: RFC 9110, 15.2, Informational 1xx.
    """

    def begin(self) -> None:
        super().begin()
        while 101 < self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()


class _Connection(HTTPConnection):
    """A connection to a checked address of a target."""

    response_class = _Answer

    def __init__(self, target: Target, deadline: Deadline, *, local: bool) -> None:
        super().__init__(target.host, target.port)
        self._is_secret = target.scheme == "https"
        self._deadline = deadline
        self._local = local

    def connect(self) -> None:
        """Resolve, check and connect; with https, the certificate has to be the host's."""
        addresses = _resolved(self.host, self.port, self._deadline)
        if not self._local and not all(is_public(address[0]) for _, address in addresses):
            raise NoReceiver(
                f"{self.host} has an address that is not public, so nothing was sent: webhooks "
                "leave for the internet alone."
            )
        made = _connected(addresses, self._deadline)
        if self._is_secret:
            made = self._encrypted(made)
        self.sock: Any = Wire(made, self._deadline)

    def _encrypted(self, made: socket.socket) -> socket.socket:
        try:
            made.settimeout(self._deadline.left())
            return tls.CONTEXT.wrap_socket(made, server_hostname=self.host)
        except OSError:
            made.close()
            raise


_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


def _resolved(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Return the host's addresses; a thread waits for the system's resolver, without a timeout."""
    looked_up: Future[list[_Address]] = Future()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            looked_up.set_exception(error)
        else:
            looked_up.set_result([(family, address) for family, _, _, _, address in found])

    Thread(target=look_up, daemon=True).start()
    return looked_up.result(deadline.left())


def _connected(addresses: list[_Address], deadline: Deadline) -> socket.socket:
    """Connect to the first address that lets us; each gets its share of the time that is left."""
    failure = OSError("no address")
    for number, (family, address) in enumerate(addresses):
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(deadline.left() / (len(addresses) - number))
            made.connect(address)
        except OSError as error:
            made.close()
            failure = error
        else:
            return made
    raise failure
