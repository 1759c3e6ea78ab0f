"""Every state that fails for good: all of it is undone, and the message says why."""

import pytest

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
HEADING = "❌ **Could not create campaign: My Campaign**\n"
UNDOING = "↩️ **Undoing Campaign: My Campaign**"


def failed(stage, request=None, *, left: bool = False) -> str:
    run = stage.interpreter.run(request or stage.request())
    assert (run.status, run.error) == ("FAILED", "CampaignFailed")
    message = stage.messages[-1]
    assert message.startswith(HEADING)
    if not left:
        stage.assert_nothing_left()
        assert message.endswith("\n\nNothing was left behind.")
    stage.last = run
    return message


REFUSED = [
    # what Discord refuses, and the words for it
    ({"method": "GET", "path": "/users/@me"}, "say who the bot is"),
    ({"method": "GET", "path": r"/guilds/\d+$"}, "show the server"),
    ({"method": "GET", "path": "/channels$"}, "list the channels"),
    ({"method": "POST", "path": "/roles$"}, "create a role"),
    ({"method": "POST", "path": "/channels$", "body_contains": '"type": 4'}, "create the category"),
    ({"method": "PUT", "path": "/members/.*/roles/"}, "give you the campaign's role"),
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
    # 4 attempts of one Lambda; a rollback that needs the same call finds Discord up again
    stage.discord.faults.add(**call, status=503, times=4)
    message = failed(stage)
    assert f"Discord did not answer when asked to {action}." in message


def test_the_caller_is_asked_for_and_has_left(stage):
    request = stage.request()
    del request["member"]  # from before it was sent
    gone = {"message": "Unknown Member", "code": 10007}
    stage.discord.faults.add(method="GET", path="/members/", status=404, body=gone)
    assert "Whoever ran the command is no longer in this server." in failed(stage, request)


FUNCTIONS = ["create_role", "create_category", "assign_role", "create_channel"]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lambda_dies_for_good(stage, function, when):
    stage.lambdas.deaths[function] = [(when, "Runtime.ExitError")] * 40  # four items share them
    message = failed(stage)
    assert "Something broke inside the bot. Try again;" in message
    assert f"the number {stage.asked}." in message


def test_the_plan_dies_for_good(stage):
    stage.lambdas.deaths["plan_campaign"] = [("before", "Sandbox.Timedout")] * 9
    failed(stage)
    assert "Find Created" not in stage.last.states


def test_a_failed_campaign_says_first_that_it_is_being_undone(stage):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    failed(stage)
    assert [text.split("\n")[0] for text in stage.messages[-2:]] == [UNDOING, HEADING.strip()]


def test_something_that_was_made_is_gone_again(stage):
    """A moderator deletes a channel while the last wave is being made."""
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
    assert "gone again: **general**" in message


@pytest.mark.parametrize("state", ["Report Progress", "Report Rollback"])
def test_progress_never_fails_a_campaign(stage, state):
    function = state.replace(" ", "_").lower()
    stage.lambdas.deaths[function] = [("before", "Runtime.ExitError")] * 9
    if state == "Report Rollback":
        stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
        failed(stage)
    else:
        assert stage.run().output["status"] == "created"
        assert len(stage.messages) == 1


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
    """Its end is not that of a failure that was told."""
    run = untold(stage)
    assert (run.status, run.error) == ("FAILED", "FailureNotDelivered")
    failure, _, not_told = run.cause.partition(" Not told: ")
    assert "create the channel **dice-rolls**" in failure
    assert "write in the channel" in not_told
    stage.assert_nothing_left()


def test_what_is_left_untold_is_the_worse_end(stage):
    run = untold(stage, status=403)
    assert (run.status, run.error) == ("FAILED", "CampaignNotUndone")
    assert "My Campaign Members" in run.cause


def test_no_secret_is_in_what_the_execution_says(stage):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', connection="reset", times=9
    )
    stage.discord.faults.add(path="@original", connection="reset", times=2)
    request = stage.request()
    run = stage.interpreter.run(request)
    assert run.error == "CampaignFailed"
    assert request["interaction_token"] not in run.cause
    bot_token = stage.discord.info["bot_token"]
    assert bot_token not in run.cause
    assert bot_token not in str(run.history)


@pytest.mark.parametrize("function", ["create_role", "create_category", "create_channel"])
def test_the_deadline_turns_the_work_around(stage, function):
    """Nothing more is made 13 minutes after the interaction: there must be time to say so."""

    def be_late(name, _event):
        if name == function and not stage.late:
            stage.late = True
            stage.clock.sleep(13 * 60 + 1)

    stage.late = False
    stage.lambdas.on_invoke = be_late
    message = failed(stage)
    assert "It took longer than the time Discord allows for a command." in message
