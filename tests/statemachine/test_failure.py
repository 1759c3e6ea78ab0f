"""If a state fails for good, the campaign is undone, and the message says why."""

import json

import pytest

from channelwright.discord.permissions import CALLER_NEEDS
from local.simulator.guild import TEXT, Channel, Role
from tests.statemachine.interpreter import TIMED_OUT

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
HEADING = "❌ **Could not create campaign: My Campaign**\n"
UNDOING = "↩️ **Undoing Campaign: My Campaign**"


def failed(stage, request=None) -> str:
    """Run a campaign that fails and is undone; return its final message.

    The first assignment does not last, so the role is given at the end.
    """
    stage.discord.configure(lost_assignments=1)
    run = stage.interpreter.run(request or stage.request())
    assert (run.status, run.error) == ("FAILED", "CampaignFailed")
    assert run.states[-2:] == ["Remove Campaign", "Campaign Failed"]
    assert (run.removal.status, run.removal.states[-1]) == ("SUCCEEDED", "Campaign Removed")
    message = stage.messages[-1]
    assert message.startswith(HEADING)
    stage.assert_nothing_left()
    assert message.endswith("\n\nNothing was left behind.")
    stage.last = run
    return message


REFUSED = [
    # call that Discord refuses, words for the call
    ({"method": "GET", "path": "/users/@me"}, "say who the bot is"),
    ({"method": "GET", "path": r"/guilds/\d+$"}, "show the server"),
    ({"method": "GET", "path": "/channels$"}, "list the channels"),
    ({"method": "POST", "path": "/roles$"}, "create a role"),
    ({"method": "POST", "path": "/channels$", "body_contains": '"type": 4'}, "create the category"),
    ({"method": "PUT", "path": "/members/.*/roles/", "skip": 1}, "give you the campaign's role"),
    ({"method": "POST", "body_contains": '"general"'}, "create the channel **general**"),
    ({"method": "POST", "body_contains": '"voice-chat"'}, "create the channel **voice-chat**"),
    ({"method": "POST", "body_contains": '"gm-planning"'}, "create the channel **gm-planning**"),
]


@pytest.mark.parametrize(("call", "action"), REFUSED)
@pytest.mark.parametrize(("status", "code"), [(403, 50013), (400, 30013), (401, 0)])
def test_discord_refuses(stage, call, action, status, code):
    stage.discord.faults.add(**call, status=status, body={"message": "No", "code": code})
    message = failed(stage)
    assert f"Discord refused to {action} (No, {status}/{code})." in message


@pytest.mark.parametrize(("call", "action"), REFUSED)
def test_discord_is_down_for_good(stage, call, action):
    # A Lambda has 5 attempts at most; if the removal needs the same call, Discord answers again.
    stage.discord.faults.add(**call, status=503, times=5)
    message = failed(stage)
    assert f"Discord did not answer when asked to {action}." in message


@pytest.mark.parametrize(("call", "action"), REFUSED)
def test_only_who_gives_the_role_is_told_where_it_has_to_stand(stage, call, action):
    stage.discord.faults.add(**call, status=403, body=FORBIDDEN)
    assert ("is above" in failed(stage)) is action.startswith("give you")


# A state's function, a person's deed just before its call, and the bot's words about that.
ELSEWHERE = [
    ("create_category", "delete role", "role was deleted in the meantime"),
    ("create_channel", "delete role", "role was deleted in the meantime"),
    ("complete_campaign", "delete role", "role was deleted in the meantime"),
    ("create_channel", "delete category", "category was deleted in the meantime"),
    ("create_category", "leave", "the person who ran the command has left this server"),
    ("create_channel", "leave", "the person who ran the command has left this server"),
    ("complete_campaign", "leave", "The person who ran the command is no longer in this server."),
    ("create_channel", "fill category", "others have filled it"),
]


@pytest.mark.parametrize(("function", "deed", "words"), ELSEWHERE)
def test_what_somebody_did_meanwhile_is_named_and_no_operator(stage, function, deed, words):
    guild = stage.discord.guild()
    player = stage.discord.info["player_id"]
    guild.roles["77"] = Role("77", "Game Masters", CALLER_NEEDS, 1)
    guild.members[player].role_ids.append("77")
    stage.before = stage.standing()

    def act(name, _event):
        if name == function and not done:
            done.append(deed)
            disturb(guild, deed, player)

    done = []
    stage.lambdas.on_invoke = act
    run = stage.interpreter.run(stage.request(user_id=player))
    assert (run.error, run.removal.status) == ("CampaignFailed", "SUCCEEDED")
    assert words in stage.messages[-1]
    assert "the bot's operator" not in stage.messages[-1]


def disturb(guild, deed, player):
    """Do what a moderator or the game master could do."""
    if deed == "leave":
        del guild.members[player]
    if deed == "delete role":
        [role] = [one.id for one in guild.roles.values() if one.name == "My Campaign Members"]
        guild.remove_role(role)
    if deed in ("delete category", "fill category"):
        [category] = [one for one in guild.channels.values() if one.name == "My Campaign"]
        if deed == "delete category":
            del guild.channels[category.id]
            return
        for number in range(50):
            id_ = f"{2**62 + number}"
            theirs = Channel(id_, guild.id, TEXT, f"theirs-{number}", 0, guild.owner_id)
            theirs.parent_id = category.id
            guild.channels[id_] = theirs


def test_an_unknown_channel_is_a_category_that_somebody_deleted(stage):
    """Discord says so, too, if a category was deleted a moment ago."""
    gone = {"message": "Unknown Channel", "code": 10003}
    stage.discord.faults.add(method="POST", body_contains='"general"', status=404, body=gone)
    assert "category or one of its channels was deleted in the meantime" in failed(stage)


FUNCTIONS = ["create_role", "create_category", "create_channel", "complete_campaign"]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lambda_dies_for_good(stage, function, when):
    stage.lambdas.deaths[function] = [(when, "Runtime.ExitError")] * 40  # four items share them
    message = failed(stage)
    assert "Something broke inside the bot. Try again." in message
    assert f"the number {stage.asked}." in message


@pytest.mark.parametrize("error", ["Sandbox.Timedout", TIMED_OUT])
@pytest.mark.parametrize("when", ["before", "after"])
def test_of_a_plan_that_dies_for_good_nothing_is_looked_for(stage, when, error):
    """Nothing was created, so the bot sends only the final message, at once."""
    stage.lambdas.deaths["plan_campaign"] = [(when, error)] * 9
    message = failed(stage)
    assert stage.clock.waits == []
    assert f"the number {stage.asked}." in message
    assert stage.messages == [message]
    removal = stage.last.removal
    assert "Delete All Created" not in removal.states
    calls = [call["method"] for call in stage.discord.requests]
    assert calls.count("PATCH") == 1
    assert "PATCH" not in calls[:-1], "after the plan, the bot only edits the message"


def test_a_failed_campaign_says_first_that_it_is_being_undone(stage):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    failed(stage)
    assert [text.split("\n")[0] for text in stage.messages[-2:]] == [UNDOING, HEADING.strip()]


def test_something_that_was_made_is_gone_again(stage):
    """A moderator deletes a channel before *Complete Campaign* checks."""
    guild = stage.discord.guild()

    def delete_general(name, _event):
        if name == "complete_campaign":
            for channel in list(guild.channels.values()):
                if channel.name == "general" and channel.parent_id not in {
                    None,
                    stage.text_channels,
                }:
                    guild.remove_channel(channel.id)

    stage.text_channels = guild.channels[stage.discord.info["channel_id"]].parent_id
    stage.lambdas.on_invoke = delete_general
    message = failed(stage)
    assert "has disappeared: **general**" in message


def test_a_summary_that_is_not_delivered_leaves_the_campaign_standing(stage):
    stage.discord.faults.add(path="@original", body_contains="Created: My", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)
    run = stage.run()
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    assert "character-sheets" in stage.standing()[1]


def untold(stage, **deletions):
    stage.discord.faults.add(path="@original", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=404, times=None)
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    if deletions:
        stage.discord.faults.add(method="DELETE", body=FORBIDDEN, times=None, **deletions)
    return stage.run()


def test_a_failure_that_cannot_be_told_is_still_undone(stage):
    """The removal then ends with an error, unlike after a delivered message."""
    run = untold(stage)
    assert run.error == "CampaignFailed"
    assert (run.removal.status, run.removal.error) == ("FAILED", "FailureNotDelivered")
    failure, _, not_told = run.removal.cause.partition(" Not told: ")
    assert "create the channel **dice-rolls**" in failure
    assert "write in the channel" in not_told
    stage.assert_nothing_left()


def test_what_is_left_untold_is_the_worse_end(stage):
    run = untold(stage, status=403)
    assert (run.removal.status, run.removal.error) == ("FAILED", "CampaignNotUndone")
    assert "My Campaign Members" in run.removal.cause


def test_the_causes_lead_from_the_build_to_its_removal(stage):
    """Build and removal report the same failure."""
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    run = stage.run()
    failure = json.loads(run.cause)
    assert failure["Error"] == "WaveFailed"
    [refused] = failure["failures"]
    assert refused["Error"] == "DiscordRefused"
    assert "create the channel **dice-rolls**" in refused["Cause"]
    of_removal, _, left = run.removal.cause.partition(" Left behind: ")
    assert json.loads(of_removal) == failure
    assert {thing["kind"] for thing in json.loads(left)} == {"channel", "category", "role"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_deadline_turns_the_work_around(stage, function):
    """Nothing more is created 13 minutes after the interaction, to leave time for the message."""

    def be_late(name, _event):
        if name == function and not stage.late:
            stage.late = True
            stage.clock.sleep(13 * 60 + 1)

    stage.late = False
    stage.lambdas.on_invoke = be_late
    message = failed(stage)
    assert "The command took longer than Discord allows." in message
