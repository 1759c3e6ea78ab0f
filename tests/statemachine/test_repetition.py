"""The bot retries an attempt whose outcome is unknown, and creates nothing twice."""

import pytest

from channelwright.campaign import layout
from tests.statemachine.interpreter import TIMED_OUT

CREATES = {
    "create_role": {"method": "POST", "path": "/roles$"},
    "create_category": {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
    "create_channel": {"method": "POST", "path": "/channels$", "body_contains": '"voice-chat"'},
}


def whole(stage) -> None:
    """Run a campaign; check that it stands once, with nothing beside it."""
    run = stage.run()
    assert run.status == "SUCCEEDED", run.cause
    snapshot = stage.discord.snapshot()
    roles = [role["id"] for role in snapshot["roles"] if role["name"] == "My Campaign Members"]
    categories = [c["id"] for c in snapshot["channels"] if c["name"] == "My Campaign"]
    children = [
        c["id"] for c in snapshot["channels"] if c["parent_id"] == run.output["category_id"]
    ]
    assert roles == [run.output["role_id"]]
    assert categories == [run.output["category_id"]]
    assert sorted(children) == sorted(run.output["channel_ids"])
    assert len(children) == 10


@pytest.mark.parametrize("function", [*CREATES, "plan_campaign", "complete_campaign"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", ["Runtime.ExitError", "Sandbox.Timedout", TIMED_OUT])
def test_a_lambda_dies_once(stage, function, when, error):
    stage.lambdas.deaths[function] = [(when, error)]
    whole(stage)


@pytest.mark.parametrize("function", CREATES)
def test_a_repeated_attempt_waits_longer_than_a_lambda_lives(stage, function):
    stage.lambdas.deaths[function] = [("after", "Lambda.Unknown")]
    began = stage.clock.now()
    whole(stage)
    assert stage.clock.now() - began >= 45


@pytest.mark.parametrize("function", CREATES)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 200, "body": "not JSON"},
        {"connection": "reset"},
        {"connection": "timeout"},
    ],
)
def test_it_was_made_and_we_never_learned(stage, function, fault):
    stage.discord.faults.add(**CREATES[function], **fault, effect="after")
    whole(stage)


@pytest.mark.parametrize("function", CREATES)
def test_it_was_not_made_at_all(stage, function):
    stage.discord.faults.add(**CREATES[function], connection="refuse")
    whole(stage)


def test_a_throttled_lambda(stage):
    stage.lambdas.deaths["create_channel"] = [("before", "Lambda.TooManyRequestsException")] * 3
    whole(stage)


def test_a_double_that_a_late_read_hid_is_removed(stage):
    """The look before the second create does not show the first channel yet."""
    stage.discord.faults.add(**CREATES["create_channel"], status=500, effect="after")
    stage.discord.configure(stale_reads_ms=8000)
    whole(stage)


def test_a_double_that_was_made_just_before_the_first_was_found_is_removed(stage):
    """The look before the third create shows the first channel, but not the second yet.

    The channel is in the last wave: after an earlier one, the lists would catch up in time.
    """
    last = f'"{layout.load()[-1]["name"]}"'
    stage.discord.faults.add(
        method="POST", path="/channels$", body_contains=last, status=500, effect="after", times=2
    )
    stage.discord.configure(stale_reads_ms=8500)
    whole(stage)


def test_the_message_is_not_there_yet(stage):
    stage.discord.faults.add(
        path="@original", status=404, times=3, body={"message": "Unknown Webhook", "code": 10015}
    )
    whole(stage)
    assert "(0/10)" in stage.messages[0]
