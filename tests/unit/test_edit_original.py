"""Edits of the deferred message, which may not exist yet; each answer describes its bucket."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channelwright.discord import calls, webhook
from channelwright.discord import client as discord_module
from channelwright.discord.client import Discord
from channelwright.discord.edits import NO_BUCKET, Bucket
from channelwright.errors import DiscordRefused, DiscordUnavailable
from tests.serving import serving

NOT_YET = [10008, 10015]  # "Unknown message", "Unknown webhook"


class Clock:
    """A clock on which time passes only during a sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def time(self) -> float:
        return sum(self.slept)

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(discord_module, "time", clock)
    return clock


@pytest.fixture
def edit(clock: Clock) -> Iterator[Callable[..., Discord]]:
    """Return a function that edits while Discord gives these answers, one after another."""
    answers: list[Response] = []

    def app(_request: Request) -> Response:
        return answers.pop(0)

    with serving(app) as url:

        def edit(*given: Response) -> Discord:
            answers[:] = given
            discord = Discord(url, token=None, deadline=100.0)
            reply = {"application_id": "1", "interaction_token": "token"}
            webhook.edit(discord, calls.edit_original(reply, "x"))
            assert answers == []
            return discord

        yield edit


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, content_type="application/json")


def unknown(code: int, **headers: str) -> Response:
    return answer({"code": code, "message": "Unknown"}, 404, **headers)


DONE = {"id": "1"}


@pytest.mark.parametrize("code", NOT_YET)
def test_a_message_that_is_not_there_yet_is_waited_for(edit, clock, code):
    edit(unknown(code), unknown(code), unknown(code), answer(DONE))
    assert clock.slept == [0.25, 0.5, 1.0]


def test_a_message_that_is_there_is_not_waited_for(edit, clock):
    edit(answer(DONE))
    assert clock.slept == []


def test_a_message_that_never_comes_is_not_there(edit, clock):
    """The state retries: Discord may be slow."""
    with pytest.raises(DiscordUnavailable):
        edit(*[unknown(10015)] * 4)
    assert clock.slept == [0.25, 0.5, 1.0]


def test_any_other_refusal_is_its_last_word(edit, clock):
    with pytest.raises(DiscordRefused):
        edit(answer({"code": 50027, "message": "Invalid Webhook Token"}, 401))
    assert clock.slept == []


@pytest.mark.parametrize("code", NOT_YET)
def test_where_the_asking_has_emptied_the_bucket_it_asks_no_more(edit, clock, code):
    """The state retries when the bucket may be full again."""
    one_left = unknown(code, X_RateLimit_Remaining="1", X_RateLimit_Reset_After="1.5")
    none_left = unknown(code, X_RateLimit_Remaining="0", X_RateLimit_Reset_After="1.5")
    with pytest.raises(DiscordUnavailable):
        edit(one_left, none_left, answer(DONE))
    assert clock.slept == [0.25]


def test_an_edit_that_takes_the_last_call_of_the_bucket_is_done(edit, clock):
    edit(answer(DONE, X_RateLimit_Remaining="0", X_RateLimit_Reset_After="1.5"))
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "bucket"),
    [
        ({}, NO_BUCKET),
        ({"X_RateLimit_Remaining": "4", "X_RateLimit_Reset_After": "2.5"}, Bucket(4, 2.5)),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset_After": "5"}, Bucket(0, 5.0)),
        ({"X_RateLimit_Remaining": "0"}, Bucket(0, 0.0)),
        ({"X_RateLimit_Reset_After": "5"}, NO_BUCKET),
        # Not a number to trust.
        ({"X_RateLimit_Remaining": "-1", "X_RateLimit_Reset_After": "5"}, NO_BUCKET),
        ({"X_RateLimit_Remaining": "many", "X_RateLimit_Reset_After": "5"}, NO_BUCKET),
        ({"X_RateLimit_Remaining": "1", "X_RateLimit_Reset_After": "soon"}, Bucket(1, 0.0)),
        ({"X_RateLimit_Remaining": "1", "X_RateLimit_Reset_After": "nan"}, Bucket(1, 0.0)),
        ({"X_RateLimit_Remaining": "1", "X_RateLimit_Reset_After": "-3"}, Bucket(1, 0.0)),
    ],
)
def test_what_the_answer_says_of_the_bucket(edit, headers, bucket):
    assert edit(answer(DONE, **headers)).bucket == bucket
