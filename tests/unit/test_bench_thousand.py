"""The benchmark of many campaigns at once runs, and reports what it should."""

import os
import re
import statistics
import subprocess
import sys
from bisect import bisect

import pytest
from botocore.exceptions import ClientError

from bench import thousand, thousand_curves, thousand_parameters
from bench.clocked import CLOCKED
from bench.thousand_alternatives import ALTERNATIVES, CHOSEN
from bench.thousand_clock import BEGINNING, VirtualClock
from bench.thousand_containers import KEPT_SECONDS, Containers, Own
from bench.thousand_parameters import READS_A_SECOND, ParameterStore
from bench.thousand_world import PRIORITY, TASKS, Setting, world
from channelwright.pace import limiter
from local.child import PROJECT


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda one: one.name)
def test_every_alternative_makes_the_campaigns(alternative):
    [run] = thousand.measure([3], [alternative], within_s=0.1)
    assert (run["created"], run["untold"], run["limited"]) == (3, 0, 0)
    assert run["name"] in thousand.table([run])


def test_more_than_can_be_made_in_time_are_refused_and_told():
    [run] = thousand.measure([20], [CHOSEN], campaigns_per_minute=1)
    assert run["created"] > 1
    assert run["refused"] > 1
    assert run["created"] + run["refused"] == run["campaigns"]


def test_priority_is_a_part_of_those_who_ask():
    [run] = thousand.measure([20], [CHOSEN], priority=0.25, campaigns_per_minute=10)
    assert len(run["waits_first_s"]) == 5
    assert max(run["waits_first_s"]) < statistics.median(run["waits_others_s"])


def test_who_else_asks_does_so_when_and_in_the_lane_in_which_they_are_said_to():
    also = ((3, 100.0, 100.0, True), (2, 200.0, 210.0, False))
    [run] = thousand.measure([1], [CHOSEN], also=also)
    assert (run["created_first"], run["created_others"]) == (3, 3)
    assert 180 < run["others_still_s"] < 200 < run["last_created_s"] < 220
    assert dict(thousand.row(run, thousand.LANES))["created with priority"] == "3"


@pytest.mark.parametrize(("priority", "tasks"), [(0.0, 5), (0.1, 3)])
def test_the_queues_have_as_many_starters_as_in_the_template(priority, tasks):
    with world(Setting(1, priority=priority)) as made:
        at_most = {arn: queue._at_most for arn, queue in made.queues.items()}
    assert at_most == {TASKS: tasks, PRIORITY: 2}


def test_a_table_that_fails_while_many_wait_loses_none_of_them():
    [run] = thousand.measure([40], [CHOSEN], campaigns_per_minute=30, table_fails_after_s=61.0)
    assert (run["created"], run["untold"]) == (40, 0)
    assert run["last_created_s"] > 40 / 30 * 60 + 10  # the waiting campaigns begin further apart


def test_a_container_keeps_what_it_noticed_of_the_table_and_another_knows_nothing(monkeypatch):
    clock, seen = VirtualClock(), []
    containers = Containers(clock)
    monkeypatch.setattr(limiter, "time", clock)
    monkeypatch.setattr("channelwright.pace.outage.time", clock)
    outage = Own(containers, "outage")

    def work(seconds):
        with containers.use("any") as is_warm:
            seen.append((is_warm, outage.begins_at(BEGINNING + 100) - BEGINNING))
            clock.sleep(seconds)

    for after in (0.0, 1.0, 20.0, 30.0 + KEPT_SECONDS):
        clock.spawn(work, 5.0, after=after)
    clock.run()
    assert [is_warm for is_warm, _ in seen] == [False, False, True, False]
    first, beside_it, again, later = [begins_at for _, begins_at in seen]
    assert again == beside_it != first  # the container that was used last
    assert later == 30.0 + KEPT_SECONDS  # the promised moment has passed


def test_parameter_store_gives_so_many_reads_a_second_and_refuses_the_others():
    clock, read, refused = VirtualClock(), [], []
    store = ParameterStore(clock, "the-token", seed=1)

    def ask():
        try:
            read.append(store.get_parameter()["Parameter"]["Value"])
        except ClientError as error:
            refused.append(error.response["Error"]["Code"])

    for _ in range(3 * READS_A_SECOND):
        clock.spawn(ask)
    clock.run()
    assert len(read) + len(refused) == 3 * READS_A_SECOND
    assert set(read) == {"the-token"}
    assert set(refused) == {"ThrottlingException"}
    assert READS_A_SECOND <= len(read) <= 2 * READS_A_SECOND
    assert store.refused >= 2 * len(refused)


def test_a_token_that_could_not_be_read_costs_nobody_the_campaign(monkeypatch):
    """A failed read is retried soon; after an unknown outcome, the wait would be 57 seconds."""
    monkeypatch.setattr(thousand_parameters, "READS_A_SECOND", 3)
    [run] = thousand.measure([12], [CHOSEN], within_s=0.1)
    assert run["token_reads_refused"] > 12
    assert (run["created"], run["untold"]) == (12, 0)
    assert run["last_created_s"] < 50


def test_a_perfect_scheduler_takes_as_long_for_a_campaign_whatever_it_is_compared_with():
    runs = thousand.measure([2, 3], ALTERNATIVES[:2], within_s=0.1)
    perfect = {run["perfect_s"] - max(run["floor_s"], run["last_asked_s"]) for run in runs}
    assert max(perfect) - min(perfect) < 1e-9


def test_a_call_that_comes_before_its_retry_after_is_noticed():
    with world(Setting(1)) as made:
        body = {"message": "?", "retry_after": 1.5, "global": False}
        made.discord.faults.add(path="/roles$", method="POST", status=429, body=body)
        sleep = made.clock.sleep
        made.clock.sleep = lambda seconds: sleep(0.1 if seconds == 1.5 else seconds)
        made.run()
    assert sum(call.beaten for call in made.wire.calls) == 1


LIMITED = {"message": "You are being rate limited.", "retry_after": 0.03, "global": False}
NETWORK_ERROR = {"message": "internal network error", "code": 40333}


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "body": LIMITED},
        {"status": 403, "body": NETWORK_ERROR, "skip": 200, "seconds": 700},
    ],
    ids=["limited for ever", "an outage of 700 s"],
)
def test_however_many_are_refused_the_address_is_not_banned(fault, monkeypatch):
    """A twentieth of a thousand campaigns, at a twentieth of all limits: the result scales."""
    monkeypatch.setattr(limiter, "INVALID_PER_SECOND", limiter.INVALID_PER_SECOND / 20)
    with world(Setting(50, calls_per_second=2.5)) as made:
        made.discord.faults.add(**fault, times=None)
        made.run()
        at = [call["at"] for call in made.discord.requests if call["status"] in {403, 429}]
    assert len(at) > 50
    most = max(bisect(at, moment + 600) - number for number, moment in enumerate(at))
    assert most < 10_000 / 20


# Modules that read the clock, but for nothing that is measured here.
UNCLOCKED = {
    "channelwright.setup.custom_resource",  # runs at a deployment
    "channelwright.aws.log",  # the time of a log line
    "channelwright.setup.registration",  # runs at a deployment
    "channelwright.aws.endpoint",  # the benchmark fills the queue without this module
    "channelwright.webhooks.sending",  # a receiver compares the time with its own
    "channelwright.webhooks.wire",  # no receiver has a virtual clock
}


def test_all_that_look_at_the_clock_have_the_virtual_one():
    functions = PROJECT / "functions"
    looking = {
        ".".join(file.relative_to(functions).with_suffix("").parts)
        for file in functions.rglob("*.py")
        if re.search("^import time$", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert looking - UNCLOCKED == set(CLOCKED)


def test_time_passes_in_the_order_of_waking():
    clock, seen = VirtualClock(), []

    def sleeper(name, seconds):
        for _ in range(2):
            clock.sleep(seconds)
            seen.append((name, clock.now() - BEGINNING))

    clock.spawn(sleeper, "slow", 3.0)
    clock.spawn(sleeper, "quick", 2.0)
    clock.run()
    assert seen == [("quick", 2.0), ("slow", 3.0), ("quick", 4.0), ("slow", 6.0)]


def test_what_is_gathered_comes_in_order_and_not_more_at_once_than_allowed():
    clock, at_work = VirtualClock(), [0, 0]

    def task(number):
        at_work[0] += 1
        at_work[1] = max(at_work)
        clock.sleep(5.0 - number)
        at_work[0] -= 1
        return number

    results = []

    def parent():
        results.extend(clock.gather([lambda n=n: task(n) for n in range(5)], at_once=2))

    clock.spawn(parent)
    clock.run()
    assert (results, at_work[1]) == ([0, 1, 2, 3, 4], 2)


def words(picture):
    """Return the texts of a picture, in the order of drawing."""
    return re.findall(r"<text[^>]*>([^<]+)</text>", picture.read_text(encoding="utf-8"))


def test_the_curves_are_three_in_words_and_plain_numbers(monkeypatch, tmp_path):
    few = tmp_path / "few.json"
    thousand.keep(thousand.measure([1, 5], [*ALTERNATIVES[:2], CHOSEN]), few)
    monkeypatch.setattr(thousand_curves, "DOCS", tmp_path)
    monkeypatch.setattr(thousand_curves, "MANY", 5)
    monkeypatch.setattr("sys.argv", ["thousand_curves", str(few)])
    thousand_curves.main()
    drawn = words(tmp_path / "thousand-at-once.svg")
    assert {*thousand_curves.LABELS.values(), "1", "5", "minutes until the last is made"} <= {
        *drawn
    }
    assert not {one.name for one in ALTERNATIVES} & {*drawn}


def test_the_picture_in_the_docs_is_of_those_curves():
    drawn = words(PROJECT / "docs" / "thousand-at-once.svg")
    assert {*thousand_curves.LABELS.values(), "10", "100", "1,000", "3,000"} <= {*drawn}
    assert not {one.name for one in ALTERNATIVES} & {*drawn}


def test_the_command_measures_where_no_region_is_set(tmp_path):
    command = [sys.executable, "-m", "bench", "--quick", "thousand", "--folder", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if "AWS_" not in name}
    environment["PYTHONPATH"] = "functions:."
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "| 10 | 10 | 0 | 0 | 0 |" in (tmp_path / "bench.md").read_text(encoding="utf-8")
