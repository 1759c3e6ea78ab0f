"""A look: whom it asks, and what Discord's answers mean of channels that no list ever showed."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

import find_created
from channelwright import removal
from channelwright.discord import Discord
from channelwright.errors import DiscordUnavailable, RateLimited
from channelwright.removal import Look
from tests.serving import serving
from tests.unit.removal_steps import KNOWN, UNKNOWN

LOOK: Look = {**removal.NOTHING, "listed": {"10"}}
THERE = (200, {"id": "31", "type": 0})
UNKNOWN_CHANNEL = (404, {"code": 10003, "message": "Unknown Channel"})
MISSING_ACCESS = (403, {"code": 50001, "message": "Missing Access"})
BROKEN = (502, {})
LIMITED = (429, {"retry_after": 10.0, "global": False})


@pytest.fixture
def asked() -> Iterator[Callable[..., Look]]:
    """Return a function that asks for channels, where Discord answers so for each of them."""
    answers: dict[str, tuple[int, Any]] = {}

    def app(request: Request) -> Response:
        assert request.method == "GET"
        status, body = answers.pop(request.path)  # none is asked for twice
        return Response(json.dumps(body), status, content_type="application/json")

    with serving(app) as url:

        def asked(given: Mapping[str, tuple[int, Any]]) -> Look:
            answers.update({f"/channels/{id_}": answer for id_, answer in given.items()})
            discord = Discord(url, token="x", deadline=float("inf"))
            look = find_created._asked(discord, LOOK, list(given))
            assert answers == {}
            return look

        yield asked


def test_where_nothing_is_unclear_nobody_is_asked(asked):
    assert asked({}) == LOOK


def test_what_discord_shows_is_there_though_no_list_shows_it(asked):
    assert asked({"31": THERE}) == {**LOOK, "there": ["31"]}


def test_what_discord_does_not_know_is_gone(asked):
    assert asked({"31": UNKNOWN_CHANNEL}) == {**LOOK, "gone": ["31"]}


@pytest.mark.parametrize(
    "refusal", [MISSING_ACCESS, (403, {"code": 0}), (404, {"code": 0}), (404, {"code": 10004})]
)
def test_any_other_refusal_does_not_say_that_it_is_gone(asked, refusal):
    assert asked({"31": refusal}) == {**LOOK, "hidden": ["31"]}


def test_each_has_its_own_answer(asked):
    given = {
        "31": THERE,
        "32": UNKNOWN_CHANNEL,
        "33": MISSING_ACCESS,
        "34": UNKNOWN_CHANNEL,
        "20": MISSING_ACCESS,
    }
    told = {"there": ["31"], "gone": ["32", "34"], "hidden": ["33", "20"]}
    assert asked(given) == {**LOOK, **told}


@pytest.mark.parametrize(
    ("answer", "error"), [(BROKEN, DiscordUnavailable), (LIMITED, RateLimited)]
)
def test_where_discord_does_not_answer_there_is_no_look(asked, answer, error):
    """The state asks again, or waits."""
    with pytest.raises(error):
        asked({"31": UNKNOWN_CHANNEL, "32": answer})


def test_asking_leaves_the_look_as_it_was(asked):
    before = copy.deepcopy(LOOK)
    asked({"31": THERE, "32": UNKNOWN_CHANNEL, "33": MISSING_ACCESS})
    assert before == LOOK
    assert not any(removal.NOTHING.values())


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("failure", [KNOWN, UNKNOWN])
def test_before_the_plan_has_ended_nobody_is_asked_and_one_look_is_enough(failure, blind):
    """Nothing was made that a second look could show."""
    given = {
        "at": {"execution": "1000-remove", "state": "Find Created"},
        "blind": blind,
        "known": {"campaign": None, "made": []},
        "waves": [],
        "failure": failure,
        "removal": removal.NOT_LOOKED,
        "until": 0,
    }
    step = find_created.handler(given, None)
    assert (step["next"], step["looks"]) == ("finished", 1)
    assert (step["nothing_left"], step["found"], step["blind"]) == (True, [], blind)
