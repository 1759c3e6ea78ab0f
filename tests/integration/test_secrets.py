"""Both secrets are only where they are needed, after campaigns are created, fail and are removed.

The bot token is only in the parameter store. An interaction's token is only in its message on the
queue, in the input of its build and of the removals, in the data of their states, and in the event
of the function that edits the deferred message.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table
from tests.integration.written import Written

Json = dict[str, Any]

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


@contextmanager
def overheard(stack: Stack) -> Iterator[str]:
    """Yield the URL of a queue that receives what the rules send when an execution has ended."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName="overheard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    added: list[str] = []
    rules = [one for one in events.list_rules()["Rules"] if "ExecutionEnded" in one["Name"]]
    for rule in rules:
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


FIRST = {
    "previewed": "Preview Deletion",
    "confirmed": "Preview Deletion",
    "shown": "Describe Campaign",
    "added": "Plan Members",
}


@pytest.mark.parametrize("which", FIRST)
def test_whoever_asks_about_a_campaign_has_a_token_in_the_states_data(written: Written, which: str):
    name = getattr(written, which)
    assert written.others[name]["status"] == "SUCCEEDED"
    states = set(written.table.states(name))
    places = {"input"} | {f"{way} {state}" for state in states for way in ("entered", "left")}
    assert {"input", f"entered {FIRST[which]}"} <= written.holders(name) <= places


@pytest.mark.parametrize("which", FIRST)
def test_its_token_is_handed_to_the_reports_and_the_removal(written: Written, which: str):
    removal = {"startExecution"} if FIRST[which] == "Preview Deletion" else set()
    assert written.takes_token(getattr(written, which)) == {f"{STACK_NAME}-report"} | removal


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
    names = (written.asked["failed"], written.asked["failed"] + REMOVAL_SUFFIX)
    takes = {function for name in names for function in written.takes_token(name)}
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
