"""The campaigns' table in Python does what moto's does, with the requests of the state machines."""

import json
import os
import re

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from bench.campaigns_table import CampaignsTable
from channelwright.pace import table
from channelwright.records import attributes, store
from channelwright.records import record as records
from local.child import PROJECT
from tests import tables

TABLE = {"TableName": os.environ["CAMPAIGNS_TABLE"]}
KEY = {"guild_id": {"S": "7"}, "campaign_id": {"S": "1"}}
SNAPSHOT_KEY = {"guild_id": {"S": "7"}, "campaign_id": {"S": "snapshot-1"}}
BUILD, REMOVAL, OTHER = "arn:build:1", "arn:removal:1-remove-by-2", "arn:other:3"
CAMPAIGN = {
    "interaction_id": "1",
    "guild_id": "7",
    "user_id": "3",
    "name": "Strahd",
    "bot_user_id": "4",
    "in_company": False,
    "role": {"id": "10", "name": "Strahd Members", "repeated": False, "settled_at": 0},
    "category": {"id": "11", "name": "Strahd", "repeated": False, "settled_at": 0},
}
CHANNEL = {
    "id": "12",
    "name": "general",
    "type": "text",
    "gm_only": False,
    "position": 0,
    "repeated": False,
    "settled_at": 0,
}
BEGUN = attributes.item(records.begun(CAMPAIGN, BUILD, 1_800_000_000.0))
COMPLETE = attributes.item(records.completed(CAMPAIGN, [CHANNEL], 1_800_000_000.0))


def written(machine, state):
    """Return the Parameters of a state that writes the table, without their paths."""
    file = PROJECT / "statemachine" / f"{machine}.asl.json"
    given = json.loads(file.read_text(encoding="utf-8"))["States"][state]["Parameters"]
    return {name: given[name] for name in given if name.endswith(("Expression", "Names"))}


def values(condition, claim):
    given = {
        ":claim": {"S": claim},
        ":command": {"N": claim[-1:]},
        ":now": {"S": "2027-01-15T08:00:00+00:00"},
        ":one": {"N": "1"},
        ":removing": {"S": "removing"},
        ":creating": {"S": "creating"},
        ":left": {"S": "left"},
        ":them": {"S": "[]"},
        ":status": {"S": "archived"},
        ":gm": {"S": "3"},
        ":co_gms": {"L": [{"S": "5"}]},
        ":end": {"M": {"by": {"S": claim}, "settle_seconds": {"N": "10"}}},
    }
    return {name: value for name, value in given.items() if name in re.findall(r":\w+", condition)}


def call(client, method, claim, how, **what):
    used = values(" ".join(map(str, how.values())), claim)
    request = {**what, **how, **({"ExpressionAttributeValues": used} if used else {})}
    try:
        getattr(client, method)(TableName=os.environ["CAMPAIGNS_TABLE"], **request)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"


def claimed_as(client, claim, status):
    """Claim the record as the Lambdas do; return whether it was not changed meanwhile."""
    known = attributes.values(client.get_item(**TABLE, Key=KEY)["Item"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_client", client)
        patch.setattr(store.time, "time", lambda: 1_800_000_000.0)
        return store.claim_as(known, status, claim)


def claimed_with_snapshot(client, claim):
    """Claim a record as it was at first; return whether that succeeded, and what is kept now."""
    kept = SNAPSHOT_KEY | {"kept": {"S": claim}}
    first = attributes.values(COMPLETE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_client", client)
        patch.setattr(store.time, "time", lambda: 1_800_000_000.0)
        succeeded = store.claim_as(first, "archiving", claim, kept)
    held = client.get_item(**TABLE, Key=SNAPSHOT_KEY).get("Item")
    assert held == kept or not succeeded
    return succeeded, held


CLAIM = {
    "ConditionExpression": "attribute_not_exists(campaign_id) OR claimed_by = :claim",
}
STEPS = {
    "begin": lambda client, claim: call(client, "put_item", claim, CLAIM, Item=BEGUN),
    "record": lambda client, claim: call(
        client, "put_item", claim, written("add_campaign", "Record Campaign"), Item=COMPLETE
    ),
    "claim": lambda client, claim: call(
        client, "update_item", claim, written("remove_campaign", "Claim Campaign"), Key=KEY
    ),
    "release": lambda client, claim: call(
        client, "update_item", claim, written("remove_campaign", "Release Campaign"), Key=KEY
    ),
    "forget": lambda client, claim: call(
        client, "delete_item", claim, written("remove_campaign", "Forget Campaign"), Key=KEY
    ),
    "delete": lambda client, claim: claimed_as(client, claim, "removing"),
    "claim with snapshot": claimed_with_snapshot,
    "do not delete": lambda client, claim: call(
        client, "update_item", claim, written("delete_campaign", "Release Campaign"), Key=KEY
    ),
    "archive": lambda client, claim: call(
        client, "update_item", claim, written("archive_campaign", "Record Archive"), Key=KEY
    ),
    "do not archive": lambda client, claim: call(
        client, "update_item", claim, written("archive_campaign", "Release Campaign"), Key=KEY
    ),
    "change": lambda client, claim: call(
        client, "update_item", claim, written("change_members", "Record Members"), Key=KEY
    ),
    "do not change": lambda client, claim: call(
        client, "update_item", claim, written("change_members", "Release Campaign"), Key=KEY
    ),
    "give up": lambda client, claim: call(
        client, "update_item", claim, written("archive_campaign", "Record End"), Key=KEY
    ),
    "keep": lambda client, _claim: call(client, "put_item", "", {}, Item=KEY | {"kept": {"S": ""}}),
    "forget snapshot": lambda client, _claim: call(
        client, "delete_item", "", written("archive_campaign", "Forget Snapshot"), Key=KEY
    ),
}


@pytest.mark.parametrize(
    "steps",
    [
        [("begin", BUILD), ("begin", BUILD), ("begin", OTHER), ("record", BUILD)],
        [("begin", BUILD), ("claim", REMOVAL), ("record", BUILD), ("forget", REMOVAL)],
        [("begin", BUILD), ("claim", REMOVAL), ("forget", OTHER), ("release", REMOVAL)],
        [("begin", BUILD), ("release", OTHER), ("record", OTHER), ("record", BUILD)],
        [("claim", REMOVAL), ("release", REMOVAL), ("forget", REMOVAL), ("record", BUILD)],
        [("record", BUILD), ("claim", REMOVAL), ("release", REMOVAL), ("claim", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("do not delete", OTHER), ("archive", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("archive", OTHER), ("do not delete", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("change", BUILD), ("change", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("do not change", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("do not archive", REMOVAL)],
        [
            ("record", BUILD),
            ("do not archive", OTHER),
            ("do not delete", OTHER),
            ("archive", OTHER),
        ],
        [("record", BUILD), ("do not change", OTHER), ("do not change", BUILD)],
        [("do not archive", OTHER), ("do not change", OTHER), ("do not delete", OTHER)],
        [("record", BUILD), ("delete", OTHER), ("do not archive", OTHER)],
        [("give up", OTHER), ("record", BUILD), ("give up", OTHER), ("delete", OTHER)],
        [("record", BUILD), ("give up", OTHER), ("delete", OTHER), ("delete", BUILD)],
        [("record", BUILD), ("delete", OTHER), ("give up", OTHER), ("delete", OTHER)],
        [("record", BUILD), ("give up", OTHER), ("claim with snapshot", OTHER)],
        [("begin", BUILD), ("forget", REMOVAL), ("forget", REMOVAL)],
        [("record", BUILD), ("forget", REMOVAL)],
        [("record", BUILD), ("claim with snapshot", OTHER), ("claim with snapshot", OTHER)],
        [("record", BUILD), ("claim with snapshot", OTHER), ("claim with snapshot", BUILD)],
        [("record", BUILD), ("delete", BUILD), ("claim with snapshot", OTHER)],
        [("keep", ""), ("keep", ""), ("forget snapshot", ""), ("forget snapshot", "")],
    ],
    ids=lambda steps: ", ".join(name for name, _ in steps),
)
def test_both_say_and_hold_the_same(steps):
    ours = CampaignsTable()
    with mock_aws():
        tables.create()
        moto = boto3.client("dynamodb")
        for name, claim in steps:
            assert STEPS[name](ours, claim) == STEPS[name](moto, claim), name
            held = moto.get_item(TableName=os.environ["CAMPAIGNS_TABLE"], Key=KEY).get("Item")
            assert ours.get_item(Key=KEY).get("Item") == held, name


def test_who_has_recorded_an_end_claims_nothing_and_hinders_nobody():
    client = CampaignsTable()
    STEPS["begin"](client, BUILD)
    STEPS["record"](client, BUILD)
    read = attributes.values(client.get_item(Key=KEY)["Item"])
    STEPS["give up"](client, REMOVAL)
    STEPS["give up"](client, BUILD)  # an earlier command, which says nothing about a later one
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_client", client)
        assert not store.claim_as(read, "archiving", BUILD)
        assert not store.claim_as(read, "archiving", REMOVAL)
        assert store.claim_as(read, "archiving", OTHER)


def test_what_is_written_is_read_again():
    value = records.completed(CAMPAIGN, [CHANNEL], 1_800_000_000.0)
    assert attributes.values(attributes.item(value)) == value
    assert value["channels"] == [{"id": "12", "key": "general", "kind": "text", "gm_only": False}]


def test_an_attribute_is_as_boto3_writes_it():
    from boto3.dynamodb.types import TypeSerializer

    for value in (True, 7, "x", [1, "a", False], {"a": [{"b": "c"}], "n": 1}):
        assert attributes.attribute(value) == TypeSerializer().serialize(value)
