"""Receivers of webhooks on this machine, also such as do what they should not."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Request:
    """A request as it came: the request line, the headers in lower case, and the body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A receiver's port, and what came: `names` are those that TLS asked for (SNI)."""

    port: int
    requests: list[Request] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    connections: int = 0


Behaviour = Callable[[socket.socket], None]


def answering(*parts: bytes) -> Behaviour:
    """Return the behaviour that sends an answer in so many parts."""

    def behave(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return behave


@contextmanager
def receiving(
    behave: Behaviour, *, tls: ssl.SSLContext | None = None, reads: bool = True
) -> Iterator[Receiver]:
    """Receive webhooks, over `tls` if it is given; `behave` answers, on the connection.

    Unless it `reads`, `behave` gets the connection as it is, before TLS and the request.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Receiver(server.getsockname()[1])
        if tls:
            tls.sni_callback = lambda _socket, name, _context: made.names.append(name)

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                if tls and reads:
                    connection = tls.wrap_socket(connection, server_side=True)
                with connection:
                    if reads:
                        made.requests.append(_request(connection))
                    behave(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    made.connections += 1
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield made
        server.shutdown(socket.SHUT_RDWR)


def _request(connection: socket.socket) -> Request:
    with connection.makefile("rb") as file:
        line = file.readline().decode().rstrip()
        if not line:
            raise ConnectionError("the sender has gone")
        headers = {}
        while header := file.readline().decode().rstrip():
            name, _, value = header.partition(": ")
            headers[name.lower()] = value
        return Request(line, headers, file.read(int(headers["content-length"])))
