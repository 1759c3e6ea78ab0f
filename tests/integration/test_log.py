"""What a campaign leaves in the stack's log group, as the runbook's query reads it."""

import json
from typing import Any

import pytest

from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table

pytest.importorskip("awslambdaric")


def lines(stack: Stack) -> list[dict[str, Any]]:
    """Return what the functions wrote, oldest first."""
    pages = stack.client("logs").get_paginator("filter_log_events")
    events = [
        event
        for page in pages.paginate(logGroupName="/channelwright")
        for event in page["events"]
        if event["message"].startswith("{")
    ]
    return [json.loads(event["message"]) for event in sorted(events, key=lambda e: e["timestamp"])]


def campaign(stack: Stack, interaction_id: str) -> list[dict[str, Any]]:
    """Return the lines of one campaign, once its end is told."""

    def told() -> list[dict[str, Any]]:
        its = [line for line in lines(stack) if line.get("interaction_id") == interaction_id]
        return its if any(line["function"] == "record_outcome" for line in its) else []

    return wait_until(told, f"the end of {interaction_id} is in the log", 60)


def test_a_campaign_is_followed_from_click_to_summary(stack: Stack, table: Table):
    asked = table.ask("Curse of Strahd")
    table.finished(asked)
    told = campaign(stack, asked)
    assert {line["level"] for line in told} == {"INFO"}
    functions = [line["function"] for line in told]
    assert functions[0] == "interaction"
    assert functions.count("create_channel") == 10
    assert {"start_campaign", "plan_campaign", "report_completion"} <= set(functions)
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
    failures = [line for line in campaign(stack, asked) if line["level"] == "ERROR"]
    assert {"create_channel", "record_outcome"} <= {line["function"] for line in failures}
    assert {line["execution"] for line in failures} == {
        "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1"
        f"#/v2/executions/details/{described['executionArn']}"
    }
