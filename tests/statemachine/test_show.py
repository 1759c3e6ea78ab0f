"""`/campaign show`: whose a campaign is, what stands, what is missing and what was added."""

from datetime import datetime

import pytest

from channelwright.discord import permissions
from local.simulator.guild import Channel
from tests.statemachine.deleting import new_member, people_who_delete
from tests.statemachine.interpreter import SHOW

SHOWN = ["Describe Campaign", "Report Description"]
LIMITED = {"method": "GET", "status": 429, "headers": {"Retry-After": "9"}}


@pytest.fixture
def showing(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as people:
        yield people


def test_it_shows_whose_it_is_and_its_channels_in_private(showing):
    run = showing.show()
    assert run.states == SHOWN
    assert showing.answer == {"type": 5, "data": {"flags": 64}}
    first, second, *_ = showing.said.split("\n")
    record = showing.record
    assert first == "🎲 **Curse of Strahd**"
    created = int(datetime.fromisoformat(record["created_at"]).timestamp())
    whose = f"Game master: <@{record['game_master']}> · Role: <@&{record['role']}>"
    assert second == f"{whose} · Created: <t:{created}:D>"
    for channel in record["channels"]:
        lock = " 🔒" if channel["gm_only"] else ""
        assert f"<#{channel['id']}>{lock}" in showing.said
    assert "deleted" not in showing.said
    assert "added" not in showing.said
    assert showing.shown["components"] == []


def test_it_takes_no_turn_and_changes_nothing(showing):
    before = showing.stage.discord.snapshot()
    showing.stage.discord.clear_requests()
    showing.show()
    calls = [(one["method"], one["status"]) for one in showing.stage.discord.requests]
    assert sorted(calls) == [("GET", 200)] * 3 + [("PATCH", 200)]
    assert showing.stage.discord.snapshot() == before


def test_what_is_missing_and_what_was_added_is_named(showing):
    record, guild = showing.record, showing.guild
    gone = record["channels"][0]
    del guild.channels[gone["id"]]
    del guild.roles[record["role"]]
    guest = Channel("5", guild.id, 0, "a_guest", 9, created_by="1", parent_id=record["category"])
    guild.channels["5"] = guest
    showing.show()
    assert f"Somebody has deleted: **the role**, **{gone['key']}**" in showing.said
    assert "Others have added: <#5> (**a\\_guest**)" in showing.said
    assert f"<#{gone['id']}>" not in showing.said
    assert "Role:" not in showing.said


def test_a_player_may_look_and_a_stranger_may_not(showing):
    guild = showing.guild
    player = new_member(showing.stage)
    showing.show(user_id=player)
    assert "Only the players and the game master of **Curse of Strahd** can see" in showing.said
    guild.members[player].role_ids.append(showing.record["role"])
    showing.show(user_id=player)
    assert showing.said.startswith("🎲")


@pytest.mark.parametrize(
    ("held", "sees"),
    [
        (permissions.MANAGE_CHANNELS | permissions.MANAGE_ROLES, True),
        (permissions.ADMINISTRATOR, True),
        (permissions.MANAGE_CHANNELS, False),
    ],
)
def test_whoever_manages_the_server_may(showing, held, sees):
    manager = new_member(showing.stage, held)
    showing.show(user_id=manager)
    assert showing.said.startswith("🎲") == sees


def test_whoever_has_left_meanwhile_sees_nothing(showing):
    player = new_member(showing.stage, permissions.ADMINISTRATOR)
    showing.stage.lambdas.on_invoke = lambda *_: showing.guild.members.pop(player, None)
    showing.show(user_id=player)
    assert "Only the players" in showing.said


def test_in_one_of_its_channels_it_need_not_be_named(showing):
    signed = showing.stage.discord.build_interaction(
        "campaign show", {}, channel_id=showing.record["channels"][0]["id"]
    )
    showing.ask(signed, SHOW)
    assert showing.said.startswith("🎲 **Curse of Strahd**")


def test_what_was_not_removed_completely_says_so(showing):
    showing.keep(showing.record | {"status": "left"})
    showing.show()
    assert "This campaign was not removed completely." in showing.said


def test_if_discord_asks_for_a_wait_the_machine_waits(showing):
    body = {"message": "You are being rate limited.", "retry_after": 9.0, "global": False}
    showing.stage.discord.faults.add(**LIMITED, path="/guilds/[0-9]+$", body=body)
    run = showing.show()
    assert run.states[:5] == [
        "Describe Campaign",
        "Read Rate Limit",
        "Wait for Discord",
        "Who Had to Wait?",
        "Describe Campaign",
    ]
    assert showing.said.startswith("🎲")


@pytest.mark.parametrize("status", [403, 500])
def test_if_discord_does_not_answer_it_says_so(showing, status):
    showing.stage.discord.faults.add(
        method="GET", path="/guilds/", status=status, body={"message": "No", "code": 0}, times=99
    )
    assert showing.show().status == "SUCCEEDED"
    assert showing.said.startswith("❌ The bot could not finish this just now.")


def test_if_the_message_cannot_be_edited_the_execution_fails(showing):
    showing.stage.discord.faults.add(
        method="PATCH", status=401, body={"message": "Invalid", "code": 50027}, times=99
    )
    run = showing.show()
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")


def test_a_dead_lambda_is_tried_again(showing):
    showing.stage.lambdas.deaths["describe_campaign"] = [("before", "Runtime.ExitError")] * 2
    assert showing.show().status == "SUCCEEDED"
    assert showing.said.startswith("🎲")
