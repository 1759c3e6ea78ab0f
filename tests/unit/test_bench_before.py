"""Measurements beside another build: that build's code alone, and ratios of pairs."""

import subprocess

import pytest

from bench import before, builds
from bench.builds import Build


@pytest.fixture
def repository(tmp_path):
    """A repository with two commits and an uncommitted change."""
    folder = tmp_path / "repository"
    folder.mkdir()

    def git(*arguments):
        options = ["-c", "user.name=A", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=no"]
        subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True)

    git("init")
    for words in ("before", "now"):
        (folder / "said.py").write_text(f"print('{words}')\n")
        git("add", ".")
        git("commit", "-m", words)
    (folder / "said.py").write_text("print('not yet')\n")
    return folder


def said(build):
    return build.python("-m", "said", stdout=subprocess.PIPE).communicate()[0].strip()


def test_a_revisions_code_is_what_it_was_in_a_folder_of_its_own(repository, tmp_path):
    build = builds.of("HEAD~1", repository, tmp_path / "builds")
    assert said(build) == "before"
    assert build.folder.parent == tmp_path / "builds"
    assert build.folder.name.startswith(build.name)
    assert said(builds.of("HEAD", repository, tmp_path / "builds")) == "now"
    assert builds.of("HEAD~1", repository, tmp_path / "builds") == build  # checked out only once
    assert said(Build("work tree", repository)) == "not yet"


def test_no_such_revision_leaves_nothing(repository, tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        builds.of("nonsense", repository, tmp_path / "builds")
    assert not (tmp_path / "builds").exists()


STACK = """
import json
import report
from contextlib import nullcontext

def Stack(folder, tell):
    print(json.dumps([report.WORDS, "took no order yet"]), flush=True)
    return nullcontext()
"""


def test_a_running_build_imports_its_own_code_and_none_of_the_benchmarks(tmp_path):
    package = tmp_path / "local"
    package.mkdir()
    for name in ("__init__", "deployment", "polling"):
        (package / f"{name}.py").write_text("STACK_NAME = wait_until = None\n")
    (package / "background.py").write_text("import pathlib\nFOLDER = pathlib.Path('.local')\n")
    (package / "stack.py").write_text(STACK)
    (tmp_path / "report.py").write_text("WORDS = 'of the build'\n")  # the benchmark has one, too
    with builds.running(Build("made up", tmp_path)) as running:
        assert running.make(0.0) == ["of the build", "took no order yet"]


def edit(at, content, status=200):
    return {
        "method": "PATCH",
        "path": "/webhooks/1/{token}/messages/@original",
        "status": status,
        "body": {"content": content},
        "at": at,
    }


def campaign(*edits):
    made = {"method": "POST", "path": "/guilds/1/channels", "status": 201, "body": {}, "at": 999}
    calls = [made | {"status": 500, "at": 102.0}, made | {"status": 403, "at": 103.0}, made]
    return {"asked_at": 100.0, "calls": [*edits, *calls]}


def test_seconds_end_with_the_last_word_that_discord_took():
    made = campaign(edit(101.0, "0/10"), edit(104.0, "✅ made"), edit(105.0, "✅", status=429))
    assert before.making_seconds(made) == 4.0
    undone = campaign(edit(102.0, "↩️ undoing"), edit(103.0, "↩️ again"), edit(109.0, "❌ gone"))
    assert before.undoing_seconds(undone) == 6.0  # since the last failed create


def test_a_campaign_that_ended_otherwise_is_not_measured():
    made, undone = campaign(edit(104.0, "✅ made")), campaign(edit(104.0, "❌ gone"))
    for measure, wrong in (
        (before.making_seconds, undone),
        (before.undoing_seconds, made),
    ):
        with pytest.raises(AssertionError):
            measure(wrong)


@pytest.mark.parametrize(
    ("pairs", "ratio", "goal"),
    [
        ([(2.0, 1.0), (1.0, 1.0), (1.0, 4.0)], 1.0, "met"),
        ([(2.0, 1.0), (1.0, 1.1), (1.0, 4.0)], 1.1, "missed, within the spread"),
        ([(1.0, 1.2), (1.0, 1.1), (2.0, 8.0)], 1.2, "missed"),
    ],
)
def test_a_ratio_is_of_pairs(pairs, ratio, goal):
    row = before.row("a campaign, s", 0.15, "abc", pairs)
    assert row["call ms"] == 150
    assert row["abc"].median == 1.0
    assert row["now / before"].median == ratio
    assert row["now / before"].high > ratio
    assert row["goal"].endswith(goal)


def test_beyond_no_latency_an_undo_is_measured_in_its_own_calls():
    """The create failed at 103 s; then come two calls in a row, and one parallel to the second."""
    at_once = campaign(edit(113.0, "❌ gone"))
    deletions = [edit(103.5, "↩️ 0"), edit(104.0, "↩️ 1"), edit(104.0, "↩️ 2")]
    made = campaign(*deletions, edit(115.0, "❌ gone"))
    row = before._beyond(0.5, [at_once], [made])
    assert row["call ms"] == 500
    # Two seconds more than without latency. The third call in a row is the last word, the fourth
    # the channel's create.
    assert row["now"].median == pytest.approx(2.0 / (0.5 * 4))
    assert row["goal"] == "≤ 2.00: met"


def test_costs_are_the_transitions_and_the_sum():
    rows = [
        {"what": "Step Functions, state transitions", "a campaign": 23},
        {"what": "Lambda, requests", "a campaign": 20},
        {"what": "all", "$ for 1,000 campaigns": 0.64},
    ]
    assert [*before.costs_of(rows).values()] == [23, 0.64]
