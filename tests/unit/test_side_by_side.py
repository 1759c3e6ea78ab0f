"""Independent calls are made at the same time, in real threads."""

import json
import threading
import time

import pytest
from werkzeug.wrappers import Request, Response

from channelwright.aws import log
from channelwright.discord import calls
from channelwright.discord.client import Company, Discord
from channelwright.errors import DiscordRefused
from tests import log_lines
from tests.serving import serving

SERVER, CHANNELS = calls.get_guild("1"), calls.list_guild_channels("1")


def answer(request: Request) -> Response:
    return Response(json.dumps({"path": request.path}), content_type="application/json")


def test_both_are_with_discord_at_the_same_time():
    both = threading.Barrier(2, timeout=10)

    def app(request: Request) -> Response:
        both.wait()  # breaks if the calls come one after the other
        return answer(request)

    with serving(app) as url:
        answers = Discord(url, token="secret", deadline=0).send_all(SERVER, CHANNELS)
    assert [one["path"] for one in answers] == ["/guilds/1", "/guilds/1/channels"]


@pytest.mark.parametrize("refused", [{"/guilds/1"}, {"/guilds/1/channels"}, {"all"}])
def test_a_refusal_is_told_when_all_have_ended(refused):
    ended = []

    def app(request: Request) -> Response:
        is_last = request.path == CHANNELS.path
        time.sleep(0.2 if is_last else 0)
        ended.append(request.path)
        if refused & {request.path, "all"}:
            code = 10004 if request.path == SERVER.path else 10003
            body = json.dumps({"message": "Unknown", "code": code})
            return Response(body, 404, content_type="application/json")
        return answer(request)

    with serving(app) as url, pytest.raises(DiscordRefused) as failed:
        Discord(url, token="secret", deadline=0).send_all(SERVER, CHANNELS)
    assert len(ended) == 2
    assert failed.value.code == (10003 if refused == {"/guilds/1/channels"} else 10004)


def test_each_takes_its_slot_and_both_are_in_the_line_of_the_log():
    slots = []

    def seconds_to_slot() -> float:
        slots.append(1)
        return 0.0

    @log.invocation
    def handler(_event: object, _context: object) -> None:
        company = Company(seconds_to_slot, note_invalid=lambda: None)
        Discord(url, token="secret", deadline=0, company=company).send_all(SERVER, CHANNELS)

    with serving(answer) as url, log_lines.captured() as lines:
        handler({}, None)
    assert len(slots) == 2
    [line] = lines
    assert log_lines.metrics(line)["DiscordCalls"] == 2
    assert sorted(one.partition(":")[0] for one in line["calls"]) == [
        "list the channels",
        "show the server",
    ]


def test_what_is_made_and_what_goes_beside_are_with_discord_at_the_same_time():
    both = threading.Barrier(2, timeout=10)

    def app(request: Request) -> Response:
        both.wait()
        return answer(request)

    with serving(app) as url:
        discord = Discord(url, token="secret", deadline=time.time() + 60)
        made, free_at = discord.create_beside(SERVER, CHANNELS)
    assert (made["path"], free_at) == ("/guilds/1", 0)


@pytest.mark.parametrize("failure", [403, 404, 500, 502])
def test_what_goes_beside_may_fail(failure):
    def app(request: Request) -> Response:
        return Response("?", failure) if request.path == CHANNELS.path else answer(request)

    with serving(app) as url:
        discord = Discord(url, token="secret", deadline=time.time() + 60)
        made, free_at = discord.create_beside(SERVER, CHANNELS)
    assert (made["path"], free_at) == ("/guilds/1", 0)


def test_nobody_waits_for_a_limit_of_what_goes_beside():
    asked = []

    def app(request: Request) -> Response:
        asked.append(request.path)
        if request.path == CHANNELS.path:
            return Response(json.dumps({"retry_after": 1.5}), 429)
        return answer(request)

    with serving(app) as url:
        began = time.time()
        discord = Discord(url, token="secret", deadline=began + 60)
        _, free_at = discord.create_beside(SERVER, CHANNELS)
        assert time.time() < began + 1.5 <= free_at
    assert sorted(asked) == [SERVER.path, CHANNELS.path]


def test_what_is_not_made_is_told_when_both_have_ended():
    ended = []

    def app(request: Request) -> Response:
        time.sleep(0.2 if request.path == CHANNELS.path else 0)
        ended.append(request.path)
        body = json.dumps({"message": "Unknown", "code": 10004})
        return Response(body, 404, content_type="application/json")

    with serving(app) as url, pytest.raises(DiscordRefused) as failed:
        Discord(url, token="secret", deadline=time.time() + 60).create_beside(SERVER, CHANNELS)
    assert len(ended) == 2
    assert failed.value.code == 10004
