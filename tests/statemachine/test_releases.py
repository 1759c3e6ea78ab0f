"""Executions that an earlier release began end well with today's functions.

`make release NAME=...` records today's, on the day that it is released.
"""

import copy
import json
import os
from pathlib import Path

import boto3
import pytest

from tests.contract.test_state_machine import TASKS
from tests.statemachine import interpreter, recording
from tests.statemachine.recording import SCENARIOS, Recorder, Replay

FOLDER = Path(__file__).parents[1] / "releases"
RELEASES = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
READ = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in RELEASES.items()}


def run(stage, scenario):
    """Play a scenario to its end; return the request and the runs, the clean-up's last."""
    recording.prepare(stage, scenario)
    request = stage.request()
    runs = [stage.interpreter.run(request)]
    if scenario == "cleaned up":
        machine = stage.interpreter._arn.replace(":stateMachine:", ":execution:")
        of = f"{machine}:{request['interaction_id']}"
        more = {"mode": "rollback", "of": of, "failure": {"Error": "ABORTED"}, "until": 0}
        runs.append(clean_up(stage, request | more))
    return request, runs


def clean_up(stage, request):
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=stage.interpreter._arn,
        name=f"{request['interaction_id']}-rollback",
        input=json.dumps(request),
    )
    return stage.interpreter.finish(started["executionArn"])


def outcome(runs):
    return [(one.status, one.error, one.states) for one in runs]


@pytest.mark.skipif("RELEASE" not in os.environ, reason="make release NAME=... records one")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_record(stage, scenario):
    path = FOLDER / f"{os.environ['RELEASE']}.json"
    release = json.loads(path.read_text()) if path.exists() else {"scenarios": {}}
    release["definition"] = json.loads(interpreter.definition())
    recorder = Recorder(stage)
    request, runs = run(stage, scenario)
    if scenario == "cleaned up":
        [*_, recall] = [i for i in recorder.invocations if i["function"] == "recall_created"]
        recall["history"] = recording.told(runs[0].history)[-8:]
    release["scenarios"][scenario] = {
        "request": request,
        "outcome": outcome(runs),
        "invocations": recorder.invocations,
    }
    text = json.dumps(release, ensure_ascii=False).replace(str(FOLDER.parents[1]), "/var/task")
    path.write_text(text + "\n", encoding="utf-8")


def test_there_is_a_release():
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES)
def test_the_recording_is_whole(release):
    entered = {
        state
        for scenario in READ[release]["scenarios"].values()
        for _, _, states in scenario["outcome"]
        for state in states
    }
    assert set(READ[release]["scenarios"]) == set(SCENARIOS)
    if release == [*RELEASES][-1]:
        assert set(TASKS) <= entered


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("release", RELEASES)
def test_what_was_handed_on_then_is_understood_now(stage, monkeypatch, release, scenario):
    recorded = READ[release]["scenarios"][scenario]
    assert replay(stage, monkeypatch, recorded, scenario) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("release", RELEASES)
def test_an_execution_of_then_ends_as_then(stage, monkeypatch, release, scenario):
    """The definition of then, whole, with today's functions."""
    machine = boto3.client("stepfunctions").create_state_machine(
        name=f"{release.replace('.', '-')}-{stage.discord.info['guild_id']}",
        definition=json.dumps(READ[release]["definition"]),
        roleArn="arn:aws:iam::123456789012:role/states",
    )["stateMachineArn"]
    monkeypatch.setattr(stage.interpreter, "_arn", machine)
    _, runs = run(stage, scenario)
    ends = [(status, error) for status, error, _ in READ[release]["scenarios"][scenario]["outcome"]]
    assert [(one.status, one.error) for one in runs] == ends


def replay(stage, monkeypatch, recorded, scenario):
    recording.prepare(stage, scenario)
    return Replay(monkeypatch, recorded, stage.request()).run()


# ---- What the replay sees ----

NEEDED = [
    ("plan_campaign", ["guild_id"]),
    ("create_role", ["campaign"]),
    ("create_channel", ["channel", "position"]),
    ("create_channel", ["retry_count"]),
    ("report_progress", ["made"]),
    ("complete_campaign", ["waves"]),
    ("report_completion", ["interaction_token"]),
]


@pytest.mark.parametrize(("function", "field"), NEEDED)
def test_a_field_that_is_needed_now_but_was_not_handed_on_then(stage, monkeypatch, function, field):
    recorded = copy.deepcopy(READ[[*RELEASES][-1]]["scenarios"]["created"])
    for invocation in recorded["invocations"]:
        if invocation["function"] == function:
            holder = invocation["payload"]
            for name in field[:-1]:
                holder = holder[name]
            holder["formerly"] = holder.pop(field[-1])
    differences = replay(stage, monkeypatch, recorded, "created")
    assert any(function in one and f"KeyError: '{field[-1]}'" in one for one in differences)


@pytest.mark.parametrize(
    ("function", "change", "said"),
    [
        ("plan_campaign", lambda result: {"state": result.pop("status"), **result}, "$.status"),
        ("create_role", lambda result: {"role_id": result["id"], "name": ""}, "$.id is missing"),
        ("create_channel", lambda result: {**result, "ok": "yes"}, "$.ok is a str"),
        ("complete_campaign", lambda result: {"channels": result}, "$ is a dict"),
    ],
)
def test_a_field_that_was_returned_then_but_is_not_now(stage, monkeypatch, function, change, said):
    handler = __import__(function).handler
    monkeypatch.setattr(f"{function}.handler", lambda *given: change(handler(*given)))
    recorded = READ[[*RELEASES][-1]]["scenarios"]["created"]
    differences = replay(stage, monkeypatch, recorded, "created")
    assert any(function in one and said in one for one in differences)
