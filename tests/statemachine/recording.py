"""What an execution hands to the functions and gets from them: recorded once, given again later.

A running execution keeps the definition that it began with, and calls the functions of the next
release. So they must take what an older definition hands on, and return what it reads.
"""

import importlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import recall_created
from channelwright.rollback import MOST_DELETIONS
from local.simulator.guild import Role
from tests.statemachine.histories import Histories

Json = Any
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
SNOWFLAKE = re.compile(r"\b\d{17,20}\b")


# ---- What is recorded: every task of the state machine, each in a scenario or more ----


def _created(stage: Any) -> None:
    pass


def _limited(stage: Any) -> None:
    limit = {"retry_after": 30, "message": "", "global": False}
    stage.discord.faults.add(method="POST", path="/roles", status=429, body=limit)


def _rejected(stage: Any) -> None:
    stage.discord.guild().roles["77"] = Role("77", "My Campaign Members", 0, 1)


def _undone(stage: Any) -> None:
    stage.discord.faults.add(
        method="POST", body_contains='"session-zero"', status=403, body=FORBIDDEN
    )


def _not_edited(stage: Any) -> None:
    stage.discord.faults.add(path="@original", status=404, body={"code": 10015}, times=None)


def _left(stage: Any) -> None:
    """The role is left, but the clean-up may delete it."""
    stage.discord.faults.add(method="POST", path="/channels", status=403, body=FORBIDDEN)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=MOST_DELETIONS)


SCENARIOS: dict[str, list[Callable[[Any], None]]] = {
    "created": [_created],
    "limited": [_limited],
    "rejected": [_rejected],
    "undone": [_undone],
    "created, told in the channel": [_not_edited],
    "rejected, told in the channel": [_rejected, _not_edited],
    "undone, told in the channel": [_undone, _not_edited],
    "cleaned up": [_left],
}


def prepare(stage: Any, scenario: str) -> None:
    """Let go wrong what does in a scenario."""
    for part in SCENARIOS[scenario]:
        part(stage)


# ---- Record ----


class Recorder:
    """Listens to the functions of a stage."""

    def __init__(self, stage: Any):
        self.invocations: list[Json] = []
        self._invoke = stage.lambdas.invoke
        self._lock = threading.Lock()
        stage.lambdas.invoke = self._listen

    def _listen(self, **call: Any) -> Any:
        heard: Json = {"function": call["FunctionName"].rsplit(":", 1)[1]}
        heard["payload"] = json.loads(call["Payload"])
        with self._lock:
            self.invocations.append(heard)
        answer = self._invoke(**call)
        said = answer["Payload"].read()
        answer["Payload"].seek(0)
        if "FunctionError" in answer:
            heard["error"] = json.loads(said)["errorType"]
        else:
            heard["result"] = json.loads(said)
        return answer


def told(history: list[Json]) -> list[Json]:
    """Return of a history every input and output, once, in the form of GetExecutionHistory."""
    seen: set[str] = set()
    events = []
    for event in history:
        for name, details in event.items():
            if not isinstance(details, dict):
                continue
            texts = {key: details[key] for key in ("input", "output") if details.get(key)}
            if texts and json.dumps(texts) not in seen:
                seen.add(json.dumps(texts))
                events.append({name: texts})
    return events


# ---- Give again ----


class Replay:
    """Gives what was recorded to today's functions, in the words of today's server.

    `differences` says what a state machine of then would trip over.
    """

    def __init__(self, monkeypatch: Any, recorded: Json, request: Json):
        self.names: dict[str, str] = {}
        self.differences: list[str] = []
        self._monkeypatch = monkeypatch
        self._learn(recorded["request"], request)
        self.names[recorded["request"]["interaction_token"]] = request["interaction_token"]
        self._recorded = recorded

    def run(self) -> list[str]:
        for place, invocation in enumerate(self._recorded["invocations"]):
            self._give(f"{place} {invocation['function']}", invocation)
        return self.differences

    def _give(self, where: str, invocation: Json) -> None:
        if "history" in invocation:
            events = self._translated(invocation["history"])
            # In small pages: what is recorded is a part of what AWS gives.
            histories = Histories(lambda _: events, page=5)
            self._monkeypatch.setattr(recall_created, "_step_functions", histories)
        try:
            handler = importlib.import_module(invocation["function"]).handler
            result = json.loads(json.dumps(handler(self._translated(invocation["payload"]), None)))
        except Exception as error:  # noqa: BLE001 - the Lambda runtime catches all, too
            if type(error).__name__ != invocation.get("error"):
                self.differences.append(f"{where}: {type(error).__name__}: {error}")
            return
        if "error" in invocation:
            self.differences.append(f"{where}: no {invocation['error']}")
            return
        self.differences += [f"{where}: {lack}" for lack in lacks(invocation["result"], result)]
        self._learn(invocation["result"], result)

    def _translated(self, said: Json) -> Json:
        text = json.dumps(said)
        for old, new in self.names.items():
            text = text.replace(old, new)
        return json.loads(text)

    def _learn(self, old: Json, new: Json) -> None:
        """Learn today's ids from the places where the recorded ones were."""
        if isinstance(old, dict) and isinstance(new, dict):
            for key in old.keys() & new.keys():
                self._learn(old[key], new[key])
        elif isinstance(old, list) and isinstance(new, list):
            for one, other in zip(old, new, strict=False):
                self._learn(one, other)
        elif isinstance(old, str) and isinstance(new, str):
            ids, others = SNOWFLAKE.findall(old), SNOWFLAKE.findall(new)
            if len(ids) == len(others):
                self.names = dict(zip(ids, others, strict=True)) | self.names


def lacks(old: Json, new: Json, where: str = "$") -> Iterator[str]:
    """Yield what a result of then had and today's has not: a field, or a value of that type."""
    if old is None or new is None:
        if old is None or where == "$":
            return
        yield f"{where} is null"
    elif type(old) is not type(new):
        yield f"{where} is a {type(new).__name__} instead of a {type(old).__name__}"
    elif isinstance(old, dict):
        for key, value in old.items():
            if SNOWFLAKE.fullmatch(key):
                continue  # by id: a dictionary, not an object
            if key not in new:
                yield f"{where}.{key} is missing"
            else:
                yield from lacks(value, new[key], f"{where}.{key}")
    elif isinstance(old, list) and old and new:
        yield from lacks(old[0], new[0], f"{where}[0]")
