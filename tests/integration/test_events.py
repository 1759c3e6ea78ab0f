"""The deployed machines' events reach a rule, as an operator's rule would hear them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import PATIENCE, Table
from tests.statemachine.bus import schema

RULE = "what-others-hear"


class Others:
    """A queue behind a rule of docs/events.md."""

    def __init__(self, stack: Stack):
        self._sqs = stack.client("sqs")
        self._events = stack.client("events")
        self._url = self._sqs.create_queue(QueueName=RULE)["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        pattern = {"source": ["channelwright"], "detail": {"stack": [STACK_NAME]}}
        self._events.put_rule(Name=RULE, EventPattern=json.dumps(pattern))
        target = {"Id": "queue", "Arn": asked["Attributes"]["QueueArn"]}
        self._events.put_targets(Rule=RULE, Targets=[target])

    def close(self) -> None:
        self._events.remove_targets(Rule=RULE, Ids=["queue"])
        self._events.delete_rule(Name=RULE)
        self._sqs.delete_queue(QueueUrl=self._url)

    def hear(self, campaign_id: str) -> dict[str, Any]:
        """Wait for the next event of a campaign."""

        def heard() -> dict[str, Any] | None:
            received = self._sqs.receive_message(QueueUrl=self._url).get("Messages", [])
            for message in received:
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
                event: dict[str, Any] = json.loads(message["Body"])["detail"]
                if event["data"]["campaign_id"] == campaign_id:
                    schema(event["type"]).validate(event)
                    return event
            return None

        found: dict[str, Any] = wait_until(heard, "an event arrives", PATIENCE)
        return found


@pytest.fixture
def others(stack: Stack) -> Iterator[Others]:
    others = Others(stack)
    yield others
    others.close()


def test_others_hear_of_a_campaign_and_of_all_that_becomes_of_it(table: Table, others: Others):
    campaign = table.ask()
    output = json.loads(table.finished(campaign)["output"])
    created = others.hear(campaign)
    assert (created["type"], created["data"]["role_id"]) == ("campaign.created", output["role_id"])
    joined = table.ask_about(campaign, "campaign add", "change-members", **_player(table))
    table.finished(joined)
    changed = others.hear(campaign)
    assert (changed["type"], changed["id"]) == (
        "campaign.members_changed",
        f"{joined}.campaign.members_changed",
    )
    archiving = table.ask_about(campaign, "campaign archive", "archive-campaign")
    table.finished(archiving)
    archived = others.hear(campaign)
    assert (archived["type"], archived["id"]) == (
        "campaign.archived",
        f"{archiving}.campaign.archived",
    )
    table.finished(preview := table.ask_to_delete(campaign))
    press = table.confirm(preview)
    deleted = others.hear(campaign)
    assert deleted["id"] == f"{campaign}-remove-by-{press}.campaign.deleted"
    assert (deleted["type"], deleted["data"]["left"]) == ("campaign.deleted", [])


def _player(table: Table) -> dict[str, str]:
    where = f"guilds/{table.where['guild_id']}/members"
    member = table.discord.control("POST", where, {"username": "player"})
    return {"who": str(member["id"])}


def test_others_hear_of_a_failure(table: Table, others: Others):
    refusal = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
    where = {"method": "POST", "body_contains": '"gm-notes"'}
    table.discord.control("POST", "faults", refusal | where)
    table.finished(campaign := table.ask())
    failed = others.hear(campaign)
    assert (failed["type"], failed["data"]["checked"]) == ("campaign.failed", True)
