"""`/campaign delete`: who may, and what is left when something goes wrong."""

import json
import os

import pytest
from botocore.exceptions import ClientError

from channelwright.discord.permissions import CALLER_NEEDS
from channelwright.pace import table
from channelwright.records import attributes, record, store
from tests.statemachine import operators
from tests.statemachine.company import DOWN, WithoutRecords, deliver
from tests.statemachine.deleting import people_who_delete


@pytest.fixture
def deleting(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as people:
        yield people


def test_who_manages_the_server_may(deleting):
    manager = deleting.stage.discord.info["owner_id"]
    deleting.guild.owner_id = "1"
    deleting.guild.members[manager].role_ids.clear()
    deleting.guild.everyone.permissions |= CALLER_NEEDS
    player = next(id_ for id_ in deleting.guild.members if id_ != deleting.record["game_master"])
    deleting.command(user_id=player)
    assert "**Delete Campaign: Curse of Strahd?**" in deleting.said


def test_the_game_master_may_without_managing_the_server(deleting):
    deleting.guild.owner_id = "1"
    deleting.guild.members[deleting.record["game_master"]].role_ids.clear()
    deleting.command(user_id=deleting.record["game_master"])
    assert "**Delete Campaign: Curse of Strahd?**" in deleting.said


def test_whoever_lost_the_right_since_the_preview_may_not_press(deleting):
    player = next(id_ for id_ in deleting.guild.members if id_ != deleting.record["game_master"])
    deleting.guild.everyone.permissions |= CALLER_NEEDS
    deleting.command(user_id=player)
    deleting.guild.everyone.permissions &= ~CALLER_NEEDS
    deleting.press(user_id=player)
    assert "Only the game master of **Curse of Strahd** can delete it" in deleting.said
    assert deleting.stage.standing() != deleting.before


def test_discord_that_does_not_show_the_server_is_said(deleting):
    deleting.stage.discord.faults.add(method="GET", path="/channels$", status=500, times=99)
    run = deleting.command()
    assert run.states[:3] == ["Preview Deletion", "Record End", "Release Campaign"]
    assert run.states[3:] == ["Is It Being Removed?", "Report Preview"]
    assert "could not finish this just now" in deleting.said


def test_a_limit_is_waited_for(deleting):
    limit = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
    deleting.stage.discord.faults.add(
        method="GET", path="/channels$", status=429, body=limit, headers={"Retry-After": "62"}
    )
    run = deleting.command()
    assert run.states.count("Preview Deletion") == 2
    assert "**Delete Campaign: Curse of Strahd?**" in deleting.said


def test_a_table_that_fails_deletes_nothing(deleting):
    deleting.command()
    client = table.dynamodb()
    table._client = WithoutRecords(client, "get_item", "update_item")
    deleting.press()
    assert "could not finish this just now" in deleting.said
    table._client = client
    assert len(store.of_guild(deleting.guild.id)) == 1
    assert deleting.stage.standing() != deleting.before


STOPS = [
    {"function": "report", "says": "removal"},
    {"function": "find_created"},
    {"function": "delete_created"},
    {"function": "delete_created", "skip": 3},
    {"function": "find_created", "skip": 1},
    {"function": "report", "says": "failure"},
]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: "-".join(map(str, stop.values())))
@pytest.mark.parametrize("inside", [False, True])
def test_a_removal_that_is_stopped_anywhere_is_finished_by_the_same_command(
    deleting, monkeypatch, stop, inside
):
    operators.use(monkeypatch, deleting.stage)
    where = {"channel_id": deleting.record["channels"][0]["id"]} if inside else {}
    deleting.command(**where)
    operators.Operator(deleting.stage).stop_at(**stop)
    deleting.press()
    assert deleting.removal().status != "SUCCEEDED"
    assert len(store.of_guild(deleting.guild.id)) == 1
    deleting.command()
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.stage.standing() == deleting.before
    assert store.of_guild(deleting.guild.id) == []


def test_two_commands_at_once_delete_it_once(deleting):
    deleting.command()
    first, [row] = deleting.asked, deleting.shown["components"]
    presses = [
        deleting.stage.discord.build_press(first, row["components"][0]["custom_id"])
        for _ in range(2)
    ]
    runs = [deleting.ask(one) for one in presses]
    deleting.stage.interpreter.finish_all()
    assert [run.states[-1] for run in runs].count("Removal Started") >= 1
    assert deleting.stage.standing() == deleting.before
    assert store.of_guild(deleting.guild.id) == []


def test_a_hand_made_category_of_that_name_is_never_taken(deleting):
    """Of a campaign that left only its role, the marks of another thing count for nothing."""
    name, guild = deleting.record["name"], deleting.guild
    key = {"guild_id": {"S": guild.id}, "campaign_id": {"S": deleting.record["campaign_id"]}}
    left = json.dumps([{"kind": "role", "id": deleting.record["role"], "name": "x"}])
    table.dynamodb().put_item(
        TableName=os.environ["CAMPAIGNS_TABLE"],
        Item=key
        | attributes.item(
            {
                "name": name,
                "status": "left",
                "version": 3,
                "game_master": deleting.record["game_master"],
                "left_behind": left,
            }
        ),
    )
    deleting.command()
    assert deleting.said.count("- the ") == 1
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.record["category"] in guild.channels
    assert deleting.record["role"] not in guild.roles


def test_of_a_campaign_without_any_id_nothing_is_deleted(deleting):
    key = {"guild_id": deleting.guild.id, "campaign_id": deleting.record["campaign_id"]}
    more = {"name": "Lost", "status": "left", "version": 3, "left_behind": "[]"}
    table.dynamodb().put_item(
        TableName=os.environ["CAMPAIGNS_TABLE"],
        Item=attributes.item(key | more | {"game_master": deleting.record["game_master"]}),
    )
    standing = deleting.stage.standing()
    deleting.command()
    assert "does not know what is left of **Lost**" in deleting.said
    assert deleting.shown["components"] == []
    assert deleting.stage.standing() == standing


def test_what_a_failed_deletion_leaves_is_still_known(deleting):
    refused = {"message": "Missing Permissions", "code": 50013}
    deleting.stage.discord.faults.add(method="DELETE", status=403, body=refused, times=99)
    deleting.command()
    deleting.press()
    assert deleting.removal().error == "CampaignNotUndone"
    assert "Campaign not deleted completely" in deleting.said
    deleting.stage.discord.faults.clear()
    deleting.command()
    assert deleting.said.count("- the channel ") == 10
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.stage.standing() == deleting.before


def test_if_discord_shows_no_lists_the_category_stays_and_nothing_is_promised(deleting):
    """Others' channels may be in it."""
    deleting.command()
    signed = deleting.shown["components"][0]["components"][0]["custom_id"]
    signed = deleting.stage.discord.build_press(deleting.asked, signed)

    def hide(name, _event):
        if name == "find_created":
            deleting.stage.discord.faults.add(
                method="GET", path="/roles$", status=403, body={"message": "x", "code": 50013}
            )

    deleting.stage.lambdas.on_invoke = hide
    deleting.ask(signed)
    assert deleting.removal().error == "CampaignNotUndone"
    assert deleting.record["category"] in deleting.guild.channels
    assert "✅" not in deleting.said
    assert len(store.of_guild(deleting.guild.id)) == 1


def test_a_preview_whose_answer_was_lost_begins_the_removal_all_the_same(deleting):
    deleting.command()
    deleting.stage.lambdas.deaths["preview_deletion"] = [("after", "Lambda.Unknown")]
    run = deleting.press()
    assert run.states[-1] == "Removal Started"
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.stage.standing() == deleting.before


def test_a_removal_that_cannot_be_started_is_said(deleting, monkeypatch):
    deleting.command()
    start = deleting.stage.interpreter.direct.start_execution

    def refuse(**how):
        if "-remove-by-" in how["name"]:
            raise DOWN
        return start(**how)

    monkeypatch.setattr(deleting.stage.interpreter.direct, "start_execution", refuse)
    run = deleting.press()
    assert run.states[-3:] == ["Record End", "Release Campaign", "Report Preview"]
    assert "could not finish this just now" in deleting.said
    [known] = store.of_guild(deleting.guild.id)
    assert known["status"] == "created"
    assert not record.is_claimed(known, deleting.stage.clock.now())
    assert deleting.stage.standing() != deleting.before


def test_a_preview_that_dies_after_its_claim_leaves_the_campaign_as_it_was(deleting):
    deleting.command()
    deleting.stage.lambdas.deaths["preview_deletion"] = [("after", "Runtime.ExitError")] * 99
    deleting.press()
    assert "could not finish this just now" in deleting.said
    [known] = store.of_guild(deleting.guild.id)
    assert known["status"] == "created"
    assert "was" not in known
    assert not record.is_claimed(known, deleting.stage.clock.now())


def test_a_preview_that_cannot_be_started_is_said_at_the_last_delivery(deleting, monkeypatch):
    options = {"campaign": deleting.record["campaign_id"]}
    signed = deleting.stage.discord.build_interaction("campaign delete", options)
    message = deleting.stage.send(signed)

    def refuse(**_how):
        raise DOWN

    monkeypatch.setattr(deleting.stage.interpreter.direct, "start_execution", refuse)
    for received in (1, 2, 3):
        with pytest.raises(ClientError):
            deliver(message, received)
        said = deleting.stage.discord.messages(signed.id)
        assert bool(said) == (received == 3)
    assert "could not finish this just now" in said[-1]["content"]
