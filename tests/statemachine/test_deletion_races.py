"""`/campaign delete` while the campaign is built, or while its failed build is undone."""

import pytest

from channelwright.records import store
from tests.statemachine.deleting import people_who_delete
from tests.statemachine.test_records import refuse_a_channel

BUILDING = "⏳ **My Campaign** is being created just now."
DELETING = "⏳ **My Campaign** is being deleted just now."


def _asked_during(stage, monkeypatch, function, skip=0, says=""):
    """Run a campaign; as a function is invoked, ask to delete it. Return the answer and the run."""
    answers, seen = [], []

    def ask(name, event):
        if name != function or answers or (says and event["says"] != says):
            return
        seen.append(name)
        if len(seen) <= skip:
            return
        answers.append("")
        with people_who_delete(stage, monkeypatch, run=False) as people:
            people.command()
            answers[0] = people.said

    stage.lambdas.on_invoke = ask
    request = stage.request()
    run = stage.interpreter.run(request)
    assert len(answers) == 1, "the function was not invoked"
    return answers[0], run


@pytest.mark.parametrize(
    ("function", "skip"),
    [
        ("create_role", 0),
        ("create_category", 0),
        ("create_channel", 0),
        ("create_channel", 5),
        ("complete_campaign", 0),
    ],
)
def test_while_it_is_created(stage, monkeypatch, function, skip):
    said, run = _asked_during(stage, monkeypatch, function, skip)
    assert said == BUILDING
    assert run.status == "SUCCEEDED"


def test_once_it_is_recorded_it_can_be_deleted(stage, monkeypatch):
    """Only the summary has yet to be written."""
    said, run = _asked_during(stage, monkeypatch, "report", says="summary")
    assert said.startswith("🗑️ **Delete Campaign: My Campaign?**")
    assert run.status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("function", "skip", "says"),
    [
        ("report", 0, "removal"),
        ("find_created", 0, ""),
        ("delete_created", 0, ""),
        ("delete_created", 3, ""),
        ("find_created", 1, ""),
        ("report", 0, "failure"),
    ],
)
def test_while_its_failed_build_is_undone(stage, monkeypatch, function, skip, says):
    refuse_a_channel(stage)
    said, run = _asked_during(stage, monkeypatch, function, skip, says)
    assert said == DELETING
    assert run.removal.status == "SUCCEEDED"
    stage.assert_nothing_left()
    assert store.of_guild(stage.discord.guild().id) == []
