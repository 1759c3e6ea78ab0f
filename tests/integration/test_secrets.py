"""Both secrets are only where they are needed, after campaigns are created, fail and are removed.

The bot token is only in the parameter store. An interaction's token is only in its message on the
queue, in the input of its build and of the removals, in the data of their states, and in the event
of the function that edits the deferred message.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from local import execution
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table

Json = dict[str, Any]

MALFORMED = '{"interaction_token": "MALFORMED-SECRET", '
# Until the plan replaces it, the states' data is the execution's input.
BEFORE_THE_PLAN = {"entered Wait for Turn", "left Wait for Turn", "entered Plan Campaign"}
WITHOUT_A_PLAN = {
    "rejected": {"left Plan Campaign", "entered Report Rejection"},
    "unplanned": {
        "left Plan Campaign",
        "entered Remove Campaign",
        "left Remove Campaign",
        "entered Campaign Failed",
    },
}
# A path to all of a state's data, or to the part with the token.
TAKES_TOKEN = re.compile(r"\$|\$\$(\.Execution(\.Input)?)?|.*\.reply(\..*)?")


class Written:
    """Executions that ended in every way, some after broken connections, and all they wrote."""

    def __init__(self, stack: Stack, table: Table):
        assert stack.simulator
        self.stack = stack
        self.table = table
        self._since = int(time.time() * 1000)
        self.bot_token = stack.simulator.info["bot_token"]
        self.asked: dict[str, str] = {}
        self._play()
        # Each build with its removals.
        names = [name for one in self.asked.values() for name in self._executions(one)]
        self.executions = {name: table.finished(name) for name in names}
        inputs = [json.loads(one["input"]) for one in self.executions.values()]
        self.tokens = sorted({given["reply"]["interaction_token"] for given in inputs})
        assert len(self.tokens) == len(self.asked)
        record = {"body": MALFORMED, "attributes": {"ApproximateReceiveCount": "1"}}
        self.refusal = stack.client("lambda").invoke(
            FunctionName=f"{STACK_NAME}-start-campaign", Payload=json.dumps({"Records": [record]})
        )
        assert "FunctionError" in self.refusal

    def _play(self) -> None:
        table = self.table
        asked = self.asked
        asked["created"] = table.ask()
        assert table.finished(asked["created"])["status"] == "SUCCEEDED"
        asked["rejected"] = table.ask()  # the name is taken
        assert table.finished(asked["rejected"])["status"] == "SUCCEEDED"

        self._break(method="GET", path=r"/guilds/\d+$", connection="reset", times=None)
        asked["unplanned"] = table.ask("Another")
        assert table.finished(asked["unplanned"])["error"] == "CampaignFailed"
        table.removed(asked["unplanned"])
        table.discord.forgive()

        self._break(method="PATCH", path="@original", connection="reset", times=2)
        table.discord.refuse('"gm-planning"')
        asked["failed"] = table.ask("Another")
        assert table.finished(asked["failed"])["error"] == "CampaignFailed"
        table.removed(asked["failed"])
        table.discord.forgive()

        invalid = {"message": "Invalid Webhook Token", "code": 50027}
        self._break(path="@original", status=401, body=invalid, times=None)
        table.keep_the_role()
        table.discord.refuse('"gm-planning"')
        asked["left"] = table.ask("Another")
        described = table.finished(asked["left"] + REMOVAL_SUFFIX)
        assert described["error"] == "CampaignNotUndone"
        table.discord.forgive()

        table.discord.control("PUT", "settings", {"latency_ms": 250})
        asked["stopped"] = table.ask("A Third")
        table.stop(asked["stopped"], "Create Category")
        table.stop(asked["stopped"] + REMOVAL_SUFFIX, "Find Created")
        table.discord.control("PUT", "settings", {"latency_ms": 0})
        assert table.finished(asked["stopped"] + AGAIN_SUFFIX)["status"] == "SUCCEEDED"

    def _break(self, **fault: Any) -> None:
        self.table.discord.control("POST", "faults", fault)

    def _executions(self, interaction_id: str) -> list[str]:
        suffixes = ("", REMOVAL_SUFFIX, AGAIN_SUFFIX)
        names = [interaction_id + suffix for suffix in suffixes]
        return [name for name in names if self.table.described(name)]

    def log(self) -> str:
        """Return everything that all log groups received since the first campaign."""
        logs = self.stack.client("logs")
        pages = logs.get_paginator("filter_log_events")
        groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
        return "\n".join(
            event["message"]
            for group in groups
            # ministack returns a group's 10,000 oldest events, and no token for the rest.
            for page in pages.paginate(logGroupName=group, startTime=self._since)
            for event in page["events"]
        )

    def history(self, name: str) -> list[Json]:
        return execution.history(self.table.stepfunctions, self.table.arn(name))

    def histories(self) -> str:
        return json.dumps([self.history(name) for name in self.executions], default=str)

    def holders(self, name: str) -> set[str]:
        """Return the places of an execution's history that hold an interaction's token."""
        return {
            _place(event)
            for event in self.history(name)
            if any(token in json.dumps(event, default=str) for token in self.tokens)
        }

    def ends(self) -> str:
        """Return the descriptions of the executions, without their input."""
        return json.dumps([{**one, "input": ""} for one in self.executions.values()], default=str)

    def discord(self) -> str:
        """Return every text of the bot's messages, and the server with its audit log."""
        said = [self.table.messages(one) for one in self.asked.values()]
        return json.dumps([said, self.table.guild()])

    def deployed(self) -> str:
        """Return what CloudFormation and Lambda show of the stack."""
        cloudformation = self.stack.client("cloudformation")
        functions = self.stack.client("lambda").get_paginator("list_functions").paginate()
        told = [
            cloudformation.get_template(StackName=STACK_NAME)["TemplateBody"],
            cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"],
            cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"],
            [function for page in functions for function in page["Functions"]],
        ]
        return json.dumps(told, default=str)

    def kept(self) -> str:
        """Return what the campaigns left in the limiter's table, the queues and the metrics."""
        sqs, urls = self.stack.client("sqs"), self.stack.client("sqs").list_queues()["QueueUrls"]
        letters = [
            sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            for url in urls
            if STACK_NAME in url
        ]
        assert len(letters) == 3
        table = self.stack.client("dynamodb").scan(TableName=f"{STACK_NAME}-limiter")
        metrics = self.stack.client("cloudwatch").list_metrics()
        return json.dumps([letters, table, metrics], default=str)


@contextmanager
def overheard(stack: Stack) -> Iterator[str]:
    """Yield the URL of a queue that receives what the deployed rules send to their targets."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName="overheard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    added: list[str] = []
    for rule in events.list_rules()["Rules"]:
        [target] = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        same = target | {"Id": "overheard", "Arn": arn["Attributes"]["QueueArn"]}
        events.put_targets(Rule=rule["Name"], Targets=[same])
        added.append(rule["Name"])
    assert len(added) == 2
    yield url
    for name in added:
        events.remove_targets(Rule=name, Ids=["overheard"])
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def ears(stack: Stack) -> Iterator[str]:
    with overheard(stack) as url:
        yield url


@pytest.fixture(scope="module")
def written(stack: Stack, ears: str) -> Iterator[Written]:
    assert stack.simulator
    table = Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))
    yield Written(stack, table)
    stack.simulator.forgive()


def test_no_secret_is_in_the_log(written: Written):
    log = written.log()
    assert [how for how, one in written.asked.items() if f'"{one}"' not in log] == []
    assert "Connection" in log or "no answer" in log
    for secret in (written.bot_token, *written.tokens, "MALFORMED-SECRET"):
        assert secret not in log


def test_no_secret_is_in_errors_and_outputs(written: Written):
    answer = written.refusal["Payload"].read().decode()
    assert "does not ask for a campaign" in answer
    assert "MALFORMED-SECRET" not in answer
    ends = written.ends()
    assert "Missing Permissions" in ends
    assert "NoAnswer" in written.executions[written.asked["unplanned"]]["cause"]
    for secret in (written.bot_token, *written.tokens):
        assert secret not in ends


def test_no_secret_is_in_messages(written: Written):
    said = written.discord()
    assert "Campaign Created" in said
    assert "audit_log" in said
    for secret in (written.bot_token, *written.tokens):
        assert secret not in said


def test_no_secret_is_left_in_a_table_a_queue_or_a_metric(written: Written):
    kept = written.kept()
    for secret in (written.bot_token, *written.tokens, "MALFORMED-SECRET"):
        assert secret not in kept


def test_the_bot_token_is_in_no_history_and_not_in_the_stack(written: Written):
    assert written.bot_token not in written.histories()
    deployed = written.deployed()
    assert "DISCORD_BOT_TOKEN_PARAMETER" in deployed
    assert written.bot_token not in deployed


@pytest.mark.parametrize("how", ["created", "rejected", "unplanned", "failed", "left"])
def test_a_campaigns_plan_takes_the_place_of_the_token(written: Written, how: str):
    holders = written.holders(written.asked[how])
    assert holders == {"input"} | BEFORE_THE_PLAN | WITHOUT_A_PLAN.get(how, set())


@pytest.mark.parametrize(
    ("how", "suffix"),
    [
        ("unplanned", REMOVAL_SUFFIX),
        ("failed", REMOVAL_SUFFIX),
        ("left", REMOVAL_SUFFIX),
        ("stopped", REMOVAL_SUFFIX),
        ("stopped", AGAIN_SUFFIX),
    ],
)
def test_a_removal_keeps_the_token_in_its_states_data(written: Written, how: str, suffix: str):
    """It may have to wait and check again, so its last word may come long after its start."""
    name = written.asked[how] + suffix
    states = set(written.table.states(name))
    places = {"input"} | {f"{way} {state}" for state in states for way in ("entered", "left")}
    assert {"input", "entered Report Removal"} <= written.holders(name) <= places


def test_the_interactions_token_is_handed_only_to_who_edits_the_message(written: Written):
    """The emulator's history lacks the calls' input, which AWS's has: so read the definitions."""
    takes = set()
    for name in (written.asked["failed"], written.asked["failed"] + REMOVAL_SUFFIX):
        machine = execution.machine(written.table.stepfunctions, written.table.arn(name))
        for _, _, state in execution.states(machine):
            paths = _paths(state.get("Parameters", "$"))
            if state["Type"] == "Task" and any(TAKES_TOKEN.fullmatch(path) for path in paths):
                takes.add(state["Resource"].rpartition(":")[2])
    assert takes == {f"{STACK_NAME}-report", "startExecution"}


def test_who_is_told_of_an_end_is_told_of_no_token(written: Written, ears: str):
    """If the function fails, the event becomes a dead letter, which then has no token either."""
    arns = {written.table.arn(name) for name in written.executions}
    sqs = written.stack.client("sqs")
    told: list[Json] = []

    def all_are_told() -> bool:
        letters = sqs.receive_message(QueueUrl=ears, MaxNumberOfMessages=10).get("Messages", [])
        for letter in letters:
            told.append(json.loads(letter["Body"]))
            sqs.delete_message(QueueUrl=ears, ReceiptHandle=letter["ReceiptHandle"])
        return arns <= {one["detail"]["executionArn"] for one in told}

    wait_until(all_are_told, "every end is told")
    for one in told:
        arn, status = one["detail"]["executionArn"], one["detail"]["status"]
        assert one == {"detail": {"executionArn": arn, "status": status}}
        described = written.table.stepfunctions.describe_execution(executionArn=arn)
        assert status == described["status"]


def _paths(value: Any) -> Iterator[str]:
    """Yield all strings of a template, which include its paths."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _paths(one)


def _place(event: Json) -> str:
    """Return the name for the place of an event that holds a token."""
    if "executionStartedEventDetails" in event:
        return "input"
    if details := event.get("stateEnteredEventDetails"):
        return f"entered {details['name']}"
    if details := event.get("stateExitedEventDetails"):
        return f"left {details['name']}"
    return f"{event['type']}"
