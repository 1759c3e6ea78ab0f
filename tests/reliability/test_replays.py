"""A schedule alone decides what happens: neither earlier runs nor the process matter."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from tests.reliability import catalogue, replayed
from tests.reliability.schedule import Act, Death, Late, Schedule

ROOT = Path(__file__).parents[2]
TWO = ("My Campaign", "My Campaign")
SLOW = {"latency_ms": 900, "latency_spread": 0.5, "stale_reads_ms": 3000, "stale_reads_chance": 0.3}
SCHEDULES = [
    Schedule(order=1),
    Schedule(table="a line of 20 s", settings=SLOW, order=2),
    Schedule(campaigns=TWO, settings=SLOW, starts=2, order=3),
    Schedule(campaigns=("My Campaign", "Another"), acts=(Act("stop", 9),), order=4),
    Schedule(faults=(catalogue.REFUSED_CHANNEL,), acts=(Act("delete_our_role", 20),), order=5),
    Schedule(faults=({"method": "POST", "connection": "timeout", "times": 3},), order=6),
    Schedule(deaths=(Death("create_channel", "late", times=3), Death("report progress", "late"))),
    Schedule(
        deaths=(Death("StartExecution", "late"),),
        lates=(Late({"method": "POST", "path": "/channels$"}, 20.0),),
        table="in company",
        order=7,
    ),
    Schedule(steps=("look", "manager_looks", "both_press"), acts=(Act("stop", 15),), order=8),
    Schedule(steps=("add_co_gm", "hand_over"), acts=(Act("co_gm_leaves_campaign", 9),), order=9),
    replace(catalogue.UNDONE, deaths=(Death("delete_created", "after", times=2),), wave_size=5),
]


def test_what_was_played_before_decides_nothing(stage_for_all):
    once = replayed.play(stage_for_all, SCHEDULES)
    again = replayed.play(stage_for_all, SCHEDULES[::-1])[::-1]
    assert again == once


def test_another_process_with_another_hash_seed_plays_the_same(stage_for_all):
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": f"{ROOT}/functions:{ROOT}"}
    elsewhere = subprocess.run(
        [sys.executable, "-m", "tests.reliability.replayed"],
        input=json.dumps([asdict(schedule) for schedule in SCHEDULES]),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(elsewhere.stdout) == replayed.play(stage_for_all, SCHEDULES)


def test_the_order_decides_between_those_who_are_ready(stage_for_all):
    orders = [Schedule(order=order) for order in range(4)]
    made = [one["standing"]["audit_log"] for one in replayed.play(stage_for_all, orders)]
    assert len({json.dumps([entry["name"] for entry in log]) for log in made}) > 1
