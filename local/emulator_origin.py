"""The emulator refuses pages of other origins, and host names other than its own (own_origin.py).

ministack allows every page to read its answers (Access-Control-Allow-Origin: *), and treats any
program that knows an account number as that account's root user.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from werkzeug.datastructures import Headers

from local.own_origin import own_hosts, refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def refuse_other_origins(gateway: Any, port: int) -> None:
    """Pass only allowed requests on this port to the emulator's application."""
    gateway.app = guarded(gateway.app, own_hosts(port))


def guarded(application: Application, hosts: frozenset[str]) -> Application:
    """Return an ASGI application that answers 403 to refused requests, or calls `application`."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        reason = None if scope["type"] == "lifespan" else refusal(headers(scope), hosts)
        if reason is None:
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "reason": reason})
        else:
            await refuse(send, reason)

    return answer


def headers(scope: Message) -> Headers:
    """Return a request's headers."""
    return Headers(
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    )


async def refuse(send: Send, reason: str) -> None:
    """Answer a request with 403 and the reason."""
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": 403, "headers": [kind]})
    await send({"type": "http.response.body", "body": f"{reason}\n".encode()})
