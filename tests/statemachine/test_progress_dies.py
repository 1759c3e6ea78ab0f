"""If the Lambda that shows progress dies, that costs the bar, and at most ten seconds."""

import re

import pytest

from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from tests.statemachine.interpreter import TIMED_OUT
from tests.statemachine.reports import THROTTLED, befall, said_at

# template.yaml gives the Lambda 9 seconds; the state waits for 10.
DEATHS = {
    "dies before its effect": ("before", "Runtime.ExitError", 0),
    "dies after its effect": ("after", "Runtime.ExitError", 0),
    "hangs before its effect": ("before", "Sandbox.Timedout", 9),
    "hangs after its effect": ("after", "Sandbox.Timedout", 9),
    "is given up before its effect": ("before", TIMED_OUT, 10),
    "is given up after its effect": ("after", TIMED_OUT, 10),
}
SUMMARY = "Campaign Created"


@pytest.mark.parametrize("where", ["at the start", "in the loop"])
@pytest.mark.parametrize("death", DEATHS)
class TestOfOneThatDiesForEver:
    @pytest.fixture
    def dead(self, stage, where, death):
        when, error, seconds = DEATHS[death]
        return befall(
            stage, "progress", (when, error), seconds=seconds, skip=int(where == "in the loop")
        )

    @pytest.fixture
    def bar(self, where, death):
        """Return the steps of the bar that are shown."""
        shown = ["(0/10)", "(4/10)"]
        lives = int(where == "in the loop")
        return shown[: lives + (DEATHS[death][0] == "after")]

    def test_the_campaign_is_built_and_told_of_without_the_bar(self, stage, dead, bar, death):
        request = stage.request()
        began = stage.clock.now()
        run = stage.interpreter.run(request)
        assert run.output["status"] == "created"
        assert dead() == 1, "the Lambda was not invoked exactly once"
        progress = [message for message in stage.messages if SUMMARY not in message]
        assert [re.search(r"\(\d+/10\)", message)[0] for message in progress] == bar
        assert stage.messages[-1].startswith(f"✅ **{SUMMARY}: My Campaign**")
        # At once, and again when no edit of the Lambda can arrive any more.
        first, again = said_at(stage, SUMMARY)
        assert first - began == pytest.approx(DEATHS[death][2])
        assert first - began <= 10
        assert UNKNOWN_OUTCOME_SECONDS <= again - first < UNKNOWN_OUTCOME_SECONDS + 1
        assert run.states.count("Report Completion") == 2

    def test_of_an_undoing_the_last_word_is_told_all_the_same(self, stage, dead):
        """Nothing is said before it: nobody knows how many more edits Discord accepts."""
        stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
        run = stage.run()
        assert run.error == "CampaignFailed"
        assert "Undoing Campaign" not in "".join(stage.messages)
        assert stage.messages[-1].endswith("Nothing was left behind.")
        assert len(said_at(stage, "Could not create")) == 2
        stage.assert_nothing_left()


@pytest.mark.parametrize("skip", [0, 1], ids=["at the start", "in the loop"])
def test_one_that_is_throttled_costs_three_seconds(stage, skip):
    """The Lambda was never invoked, but nobody knows the state of earlier edits any more."""
    throttled = befall(stage, "progress", ("before", THROTTLED), skip=skip)
    request = stage.request()
    began = stage.clock.now()
    run = stage.interpreter.run(request)
    assert run.output["status"] == "created"
    assert throttled() == 3
    first, second = (round(at - began) for at in said_at(stage, SUMMARY))
    assert first == 3
    assert second - first >= UNKNOWN_OUTCOME_SECONDS
    assert len(stage.messages) == skip + 2


def test_one_that_is_throttled_once_shows_the_bar(stage):
    stage.lambdas.deaths["report"] = [("before", THROTTLED)] * 2
    assert stage.run().output["status"] == "created"
    assert [message.startswith("🏗️") for message in stage.messages] == [True] * 3 + [False]


@pytest.mark.parametrize("death", DEATHS)
def test_the_lambda_that_tells_of_an_undoing_dies(stage, death):
    when, error, seconds = DEATHS[death]
    dead = befall(stage, "removal", (when, error), seconds=seconds)
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert run.removal.status == "SUCCEEDED"
    # It is invoked again after each round of deletions, with nothing more to show.
    assert dead() == 1 + run.removal.states.count("Delete All Created") == 3
    undoing = [message for message in stage.messages if "Undoing Campaign" in message]
    assert len(undoing) == (when == "after")
    assert stage.messages[-1].endswith("Nothing was left behind.")
    stage.assert_nothing_left()


def test_what_was_known_of_the_bucket_is_not_forgotten(stage):
    """If the bucket may be empty, the final message waits, rather than be limited by Discord."""
    stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
    dead = befall(stage, "removal", ("after", "Runtime.ExitError"), skip=1)
    began = stage.interpreter.run(stage.request()).removal
    assert began.status == "SUCCEEDED"
    assert dead() == 2
    edits = [call for call in stage.discord.requests if call["method"] == "PATCH"]
    assert {call["status"] for call in edits} == {200}
    # Three edits of the bar, one of the undoing; the Lambda that died next may have sent the fifth.
    assert [call["at"] - edits[0]["at"] for call in edits[:4]] == [0] * 4
    first, again = (at - edits[0]["at"] for at in said_at(stage, "Could not create"))
    assert 4 <= first <= 5  # when the bucket is full again, as Discord announced
    assert UNKNOWN_OUTCOME_SECONDS <= again - first <= UNKNOWN_OUTCOME_SECONDS + 1


def test_the_waves_are_the_same_without_it(stage, monkeypatch):
    """*Go On without Progress* returns the next wave as *Report Progress* does."""
    monkeypatch.setenv("WAVE_SIZE", "1")
    with_it = stage.run("With it")
    befall(stage, "progress", ("before", "Runtime.ExitError"), skip=4)
    without_it = stage.run("Without it")
    assert without_it.states.count("Go On without Progress") == 9 - 3
    made = [_channels(stage, run) for run in (with_it, without_it)]
    assert made[0] == made[1]
    assert len(made[0]) == 10


def _channels(stage, run):
    snapshot = stage.discord.snapshot()
    names = {channel["id"]: channel["name"] for channel in snapshot["channels"]}
    return [names[id_] for id_ in run.output["channel_ids"]]
