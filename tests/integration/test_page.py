"""The page of a running stack: its feed, its actions and what it tells of executions."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.page.page import Page
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import INTERVAL, PATIENCE, Table


class Browser:
    """A reader of a page."""

    def __init__(self, url: str, http: requests.Session):
        self.url, self.http = url, http

    def now(self) -> dict[str, Any]:
        """Return all documents at this moment."""
        with self.http.get(f"{self.url}changes", stream=True, timeout=PATIENCE) as answer:
            lines = answer.iter_lines()
            told = next(line for line in lines if line.startswith(b"data: "))
        return dict(json.loads(told.removeprefix(b"data: ")))

    def execution(self, name: str) -> dict[str, Any] | None:
        shown = [one for key, one in self.now().items() if key.startswith("execution:")]
        return next((one for one in shown if one["name"] == name), None)

    def ended(self, name: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            found = self.execution(name)
            return found if found and found["status"] != "RUNNING" else None

        return wait_until(ended, f"the page shows the end of {name}", PATIENCE, INTERVAL)

    def visits(self, arn: str, state: str) -> list[dict[str, Any]]:
        path = f"executions/{arn}/{requests.utils.quote(state)}"
        return self.http.get(self.url + path, timeout=PATIENCE).json()

    def do(self, action: str, **body: Any) -> Any:
        answer = self.http.post(f"{self.url}actions/{action}", json=body, timeout=PATIENCE)
        assert answer.status_code in {200, 409}, answer.text
        return answer.json()


@pytest.fixture
def browser(stack: Stack, http: requests.Session) -> Iterator[Browser]:
    with Page(stack) as page:
        yield Browser(page.url, http)


def test_a_command_from_the_page_and_its_execution(stack: Stack, browser: Browser, table: Table):
    assert stack.simulator
    here = {**table.where, "user_id": table.before["owner_id"]}
    sent = browser.do("send", command="add-campaign", options={"name": "Strahd"}, **here)
    assert (sent["status"], sent["response"]) == (200, {"type": 5})
    shown = browser.ended(sent["id"])
    assert shown["status"] == "SUCCEEDED"
    assert shown["states"]["Create Channel"]["visits"] == 10
    assert {state["status"] for state in shown["states"].values()} == {"done"}
    visits = browser.visits(shown["arn"], "Create Channel")
    assert sorted({one["item"] for one in visits}) == [0, 1, 2, 3, 4]
    [attempt] = visits[0]["attempts"]
    assert attempt["input"]["at"]["state"] == "Create Channel"
    assert attempt["output"]["id"].isdecimal()
    assert any("create_channel done" in str(line) for line in attempt["log"])
    typed = {"command": "campaign delete", "options": {"campaign": "str"}}
    assert [one["name"] for one in browser.do("complete", **typed, **here)] == ["Strahd"]
    wrong = browser.do("send", command="add-campaign", options={}, **here)
    assert wrong == {"message": "the required option name is missing"}


def test_no_token_is_shown(stack: Stack, browser: Browser, table: Table):
    assert stack.simulator
    assert stack.journal
    sent = table.discord.command("add-campaign", {"name": "Strahd"}, **table.where)
    shown = browser.ended(sent["id"])
    everything = json.dumps(browser.now()) + stack.journal.read_text()
    for state in shown["states"]:
        everything += json.dumps(browser.visits(shown["arn"], state))
    assert sent["id"] in everything
    assert "interaction_token" in everything
    assert sent["token"] not in everything
    assert stack.simulator.info["bot_token"] not in everything
    assert not re.search(r"[A-Za-z0-9_-]{120}", everything)


def test_a_failure_and_its_removal(browser: Browser, table: Table):
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    build, removal = browser.ended(asked), browser.ended(f"{asked}-remove")
    assert (build["status"], removal["status"]) == ("FAILED", "SUCCEEDED")
    assert build["states"]["Create Channel"]["status"] == "failed"
    assert build["states"]["Create Channel"]["failed"] == 1
    assert build["states"]["Remove Campaign"]["status"] == "done"
    assert build["states"]["Campaign Failed"]["status"] == "failed"
    [refused] = [v for v in browser.visits(build["arn"], "Create Channel") if v["failed"]]
    assert "Missing Permissions" in json.dumps(refused["attempts"][-1]["cause"])


def test_a_stopped_execution(browser: Browser, table: Table):
    table.discord.control("PUT", "settings", {"latency_ms": 250})
    asked = table.ask()
    table.stop(asked, "Create Channels")
    table.discord.control("PUT", "settings", {"latency_ms": 0})
    assert browser.ended(asked)["status"] == "ABORTED"
    table.removed(asked)


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("kill", {"function": "nonsense"}),
        ("refuse", {"name": " "}),
        ("slow", {"ms": -1}),
        ("slow", {"ms": 10**9}),
        ("stop", {"arn": ""}),
        ("stop", {"arn": "arn:none"}),
        ("send", {"command": 7}),
        ("write", {"content": ""}),
        ("press", {"message_id": 1, "custom_id": "x"}),
    ],
)
def test_wrong_input_is_refused_with_a_reason(
    action: str, body: dict[str, Any], browser: Browser, table: Table
):
    before = table.discord.control("GET", "settings")
    here = {**table.where, "user_id": table.before["owner_id"]}
    assert browser.do(action, **here, **body).keys() == {"message"}
    assert table.discord.control("GET", "settings") == before
    assert table.discord.control("GET", "faults") == []
    assert not browser.now().get("armed")


def test_a_process_may_end_before_it_is_killed(
    stack: Stack, browser: Browser, table: Table, monkeypatch: pytest.MonkeyPatch
):
    hit: list[int] = []

    def end(process: int, number: int) -> None:
        if number:
            hit.append(process)
            raise ProcessLookupError

    monkeypatch.setattr(os, "kill", end)
    # A call that Discord does not answer keeps the function running until the page has seen it.
    call = {"method": "POST", "path": "/channels$", "body_contains": '"general"'}
    table.discord.control("POST", "faults", {**call, "connection": "timeout"})
    browser.do("kill", function="create-channel")
    asked = table.ask()
    assert browser.ended(asked)["status"] == "SUCCEEDED"
    assert hit
    browser.do("calm")


def test_the_machines(stack: Stack, browser: Browser):
    machines = browser.now()["stack"]["machines"]
    assert "channelwright-remove-campaign" in machines
    for machine in machines:
        picture = browser.http.get(f"{browser.url}machines/{machine}", timeout=PATIENCE)
        assert picture.headers["Content-Type"].startswith("image/svg+xml")
        assert "<svg" in picture.text
