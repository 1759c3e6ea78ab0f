"""A campaign that failed or ended from outside is removed; its removal is restarted at most once.

The tests stop executions, break them, and kill a worker.
"""

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from local.deployment import STACK_NAME
from local.emulator_forks import PID
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table, unchanged

ALL = 11  # channels, with the category
REFUSED = "Discord refused to create the channel **gm-notes**"


@pytest.fixture
def slow(table: Table) -> Iterator[Table]:
    """Slow Discord down until an execution is stopped, so that the test can intervene."""
    take(table, 250)
    yield table
    take(table, 0)


@pytest.fixture(autouse=True)
def the_message_is_soon_open_again(table: Table) -> Iterator[None]:
    """Refill the bucket of edits sooner, as the emulator shortens the machine's waits.

    Otherwise the last word, which is sent again after a wait, would be limited each time.
    """
    before = table.discord.control("GET", "settings")["limits"]["webhook_edit"]
    table.discord.control("PUT", "settings", {"limits": {"webhook_edit": {"seconds": 0.01}}})
    yield
    table.discord.control("PUT", "settings", {"limits": {"webhook_edit": before}})


def take(table: Table, milliseconds: int) -> None:
    """Let each call to Discord take this long."""
    table.discord.control("PUT", "settings", {"latency_ms": milliseconds})


def stop(table: Table, name: str) -> None:
    """Stop an execution, and end Discord's slowness."""
    table.stop(name)
    take(table, 0)


def channels(table: Table) -> int:
    return len(table.guild()["channels"]) - len(table.before["channels"])


def removals(table: Table, interaction_id: str) -> list[str]:
    """Return the names of all executions that remove a campaign."""
    pages = table.stepfunctions.get_paginator("list_executions")
    listed = [
        one["name"]
        for page in pages.paginate(stateMachineArn=table.machines[1])
        for one in page["executions"]
    ]
    return sorted(name for name in listed if name.startswith(interaction_id))


def wait_for_a_later_end(table: Table) -> None:
    """Wait until another execution's end is handled: then all earlier ends were reported, too."""
    later = table.ask("Another")
    table.stop(later)
    table.removed(later)


@contextmanager
def changed(table: Table, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Deploy another definition of the state machine that builds."""
    arn = table.machines[0]
    definition = table.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"]
    states = json.loads(definition)
    change(states["States"])
    table.stepfunctions.update_state_machine(stateMachineArn=arn, definition=json.dumps(states))
    yield
    table.stepfunctions.update_state_machine(stateMachineArn=arn, definition=definition)


def assert_nothing_is_left(table: Table, interaction_id: str, reason: str) -> None:
    before, after = table.before, table.guild()
    for kind in ("channels", "roles"):
        assert [one["name"] for one in after[kind]] == [one["name"] for one in before[kind]]
    assert unchanged(before, after)
    last = table.messages(interaction_id)[-1]
    assert last.startswith("❌ **Could not create campaign: My Campaign**")
    assert reason in last
    assert "Nothing was left behind." in last


@pytest.mark.parametrize("made", [1, 5])
def test_an_execution_that_is_stopped_is_removed(slow: Table, made: int):
    asked = slow.ask()
    wait_until(lambda: channels(slow) >= made, f"{made} channels and categories")
    stop(slow, asked)
    slow.removed(asked)
    assert_nothing_is_left(slow, asked, "stopped this campaign")
    assert removals(slow, asked) == [asked + REMOVAL_SUFFIX]


def test_an_execution_that_is_stopped_before_its_plan_has_made_nothing(slow: Table):
    asked = slow.ask()
    stop(slow, asked)
    slow.removed(asked)
    assert_nothing_is_left(slow, asked, "stopped this campaign")
    assert not any("Undoing Campaign" in message for message in slow.messages(asked))


def test_a_plan_that_fails_has_made_nothing_and_is_told_at_once(table: Table):
    refusal = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
    table.discord.control("POST", "faults", refusal | {"method": "GET", "path": r"/guilds/\d+$"})
    asked = table.ask()
    assert table.finished(asked)["error"] == "CampaignFailed"
    table.removed(asked)
    assert_nothing_is_left(table, asked, "Discord refused to show the server")
    states = table.states(asked + REMOVAL_SUFFIX)
    assert "Find Created" in states
    assert "Wait to Look Again" not in states
    assert len(table.messages(asked)) == 1


def test_an_execution_that_breaks_is_removed(table: Table):
    """The definition has a bug after the first wave."""

    def break_after_the_first_wave(states: dict[str, Any]) -> None:
        states["Create Channels"]["Next"] = "Nowhere"

    with changed(table, break_after_the_first_wave):
        asked = table.ask()
        assert table.finished(asked)["error"] == "States.Runtime"
    table.removed(asked)
    assert len(table.discord.versions(asked)) > 1
    assert_nothing_is_left(table, asked, "Something broke inside the bot.")


def test_a_removal_that_a_failed_campaign_cannot_start_is_started_for_it(table: Table):
    def know_no_removal(states: dict[str, Any]) -> None:
        states["Remove Campaign"]["Parameters"]["StateMachineArn"] += "-nowhere"

    table.discord.refuse('"gm-notes"')
    with changed(table, know_no_removal):
        asked = table.ask()
        failed = table.finished(asked)
    assert failed["error"] == "CampaignFailed"
    history = table.stepfunctions.get_execution_history(
        executionArn=failed["executionArn"], maxResults=1000
    )
    failures = [event.get("taskFailedEventDetails", {}) for event in history["events"]]
    assert any(one.get("error") == "StateMachineDoesNotExist" for one in failures)
    table.removed(asked)
    assert_nothing_is_left(table, asked, REFUSED)


def test_a_failed_campaign_is_removed_once(table: Table):
    """The campaign starts its removal, and EventBridge reports its failure as well."""
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    assert table.finished(asked)["error"] == "CampaignFailed"
    table.removed(asked)
    table.discord.forgive()
    wait_for_a_later_end(table)
    assert removals(table, asked) == [asked + REMOVAL_SUFFIX]
    assert_nothing_is_left(table, asked, REFUSED)


def test_a_removal_that_is_stopped_at_once_is_started_again(slow: Table):
    slow.discord.refuse('"gm-notes"')
    asked = slow.ask()
    slow.finished(asked)
    stop(slow, asked + REMOVAL_SUFFIX)
    assert slow.finished(asked + AGAIN_SUFFIX)["status"] == "SUCCEEDED"
    assert_nothing_is_left(slow, asked, REFUSED)


def test_a_removal_that_is_stopped_in_the_middle_goes_on(slow: Table):
    slow.discord.refuse('"gm-notes"')
    asked = slow.ask()
    slow.finished(asked)
    made = channels(slow)
    wait_until(lambda: channels(slow) < made, "the first deletion")
    stop(slow, asked + REMOVAL_SUFFIX)
    assert slow.finished(asked + AGAIN_SUFFIX)["status"] == "SUCCEEDED"
    assert_nothing_is_left(slow, asked, REFUSED)


def test_a_removal_that_is_stopped_twice_is_left_to_a_person(slow: Table):
    slow.discord.refuse('"gm-notes"')
    asked = slow.ask()
    slow.finished(asked)
    stopped = [asked + REMOVAL_SUFFIX, asked + AGAIN_SUFFIX]
    for name in stopped:
        slow.stop(name)
    take(slow, 0)
    slow.discord.forgive()
    wait_for_a_later_end(slow)
    assert removals(slow, asked) == stopped


def test_a_removal_that_came_to_its_end_is_not_started_again(table: Table):
    table.keep_the_role()
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    table.finished(asked)
    described = table.finished(asked + REMOVAL_SUFFIX)
    assert described["error"] == "CampaignNotUndone"
    failure, found = map(json.loads, described["cause"].split(" Left behind: "))
    assert [one["Error"] for one in failure["failures"]] == ["DiscordRefused"]
    [left] = found
    guild = table.guild()
    assert guild["channels"] == table.before["channels"]
    before = {one["id"] for one in table.before["roles"]}
    [role] = [one for one in guild["roles"] if one["id"] not in before]
    assert (left["kind"], left["id"], left["name"]) == ("role", role["id"], role["name"])
    assert "Nothing was left behind." not in table.messages(asked)[-1]
    assert role["name"] in table.messages(asked)[-1]
    table.discord.forgive()
    wait_for_a_later_end(table)
    assert removals(table, asked) == [asked + REMOVAL_SUFFIX]


@pytest.mark.parametrize("function", ["start-removal", "record-outcome"])
def test_an_end_that_cannot_be_handled_is_kept_aside(stack: Stack, table: Table, function: str):
    """The runbook's second kind of dead letter. The emulator's EventBridge does not retry."""
    event = {"detail": {"executionArn": table.arn("there-is-none"), "status": "ABORTED"}}
    stack.client("lambda").invoke(
        FunctionName=f"{STACK_NAME}-{function}", InvocationType="Event", Payload=json.dumps(event)
    )
    sqs, queue = stack.client("sqs"), table.endpoints.dlq_url

    def kept() -> Any:
        letters = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [letter for letter in letters if "there-is-none" in letter["Body"]]

    [letter] = wait_until(kept, "the dead letter", 60)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
    told = json.loads(letter["Body"])
    assert told["requestPayload"] == event
    assert re.search(f"{function}(:|$)", told["requestContext"]["functionArn"])
    assert told["responsePayload"]["errorType"] == "ExecutionDoesNotExist"


def test_a_worker_that_is_killed_in_the_middle_of_a_create(stack: Stack, slow: Table):
    asked = slow.ask()
    wait_until(lambda: channels(slow) >= 1, "the category")
    victim = wait_until(lambda: workers(stack, "create-channel"), "a worker that creates")[0]
    os.kill(victim, signal.SIGKILL)
    described = slow.finished(asked)
    if described["status"] == "SUCCEEDED":
        names = [c["name"] for c in slow.guild()["channels"]]
        assert channels(slow) == ALL
        assert len(set(names)) == len(names) - 1  # the server has a #general of its own
    else:
        slow.removed(asked)
        assert unchanged(slow.before, slow.guild())


def workers(stack: Stack, function: str) -> list[int]:
    """Return the ids of a function's worker processes; their folders are named after it."""
    found = []
    for folder in (stack.folder / "tmp").glob(f"ministack-lambda-{STACK_NAME}-{function}-*"):
        with suppress(OSError):  # the worker has just begun or ended
            id_ = int((folder / PID).readlink().name)
            os.kill(id_, 0)
            found.append(id_)
    return found
