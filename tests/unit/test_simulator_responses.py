"""An interaction takes only the responses that Discord knows for its type.

Discord docs: Interactions > Receiving and Responding > Interaction Callback Type.
"""

from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = range(1, 6)
INPUT = {"type": 4, "custom_id": "i", "style": 1}
DATA: dict[int, Any] = {
    4: {"content": "x"},
    8: {"choices": [{"name": "n", "value": "v"}]},
    9: {
        "custom_id": "m",
        "title": "t",
        "components": [{"type": 18, "label": "l", "component": INPUT}],
    },
}
ALLOWED = {
    PING: {1},
    COMMAND: {4, 5, 9},
    COMPONENT: {4, 5, 6, 7, 9},
    AUTOCOMPLETE: {8},
    MODAL_SUBMIT: {4, 5, 6, 7},
}


def response(type_: int) -> dict[str, Any]:
    return {"type": type_} | ({"data": DATA[type_]} if type_ in DATA else {})


@pytest.fixture
def bot(bot: BotClient) -> BotClient:
    """A client without the bot token: the interaction's token in the path is enough."""
    bot.session.headers.pop("Authorization")
    return bot


@pytest.mark.parametrize("type_", [1, 4, 5, 6, 7, 8, 9])
@pytest.mark.parametrize("asked", list(ALLOWED))
def test_a_response_fits_the_interaction(
    bot: BotClient, simulator: Simulator, clock: ManualClock, asked: int, type_: int
) -> None:
    allowed = type_ in ALLOWED[asked]
    signed = simulator.build_interaction("c", {"name": "x"}, type_=asked)
    simulator.receive(signed.id, response(type_))
    interaction = simulator.interaction(signed.id)
    assert interaction.token_alive(clock.now()) is allowed
    assert interaction.acked(clock.now()) is allowed

    other = simulator.build_interaction("c", {"name": "x"}, type_=asked)
    url = f"/interactions/{other.id}/{other.token}/callback"
    answer = bot.call("POST", url, response(type_))
    if allowed:
        assert answer.status_code == 204
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, 50035)
        assert answer.json()["errors"]["type"]["_errors"][0]["code"] == "BASE_TYPE_CHOICES"
        # An invalid response does not count.
        assert bot.call("POST", url, response(min(ALLOWED[asked]))).status_code == 204


@pytest.mark.parametrize("type_", [6, 7])
def test_a_modal_of_a_command_has_no_message_to_update(
    simulator: Simulator, clock: ManualClock, type_: int
) -> None:
    signed = simulator.build_interaction("m", type_=MODAL_SUBMIT, overrides={"message": None})
    simulator.receive(signed.id, response(type_))
    assert not simulator.interaction(signed.id).token_alive(clock.now())


def choices(count: int = 1, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"name": "n", "value": "v"} | fields] * count}


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, "data"),
        ([], "data"),
        (choices(26), "choices"),
        (choices(name=""), "name"),
        (choices(value=None), "value"),
        (choices(name="x" * 101), "name"),
        (choices(value=""), "value"),
        (choices(value="x" * 101), "value"),
    ],
)
def test_choices_may_be_wrong(
    bot: BotClient, simulator: Simulator, clock: ManualClock, data: Any, path: str
) -> None:
    signed = simulator.build_interaction("c", {"name": "x"}, type_=AUTOCOMPLETE)
    url = f"/interactions/{signed.id}/{signed.token}/callback"
    answer = bot.call("POST", url, {"type": 8, "data": data})
    assert answer.json()["code"] == 50035
    assert f'"{path}": {{"_errors"' in answer.text
    simulator.receive(signed.id, {"type": 8, "data": data})
    assert not simulator.interaction(signed.id).token_alive(clock.now())


@pytest.mark.parametrize("data", [choices(25), {"choices": []}, choices(value=1.5)])
def test_choices_may_be_right(simulator: Simulator, clock: ManualClock, data: Any) -> None:
    signed = simulator.build_interaction("c", {"name": "x"}, type_=AUTOCOMPLETE)
    simulator.receive(signed.id, {"type": 8, "data": data})
    assert simulator.interaction(signed.id).acked(clock.now())


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("asked", "told"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("False", False), ("0", False)],
)
def test_the_callback_tells_what_it_answered(
    bot: BotClient, simulator: Simulator, asked: str, told: bool
) -> None:
    signed = simulator.build_interaction("b", type_=COMPONENT)
    url = f"/interactions/{signed.id}/{signed.token}/callback?with_response={asked}"
    answer = bot.call("POST", url, {"type": 6})
    assert answer.status_code == (200 if told else 204)
    assert not told or answer.json()["interaction"]["type"] == COMPONENT
