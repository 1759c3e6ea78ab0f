"""`make erase`: a person's id goes from the records, and nothing else does."""

import json
import os

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from channelwright.records import attributes
from local import erase
from local.erase import NotErasedError, Table, without
from tests import tables

PERSON, OTHER = "175928847299117063", "175928847299117064"
OVERWRITES = [{"id": PERSON, "type": 1, "allow": "1024"}, {"id": OTHER, "type": 1}]


@pytest.mark.parametrize(
    ("value", "after"),
    [
        (PERSON, ""),
        (OTHER, OTHER),
        (f"{PERSON}0", f"{PERSON}0"),
        ([OTHER, PERSON], [OTHER]),
        (OVERWRITES, [{"id": OTHER, "type": 1}]),
        ({PERSON: 1, OTHER: {"by": PERSON}}, {OTHER: {"by": ""}}),
        (json.dumps(OVERWRITES), json.dumps(OVERWRITES[1:])),
        (f"[{PERSON}", f"[{PERSON}"),
        (f"[1,  {OTHER}]", f"[1,  {OTHER}]"),
        (7, 7),
        (True, True),
        (None, None),
    ],
)
def test_a_value_without_a_person(value, after):
    assert without(value, PERSON) == after


VALUES = st.recursive(
    st.sampled_from([PERSON, OTHER, "", "a"]) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "x", PERSON]), inner),
)


@given(VALUES)
def test_nobody_is_left_in_any_value(value):
    assert PERSON not in json.dumps(without(value, PERSON))
    assert PERSON not in without(json.dumps([value]), PERSON)


@given(VALUES)
def test_a_value_that_does_not_name_the_person_stays(value):
    clean = without(value, PERSON)
    assert without(clean, PERSON) == clean
    assert without(json.dumps(clean), PERSON) == json.dumps(clean)


def record(number, **more):
    return {
        "guild_id": "7",
        "campaign_id": str(number),
        "name": f"Campaign {number}",
        "version": 2,
        "game_master": OTHER,
        "co_gms": [],
        "channels": [{"id": "12", "key": "general", "kind": "text", "gm_only": False}],
        **more,
    }


RECORDS = [
    record(1, game_master=PERSON, co_gms=[OTHER]),
    record(2, co_gms=[OTHER, PERSON]),
    record(3),
    {"guild_id": "8", "campaign_id": "snapshot-4", "overwrites": OVERWRITES},
]
ERASED = [
    RECORDS[0] | {"game_master": ""},
    RECORDS[1] | {"co_gms": [OTHER]},
    RECORDS[2],
    RECORDS[3] | {"overwrites": OVERWRITES[1:]},
]
LINES = [
    "server 7, 1 Campaign 1: game_master",
    "server 7, 2 Campaign 2: co_gms",
    "server 8, snapshot-4 : overwrites",
]


@pytest.fixture
def dynamodb():
    with mock_aws():
        tables.create()
        client = boto3.client("dynamodb")
        for one in RECORDS:
            put(client, one)
        yield client


def put(client, one):
    client.put_item(TableName=os.environ["CAMPAIGNS_TABLE"], Item=attributes.item(one))


def held(client):
    items = client.scan(TableName=os.environ["CAMPAIGNS_TABLE"])["Items"]
    return sorted(map(attributes.values, items), key=lambda one: one["campaign_id"])


def run(client, *, really, user_id=PERSON):
    table = Table(client, os.environ["CAMPAIGNS_TABLE"])
    *lines, last = erase.run(table, user_id, really=really)
    return sorted(lines), last


def test_a_dry_run_changes_nothing(dynamodb):
    lines, last = run(dynamodb, really=False)
    assert (lines, held(dynamodb)) == (LINES, RECORDS)
    assert last.startswith(f"3 items name {PERSON}. Nothing was changed")


def test_the_id_is_erased_and_the_rest_stays(dynamodb):
    lines, last = run(dynamodb, really=True)
    assert (lines, held(dynamodb)) == (LINES, ERASED)
    assert last.startswith(f"Erased {PERSON} in 3 items.")
    assert run(dynamodb, really=True) == ([], f"No record names {PERSON}.")


def test_whoever_is_not_named_is_nowhere(dynamodb):
    # A server's id is no person's: the keys stay as they are.
    assert run(dynamodb, really=True, user_id="7") == ([], "No record names 7.")
    assert held(dynamodb) == RECORDS


def test_a_record_that_changes_meanwhile_is_not_overwritten(dynamodb):
    table = Table(dynamodb, os.environ["CAMPAIGNS_TABLE"])
    found = {one.item["campaign_id"]: one for one in erase.naming(table.items(), PERSON)}
    handed_over = RECORDS[0] | {"game_master": OTHER, "co_gms": [PERSON]}
    put(dynamodb, handed_over)
    dynamodb.delete_item(
        TableName=os.environ["CAMPAIGNS_TABLE"],
        Key={"guild_id": {"S": "7"}, "campaign_id": {"S": "2"}},
    )
    for campaign_id in ("1", "2"):
        with pytest.raises(NotErasedError, match="has changed meanwhile"):
            table.erase(found[campaign_id])
    assert held(dynamodb)[:2] == [handed_over, RECORDS[2]]


@pytest.mark.parametrize("user", ["", "root", "12x", "١٢"])
def test_who_is_no_person(user, tmp_path):
    with pytest.raises(SystemExit, match="USER must be a person's id"):
        erase.main(["--user", user, "--really"], tmp_path)


def test_without_a_stack(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.setenv(name, os.environ[name])  # restored: the command forgets them
    with pytest.raises(SystemExit, match="The local stack does not run"):
        erase.main(["--user", PERSON, "--really"], tmp_path)
