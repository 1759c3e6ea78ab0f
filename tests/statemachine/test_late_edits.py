"""An unanswered edit may arrive late: it must not end up last, nor delay the final message."""

import pytest

from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from tests.statemachine.reports import THROTTLED, edit, said_at

# The final messages, by what *report* `says`.
LAST_WORDS = {"summary": "Campaign Created", "failure": "Could not create"}


def lose(stage, words, connection="timeout"):
    """Let Discord not answer an edit, which may arrive later or never."""
    stage.discord.faults.add(path="@original", body_contains=words, connection=connection)


def let_come(stage, words, content):
    """Let a lost edit arrive just before the final message is sent again."""
    came = []

    def come(name, event):
        if name == "report" and event["says"] == words and said_at(stage, LAST_WORDS[words]):
            edit(stage, content)
            came.append(stage.clock.now())

    stage.lambdas.on_invoke = come
    return came


@pytest.mark.parametrize("connection", ["reset", "timeout"])
@pytest.mark.parametrize("lost", ["(0/10)", "(4/10)", "(8/10)"])
class TestOfProgress:
    def test_it_keeps_nobody_waiting_and_does_not_stand_at_the_end(self, stage, lost, connection):
        """The summary is sent at once, and again when no late edit can arrive any more."""
        lose(stage, lost, connection)
        came = let_come(stage, "summary", f"Late: {lost}")
        run = stage.run()
        assert run.output["status"] == "created"
        assert len(came) == 1
        assert [message.split(" ")[0] for message in stage.messages[-3:]] == ["✅", "Late:", "✅"]
        sent = next(call for call in stage.discord.requests if lost in str(call["body"]))["at"]
        first, again = said_at(stage, "Campaign Created")
        assert first - sent <= 4  # the time that it waits for an answer
        assert UNKNOWN_OUTCOME_SECONDS <= again - sent < UNKNOWN_OUTCOME_SECONDS + 1
        assert len(stage.clock.waits) == 1
        # The bar has gone on.
        shown = [message for message in stage.messages if "Creating" in message]
        bars = [bar for bar in ("(0/10)", "(4/10)", "(8/10)") if bar != lost]
        assert len(shown) == 2
        for message, bar in zip(shown, bars, strict=True):
            assert bar in message

    def test_nor_does_it_after_a_failure(self, stage, lost, connection):
        lose(stage, lost, connection)
        stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
        came = let_come(stage, "failure", f"Late: {lost}")
        assert stage.run().removal.status == "SUCCEEDED"
        assert len(came) == 1
        assert [message.split(" ")[0] for message in stage.messages[-3:]] == ["❌", "Late:", "❌"]
        stage.assert_nothing_left()


def test_a_channel_is_named_when_the_edit_that_named_it_was_lost(stage):
    """Nobody knows whether that edit arrived, so the next one names its channels again."""
    lose(stage, "(4/10)")
    stage.run()
    [eight] = [message for message in stage.messages if "(8/10)" in message]
    assert eight.count("✅ Created:") == 8


def test_a_lost_word_of_an_undoing_does_not_stand_at_the_end(stage):
    lose(stage, "Undoing")
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    came = let_come(stage, "failure", "Late: Undoing")
    run = stage.run()
    assert run.removal.status == "SUCCEEDED"
    assert run.removal.states.count("Report Failure") == 2
    assert len(came) == 1
    assert stage.messages[-1].endswith("Nothing was left behind.")


def test_the_last_word_itself_is_repeated_until_it_is_answered(stage):
    """Sending the same message again does no harm, however late the first one arrives."""
    for _ in range(2):
        lose(stage, "Campaign Created")
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Report Completion") == 1
    assert len(said_at(stage, "Campaign Created")) == 1
    assert stage.clock.waits == []


def test_a_limit_of_what_is_said_again_is_waited_for(stage):
    lose(stage, "(4/10)")
    limit = {"message": "?", "retry_after": 61.5, "global": False}
    stage.discord.faults.add(
        path="@original", body_contains="Campaign Created", skip=1, status=429, body=limit
    )
    run = stage.run()
    assert run.output["status"] == "created"
    first, again = said_at(stage, "Campaign Created")
    assert again - first > UNKNOWN_OUTCOME_SECONDS + 50
    assert run.states.count("Report Completion") == 3


def test_a_token_that_dies_meanwhile_is_no_reason_to_say_nothing(stage):
    lose(stage, "(4/10)")
    dead = {"message": "Invalid Webhook Token", "code": 50027}
    stage.discord.faults.add(
        path="@original",
        body_contains="Campaign Created",
        skip=1,
        status=401,
        body=dead,
        times=None,
    )
    run = stage.run()
    assert run.output["status"] == "created"
    assert len(said_at(stage, "Campaign Created")) == 1
    [said] = stage.in_channel
    assert "Campaign Created" in said


def test_a_throttled_lambda_does_not_make_an_earlier_edit_forgotten(stage):
    lose(stage, "(0/10)")

    def throttle(name, event):
        if name == "report" and event["says"] == "progress" and event["made"]:
            stage.lambdas.deaths["report"] = [("before", THROTTLED)]

    stage.lambdas.on_invoke = throttle
    run = stage.run()
    assert run.output["status"] == "created"
    assert len(said_at(stage, "Campaign Created")) == 2
