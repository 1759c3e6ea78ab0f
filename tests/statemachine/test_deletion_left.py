"""`/campaign delete`: what stays is named, exactly, and whoever presses hears what happened."""

import json
import os

import pytest

from channelwright.pace import table
from channelwright.records import attributes, store
from tests.statemachine.deleting import LOOKED, people_who_delete

REFUSED = {"message": "Missing Permissions", "code": 50013}


@pytest.fixture
def deleting(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as people:
        yield people


def _keep_only_the_category(deleting):
    category = {"kind": "category", "id": deleting.record["category"], "name": "x"}
    known = {name: deleting.record[name] for name in ("guild_id", "campaign_id", "game_master")}
    more = {"name": "Lost", "status": "left", "version": 3, "left_behind": json.dumps([category])}
    table.dynamodb().put_item(
        TableName=os.environ["CAMPAIGNS_TABLE"], Item=attributes.item(known | more)
    )


def test_a_category_that_is_known_alone_stays_for_what_others_made_in_it(deleting):
    """A failed campaign may have left nothing else; its channels here are others' to the record."""
    _keep_only_the_category(deleting)
    deleting.command()
    assert "This stays, with its category" in deleting.said
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.record["category"] in deleting.guild.channels


def test_a_category_that_is_known_alone_is_deleted_if_it_is_empty(deleting):
    for one in deleting.record["channels"]:
        deleting.guild.remove_channel(one["id"])
    _keep_only_the_category(deleting)
    deleting.command()
    deleting.press()
    assert deleting.removal().status == "SUCCEEDED"
    assert deleting.record["category"] not in deleting.guild.channels
    assert store.of_guild(deleting.guild.id) == []


def _hide_the_lists(deleting):
    """Let Discord show the preview's lists, and none afterwards."""

    def hide(name, _event):
        if name == "find_created":
            deleting.stage.discord.faults.add(
                method="GET", path="/roles$", status=403, body=REFUSED
            )

    deleting.stage.lambdas.on_invoke = hide


def test_if_the_bot_cannot_check_the_category_that_stays_is_named(deleting):
    deleting.command()
    _hide_the_lists(deleting)
    deleting.press()
    assert deleting.removal().error == "CampaignNotUndone"
    assert "Discord did not let the bot check. Perhaps left behind:" in deleting.said
    assert f"<#{deleting.record['category']}>" in deleting.said


def test_what_was_deleted_is_not_named_though_the_bot_cannot_check(deleting):
    deleting.stage.discord.faults.add(
        method="DELETE", path="/roles/", status=403, body=REFUSED, times=9
    )
    deleting.command()
    _hide_the_lists(deleting)
    deleting.press()
    deleting.removal()
    left = {f"<#{deleting.record['category']}>", f"<@&{deleting.record['role']}>"}
    assert all(one in deleting.said for one in left)
    assert deleting.said.count("\n- the ") == len(left)


def test_if_anything_is_left_the_channel_of_the_message_stays_and_is_named(deleting):
    inside = deleting.record["channels"][0]["id"]
    deleting.stage.discord.faults.add(
        method="DELETE", path="/roles/", status=403, body=REFUSED, times=9
    )
    deleting.command(channel_id=inside)
    deleting.press()
    assert deleting.removal().error == "CampaignNotUndone"
    assert inside in deleting.guild.channels
    assert f"<#{inside}>" in deleting.said
    assert "is deleted last" not in deleting.said


def test_whoever_was_not_quick_enough_hears_that_it_is_being_deleted(deleting):
    """Both have seen the same preview, and another press has claimed the record since the look."""
    deleting.command()
    first, [row] = deleting.asked, deleting.shown["components"]
    presses = [
        deleting.stage.discord.build_press(first, row["components"][0]["custom_id"])
        for _ in range(2)
    ]
    claim, said = store.claim_as, []

    def claim_late(*claimed):
        if not said:
            said.append("")
            deleting.ask(presses[1])
        return claim(*claimed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "claim_as", claim_late)
        run = deleting.ask(presses[0])
    deleting.stage.interpreter.finish_all()
    assert run.states == LOOKED
    messages = deleting.stage.discord.messages(presses[0].id)
    assert messages[-1]["content"].startswith(("⏳", "❌ The bot does not know this campaign"))
    assert deleting.stage.standing() == deleting.before


def test_a_removal_that_is_over_when_its_start_is_repeated_has_said_the_last_word(
    deleting, monkeypatch
):
    """The answer to StartExecution is lost, and the same name is refused two seconds later."""
    deleting.command()
    start, lost = deleting.stage.interpreter.direct.start_execution, []

    def lose(**how):
        answer = start(**how)
        if "-remove-by-" in how["name"] and not lost:
            lost.append(how["name"])
            raise TimeoutError
        return answer

    monkeypatch.setattr(deleting.stage.interpreter.direct, "start_execution", lose)
    run = deleting.press()
    assert lost
    assert run.states[-2:] == ["Remove Campaign", "Removal Started"]
    assert deleting.said == "✅ **Campaign Deleted: Curse of Strahd**"


def test_the_last_word_is_said_while_the_press_can_still_be_answered(deleting):
    """It is private, so nothing is written in the channel instead."""
    limit = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
    deleting.stage.discord.faults.add(
        method="DELETE", path="/roles/", status=429, body=limit, times=None
    )
    deleting.command()
    deleting.press()
    assert deleting.removal().error == "CampaignNotUndone"
    assert f"<@&{deleting.record['role']}>" in deleting.said
    assert "❌ **Campaign not deleted completely" in deleting.said
