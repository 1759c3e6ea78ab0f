"""`/campaign delete`: a private preview, one red button bound to it, and the removal."""

import json
import os

import pytest

import interaction
import start_campaign
from channelwright.discord.permissions import CALLER_NEEDS
from channelwright.pace import table
from channelwright.records import attributes, store
from local.simulator.guild import Channel
from tests.dynamodb_endpoint import dynamodb_endpoint
from tests.statemachine import operators
from tests.statemachine.company import DOWN, WithoutRecords
from tests.statemachine.interpreter import DELETE
from tests.statemachine.test_records import refuse_a_channel

TEXT = 0
LOOKED = ["Preview Deletion", "Is It Confirmed?", "Report Preview"]


class Deleting:
    """A server with a campaign, and what its people do to delete it."""

    def __init__(self, stage, *, run=True):
        self.stage = stage
        self.before = stage.standing()
        if run:
            stage.run("Curse of Strahd")
        [self.record] = store.of_guild(stage.discord.guild().id)
        self.guild = stage.discord.guild()

    def command(self, **build):
        """Run /campaign delete, and return the execution that shows the preview."""
        options = {"campaign": self.record["campaign_id"]}
        signed = self.stage.discord.build_interaction("campaign delete", options, **build)
        return self.ask(signed)

    def ask(self, signed):
        answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
        self.answer = json.loads(answer["body"])
        self.stage.discord.receive(signed.id, self.answer)
        self.asked = signed.id
        [message] = self.stage._queue.take()
        attributes = {"ApproximateReceiveCount": "1"}
        body = {"body": json.dumps(message), "attributes": attributes, "eventSourceARN": ""}
        start_campaign.handler({"Records": [body]}, None)
        machine = self.stage.interpreter.arns[DELETE].replace(":stateMachine:", ":execution:")
        return self.stage.interpreter.finish(f"{machine}:{signed.id}")

    def press(self, **build):
        """Press the red button of the preview that was shown last."""
        [row] = self.shown["components"]
        [button] = row["components"]
        signed = self.stage.discord.build_press(self.asked, button["custom_id"], **build)
        return self.ask(signed)

    def removal(self):
        name = f"{self.record['campaign_id']}-remove-by-{self.asked}"
        return self.stage.interpreter.finish(self.stage.interpreter.execution_arn(name))

    @property
    def shown(self):
        return self.stage.discord.messages(self.asked)[-1]

    @property
    def said(self):
        return self.shown["content"]


@pytest.fixture
def deleting(stage, monkeypatch):
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "_step_functions", stage.interpreter.direct)
    with dynamodb_endpoint() as url:
        monkeypatch.setenv("DYNAMODB_URL", url)
        yield Deleting(stage)


def test_the_preview_is_private_and_lists_what_goes(deleting):
    run = deleting.command()
    assert run.states == LOOKED
    assert deleting.answer == {"type": 5, "data": {"flags": 64}}
    assert deleting.said.startswith("🗑️ **Delete Campaign: Curse of Strahd?**")
    assert deleting.said.count("- the channel ") == 10
    assert f"<@&{deleting.record['role']}>" in deleting.said
    assert "This cannot be undone." in deleting.said
    [row] = deleting.shown["components"]
    assert row["components"][0]["style"] == 4


def test_the_button_deletes_all_of_it_and_nothing_else(deleting):
    deleting.command()
    run = deleting.press()
    assert run.states[-2:] == ["Remove Campaign", "Removal Started"]
    assert deleting.answer == {"type": 6}
    removal = deleting.removal()
    assert removal.status == "SUCCEEDED"
    assert deleting.said == "✅ **Campaign Deleted: Curse of Strahd**"
    assert deleting.shown["components"] == []
    assert deleting.stage.standing() == deleting.before
    assert store.of_guild(deleting.guild.id) == []
    assert deleting.stage.written_in_channel == []


def test_the_audit_log_says_who_deleted_it(deleting):
    deleting.command()
    deleting.press()
    deleting.removal()
    entries = [one for one in deleting.guild.audit_log if one.action.endswith("_delete")]
    assert len(entries) == 12
    assert {one.reason.partition(",")[0] for one in entries} == {
        f"/campaign delete by user {deleting.record['game_master']}"
    }


def test_what_was_renamed_is_still_ours(deleting):
    first = deleting.guild.channels[deleting.record["channels"][0]["id"]]
    first.name = "renamed"
    deleting.command()
    assert "**renamed**" in deleting.said
    deleting.press()
    deleting.removal()
    assert deleting.stage.standing() == deleting.before


def test_what_somebody_deleted_is_gone(deleting):
    first = deleting.record["channels"][0]
    del deleting.guild.channels[first["id"]]
    deleting.command()
    assert f"Gone already: **{first['key']}**" in deleting.said
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.stage.standing() == deleting.before


def test_what_others_made_stays_and_so_does_its_category(deleting):
    category = deleting.record["category"]
    guest = Channel("5", deleting.guild.id, TEXT, "guest", 9, created_by="1", parent_id=category)
    deleting.guild.channels["5"] = guest
    deleting.command()
    assert "This stays, with its category" in deleting.said
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert {"5", category} <= set(deleting.guild.channels)
    assert deleting.guild.channels["5"].parent_id == category
    assert "**guest**" in deleting.said
    assert store.of_guild(deleting.guild.id) == []


def test_if_something_changed_since_a_new_preview_comes(deleting):
    deleting.command()
    deleting.stage.discord.write_message("Hello", channel_id=deleting.record["channels"][0]["id"])
    run = deleting.press()
    assert run.states == LOOKED
    assert deleting.said.startswith("Something has changed since. Look again:")
    assert "which has messages" in deleting.said
    deleting.press()
    deleting.removal()
    assert deleting.stage.standing() == deleting.before


def test_a_second_press_hears_that_it_is_being_deleted(deleting):
    deleting.command()
    first, [row] = deleting.asked, deleting.shown["components"]
    second = deleting.stage.discord.build_press(first, row["components"][0]["custom_id"])
    seen = []

    def press_again(name, _event):
        if name == "find_created" and not seen:
            seen.append(deleting.ask(second))
            seen.append(deleting.said)

    deleting.stage.lambdas.on_invoke = press_again
    deleting.press()
    deleting.stage.interpreter.finish_all()
    assert seen[0].states == LOOKED
    assert seen[1] == "⏳ **Curse of Strahd** is being deleted just now."
    assert deleting.stage.standing() == deleting.before


def test_a_press_after_all_is_gone_hears_it(deleting):
    deleting.command()
    first, [row] = deleting.asked, deleting.shown["components"]
    signed = deleting.stage.discord.build_press(first, row["components"][0]["custom_id"])
    deleting.press()
    deleting.removal()
    assert deleting.ask(signed).states == LOOKED
    assert "does not know this campaign any more" in deleting.said


def test_a_player_may_not(deleting):
    player = next(id_ for id_ in deleting.guild.members if id_ != deleting.record["game_master"])
    run = deleting.command(user_id=player)
    assert run.states == LOOKED
    assert "Only the game master of **Curse of Strahd** can delete it" in deleting.said
    assert deleting.shown["components"] == []


def test_in_one_of_its_own_channels_the_last_word_is_said_before_that_channel_goes(deleting):
    inside = deleting.record["channels"][0]["id"]
    deleting.command(channel_id=inside)
    deleting.press()
    removal = deleting.removal()
    assert removal.status == "SUCCEEDED"
    assert removal.states[-4:-1] == ["Delete Last Channel", "Forget Campaign", "Was It Told?"]
    said = [call for call in deleting.stage.discord.requests if call["method"] != "GET"]
    assert [call["method"] for call in said[-2:]] == ["PATCH", "DELETE"]
    assert said[-1]["path"].endswith(inside)
    assert deleting.stage.standing() == deleting.before
    assert store.of_guild(deleting.guild.id) == []


def test_a_limit_on_its_last_deletion_is_waited_for(deleting):
    inside = deleting.record["channels"][0]["id"]
    limit = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
    deleting.stage.discord.faults.add(
        method="DELETE", path=inside, status=429, body=limit, headers={"Retry-After": "62"}
    )
    deleting.command(channel_id=inside)
    deleting.press()
    removal = deleting.removal()
    assert removal.status == "SUCCEEDED"
    assert removal.states.count("Delete Last Channel") == 2
    assert deleting.stage.standing() == deleting.before


def test_a_last_channel_that_discord_does_not_delete_is_known_for_another_time(deleting):
    inside = deleting.record["channels"][0]["id"]
    refused = {"message": "Missing Permissions", "code": 50013}
    deleting.stage.discord.faults.add(
        method="DELETE", path=inside, status=403, body=refused, times=9
    )
    deleting.command(channel_id=inside)
    deleting.press()
    assert deleting.removal().error == "CampaignNotUndone"
    [known] = store.of_guild(deleting.guild.id)
    assert (known["status"], "claimed_by" in known) == ("left", False)
    deleting.stage.discord.faults.clear()
    deleting.command()
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.stage.standing() == deleting.before


def test_what_a_failed_campaign_has_left_behind_is_deleted_by_the_same_command(stage, monkeypatch):
    refuse_a_channel(stage)
    stage.discord.faults.add(
        method="DELETE", status=403, body={"message": "No", "code": 50013}, times=99
    )
    before = stage.standing()
    assert stage.run("Curse of Strahd").removal.error == "CampaignNotUndone"
    stage.discord.faults.clear()
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "_step_functions", stage.interpreter.direct)
    with dynamodb_endpoint() as url:
        monkeypatch.setenv("DYNAMODB_URL", url)
        deleting = Deleting(stage, run=False)
        deleting.command()
        assert deleting.said.count("\n- the ") > 3
        deleting.press()
        assert deleting.removal().status == "SUCCEEDED"
    assert stage.standing() == before
    assert store.of_guild(stage.discord.guild().id) == []


def test_without_a_campaign_it_is_the_one_of_the_channel(deleting):
    inside = deleting.record["channels"][3]["id"]
    signed = deleting.stage.discord.build_interaction("campaign delete", {}, channel_id=inside)
    deleting.ask(signed)
    assert "**Delete Campaign: Curse of Strahd?**" in deleting.said


# ---- Who may, and what goes wrong ----


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
    assert run.states == ["Preview Deletion", "Report Preview"]
    assert "could not look at the campaign just now" in deleting.said


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
    assert "could not look at the campaign just now" in deleting.said
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


# ---- What the bot does not know ----


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
    assert run.states[-2:] == ["Remove Campaign", "Report Preview"]
    assert "could not look at the campaign just now" in deleting.said
    assert deleting.stage.standing() != deleting.before
