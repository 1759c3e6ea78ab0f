"""The campaigns' table in Python does what moto's does, with the requests of the state machines."""

import json
import os
import re

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from bench.campaigns_table import CampaignsTable
from channelwright.records import attributes
from channelwright.records import record as records
from local.child import PROJECT
from tests import tables

KEY = {"guild_id": {"S": "7"}, "campaign_id": {"S": "1"}}
BUILD, REMOVAL, OTHER = "arn:build", "arn:removal", "arn:other"
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
    file = PROJECT / "statemachine" / f"{machine}_campaign.asl.json"
    given = json.loads(file.read_text(encoding="utf-8"))["States"][state]["Parameters"]
    return {name: given[name] for name in given if name.endswith(("Expression", "Names"))}


def values(condition, claim):
    given = {
        ":claim": {"S": claim},
        ":now": {"S": "2027-01-15T08:00:00+00:00"},
        ":one": {"N": "1"},
        ":removing": {"S": "removing"},
        ":left": {"S": "left"},
        ":found": {"S": "[]"},
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


CLAIM = {
    "ConditionExpression": "attribute_not_exists(campaign_id) OR claimed_by = :claim",
}
STEPS = {
    "begin": lambda client, claim: call(client, "put_item", claim, CLAIM, Item=BEGUN),
    "record": lambda client, claim: call(
        client, "put_item", claim, written("add", "Record Campaign"), Item=COMPLETE
    ),
    "claim": lambda client, claim: call(
        client, "update_item", claim, written("remove", "Claim Campaign"), Key=KEY
    ),
    "release": lambda client, claim: call(
        client, "update_item", claim, written("remove", "Release Campaign"), Key=KEY
    ),
    "forget": lambda client, claim: call(
        client, "delete_item", claim, written("remove", "Forget Campaign"), Key=KEY
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


def test_what_is_written_is_read_again():
    value = records.completed(CAMPAIGN, [CHANNEL], 1_800_000_000.0)
    assert attributes.values(attributes.item(value)) == value
    assert value["channels"] == [{"id": "12", "key": "general", "kind": "text", "gm_only": False}]


def test_an_attribute_is_as_boto3_writes_it():
    from boto3.dynamodb.types import TypeSerializer

    for value in (True, 7, "x", [1, "a", False], {"a": [{"b": "c"}], "n": 1}):
        assert attributes.attribute(value) == TypeSerializer().serialize(value)
