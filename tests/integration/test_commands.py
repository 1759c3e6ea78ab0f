"""The commands `make demo` and, for the state machines, `make check`."""

import os
import re
import subprocess
import sys

import pytest

from local import demo
from local.check_state_machine import problems
from local.child import PROJECT
from local.simulator.contract import DOCUMENT


def titles(shown: str) -> list[str]:
    """Return the headings above the executions' paths, with ID for each interaction's id."""
    lines = [re.sub(r"\d{17,}", "ID", line) for line in shown.splitlines()]
    return [line for line in lines if "  ID" in line]


def test_the_demo_shows_a_campaign_a_removal_and_a_deletion():
    before = set((PROJECT / ".local").glob("demo-*"))
    result = subprocess.run(
        [sys.executable, "-m", "local.demo", "--wait-scale", "0.002", "--fork-workers"],
        cwd=PROJECT,
        env=os.environ | {"AWS_PROFILE": "nope"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    for line in (
        "✅ Campaign Created: Curse of Strahd",
        *demo.channel_names(),
        "Report Progress at Start",
        "Create Channel",
        "webhook-signature: v1,",
        "❌ Could not create campaign: Storm King's Thunder",
        " 1 failed",
        "FAILED with CampaignFailed",
        "✓ the server is back to its original state",
        "gamemaster  /campaign delete campaign:Curse of Strahd",
        "🗑️ Delete Campaign: Curse of Strahd?",
        "- the role @Curse of Strahd Members",
        "[ Delete it ]",
        "Only you can see this",
        "gamemaster presses Delete it",
        "🗑️ Deleting Campaign: Curse of Strahd",
        "✅ Campaign Deleted: Curse of Strahd",
        "✓ the server has nothing left of the campaign",
        "✓ /campaign list knows no campaigns here",
        *(["✓ Discord's document allows every request"] if os.environ.get(DOCUMENT) else []),
    ):
        assert line in result.stdout
    build, removal = (
        "The campaign's execution  ID",
        "Its removal, started by Remove Campaign  ID-remove",
    )
    change, archive = "The change's execution  ID", "Its execution  ID"
    deletion = [
        "The preview's execution  ID",
        "The press's execution  ID",
        "The removal, started by Remove Campaign  ID-remove-by-ID",
    ]
    assert titles(result.stdout) == [build, build, removal, change, archive, archive, *deletion]
    assert set((PROJECT / ".local").glob("demo-*")) <= before


@pytest.fixture
def two(monkeypatch, tmp_path):
    """Use a layout of two channels, as an operator may have written it."""
    layout = tmp_path / "mine.toml"
    layout.write_text('[[channels]]\nname = "one"\n[[channels]]\nname = "two"\n')
    monkeypatch.setattr(demo, "LAYOUT", layout)


@pytest.mark.parametrize(
    ("arguments", "acts"),
    [
        (["--fault", "two"], [("Curse of Strahd", "two")]),
        (["--name", "Mine"], [("Mine", "")]),
        (["--name", "Mine", "--fault", "one"], [("Mine", "one")]),
        ([], [("Curse of Strahd", ""), ("Storm King's Thunder", "two")]),
    ],
)
def test_the_demo_performs_the_acts_that_are_asked_for(monkeypatch, two, arguments, acts):
    performed = []
    monkeypatch.setattr("sys.argv", ["demo", *arguments])
    monkeypatch.setattr(demo, "perform", lambda acts, **_: performed.extend(acts))
    monkeypatch.setattr(demo, "exit_on", lambda *_: None)
    demo.main()
    assert performed == acts


def test_the_demo_knows_at_once_that_there_is_no_such_channel(monkeypatch, two, capsys):
    monkeypatch.setattr("sys.argv", ["demo", "--fault", "nosuch"])
    monkeypatch.setattr(demo, "perform", lambda *_: pytest.fail("the demo has begun"))
    with pytest.raises(SystemExit) as ended:
        demo.main()
    assert ended.value.code == 2
    complaint = capsys.readouterr().err
    assert complaint.endswith("no channel 'nosuch' in the layout; it has one, two\n")


@pytest.mark.parametrize(
    ("machine", "mistake"),
    [
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}', "No state found"),
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Edn": true}}}', "moto cannot read"),
        ("{", ""),
    ],
)
def test_the_lint_finds_mistakes(machine: str, mistake: str):
    assert any(mistake in problem for problem in problems(machine))


def test_the_lint_knows_substitutions():
    machine = """{"StartAt": "A", "States": {"A":
        {"Type": "Task", "Resource": "${SomeFunctionArn}", "End": true}}}"""
    assert problems(machine) == []
