"""A campaign whose game master's id was erased stands, and managers decide about it."""

import json
import os

import boto3
import pytest

import interaction
from channelwright.discord.permissions import MANAGE_CHANNELS, MANAGE_ROLES
from channelwright.pace import table
from local import erase
from tests import tables
from tests.statemachine.deleting import LOOKED, new_member
from tests.statemachine.members import people_of


@pytest.fixture
def people(stage, monkeypatch):
    # The operator's command scans the table.
    tables.clear()
    monkeypatch.setattr(table, "_client", boto3.client("dynamodb"))
    with people_of(stage, monkeypatch) as people:
        people.manager = new_member(stage, MANAGE_CHANNELS | MANAGE_ROLES)
        people.run("add", people.player, "co-gm")
        records = erase.Table(table.dynamodb(), os.environ["CAMPAIGNS_TABLE"])
        assert len([*erase.run(records, people.master, really=True)]) == 2
        assert (people.record["game_master"], people.record["co_gms"]) == ("", [people.player])
        yield people


def test_it_is_shown(people):
    people.deleting.show(user_id=people.manager)
    assert f"Game master: unknown · Co-GMs: <@{people.player}>" in people.said
    signed = people.stage.discord.build_interaction("campaign list", user_id=people.player)
    answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
    assert ", game master unknown" in json.loads(answer["body"])["data"]["content"]


def test_a_manager_deletes_it(people):
    assert people.deleting.command(user_id=people.manager).states == LOOKED
    people.deleting.press(user_id=people.manager)
    assert people.deleting.removal().status == "SUCCEEDED"
    assert people.record is None


def test_a_manager_names_another_game_master(people):
    people.run("add", people.player, "game-master", user_id=people.player)
    assert people.said.startswith("❌ Only the game master")
    people.run("add", people.player, "game-master", user_id=people.manager)
    assert (people.record["game_master"], people.record["co_gms"]) == (people.player, [])
