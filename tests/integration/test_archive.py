"""`/campaign archive` and `unarchive` on the deployed stack: real HTTP, real roles."""

import json
from typing import Any

import pytest

from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import PATIENCE, Table


@pytest.fixture
def table(stack: Stack) -> Table:
    assert stack.simulator
    return Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))


def said(table: Table, command: str, campaign_id: str) -> str:
    """Run a command about a campaign, and return the bot's answer."""
    sent = table.discord.command(command, {"campaign": campaign_id}, **table.where)
    assert sent["response"] == {"type": 5, "data": {"flags": 64}}

    def answered() -> str:
        contents = [one["content"] for one in table.discord.versions(sent["id"])]
        return contents[-1] if contents else ""

    return wait_until(answered, f"the answer to {command}", PATIENCE)


def overwrites(table: Table, ids: list[str]) -> dict[str, Any]:
    channels = {one["id"]: one for one in table.guild()["channels"]}
    return {id_: json.dumps(channels[id_], sort_keys=True) for id_ in ids}


def test_a_campaign_is_archived_and_exactly_restored(table: Table):
    created = table.create()
    ids = [created["category_id"], *created["channel_ids"]]
    before = overwrites(table, ids)
    assert said(table, "campaign archive", created["interaction_id"]).startswith("📦")
    after = overwrites(table, ids)
    assert all(before[id_] != after[id_] for id_ in ids)
    assert said(table, "campaign unarchive", created["interaction_id"]).startswith("📂")
    assert overwrites(table, ids) == before
