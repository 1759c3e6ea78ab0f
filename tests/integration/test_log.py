"""The lines of campaigns and removals in the stack's log group, which the runbook's query reads."""

import json
from typing import Any

import pytest

from channelwright.aws.executions import REMOVAL_SUFFIX
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table

pytest.importorskip("awslambdaric")


def lines(stack: Stack) -> list[dict[str, Any]]:
    """Return the functions' log lines, oldest first."""
    pages = stack.client("logs").get_paginator("filter_log_events")
    events = [
        event
        for page in pages.paginate(logGroupName="/channelwright")
        for event in page["events"]
        if event["message"].startswith("{")
    ]
    return [json.loads(event["message"]) for event in sorted(events, key=lambda e: e["timestamp"])]


def campaign(stack: Stack, interaction_id: str, ends: int = 1) -> list[dict[str, Any]]:
    """Return the lines of one campaign, once the ends of `ends` executions are recorded."""

    def told() -> list[dict[str, Any]]:
        its = [line for line in lines(stack) if line.get("interaction_id") == interaction_id]
        # The last line of an invocation that records an end.
        outcomes = [line for line in its if line["message"] == "record_outcome done"]
        return its if len(outcomes) >= ends else []

    return wait_until(told, f"the end of {interaction_id} is in the log", 60)


def console(execution: dict[str, Any]) -> str:
    """Return the link to an execution."""
    return (
        "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1"
        f"#/v2/executions/details/{execution['executionArn']}"
    )


def test_a_campaign_is_followed_from_click_to_summary(stack: Stack, table: Table):
    asked = table.ask("Curse of Strahd")
    table.finished(asked)
    told = campaign(stack, asked)
    assert {line["level"] for line in told} == {"INFO"}
    functions = [line["function"] for line in told]
    assert functions[0] == "interaction"
    assert functions.count("create_channel") == 10
    assert {"start_campaign", "plan_campaign", "complete_campaign", "report"} <= set(functions)
    [outcome] = [line for line in told if line["message"] == "campaign created"]
    assert outcome["function"] == "record_outcome"
    counted = {
        name: line[name]
        for line in told
        for name in ("CampaignsCreated", "CampaignDuration")
        if name in line
    }
    assert counted["CampaignsCreated"] == 1
    assert 0 < counted["CampaignDuration"] < 60
    assert {line["Stack"] for line in told if "_aws" in line} == {"channelwright"}


def test_a_failure_links_to_the_execution(stack: Stack, table: Table):
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    described = table.finished(asked)
    table.removed(asked)
    told = campaign(stack, asked, ends=2)
    failures = [line for line in told if line["level"] == "ERROR"]
    assert {line["function"] for line in failures} == {"create_channel", "record_outcome"}
    assert {line["execution"] for line in failures} == {console(described)}


def test_the_removal_of_a_failed_campaign_is_followed_to_its_end(stack: Stack, table: Table):
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    table.removed(asked)
    told = campaign(stack, asked, ends=2)
    functions = {line["function"] for line in told}
    assert {"find_created", "delete_created", "report", "start_removal"} <= functions
    messages = [line["message"] for line in told]
    # EventBridge has reported the failure, too.
    assert messages.count("the removal was already started") == 1
    assert sum(said.startswith("campaign failed") for said in messages) == 1
    assert messages.count("campaign undone: nothing is left") == 1
    counted = [line["CampaignsRolledBack"] for line in told if "CampaignsRolledBack" in line]
    assert counted == [1]


def test_what_is_left_is_counted_for_the_operator(stack: Stack, table: Table):
    table.keep_the_role()
    table.discord.refuse('"gm-notes"')
    asked = table.ask()
    built = table.finished(asked)
    removal = table.finished(asked + REMOVAL_SUFFIX)
    told = campaign(stack, asked, ends=2)
    links = {(line["function"], line["execution"]) for line in told if line["level"] == "ERROR"}
    assert links == {
        ("create_channel", console(built)),
        ("record_outcome", console(built)),
        ("delete_created", console(removal)),
        ("record_outcome", console(removal)),
    }
    assert [line["CampaignsNotUndone"] for line in told if "CampaignsNotUndone" in line] == [1]
    assert not any("CampaignsRolledBack" in line for line in told)
