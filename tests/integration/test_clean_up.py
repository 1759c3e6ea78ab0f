"""What ends from outside is cleaned up: an execution that is stopped, a worker that is killed."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from local import execution
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table, unchanged

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="finds the worker in /proc, which is Linux's"
)


@pytest.fixture
def slow(table: Table) -> Table:
    """A Discord that takes its time, so that one can step in between."""
    table.discord.control("PUT", "settings", {"latency_ms": 400})
    yield table
    table.discord.control("PUT", "settings", {"latency_ms": 0})


def channels(table: Table) -> int:
    return len(table.guild()["channels"]) - len(table.before["channels"])


def running(table: Table, interaction_id: str) -> Any:
    machine = table.endpoints.state_machine_arn
    return execution.find(table.stepfunctions, machine, interaction_id)


@pytest.mark.parametrize("made", [1, 5])
def test_an_execution_that_is_stopped_is_cleaned_up(slow: Table, made: int):
    asked = slow.ask()
    wait_until(lambda: channels(slow) >= made, f"{made} channels and categories")
    slow.stepfunctions.stop_execution(executionArn=running(slow, asked).arn)
    assert slow.finished(f"{asked}-rollback")["status"] == "SUCCEEDED"
    assert unchanged(slow.before, slow.guild())
    last = slow.messages(asked)[-1]
    assert last.startswith("❌ **Could not create campaign: My Campaign**")
    assert "stopped it" in last
    assert "Nothing was left behind." in last


def test_a_campaign_that_was_undone_is_not_cleaned_up_again(table: Table):
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    assert table.finished(asked)["error"] == "CampaignFailed"
    # Another one that ends after it shows that its end has been told.
    stopped = table.ask("Another")
    wait_until(lambda: running(table, stopped), "the other execution")
    table.stepfunctions.stop_execution(executionArn=running(table, stopped).arn)
    table.finished(f"{stopped}-rollback")
    assert running(table, f"{asked}-rollback") is None


def test_a_clean_up_that_cannot_be_started_is_kept(stack: Stack, table: Table):
    """Invoked as EventBridge does it; the emulator's own EventBridge does not try again."""
    machine = table.endpoints.state_machine_arn
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:there-is-none"
    event = {"detail": {"executionArn": arn}}
    stack.client("lambda").invoke(
        FunctionName="channelwright-clean-up-campaign",
        InvocationType="Event",
        Payload=json.dumps(event),
    )
    sqs = stack.client("sqs")
    url = stack.endpoints.dlq_url
    [letter] = wait_until(
        lambda: sqs.receive_message(QueueUrl=url).get("Messages"), "a dead letter"
    )
    sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    said = json.loads(letter["Body"])
    assert said["requestPayload"] == event
    assert said["responsePayload"]["errorType"] == "ExecutionDoesNotExist"


@needs_proc
def test_a_worker_that_is_killed_in_the_middle_of_a_create(stack: Stack, slow: Table):
    asked = slow.ask()
    wait_until(lambda: channels(slow) >= 1, "the category")
    victim = wait_until(lambda: workers(stack, "create-channel"), "a worker that creates")[0]
    os.kill(victim, signal.SIGKILL)
    described = slow.finished(asked)
    if described["status"] == "SUCCEEDED":
        names = [c["name"] for c in slow.guild()["channels"]]
        assert channels(slow) == 11
        assert len(set(names)) == len(names) - 1  # the server has a #general of its own
    else:
        assert unchanged(slow.before, slow.guild())


def workers(stack: Stack, function: str) -> list[int]:
    """Return the ids of a function's worker processes: each runs in a folder named after it."""
    folder = str(stack.folder)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode()
        except OSError:  # it has just ended
            continue
        if folder in command and f"ministack-lambda-channelwright-{function}-" in command:
            found.append(int(process.name))
    return found


def test_an_end_that_cannot_be_handled_is_kept_aside(stack: Stack, table: Table):
    """The runbook's second kind of dead letter."""
    machine = table.endpoints.state_machine_arn
    arn = machine.replace(":stateMachine:", ":execution:") + ":there-is-none"
    event = json.dumps({"detail": {"executionArn": arn}})
    stack.client("lambda").invoke(
        FunctionName="channelwright-clean-up-campaign", InvocationType="Event", Payload=event
    )
    sqs, queue = stack.client("sqs"), table.endpoints.dlq_url

    def kept() -> Any:
        letters = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [letter for letter in letters if "there-is-none" in letter["Body"]]

    [letter] = wait_until(kept, "the dead letter", 60)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
    told = json.loads(letter["Body"])
    assert told["requestPayload"]["detail"]["executionArn"] == arn
    assert "clean-up-campaign" in told["requestContext"]["functionArn"]
