"""The simulator verifies an endpoint as Discord does, and sends it only registered commands."""

import pytest
import requests

from channelwright.commands.table import DEFINITIONS
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests.registration.servers import Endpoint


def set_endpoint(bot: BotClient, url: object) -> requests.Response:
    return bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": url})


def test_an_endpoint_that_accepts_a_bad_signature_is_refused(bot: BotClient, endpoint: Endpoint):
    assert set_endpoint(bot, endpoint.url).json()["interactions_endpoint_url"] == endpoint.url
    endpoint.broken = "open"
    refused = set_endpoint(bot, endpoint.url)
    error = {
        "code": "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
        "message": "The specified interactions endpoint url could not be verified.",
    }
    assert (refused.status_code, refused.json()) == (
        400,
        {
            "message": "Invalid Form Body",
            "code": 50035,
            "errors": {"interactions_endpoint_url": {"_errors": [error]}},
        },
    )
    assert bot.call("GET", "/applications/@me").json()["interactions_endpoint_url"] == endpoint.url


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://127.0.0.1/",
        "nonsense",
        7,
        "http://127.0.0.1:9/",
        "http://[::1",
        f"http://{'a' * 70}.test/",
        "http://a..test/",
        "http://\ud800/",
    ],
)
def test_what_is_no_endpoint_is_refused(bot: BotClient, url: object):
    refused = set_endpoint(bot, url)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["interactions_endpoint_url"]


def test_a_pong_is_said_to_be_json(bot: BotClient, endpoint: Endpoint):
    endpoint.broken = "untyped"
    refused = set_endpoint(bot, endpoint.url)
    assert list(refused.json()["errors"]) == ["interactions_endpoint_url"]


def test_an_endpoint_is_unset(bot: BotClient, endpoint: Endpoint):
    set_endpoint(bot, endpoint.url)
    assert set_endpoint(bot, None).json()["interactions_endpoint_url"] is None


def test_users_can_type_registered_commands_alone(
    simulator: Simulator, bot: BotClient, endpoint: Endpoint
):
    with pytest.raises(KeyError, match="interactions_endpoint_url"):
        simulator.endpoint_for("add-campaign")
    set_endpoint(bot, endpoint.url)
    with pytest.raises(KeyError, match="/add-campaign"):
        simulator.endpoint_for("add-campaign")
    path = f"/applications/{simulator.info['application_id']}/commands"
    bot.call("PUT", path, DEFINITIONS)
    assert simulator.endpoint_for("add-campaign") == endpoint.url
