"""*Undo* below a summary: the same preview and removal as `/campaign delete`, in other words."""

import pytest

from channelwright.records import store
from tests.statemachine.deleting import LOOKED, people_who_delete, press_below

ASKED = ["Has It Controls?", "Remove Controls", "Removal Started"]
EDITS = {"method": "PATCH", "path": "/channels/[0-9]+/messages/"}


@pytest.fixture
def deleting(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as people:
        yield people


def summary(deleting):
    """Return the summary as it stands now."""
    made = deleting.stage.discord.interaction(deleting.record["campaign_id"])
    return made.original_at(deleting.stage.clock.now())


def test_the_summary_can_be_undone(deleting):
    [_, row] = deleting.stage.discord.messages(deleting.stage.asked)[-1]["components"]
    assert [(one["label"], one["style"]) for one in row["components"]] == [("Undo", 2)]


def test_a_press_shows_the_preview_in_private_and_leaves_the_summary(deleting):
    before = summary(deleting).content
    run = deleting.undo()
    assert run.states == LOOKED
    assert deleting.answer == {"type": 5, "data": {"flags": 64}}
    assert deleting.said.startswith("↩️ **Undo Campaign: Curse of Strahd?**")
    assert deleting.said.count("- the channel ") == 10
    assert deleting.shown["components"][0]["components"][0]["label"] == "Undo it"
    assert (summary(deleting).content, len(summary(deleting).components)) == (before, 2)


def test_what_is_confirmed_is_removed_and_the_summary_loses_its_button(deleting):
    before = summary(deleting).content
    deleting.undo()
    run = deleting.press()
    assert run.states[-4:] == ["Remove Campaign", *ASKED]
    assert summary(deleting).components == []
    assert summary(deleting).content == before
    assert deleting.removal().status == "SUCCEEDED"
    said = [one["content"] for one in deleting.stage.discord.messages(deleting.asked)]
    assert said[-1] == "✅ **Campaign Undone: Curse of Strahd**"
    assert "↩️ **Undoing Campaign: Curse of Strahd**" in said[-2]
    assert deleting.stage.standing() == deleting.before
    assert store.of_guild(deleting.guild.id) == []


def test_the_audit_log_says_who_undid_it(deleting):
    deleting.undo()
    deleting.press()
    deleting.removal()
    entries = [one for one in deleting.guild.audit_log if one.action.endswith("_delete")]
    by = f"Undo by user {deleting.record['game_master']}"
    assert {one.reason.partition(",")[0] for one in entries} == {by}


@pytest.mark.parametrize(("status", "code"), [(403, 50001), (404, 10008), (500, 0)])
def test_if_discord_keeps_the_button_a_later_press_says_that_the_campaign_is_gone(
    deleting, status, code
):
    body = {"message": "No", "code": code}
    deleting.stage.discord.faults.add(**EDITS, status=status, body=body, times=99)
    deleting.undo()
    assert deleting.press().states[-3:] == ASKED
    deleting.removal()
    assert deleting.stage.standing() == deleting.before
    assert len(summary(deleting).components) == 2
    assert deleting.undo().states == LOOKED
    assert "The bot does not know this campaign. It was deleted" in deleting.said
    assert deleting.shown["components"] == []


def test_a_dead_lambda_does_not_keep_the_removal(deleting):
    deleting.undo()
    deleting.stage.lambdas.deaths["remove_controls"] = [("before", "Runtime.ExitError")] * 9
    assert deleting.press().status == "SUCCEEDED"
    deleting.removal()
    assert deleting.stage.standing() == deleting.before


def test_a_command_has_no_controls_to_remove(deleting):
    deleting.command()
    assert "Remove Controls" not in deleting.press().states


def test_a_new_preview_is_still_about_undoing(deleting):
    deleting.undo()
    deleting.stage.discord.write_message("Hello", channel_id=deleting.record["channels"][0]["id"])
    deleting.press()
    assert deleting.said.startswith("Something has changed since. Look again:\n↩️ **Undo Campaign")
    assert deleting.press().states[-3:] == ASKED
    assert summary(deleting).components == []


def test_a_player_may_not(deleting):
    player = next(id_ for id_ in deleting.guild.members if id_ != deleting.record["game_master"])
    assert deleting.undo(user_id=player).states == LOOKED
    assert "Only the game master of **Curse of Strahd** can delete it" in deleting.said
    assert deleting.shown["components"] == []


def test_while_it_is_undone_others_hear_that(deleting):
    deleting.undo()
    campaign_id = deleting.record["campaign_id"]
    again = press_below(deleting.stage, campaign_id, f"1:undo:{campaign_id}")
    heard = []

    def press_again(name, _event):
        if name == "find_created" and not heard:
            heard.append(None)
            deleting.ask(again)
            heard[0] = deleting.said

    deleting.stage.lambdas.on_invoke = press_again
    deleting.press()
    deleting.stage.interpreter.finish_all()
    assert heard == ["⏳ **Curse of Strahd** is being deleted just now."]


def test_a_summary_in_the_channel_has_the_button_too(stage, monkeypatch):
    dead = {"method": "PATCH", "status": 401, "body": {"message": "Invalid", "code": 50027}}
    stage.discord.faults.add(**dead, body_contains="Campaign Created", times=99)
    with people_who_delete(stage, monkeypatch) as people:
        [message] = stage.written_in_channel
        custom_id = message.components[1]["components"][0]["custom_id"]
        people.ask(stage.discord.build_press(message.id, custom_id))
        people.press()
        people.removal()
        assert stage.standing() == people.before
        assert message.components == []


def test_what_is_not_recorded_yet_is_said_so(deleting):
    """The table took the claim, but not the complete campaign: *Record Later* retries."""
    key = ("guild_id", "campaign_id", "name", "version", "game_master", "layout")
    build = deleting.stage.interpreter.execution_arn(deleting.record["campaign_id"])
    begun = {name: deleting.record[name] for name in key}
    deleting.keep(begun | {"status": "creating", "claimed_by": build})
    assert deleting.undo().states == LOOKED
    assert deleting.said.startswith("❌ The bot could not record **Curse of Strahd** yet.")
    deleting.keep(deleting.record)
    deleting.undo()
    assert "Undo Campaign" in deleting.said
