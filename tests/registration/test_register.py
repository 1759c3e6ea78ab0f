"""`make register` against a Discord over HTTP."""

import pytest

from channelwright.setup.registration import RegistrationError, invite_url
from local.register import register
from local.settings import SettingsError
from local.simulator import Simulator
from tests.registration.operator_commands import NOT_DISCORD, PARTS, SOMETHING_ELSE, run, wrong
from tests.registration.servers import Endpoint


def test_register_sets_up_and_says_how_to_invite(settings: dict[str, str], simulator: Simulator):
    simulator.world.commands.clear()
    result = run(settings, "register")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith(invite_url(settings["DISCORD_APPLICATION_ID"]) + "\n")
    assert wrong(settings) == []


def test_register_says_what_it_waits_for(settings: dict[str, str], endpoint: Endpoint):
    told: list[str] = []
    elsewhere = settings | {"INTERACTIONS_URL": f"{endpoint.url}-not"}
    endpoint.broken = "closed"
    with pytest.raises(RegistrationError, match="Discord sends that URL two PINGs"):
        register(elsewhere, tell=told.append)
    [said] = told
    assert said.startswith(f"Setting the endpoint {elsewhere['INTERACTIONS_URL']}: Discord has up")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_register_says_that_the_endpoint_is_set(settings, simulator: Simulator, method: str):
    simulator.world.commands.clear()
    refusal = {"message": "Missing Access", "code": 50001}
    simulator.faults.add(method=method, path="commands$", status=403, body=refusal)
    result = run(settings, "register")
    assert result.returncode == 1
    said = "The endpoint was set, but the commands were not: Discord refused to "
    assert result.stderr.startswith(said)
    assert "Traceback" not in result.stderr


def test_register_says_what_is_wrong_and_not_the_token(settings: dict[str, str]):
    with pytest.raises(SettingsError, match="not set: INTERACTIONS_URL"):
        register(settings | {"INTERACTIONS_URL": ""})
    for change, reason in [
        ({"DISCORD_BOT_TOKEN": "a-s3cret"}, "no longer valid"),
        ({"DISCORD_PUBLIC_KEY": "ab" * 32}, "Give that application's public key"),
        ({"DISCORD_API_BASE_URL": "http://127.0.0.1:9/api/v10"}, "did not answer"),
    ]:
        with pytest.raises(RegistrationError, match=reason) as raised:
            register(settings | change, patience=0)
        assert "a-s3cret" not in str(raised.value)


def test_register_names_the_url_at_which_no_discord_answers(settings, simulator: Simulator):
    simulator.faults.add(method="GET", status=200, body=[PARTS])
    result = run(settings, "register")
    said = SOMETHING_ELSE.format(action="show the application")
    url = settings["DISCORD_API_BASE_URL"]
    assert result.returncode == 1
    assert result.stderr.strip() == NOT_DISCORD.format(url=url, said=said).removeprefix("✗ ")
