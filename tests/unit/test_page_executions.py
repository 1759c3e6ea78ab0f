"""The page's word on executions, from the journal's events."""

from typing import Any

import pytest

from local.page.executions import MOST, Executions

ARN = "arn:execution:1"


def execution(
    status: str = "RUNNING", at: float = 0, arn: str = ARN, **more: Any
) -> dict[str, Any]:
    told = {"machine": "m", "name": "1", "input": {}, "output": None, "error": None, "cause": None}
    return {"kind": "execution", "at": at, "execution": arn, "status": status, **told, **more}


def entered(visit: int, state: str, at: float = 1, **more: Any) -> dict[str, Any]:
    told = {"type": "Task", "item": None, "input": {}, "execution": ARN}
    return {"kind": "entered", "at": at, "visit": visit, "state": state, **told, **more}


def attempt(visit: int, id_: int, at: float = 2) -> dict[str, Any]:
    told = {"resource": "arn:function:f", "input": {}}
    return {"kind": "attempt", "at": at, "visit": visit, "attempt": id_, **told}


def ended(id_: int, at: float = 3, **more: Any) -> dict[str, Any]:
    return {"kind": "ended", "at": at, "attempt": id_, **more}


def left(visit: int, at: float = 4, **more: Any) -> dict[str, Any]:
    return {"kind": "left", "at": at, "visit": visit, **more}


def state(*events: dict[str, Any], name: str = "S") -> dict[str, Any]:
    executions = Executions()
    executions.read([execution(), *events])
    found = executions.find(ARN)
    assert found
    return found.summary()["states"][name]


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("running", [entered(1, "S")]),
        ("running", [entered(1, "S"), attempt(1, 2)]),
        ("retrying", [entered(1, "S"), attempt(1, 2), ended(2, error="E")]),
        ("running", [entered(1, "S"), attempt(1, 2), ended(2, error="E"), attempt(1, 3)]),
        ("waiting", [entered(1, "S", type="Wait")]),
        ("done", [entered(1, "S"), attempt(1, 2), ended(2, output=1), left(1, output=1)]),
        ("done", [entered(1, "S"), attempt(1, 2), ended(2, error="E"), left(1, output=1)]),
        ("failed", [entered(1, "S"), attempt(1, 2), ended(2, error="E"), left(1, error="E")]),
        ("failed", [entered(1, "S"), left(1, output=1, caught=True)]),
        ("stopped", [entered(1, "S"), execution("ABORTED", 5)]),
        ("stopped", [entered(1, "S"), execution("ABORTED", 5), left(1, 6, output=1)]),
        # Of a Map's items, one that failed is what people must see; of a loop's rounds, the last.
        (
            "failed",
            [entered(1, "S", item=0), left(1, caught=True), entered(2, "S", item=1), left(2)],
        ),
        ("done", [entered(1, "S"), left(1, error="E"), entered(2, "S"), left(2, output=1)]),
    ],
)
def test_the_status_of_a_state(status: str, events: list[dict[str, Any]]):
    assert state(*events)["status"] == status


def test_the_times_and_counts_of_a_state():
    items = [entered(n, "S", at=n, item=n) for n in (1, 2)]
    told = state(*items, attempt(1, 7), ended(7, error="E"), attempt(1, 8), left(1, 9), left(2, 8))
    assert told == {
        "status": "done",
        "visits": 2,
        "failed": 0,
        "retried": 1,
        "began": 1,
        "ended": 9,
    }
    rounds = state(entered(1, "S", 1), left(1, 2), entered(2, "S", 5))
    assert (rounds["began"], rounds["ended"], rounds["visits"]) == (5, None, 2)


def test_what_ended_longest_ago_is_forgotten():
    executions = Executions()
    executions.read([entered(1, "S"), execution(), entered(2, "S"), attempt(2, 3)])
    others = [f"arn:{n}" for n in range(MOST + 3)]
    executions.read([execution("SUCCEEDED", arn=arn) for arn in others])
    assert executions.forget_oldest() == others[:4]
    assert executions.find(ARN)
    assert executions.read([ended(3), left(2)]) == [executions.find(ARN)]
    executions.read([execution("SUCCEEDED")])
    executions.read([execution("SUCCEEDED", arn="arn:new")])
    assert executions.forget_oldest() == [ARN]
    assert executions.read([ended(3), left(2), {"kind": "log", "attempt": 3, "lines": []}]) == []
