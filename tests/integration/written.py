"""Executions that ended in every way, and all places that could keep a secret of theirs."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from local import execution
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration.table import Table

Json = dict[str, Any]

MALFORMED = '{"interaction_token": "MALFORMED-SECRET", '
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
        self._ask_about(self.asked["created"])
        ended = [*self.executions.values(), *self.others.values()]
        inputs = [json.loads(one["input"]) for one in ended]
        self.tokens = sorted({given["reply"]["interaction_token"] for given in inputs})
        assert len(self.tokens) == len(self.asked) + len(self.others)
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

    def _ask_about(self, campaign_id: str) -> None:
        """Show a campaign, change its members and delete it, each with a token of its own."""
        table = self.table
        self.shown = table.ask_about(campaign_id, "campaign show", "show-campaign")
        master = json.loads(table.described(campaign_id)["input"])["request"]["user_id"]
        added = ("campaign add", "change-members")
        self.added = table.ask_about(campaign_id, *added, who=master)
        # A campaign is changed once it is released.
        self.others = {name: table.finished(name) for name in (self.shown, self.added)}
        self.previewed = table.ask_to_delete(campaign_id)
        self.others[self.previewed] = table.finished(self.previewed)
        self.confirmed = table.confirm(self.previewed)
        self.others[self.confirmed] = table.finished(self.confirmed)
        removal = f"{campaign_id}{REMOVAL_SUFFIX}-by-{self.confirmed}"
        self.executions[removal] = table.finished(removal)
        assert self.executions[removal]["status"] == "SUCCEEDED"

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
        names = [*self.executions, *self.others]
        return json.dumps([self.history(name) for name in names], default=str)

    def holders(self, name: str) -> set[str]:
        """Return the places of an execution's history that hold an interaction's token."""
        return {
            _place(event)
            for event in self.history(name)
            if any(token in json.dumps(event, default=str) for token in self.tokens)
        }

    def takes_token(self, name: str) -> set[str]:
        """Return what an execution's definition hands the interaction's token to."""
        takes = set()
        machine = execution.machine(self.table.stepfunctions, self.table.arn(name))
        for _, _, state in execution.states(machine):
            paths = _paths(state.get("Parameters", "$"))
            if state["Type"] == "Task" and any(TAKES_TOKEN.fullmatch(path) for path in paths):
                takes.add(state["Resource"].rpartition(":")[2])
        return takes

    def ends(self) -> str:
        """Return the descriptions of the executions, without their input."""
        ended = [*self.executions.values(), *self.others.values()]
        return json.dumps([{**one, "input": ""} for one in ended], default=str)

    def discord(self) -> str:
        """Return every text of the bot's messages, and the server with its audit log."""
        said = [self.table.messages(one) for one in (*self.asked.values(), *self.others)]
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
        """Return what the campaigns left in the tables, the queues and the metrics."""
        sqs, urls = self.stack.client("sqs"), self.stack.client("sqs").list_queues()["QueueUrls"]
        letters = [
            sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            for url in urls
            if STACK_NAME in url
        ]
        assert len(letters) == 4
        dynamodb = self.stack.client("dynamodb")
        tables = [dynamodb.scan(TableName=one) for one in dynamodb.list_tables()["TableNames"]]
        metrics = self.stack.client("cloudwatch").list_metrics()
        return json.dumps([letters, tables, metrics], default=str)


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
