"""A look: its calls, and Discord's answers for channels that no list ever showed."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

import find_created
from channelwright.aws import bot_token
from channelwright.campaign import removal
from channelwright.campaign.removal import Look
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused, DiscordUnavailable, OutOfTime, RateLimited
from tests.serving import serving
from tests.unit.removal_steps import KNOWN, NOW, UNKNOWN

LOOK = Look([], {"10"}, there=[], gone=[], hidden=[])
THERE = (200, {"id": "31", "type": 0})
UNKNOWN_CHANNEL = (404, {"code": 10003, "message": "Unknown Channel"})
MISSING_ACCESS = (403, {"code": 50001, "message": "Missing Access"})
BROKEN = (502, {})
LIMITED = (429, {"retry_after": 10.0, "global": False})


@pytest.fixture
def asked() -> Iterator[Callable[..., Look]]:
    """Return a function that asks for channels by id, given Discord's answer to each."""
    answers: dict[str, tuple[int, Any]] = {}

    def app(request: Request) -> Response:
        assert request.method == "GET"
        status, body = answers.pop(request.path)  # no channel is asked for twice
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
    assert asked({"31": THERE}) == LOOK._replace(there=["31"])


def test_what_discord_does_not_know_is_gone(asked):
    assert asked({"31": UNKNOWN_CHANNEL}) == LOOK._replace(gone=["31"])


@pytest.mark.parametrize("refusal", [MISSING_ACCESS, (403, {"message": "No", "code": 0})])
def test_what_the_bot_may_not_see_is_hidden(asked, refusal):
    assert asked({"31": refusal}) == LOOK._replace(hidden=["31"])


@pytest.mark.parametrize(("status", "code"), [(400, 50035), (401, 0), (404, 0), (404, 10004)])
def test_any_other_refusal_says_nothing_about_it(asked, status, code):
    with pytest.raises(DiscordRefused):
        asked({"31": (status, {"message": "No", "code": code})})


def test_each_has_its_own_answer(asked):
    given = {
        "31": THERE,
        "32": UNKNOWN_CHANNEL,
        "33": MISSING_ACCESS,
        "34": UNKNOWN_CHANNEL,
        "20": MISSING_ACCESS,
    }
    told = {"there": ["31"], "gone": ["32", "34"], "hidden": ["33", "20"]}
    assert asked(given) == LOOK._replace(**told)


@pytest.mark.parametrize(
    ("answer", "error"), [(BROKEN, DiscordUnavailable), (LIMITED, RateLimited)]
)
def test_where_discord_does_not_answer_there_is_no_look(asked, answer, error):
    """The state retries, or waits."""
    with pytest.raises(error):
        asked({"31": UNKNOWN_CHANNEL, "32": answer})


def test_asking_leaves_the_look_as_it_was(asked):
    before = copy.deepcopy(LOOK)
    asked({"31": THERE, "32": UNKNOWN_CHANNEL, "33": MISSING_ACCESS})
    assert before == LOOK
    assert not any(Look([]))


# ---- A step ----

CERTAIN = {"repeated": False}
CAMPAIGN = {
    "interaction_id": "1000",
    "guild_id": "1",
    "name": "My Campaign",
    "in_company": False,
}
ROLE = {"id": "1010", "name": "My Campaign Members", **CERTAIN}
CATEGORY = {"id": "1020", "name": "My Campaign", **CERTAIN}
CHANNEL = {"ok": True, "id": "1031", "name": "general", "position": 0, **CERTAIN}
PLANNED = [{"name": n, "type": "text", "topic": "", "gm_only": False, "position": 0} for n in "ab"]
WHOLE = {**CAMPAIGN, "role": ROLE, "category": CATEGORY}


@pytest.fixture
def step(monkeypatch):
    """Return a function that takes a step, and returns the step with the paths of its calls.

    `listed` are the server's channels.
    """
    paths, channels = [], []

    def app(request):
        paths.append(request.path)
        body = channels if request.path.endswith("/channels") else []
        return Response(json.dumps(body), content_type="application/json")

    def step(campaign=WHOLE, *, listed=(), failure=KNOWN, blind=False, **more):
        paths.clear()
        channels[:] = listed
        given = {
            "at": {"execution": "1000-remove", "state": "Find Created"},
            "blind": blind,
            "known": {"campaign": campaign, "made": []},
            "waves": [PLANNED],
            "failure": failure,
            "removal": removal.NOT_LOOKED,
            "until": 2 * NOW,
        }
        taken = find_created.handler(given | more, None)
        return taken, sorted(paths)

    with serving(app) as url:
        monkeypatch.setenv("DISCORD_API_BASE_URL", url)
        monkeypatch.setattr(bot_token, "read", lambda: "x")
        monkeypatch.setattr(find_created, "time", SimpleNamespace(time=lambda: NOW))
        yield step


LOOKS = ["/guilds/1/channels", "/guilds/1/roles"]
DELETED = {"Error": "CampaignDeleted"}


@pytest.mark.parametrize(
    ("failure", "left", "retries", "error"),
    [
        (DELETED, 5, 0, DiscordUnavailable),
        (DELETED, 4, 0, OutOfTime),
        (DELETED, 33, 3, DiscordUnavailable),
        (DELETED, 32, 3, OutOfTime),  # the next look would come in so many seconds
        (DELETED, -119, 6, OutOfTime),
        (DELETED, -120, 6, DiscordUnavailable),  # nobody can be told any more
        (KNOWN, 4, 0, DiscordUnavailable),
    ],
)
def test_a_deletion_does_not_repeat_a_look_for_which_it_has_no_time(
    step, monkeypatch, failure, left, retries, error
):
    def fails(*_):
        raise DiscordUnavailable("Discord is not available.")

    monkeypatch.setattr(Discord, "send_all", fails)
    at = {"execution": "1000-remove", "state": "Find Created", "retry_count": retries}
    with pytest.raises(error):
        step(failure=failure, at=at, until=NOW + left)


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("failure", [KNOWN, UNKNOWN])
def test_before_the_plan_has_ended_nobody_is_asked_and_one_step_is_enough(step, failure, blind):
    """Nothing was created that a look could show."""
    taken, asked = step(None, failure=failure, blind=blind)
    assert asked == []
    assert (taken["next"], taken["wait_seconds"]) == ("finished", 0)
    assert (taken["nothing_left"], taken["found"], taken["blind"]) == (True, [], blind)


@pytest.mark.parametrize("failure", [KNOWN, UNKNOWN])
def test_the_first_step_deletes_channels_and_asks_nobody(step, failure):
    taken, asked = step(failure=failure, known={"campaign": WHOLE, "made": [CHANNEL]})
    assert asked == []
    assert taken["next"] == "delete"
    assert [one["id"] for one in taken["to_delete"]] == ["1031"]
    assert [one["id"] for one in taken["known"]] == ["1031", "1020", "1010"]


@pytest.mark.parametrize(("failure", "next_"), [(KNOWN, "finished"), (UNKNOWN, "look again")])
def test_where_nothing_was_made_the_first_step_asks_nobody(step, failure, next_):
    taken, asked = step(CAMPAIGN, failure=failure)
    assert (taken["next"], asked) == (next_, [])


def test_a_category_without_a_channel_is_looked_into_first(step):
    theirs = {"id": "40", "type": 0, "name": "house-rules", "parent_id": "1020"}
    taken, asked = step(listed=[theirs])
    assert asked == LOOKS
    assert [one["id"] for one in taken["to_delete"]] == ["1020", "1010"]
    assert [one["id"] for one in taken["foreign"]] == ["40"]
    assert taken["looks"] == 1


@pytest.mark.parametrize(
    ("error", "seconds"), [("NoAnswer", 57), ("DiscordUnavailable", 10), ("DiscordRefused", 0)]
)
def test_the_first_step_settles_as_long_as_the_failure_wants(step, error, seconds):
    taken, _ = step(
        failure={"Error": error, "Cause": "{}"}, known={"campaign": WHOLE, "made": [CHANNEL]}
    )
    assert (taken["settled_at"], taken["wait_seconds"]) == (NOW + seconds, seconds)
    assert taken["in_order"] is (seconds > 0)


def test_every_later_step_looks(step):
    first, _ = step(known={"campaign": WHOLE, "made": [CHANNEL]})
    ended = [{"id": "1031", "gone": True, "deleted": True}]
    taken, asked = step(removal={**first, "deletions": ended})
    assert asked == LOOKS
    assert [one["id"] for one in taken["to_delete"]] == ["1020", "1010"]


def test_what_discord_did_not_answer_for_and_does_not_list_is_asked_for(step):
    first, _ = step(known={"campaign": WHOLE, "made": [CHANNEL]})
    ended = [{"id": "1031", "gone": False, "failure": UNKNOWN}]
    _, asked = step(removal={**first, "deletions": ended})
    assert asked == ["/channels/1031", *LOOKS]


def test_after_its_wait_a_removal_has_settled(step):
    """Even if a local stack shortens the wait."""
    first, _ = step(known={"campaign": WHOLE, "made": [CHANNEL]}, failure=UNKNOWN)
    assert (first["next"], first["wait_seconds"]) == ("delete", 57)
    ended = [{"id": "1031", "gone": True, "deleted": True}]
    taken, asked = step(removal={**first, "deletions": ended}, failure=UNKNOWN)
    assert asked == LOOKS
    assert (taken["next"], taken["wait_seconds"]) == ("delete", 0)


def test_without_lists_what_is_recorded_is_deleted_in_its_order(step):
    taken, asked = step(blind=True, known={"campaign": WHOLE, "made": [CHANNEL]})
    assert (asked, taken["blind"], taken["next"]) == ([], True, "delete")
    assert [one["id"] for one in taken["to_delete"]] == ["1031"]


@pytest.mark.parametrize(("deleted", "left"), [(["1010"], []), ([], ["1050"])])
def test_when_the_bot_has_deleted_its_role_a_category_without_one_is_anothers(step, deleted, left):
    campaign = {**CAMPAIGN, "role": ROLE, "bot_user_id": "3", "user_id": "4"}
    overwrites = [{"id": id_} for id_ in ("1", "3", "4")]
    anothers = {"id": "1050", "type": 4, "name": "My Campaign", "permission_overwrites": overwrites}
    first, _ = step(campaign, failure=UNKNOWN)
    before = {**first, "next": "look again", "gone": deleted, "deleted": deleted}
    taken, _ = step(campaign, listed=[anothers], failure=UNKNOWN, removal=before)
    assert [one["id"] for one in taken["found"] if one["kind"] == "category"] == left
