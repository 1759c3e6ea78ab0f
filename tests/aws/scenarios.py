"""Campaigns on moto and what goes wrong in each: together they go every way through the states."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from channelwright.pace import table
from channelwright.records import store
from local.simulator.guild import Role
from tests.sqs_endpoint import sqs_endpoint
from tests.statemachine.company import WithoutRecords
from tests.statemachine.conftest import Stage, played_aws, set_stage
from tests.statemachine.deleting import people_who_delete
from tests.statemachine.interpreter import ADD, REMOVE, Run

Json = Any
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
INVALID_TOKEN = {"message": "Invalid Webhook Token", "code": 50027}
DEATH = ("before", "Runtime.ExitError")
LIMITED = {"message": "You are being rate limited.", "retry_after": 30, "global": False}


def _limited(stage: Stage) -> None:
    """Discord limits everything once, except the edits that the campaign does not wait for."""
    for fault in (
        {"method": "GET", "path": r"/guilds/\d+$"},
        {"method": "POST", "path": "/roles$"},
        {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
        {"method": "POST", "path": "/channels$", "body_contains": '"session-zero"'},
        {"method": "PUT", "path": r"/members/\d+/roles/", "times": 2},
        {"method": "PATCH", "path": "@original", "body_contains": "Campaign Created"},
    ):
        stage.discord.faults.add(status=429, body=LIMITED, **fault)


def _rejected(stage: Stage) -> None:
    stage.discord.guild().roles["77"] = Role("77", "My Campaign Members", 0, 1)


def _without_progress(stage: Stage) -> None:
    """The first Lambda that shows progress dies, so no other is invoked."""
    stage.lambdas.deaths["report"] = [DEATH]


def _progress_stops(stage: Stage) -> None:
    stage.lambdas.deaths["report"] = [None, DEATH]


def _not_edited(stage: Stage) -> None:
    stage.discord.faults.add(path="@original", status=401, body=INVALID_TOKEN, times=None)


def _limited_last_word(stage: Stage) -> None:
    for fault in (
        {"method": "PATCH", "path": "@original", "body_contains": "Could not create"},
        {"method": "POST", "path": "/messages$"},
    ):
        stage.discord.faults.add(status=429, body=LIMITED, **fault)


def _refused_category(stage: Stage) -> None:
    stage.discord.faults.add(
        method="POST", body_contains='"type": 4', status=403, body=FORBIDDEN, times=None
    )


def _unheard_role(stage: Stage) -> None:
    """Nothing is recorded, but something may still be created."""
    stage.discord.faults.add(method="POST", path="/roles$", connection="reset", times=None)


def _refused_assignment(stage: Stage) -> None:
    stage.discord.faults.add(method="PUT", status=403, body=FORBIDDEN, times=2)


def _refused(stage: Stage) -> None:
    stage.discord.faults.add(
        method="POST", body_contains='"gm-notes"', status=403, body=FORBIDDEN, times=None
    )


def _refused_plan(stage: Stage) -> None:
    stage.discord.faults.add(path=r"/guilds/\d+$", status=403, body=FORBIDDEN)


def _left(stage: Stage) -> None:
    """Discord does not delete the role."""
    stage.discord.faults.add(
        method="DELETE", path="/roles/", status=403, body=FORBIDDEN, times=None
    )


def _blind(stage: Stage) -> None:
    """Once the campaign has failed, Discord returns no list of channels."""
    stage.discord.faults.add(
        method="GET", path="/channels$", skip=1, status=403, body=FORBIDDEN, times=None
    )


def _blind_and_broken(stage: Stage) -> None:
    """The Lambda that would list the known things for deletion dies, too."""
    _blind(stage)
    stage.lambdas.deaths["find_created"] = [None, None] + [DEATH] * 5


def _looks_die_at_last(stage: Stage) -> None:
    """The Lambda that looks dies when the last word has waited."""
    stage.lambdas.deaths["find_created"] = [None] * 3 + [DEATH] * 10


def _limited_removal(stage: Stage) -> None:
    """Discord limits a look and a deletion."""
    for fault in (
        {"method": "GET", "path": "/channels$", "skip": 1},
        {"method": "DELETE"},
    ):
        stage.discord.faults.add(status=429, body=LIMITED, **fault)


def _not_delivered(stage: Stage) -> None:
    """Discord accepts neither edits of the message nor messages in the channel."""
    _not_edited(stage)
    stage.discord.faults.add(
        method="POST", path="/messages$", status=403, body=FORBIDDEN, times=None
    )


def _without_records(_stage: Stage) -> None:
    """The campaigns' table takes no record."""
    table._client = WithoutRecords(table.dynamodb(), "put_item", times=8)


def _limited_deletion(stage: Stage) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
    limit = {"status": 429, "body": body, "headers": {"Retry-After": "62"}}
    stage.discord.faults.add(method="DELETE", path=_inside(stage), **limit)


def _refused_deletion(stage: Stage) -> None:
    refusal = {"status": 403, "body": FORBIDDEN, "times": 9}
    stage.discord.faults.add(method="DELETE", path=_inside(stage), **refusal)


def _inside(stage: Stage) -> str:
    [record] = store.of_guild(stage.discord.guild().id)
    return record["channels"][0]["id"]


# A campaign that stands is deleted, by a command in one of its own channels; and what befalls it.
DELETIONS: dict[str, list[Callable[[Stage], None]]] = {
    "deleted": [],
    "deleted, limited": [_limited_deletion],
    "deleted, but for one": [_refused_deletion],
}
SCENARIOS: dict[str, list[Callable[[Stage], None]]] = {
    "created": [],
    "limited": [_limited],
    "not recorded": [_without_records],
    "rejected": [_rejected],
    "not planned": [_refused_plan],
    "rejected, limited": [_rejected, _limited_last_word],
    "rejected, told in the channel": [_rejected, _not_edited, _limited_last_word],
    "without progress": [_without_progress],
    "progress stops": [_progress_stops],
    "created, told in the channel": [_not_edited],
    "created, not told": [_not_delivered],
    "undone": [_refused],
    "undone, limited": [_refused, _limited_removal, _limited_last_word],
    "undone, told in the channel": [_refused, _not_edited, _limited_last_word],
    "undone, and blind at last": [_refused, _not_edited, _limited_last_word, _looks_die_at_last],
    "category refused": [_refused_category],
    "assignment refused": [_refused_assignment],
    "undone, not told": [_refused, _not_delivered],
    "unsettled": [_unheard_role],
    "left": [_refused, _left],
    "blind": [_refused, _blind],
    "blind and broken": [_refused, _blind_and_broken],
    **{name: [] for name in DELETIONS},
}


def played(scenario: str) -> Iterator[tuple[str, Run]]:
    """Play a scenario; yield its execution and, if the campaign failed, that of its removal."""
    with (
        played_aws() as aws,
        pytest.MonkeyPatch.context() as patch,
        sqs_endpoint() as queue,
        set_stage(aws, queue, patch) as stage,
    ):
        for part in SCENARIOS[scenario]:
            part(stage)
        run = stage.run()
        yield ADD, run
        if run.error == "CampaignFailed":
            yield REMOVE, run.removal
        if scenario in DELETIONS:
            for part in DELETIONS[scenario]:
                part(stage)
            yield REMOVE, _deleted(stage, patch)


def _deleted(stage: Stage, patch: pytest.MonkeyPatch) -> Run:
    """Delete the campaign by a command in one of its own channels; return the removal."""
    with people_who_delete(stage, patch, run=False) as deleting:
        deleting.command(channel_id=_inside(stage))
        deleting.press()
        return deleting.removal()
