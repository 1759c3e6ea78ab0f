"""`/campaign delete`: a private preview, one red button bound to it, and the removal."""

import pytest

from channelwright.records import store
from local.simulator.guild import Channel
from tests.statemachine.deleting import LOOKED, people_who_delete
from tests.statemachine.test_records import refuse_a_channel

TEXT = 0


@pytest.fixture
def deleting(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as people:
        yield people


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
    assert run.states[-3:] == ["Remove Campaign", "Has It Controls?", "Removal Started"]
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
    assert "does not know this campaign. It was deleted" in deleting.said


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
    assert removal.states[-6:-1] == [
        "Delete Last Channel",
        "Forget Snapshot",
        "Forget Campaign",
        "Announce Removal",
        "Was It Told?",
    ]
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
    with people_who_delete(stage, monkeypatch, run=False) as deleting:
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
