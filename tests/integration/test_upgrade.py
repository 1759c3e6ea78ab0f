"""A stack of an earlier release is deployed over while executions run: all of them end well."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import builds
from channelwright.aws.executions import REMOVAL_SUFFIX
from local import deployment, execution
from local.child import PROJECT
from local.stack import Stack
from tests.integration.table import Table, unchanged

Json = dict[str, Any]

# The campaigns' records began with this file: the release before knew none.
RECORDS = "functions/channelwright/records/record.py"
DEPLOY = "import json, sys; from local.deployment import deploy; deploy(*json.loads(sys.argv[1]))"
# Longer than a Lambda sleeps, so the state machine waits; and each time four times longer.
LIMITED = {"message": "You are being rate limited.", "retry_after": 2.5, "global": False}
REFUSED = {"message": "Missing Permissions", "code": 50013}
NAME = "Curse of Strahd"
TO_PLAN: Json = {"method": "GET", "path": "/guilds/{guild_id}$"}
TO_CREATE_CATEGORY: Json = {
    "method": "POST",
    "path": "/guilds/{guild_id}/channels$",
    "body_contains": json.dumps(NAME),
}
TO_CREATE_LAST = TO_CREATE_CATEGORY | {"body_contains": '"gm-planning"'}


class Release:
    """An earlier release."""

    def __init__(self, build: builds.Build) -> None:
        self.build = build
        self.arguments: tuple[str, dict[str, str]]

    def deploy(self, *arguments: Any) -> None:
        """Deploy it with its own code, to an address and with the template's parameters."""
        self.arguments = arguments
        process = self.build.python(
            "-c", DEPLOY, json.dumps(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said, _ = process.communicate()
        assert process.returncode == 0, said

    def upgrade(self) -> None:
        """Deploy the present code over it."""
        deployment.deploy(*self.arguments)


@pytest.fixture(scope="module")
def release() -> Release:
    command = ["git", "log", "--format=%H", "--diff-filter=A", "--", RECORDS]
    log = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    try:
        return Release(builds.of(f"{log.stdout.split()[-1]}^"))
    except (IndexError, subprocess.CalledProcessError):
        pytest.skip("this copy has no history: it lacks the release before the records")


@pytest.fixture
def stack(release: Release, tmp_path: Path) -> Iterator[Stack]:
    """Run a stack of the earlier release; the state machines' waits last as long as on AWS."""
    with Stack(tmp_path, fork_workers=True, deploy=release.deploy) as running:
        assert running.simulator
        running.simulator.control("PUT", "settings", {"response_deadline_s": 60})
        yield running


def at_a_table(stack: Stack) -> Table:
    assert stack.simulator
    return Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))


def fail(table: Table, call: Json, status: int, body: Json) -> None:
    """Let a call of the bot in a table's server fail, whenever it makes it."""
    path = call["path"].format(**table.where)
    fault = call | {"path": path, "times": None, "status": status, "body": body}
    table.discord.control("POST", "faults", fault)


def test_what_was_running_ends_well_and_what_is_new_is_known(stack: Stack, release: Release):
    planning, building, refused = (at_a_table(stack) for _ in range(3))
    held = {planning: TO_PLAN, building: TO_CREATE_CATEGORY, refused: TO_CREATE_CATEGORY}
    for table, call in held.items():
        fail(table, call, 429, LIMITED)
    running = {table: table.ask(NAME) for table in held}
    for table, asked in running.items():
        table.reaches(asked, "Wait for Discord")

    # They wait, or are limited again, until the new code is there.
    release.upgrade()
    planning.discord.forgive()
    fail(refused, TO_CREATE_LAST, 403, REFUSED)

    for table in (planning, building):
        goes_on_with_the_new_functions(table, running[table])
    is_undone_by_the_new_machine(refused, running[refused])
    refused.discord.forgive()
    is_recorded_and_can_be_deleted(refused)


def goes_on_with_the_new_functions(table: Table, asked: str) -> None:
    described = table.finished(asked)
    assert described["status"] == "SUCCEEDED", described.get("cause")
    # An execution keeps its definition, which does not record what the new function completes.
    assert "Record Campaign" not in table.states(asked)
    assert '"record"' in str(execution.history(table.stepfunctions, table.arn(asked)))
    assert table.messages(asked)[-1].startswith(f"✅ **Campaign Created: {NAME}**")
    assert len(table.guild()["channels"]) == len(table.before["channels"]) + 11


def is_undone_by_the_new_machine(table: Table, asked: str) -> None:
    assert table.finished(asked)["error"] == "CampaignFailed"
    table.removed(asked)
    assert "Claim Campaign" in table.states(asked + REMOVAL_SUFFIX)
    assert table.messages(asked)[-1].endswith("Nothing was left behind.")
    assert unchanged(table.before, table.guild())


def is_recorded_and_can_be_deleted(table: Table) -> None:
    asked = table.ask(NAME)
    assert table.finished(asked)["status"] == "SUCCEEDED"
    assert "Record Campaign" in table.states(asked)
    campaign = table.discord.complete("campaign delete", "campaign", **table.where)
    assert campaign == asked
    previewed = table.ask_to_delete(campaign)
    assert table.finished(previewed)["status"] == "SUCCEEDED"
    pressed = table.confirm(previewed)
    assert table.finished(pressed)["status"] == "SUCCEEDED"
    assert table.finished(f"{campaign}-remove-by-{pressed}")["status"] == "SUCCEEDED"
    assert unchanged(table.before, table.guild())
