"""The control API does over HTTP what the Python object does."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
from werkzeug.wrappers import Request, Response

from local.simulator.bot_client import USER_AGENT
from local.simulator.server import SimulatorServer
from tests.serving import serving
from tests.simulator_control import Control, reached_at


def deferred(_request: Request) -> Response:
    return Response(json.dumps({"type": 5, "data": {"flags": 64}}), mimetype="application/json")


@pytest.fixture
def endpoint(served: SimulatorServer) -> Iterator[str]:
    """An application that defers every interaction, with an ephemeral response."""
    with (
        serving(deferred) as origin,
        reached_at(served.simulator, f"{origin}/interactions") as url,
    ):
        yield url


def test_info(control: Control) -> None:
    info = control.call("GET", "/info")
    assert set(info) == {
        "application_id",
        "public_key",
        "bot_token",
        "bot_user_id",
        "guild_id",
        "channel_id",
        "owner_id",
        "player_id",
        "api_base_url",
    }
    assert info["api_base_url"] == f"{control.server.base_url}/api/v10"


def test_an_interaction_from_end_to_end(control: Control, endpoint: str) -> None:
    info = control.call("GET", "/info")
    body = {"command": "campaign", "options": {"name": "Curse"}}
    sent = control.call("POST", "/interactions", body)
    assert (sent["status"], sent["response"]["type"]) == (200, 5)
    url = f"{info['api_base_url']}/webhooks/{info['application_id']}/{sent['token']}"
    answer = control.patch(
        f"{url}/messages/@original", json={"content": "x"}, headers={"User-Agent": USER_AGENT}
    )
    assert answer.status_code == 200
    shown = control.call("GET", f"/interactions/{sent['id']}")
    assert shown["token_alive"] is True
    assert [version["content"] for version in shown["versions"]] == ["x"]
    log = control.call("GET", "/requests")
    assert log[-1]["path"].endswith("/{token}/messages/@original")
    assert sent["token"] not in json.dumps(log)
    control.call("DELETE", "/requests")
    assert control.call("GET", "/requests") == []


def test_it_is_sent_to_the_applications_endpoint_alone(control: Control, endpoint: str) -> None:
    """Otherwise any caller could let the simulator send requests to any port of the machine."""
    asked: list[str] = []

    def note(request: Request) -> Response:
        asked.append(request.path)
        return deferred(request)

    with serving(note) as elsewhere:
        wanted = {"command": "c", "url": f"{elsewhere}/interactions"}
        told = control.call("POST", "/interactions", wanted, status=400)
    assert asked == []
    assert told["message"].endswith(f"the endpoint that the application has set: {endpoint}")
    assert control.call("POST", "/interactions", wanted | {"url": endpoint})["status"] == 200


def test_nobody_listens(control: Control) -> None:
    with reached_at(control.server.simulator, "http://127.0.0.1:9/"):
        sent = control.call("POST", "/interactions", {"command": "c"})
    assert (sent["status"], sent["response"]) == (None, None)
    assert control.call("GET", f"/interactions/{sent['id']}")["token_alive"] is False


def test_build(control: Control) -> None:
    player = control.call("GET", "/info")["player_id"]
    asked = {"command": "c", "user_id": player, "acked": True, "overrides": {"locale": "de"}}
    built = control.call("POST", "/interactions/build", asked)
    payload = json.loads(built["body"])
    assert payload["member"]["user"]["id"] == player
    assert payload["locale"] == "de"
    assert built["headers"]["X-Signature-Timestamp"].isdigit()
    shown = control.call("GET", f"/interactions/{payload['id']}")
    assert shown["acked_at"] is not None
    assert shown["versions"] == []
    wrong = asked | {"overrides": {"locale": "klingon"}}
    control.call("POST", "/interactions/build", wrong, status=400)
    hostile = control.call("POST", "/interactions/build", wrong | {"hostile": True})
    assert json.loads(hostile["body"])["locale"] == "klingon"


def test_a_tester_hands_in_the_answer(control: Control) -> None:
    built = control.call("POST", "/interactions/build", {"command": "c"})
    path = f"/interactions/{built['id']}/response"
    assert control.call("POST", path, {"response": {"type": 5}})["thinking"] is True
    control.call("POST", "/interactions/1/response", {"response": {"type": 5}}, status=404)


def test_guilds(control: Control) -> None:
    ids = control.call("POST", "/guilds", {"features": ["COMMUNITY"], "bot_permissions": "1024"})
    shown = control.call("GET", f"/guilds/{ids['guild_id']}")
    assert shown["features"] == ["COMMUNITY"]
    assert {c["name"] for c in shown["channels"]} == {"Text Channels", "general"}
    bot_role = next(role for role in shown["roles"] if role["managed"])
    assert bot_role["permissions"] == "1024"
    general = next(c for c in shown["channels"] if c["name"] == "general")
    assert ids["channel_id"] == general["id"]
    assert {u["name"] for u in general["visible_to"]} == {"gamemaster", "player", "channelwright"}


def test_a_guild_that_has_the_commands_alone(control: Control) -> None:
    ids = control.call("POST", "/guilds", {"bot_permissions": None})
    shown = control.call("GET", f"/guilds/{ids['guild_id']}")
    assert {member["name"] for member in shown["members"]} == {"gamemaster", "player"}
    wanted = {"command": "c", "guild_id": ids["guild_id"], "channel_id": ids["channel_id"]}
    assert control.call("POST", "/interactions/build", wanted)["id"]
    control.call("POST", "/interactions/build", {"command": "c", "guild_id": "1"}, status=404)


def test_a_command_in_a_thread(control: Control) -> None:
    general = control.call("GET", "/info")["channel_id"]
    thread = control.call("POST", "/threads", {"channel_id": general, "name": "Lore"})["id"]
    wanted = {"command": "c", "channel_id": thread}
    built = json.loads(control.call("POST", "/interactions/build", wanted)["body"])
    assert built["channel"]["name"] == "Lore"
    control.call("POST", "/threads", {"channel_id": thread}, status=404)


def test_faults_and_settings(control: Control) -> None:
    made = control.call("POST", "/faults", {"path": "/users", "status": 500, "times": None})
    info = control.call("GET", "/info")
    url = f"{info['api_base_url']}/users/@me"
    headers = {"User-Agent": USER_AGENT, "Authorization": f"Bot {info['bot_token']}"}
    assert control.get(url, headers=headers).status_code == 500
    fault = control.call("GET", "/faults")[0]
    assert (fault["id"], fault["hits"]) == (made["id"], 1)
    changed = control.call("PUT", "/settings", {"latency_ms": 1, "limits": {"read": [7, 1]}})
    assert (changed["latency_ms"], changed["limits"]["read"]["requests"]) == (1, 7)
    control.call("PUT", "/settings", {"latency_ms": 0})


def test_mistakes_are_told(control: Control) -> None:
    control.call("POST", "/faults", {"effect": "x"}, status=400)
    control.call("POST", "/faults", {"path": "("}, status=400)
    control.call("PUT", "/settings", {"latency": 1}, status=400)
    control.call("GET", "/guilds/1", status=404)
    control.call("GET", "/interactions/1", status=404)
    control.call("POST", "/interactions", {"command": "c"}, status=404)
    control.call("GET", "/nowhere", status=404)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/guilds"), ("PUT", "/settings")])
def test_what_is_not_said_to_be_json_is_not_read(
    control: Control, method: str, path: str, kind: str | None
) -> None:
    """Any web page's form could send such a body."""
    url = f"{control.server.base_url}/_simulator{path}"
    before = control.server.simulator.snapshot(), len(control.server.simulator.world.guilds)
    answer = control.request(method, url, data=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert "Content-Type: application/json" in answer.json()["message"]
    after = control.server.simulator.snapshot(), len(control.server.simulator.world.guilds)
    assert after == before
    said = {"Content-Type": "application/json; charset=utf-8"}
    assert control.request(method, url, data=b"{}", headers=said).status_code == 200


def test_command_line() -> None:
    command = [sys.executable, "-W", "error", "-m", "local.simulator", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        origin = json.loads(process.stdout.readline())["base_url"]
        info = requests.get(f"{origin}/_simulator/info", timeout=5).json()
        headers = {"User-Agent": USER_AGENT, "Authorization": f"Bot {info['bot_token']}"}
        answer = requests.get(f"{info['api_base_url']}/users/@me", headers=headers, timeout=5)
        assert answer.json()["id"] == info["bot_user_id"]
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=5) == ("", "")
        assert process.returncode == 0
