"""Neither secret is anywhere but where it is needed, whatever a full and a failed run wrote.

The bot token: in the parameter store. An interaction's token: in its message and its execution's
input, and in what the functions that edit the message are called with.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local import execution
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration.table import Table

Json = dict[str, Any]

MALFORMED = '{"interaction_token": "MALFORMED-SECRET", '
# Until the plan has taken its place, the state's data is the execution's input.
BEFORE_THE_PLAN = {"Build or Roll Back?", "Plan Campaign"}
# Who edits the message.
EDITORS = {
    "report-progress",
    "report-rejection",
    "report-completion",
    "report-rollback",
    "report-failure",
}


class Written:
    """A full run and a failed one, with connections that broke, and all that they wrote."""

    def __init__(self, stack: Stack, table: Table):
        assert stack.simulator
        self.stack = stack
        self.table = table
        self.bot_token = stack.simulator.info["bot_token"]
        created = table.finished(table.ask())
        assert created["status"] == "SUCCEEDED"
        reset = {"method": "PATCH", "path": "@original", "connection": "reset", "times": 2}
        stack.simulator.control("POST", "faults", reset)
        stack.simulator.refuse('"gm-planning"')
        failed = table.finished(table.ask("Another"))
        assert failed["error"] == "CampaignFailed"
        self.executions = [created, failed]
        self.tokens = [json.loads(one["input"])["interaction_token"] for one in self.executions]
        record = {"body": MALFORMED, "attributes": {"ApproximateReceiveCount": "1"}}
        self.refusal = stack.client("lambda").invoke(
            FunctionName=f"{STACK_NAME}-start-campaign", Payload=json.dumps({"Records": [record]})
        )
        assert "FunctionError" in self.refusal

    def log(self) -> str:
        """Return what is in all log groups."""
        logs = self.stack.client("logs")
        pages = logs.get_paginator("filter_log_events")
        groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
        return "\n".join(
            event["message"]
            for group in groups
            for page in pages.paginate(logGroupName=group)
            for event in page["events"]
        )

    def history(self) -> Iterator[Json]:
        for one in self.executions:
            yield from execution.history(self.table.stepfunctions, one["executionArn"])

    def ends(self) -> str:
        """Return what the executions say of themselves, beside their input."""
        return json.dumps([{**one, "input": ""} for one in self.executions], default=str)

    def discord(self) -> str:
        """Return all that the bot's messages have said, and the server with its audit log."""
        said = [self.table.messages(one["name"]) for one in self.executions]
        return json.dumps([said, self.table.guild()])

    def deployed(self) -> str:
        """Return what CloudFormation and Lambda tell of the stack."""
        cloudformation = self.stack.client("cloudformation")
        functions = self.stack.client("lambda").get_paginator("list_functions").paginate()
        told = [
            cloudformation.get_template(StackName=STACK_NAME)["TemplateBody"],
            cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"],
            cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"],
            [function for page in functions for function in page["Functions"]],
        ]
        return json.dumps(told, default=str)


@pytest.fixture(scope="module")
def written(stack: Stack) -> Iterator[Written]:
    assert stack.simulator
    table = Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))
    yield Written(stack, table)
    stack.simulator.forgive()


def test_no_secret_is_in_the_log(written: Written):
    log = written.log()
    assert all(f'"{one["name"]}"' in log for one in written.executions)
    assert "Connection" in log or "no answer" in log
    for secret in (written.bot_token, *written.tokens, "MALFORMED-SECRET"):
        assert secret not in log


def test_no_secret_is_in_errors_and_outputs(written: Written):
    answer = written.refusal["Payload"].read().decode()
    assert "not a campaign's" in answer
    assert "MALFORMED-SECRET" not in answer
    ends = written.ends()
    assert "Missing Permissions" in ends
    for secret in (written.bot_token, *written.tokens):
        assert secret not in ends


def test_no_secret_is_in_messages(written: Written):
    said = written.discord()
    assert "Campaign Created" in said
    assert "audit_log" in said
    for secret in (written.bot_token, *written.tokens):
        assert secret not in said


def test_the_bot_token_is_in_no_history_and_not_in_the_stack(written: Written):
    assert written.bot_token not in json.dumps(list(written.history()), default=str)
    deployed = written.deployed()
    assert "DISCORD_BOT_TOKEN_PARAMETER" in deployed
    assert written.bot_token not in deployed


def test_the_interactions_token_is_handed_only_to_who_edits_the_message(written: Written):
    holders = {
        _place(event)
        for event in written.history()
        if any(token in json.dumps(event, default=str) for token in written.tokens)
    }
    needed = {"input"} | {f"entered {state}" for state in BEFORE_THE_PLAN}
    assert needed <= holders
    # The emulator's history has no input of calls; AWS's has. A campaign waits if others are made.
    may = {"left Build or Roll Back?", "entered Wait for Turn", "left Wait for Turn"}
    assert holders <= needed | may | {f"called {function}" for function in EDITORS}


def _place(event: Json) -> str:
    """Name the place of an event that holds a token."""
    if "executionStartedEventDetails" in event:
        return "input"
    if details := event.get("stateEnteredEventDetails"):
        return f"entered {details['name']}"
    if details := event.get("stateExitedEventDetails"):
        return f"left {details['name']}"
    for kind in ("taskScheduledEventDetails", "lambdaFunctionScheduledEventDetails"):
        if details := event.get(kind):
            return f"called {details['resource'].rpartition(':')[2].split('-', 1)[1]}"
    return f"{event['type']}"
