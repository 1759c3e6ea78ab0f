"""The bot token's application: the local stack asks a server for the id it was not given."""

import pytest
from werkzeug.wrappers import Request, Response

from local.simulator.server import SimulatorServer
from local.stack import Discord, ask_for_application_id
from tests.serving import serving


def test_a_server_that_knows_it_is_asked(served: SimulatorServer):
    info = served.simulator.info
    discord = Discord(info["api_base_url"], info["public_key"], info["bot_token"])
    assert ask_for_application_id(discord) == info["application_id"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, '{"id": "7"}'),
        (307, ""),
        (200, "Hello"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"id": null}'),
        (200, b"\xff"),
    ],
)
def test_a_server_that_does_not_is_left_alone(status: int, said: str | bytes):
    def answer(_: Request) -> Response:
        return Response(said, status, {"Location": "/"})

    with serving(answer) as origin:
        assert ask_for_application_id(Discord(origin, "ab" * 32, "token")) is None


@pytest.mark.parametrize(
    ("url", "token"),
    [("http://127.0.0.1:9", "token"), ("http://127.0.0.1:9", "to\nken"), ("x", "y")],
)
def test_neither_no_server_nor_a_strange_token_is_an_error(url: str, token: str):
    assert ask_for_application_id(Discord(url, "ab" * 32, token)) is None
