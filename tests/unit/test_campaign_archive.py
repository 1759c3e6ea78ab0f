"""`/campaign archive` before the queue; the list, the choices, and what a snapshot may hold."""

import json
import os
import time

import pytest
from moto import mock_aws

from channelwright.archive import overwrites, shelf, snapshot
from channelwright.archive.overwrites import Overwrite
from channelwright.aws import executions
from channelwright.campaign import request
from channelwright.pace import table as tables_client
from tests import tables
from tests.unit.interactions import build
from tests.unit.test_campaign_delete import answered, sent
from tests.unit.test_campaign_list import keep, record, table  # noqa: F401 - a fixture

STATUSES = ("archived", "archiving", "unarchiving")


@pytest.mark.parametrize("way", ["archive", "unarchive"])
def test_the_chosen_campaign_is_asked_for_in_private(queue, table, way):  # noqa: F811
    keep(table, record(1, "Strahd"), record(2, "Phandelver", status="archived"))
    answer, [message] = sent(queue, build(f"campaign {way}", {"campaign": "2"}))
    assert answer == {"type": 5, "data": {"flags": 64}}
    assert (message["kind"], message["way"]) == ("archive", way)
    assert (message["campaign_id"], message["campaign_name"]) == ("2", "Phandelver")
    assert request.parsed(json.dumps(message))["way"] == way


@pytest.mark.parametrize("way", ["delete", "", None, "archive\n", 1])
def test_another_way_is_no_request(queue, table, way):  # noqa: F811
    keep(table, record(1, "Strahd"))
    _, [message] = sent(queue, build("campaign archive", {"campaign": "1"}))
    with pytest.raises(request.NotARequest, match="its way is missing or malformed"):
        request.parsed(json.dumps(message | {"way": way}))


def listed(archived):
    options = {} if archived is None else {"archived": archived}
    return answered(build("campaign list", options))["data"]["content"].splitlines()


def test_the_list_has_what_is_open_and_counts_what_is_archived(queue, table):  # noqa: F811
    keep(table, record(1, "Strahd"), record(2, "Phandelver", status="archived"))
    for archived in (None, False):
        title, *campaigns, more = listed(archived)
        assert [one.split(":")[0] for one in campaigns] == ["- **Strahd**"]
        assert more == "1 archived: `/campaign list archived:True`"
    title, only = listed(True)
    assert title == "**Archived campaigns in this server**"
    assert only.startswith("- **Phandelver**: <@&92>, game master ")


def test_a_list_without_an_open_one_and_one_without_an_archived_one(queue, table):  # noqa: F811
    keep(table, record(1, "Strahd"))
    assert listed(True) == ["**Archived campaigns in this server**", "There are none."]
    keep(table, record(1, "Strahd", status="archived"))
    assert listed(None)[0] == "All of these campaigns are archived."


@pytest.mark.parametrize("status", ["archiving", "unarchiving"])
@pytest.mark.parametrize(
    ("claimed", "ago", "said"),
    [(True, 60, "is being "), (True, 3600, "is archived in part"), (False, 0, "is archived in")],
)
def test_what_is_going_on(queue, table, status, claimed, ago, said):  # noqa: F811
    claim = {"claimed_by": "x", "claimed_at": executions.utc(time.time() - ago)}
    keep(table, record(1, "Strahd", status=status, **(claim if claimed else {})))
    assert f"- **Strahd** {said}" in listed(True)[1]


def typed(command):
    payload = build(f"campaign {command}", {"campaign": ""})
    payload["data"]["options"][0]["options"][0]["focused"] = True
    return [one["name"] for one in answered(payload | {"type": 4})["data"]["choices"]]


def test_the_choices_are_those_for_which_the_command_is_of_use(queue, table):  # noqa: F811
    keep(table, record(1, "Open"), *(record(n, s, status=s) for n, s in enumerate(STATUSES, 2)))
    assert typed("archive") == ["unarchiving", "archiving", "Open"]
    assert typed("unarchive") == ["unarchiving", "archiving", "archived"]
    assert set(typed("delete")) == set(typed("show")) == {"Open", *STATUSES}


# ---- The snapshot ----


def channels(count, most, *, synced=0):
    """Return a category with channels, each with so many overwrites as long as any can be."""
    rows = [
        {"id": str(10**18 + n), "type": 1, "allow": str(1 << 52), "deny": str((1 << 53) - 1)}
        for n in range(most)
    ]
    category = {"id": "81", "type": 4, "name": "x" * 100, "position": 0, "parent_id": None}
    children = [
        {"id": str(10**18 + n), "type": 0, "name": "ü" * 100, "position": n, "parent_id": "81"}
        for n in range(count)
    ]
    own = [{**one, "permission_overwrites": rows} for one in children[synced:]]
    return [category | {"permission_overwrites": rows[1:]}, *own] + [
        {**one, "permission_overwrites": rows[1:]} for one in children[:synced]
    ]


def taken(listed):
    known = [{"id": one["id"], "key": "x", "kind": "text", "gm_only": False} for one in listed[1:]]
    return snapshot.take(record(1, "Strahd", channels=known), "7", listed)


@pytest.fixture
def dynamodb(monkeypatch):
    """Play the table, which refuses items that DynamoDB would refuse."""
    monkeypatch.setattr(tables_client, "_client", None)
    with mock_aws():
        tables.create()
        yield


def put(item):
    tables_client.dynamodb().put_item(TableName=os.environ["CAMPAIGNS_TABLE"], Item=item)


def test_a_snapshot_of_fifty_channels_with_many_overwrites_fits(dynamodb):
    large = taken(channels(50, 80))
    assert not snapshot.is_too_large(large)
    put(shelf.item("1", large))
    assert shelf.get(large["guild"], "1") == large
    assert shelf.get(large["guild"], "2") is None


def test_one_that_dynamodb_would_not_take_is_too_large(dynamodb):
    too_large = taken(channels(50, 140))
    assert snapshot.is_too_large(too_large)
    with pytest.raises(tables_client.failures(), match="Item size"):
        put(shelf.item("1", too_large))
    # The snapshot does not keep again the overwrites of channels in sync.
    assert not snapshot.is_too_large(taken(channels(50, 120, synced=30)))
    assert not snapshot.is_too_large(taken(channels(50, 1000, synced=49)))


def test_what_was_before_is_read_from_it():
    listed = channels(3, 2, synced=1)
    kept = snapshot.unpacked(snapshot.packed(taken(listed)))
    for one in listed:
        assert snapshot.before(kept, one["id"]) == overwrites.of(one)
    assert [one["sync"] for one in kept["channels"].values()] == [False, False, False, True]
    assert all(isinstance(one, Overwrite) for one in snapshot.before(kept, "81").values())
