"""Plays schedules from standard input (JSON), and writes everything that happened in each.

``python -m tests.reliability.replayed``: for a test that compares two processes.
"""

import hashlib
import json
import sys
from typing import Any

import tests.conftest  # noqa: F401 - no real AWS
from tests.reliability.play import Outcome, Theatre, theatre
from tests.reliability.schedule import Act, Death, Late, Schedule

KINDS = {"deaths": Death, "acts": Act, "lates": Late}


def what_happened(outcome: Outcome) -> dict[str, Any]:
    """Return a run's calls, its messages and its executions' ends and histories."""
    histories = [run.history for runs in outcome.runs.values() for run in runs]
    written = outcome.discord.world.messages
    return {
        "calls": [
            [call.function, call.method, call.path, call.at, call.answered_at, call.status]
            for call in outcome.calls
        ],
        "messages": [outcome.discord.messages(one["interaction_id"]) for one in outcome.requests],
        "written": {id_: [one.content for one in all_] for id_, all_ in written.items()},
        "ends": {
            name: [[str(run.status), run.error, run.cause, run.output] for run in runs]
            for name, runs in outcome.runs.items()
        },
        "standing": outcome.discord.snapshot(),
        "waits": outcome.waits,
        "histories": hashlib.sha256(json.dumps(histories).encode()).hexdigest(),
    }


def play(stage: Theatre, schedules: list[Schedule]) -> list[Any]:
    """Play schedules one after the other; return what happened, after a round trip through JSON."""
    happened: list[Any] = json.loads(
        json.dumps([what_happened(stage.play(schedule)) for schedule in schedules])
    )
    return happened


def read(given: dict[str, Any]) -> Schedule:
    """Return the schedule that JSON describes."""
    made = {
        name: tuple(KINDS[name](**each) if name in KINDS else each for each in value)
        if isinstance(value, list)
        else value
        for name, value in given.items()
    }
    return Schedule(**made)


def main() -> None:
    """Play the given schedules, and write what happened."""
    schedules = [read(given) for given in json.load(sys.stdin)]
    with theatre() as stage:
        json.dump(play(stage, schedules), sys.stdout)


if __name__ == "__main__":
    main()
