"""The removal: things that cannot be deleted, that are not ours, or that appear late."""

import json

import pytest

from local.simulator.guild import Channel, Role
from tests.statemachine.interpreter import TIMED_OUT

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


def removal(stage):
    """Run a campaign that fails, and return its removal."""
    run = stage.run()
    assert run.error == "CampaignFailed"
    return run.removal


def undone(stage):
    run = removal(stage)
    assert (run.status, run.states[-1]) == ("SUCCEEDED", "Campaign Removed"), run.cause
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")
    return run


def not_undone(stage):
    run = removal(stage)
    assert (run.status, run.error) == ("FAILED", "CampaignNotUndone")
    assert "Nothing was left behind" not in stage.messages[-1]
    return run


@pytest.fixture(autouse=True)
def refused_channel(stage, wave_size):
    """Let Discord refuse a channel of the second wave."""
    stage.discord.faults.add(
        method="POST", body_contains='"gm-notes"', status=403, body=FORBIDDEN, times=None
    )


def test_a_delete_that_fails_once_is_repeated(stage):
    stage.discord.faults.add(method="DELETE", status=500, times=2)
    undone(stage)


@pytest.mark.parametrize("kind", ["channel", "role"])
def test_what_cannot_be_deleted_is_named(stage, kind):
    path = "/roles/" if kind == "role" else "/channels/"
    stage.discord.faults.add(method="DELETE", path=path, status=403, body=FORBIDDEN, times=None)
    run = not_undone(stage)
    message = stage.messages[-1]
    assert "Left behind:\n" in message
    roles, channels = stage.standing()
    left_roles, left_channels = roles - stage.before[0], channels - stage.before[1]
    if kind == "role":
        assert (left_roles, left_channels) == ({"My Campaign Members"}, set())
    else:
        assert left_roles == set()
        assert {"My Campaign", "session-zero", "voice-chat"} <= left_channels
    for name in left_channels | left_roles:
        assert f"**{name}**" in message
        assert name in run.cause
    guild = stage.discord.guild()
    for channel in guild.channels.values():
        if channel.name in left_channels:
            assert f"https://discord.com/channels/{guild.id}/{channel.id}" in run.cause


def test_what_was_hidden_from_the_bot_is_named(stage):
    """Discord does not list a channel that the bot may not see, nor let the bot delete it."""
    guild, hidden = stage.discord.guild(), {"general", "My Campaign"}

    def moderator(name, event):
        if name == "report" and event["says"] == "removal":
            for channel in guild.channels.values():
                if channel.name in hidden and channel.overwrites:
                    channel.overwrites.pop(stage.discord.world.bot.id, None)

    stage.lambdas.on_invoke = moderator
    run = not_undone(stage)
    assert stage.standing() == (stage.before[0], stage.before[1] | hidden)
    for name in hidden:
        assert f"**{name}**" in stage.messages[-1]
        assert name in run.cause


@pytest.mark.parametrize(
    ("outcome", "look"),
    [("known", 1), ("known", 2), ("unknown", 1), ("unknown", 2), ("unknown", 3)],
)
def test_the_bot_is_not_let_look(stage, outcome, look):
    """The removal still deletes everything that it remembers."""
    if outcome == "unknown":
        stage.discord.faults.clear()
        stage.discord.faults.add(
            method="POST", body_contains='"gm-notes"', connection="refuse", times=None
        )
    steps = []

    def moderator(name, _event):
        if name == "find_created":
            steps.append(len(stage.discord.requests))
        if len(steps) == look + 1:  # the first step needs no look
            stage.discord.faults.add(
                method="GET", path="/channels$", status=403, body=FORBIDDEN, times=None
            )

    stage.lambdas.on_invoke = moderator
    run = not_undone(stage)
    calls = stage.discord.requests[steps[0] :]
    lists = [call["status"] for call in calls if call["path"].endswith("/channels")]
    assert lists == [200] * (look - 1) + [403]
    assert "Find Blindly" in run.states
    assert "did not let the bot check" in stage.messages[-1]
    assert "left behind" not in stage.messages[-1]
    stage.assert_nothing_left()


def test_the_bot_is_kicked(stage):
    """The bot can neither look nor delete, so it names the things that it remembers."""

    def kick(name, _event):
        if name == "find_created":
            stage.discord.guild().members.pop(stage.discord.world.bot.id, None)

    stage.lambdas.on_invoke = kick
    run = not_undone(stage)
    roles, channels = stage.standing()
    left = (roles - stage.before[0]) | (channels - stage.before[1])
    assert {"My Campaign", "My Campaign Members", "session-zero"} <= left
    assert "did not let the bot check" in stage.messages[-1]
    assert "Perhaps left behind:" in stage.messages[-1]
    for name in left:
        assert f"**{name}**" in stage.messages[-1]
        assert name in run.cause


def test_the_lambda_that_looks_is_dead(stage):
    """The message names the things that the build knew."""
    stage.lambdas.deaths["find_created"] = [("before", "Runtime.ExitError")] * 20
    run = not_undone(stage)
    assert run.states.count("Find Created") == run.states.count("Find Blindly") == 1
    assert "did not let the bot check" in stage.messages[-1]
    assert "Perhaps left behind:" in stage.messages[-1]
    for name in named_as_left(stage):
        assert f"**{name}**" in stage.messages[-1]


def test_where_no_look_ended_the_input_tells_what_the_build_knew(stage):
    """As the runbook says, the cause has the result of the last look: nothing."""
    stage.lambdas.deaths["find_created"] = [("before", "Runtime.ExitError")] * 20
    run = not_undone(stage)
    assert run.cause.endswith(" Left behind: []")
    given = json.loads(run.history[0]["executionStartedEventDetails"]["input"])
    for name in named_as_left(stage):
        assert name in str(given["known"])


def named_as_left(stage):
    left = stage.standing()[0] - stage.before[0] | stage.standing()[1] - stage.before[1]
    assert {"My Campaign", "My Campaign Members", "session-zero"} <= left
    return left


def test_a_lambda_that_looks_and_dies_once_is_asked_again(stage):
    stage.lambdas.deaths["find_created"] = [
        ("before", "Sandbox.Timedout"),
        ("after", "Runtime.ExitError"),
        ("after", TIMED_OUT),
    ]
    assert "Find Blindly" not in undone(stage).states


@pytest.mark.parametrize("call", ['"type": 4', '"session-zero"', "Created: My"])
def test_whatever_failed_it_is_undone(stage, call):
    stage.discord.faults.add(
        method="POST", body_contains=call, status=403, body=FORBIDDEN, times=None
    )
    undone(stage)


def test_a_role_of_which_nobody_learned_is_found(stage):
    """The role was created; the second attempt could not look, so it created nothing."""
    role = {"method": "POST", "path": "/roles$"}
    stage.discord.faults.add(**role, connection="reset", effect="after")
    stage.discord.faults.add(method="GET", path="/roles$", status=403, body=FORBIDDEN)
    undone(stage)
    deleted = [call for call in stage.discord.requests if call["method"] == "DELETE"]
    assert [call["path"].split("/")[-2] for call in deleted] == ["roles"]


def test_what_is_not_ours_stays(stage):
    """A channel and a role of our names, and a channel in our category, belong to others."""
    guild = stage.discord.guild()
    guild.channels["78"] = Channel("78", guild.id, 0, "general", 3, created_by="1")

    foreign = str(2**63)

    def moderator(name, event):
        if name == "create_channel" and foreign not in guild.channels:
            guild.roles["77"] = Role("77", "My Campaign Members", 0, 1)
            category = event["campaign"]["category"]["id"]
            guild.channels[foreign] = Channel(
                foreign, guild.id, 0, "house-rules", 9, created_by="1", parent_id=category
            )

    stage.lambdas.on_invoke = moderator
    assert removal(stage).status == "SUCCEEDED"
    assert {"77"} <= set(guild.roles)
    assert {"78", foreign} <= set(guild.channels)
    roles, channels = stage.standing()
    assert roles - stage.before[0] == {"My Campaign Members"}
    assert channels - stage.before[1] == {"house-rules"}


@pytest.mark.parametrize("late", [1500, 9000])
def test_lists_that_are_late_are_no_reason_to_name_what_is_gone(stage, late):
    stage.discord.configure(stale_reads_ms=late)
    undone(stage)


@pytest.mark.parametrize("path", ["/channels/", "/roles/"])
def test_what_was_deleted_without_an_answer_is_not_named(stage, path):
    stage.discord.faults.add(
        method="DELETE", path=path, connection="reset", effect="after", times=None
    )
    undone(stage)


def test_what_the_failed_wave_made_is_removed_with_what_was_made_before(stage):
    """The build passes on what it knows; nobody reads a history."""
    undone(stage)
    deleted = [
        event["thing"]["name"] for name, event in stage.lambdas.calls if name == "delete_created"
    ]
    created = {"/roles", "/channels"}
    made = [
        call["body"]["name"]
        for call in stage.discord.requests
        if call["method"] == "POST" and call["status"] in {200, 201}
        if call["path"][call["path"].rindex("/") :] in created
    ]
    assert sorted(deleted) == sorted(made)
    assert "gm-notes" not in deleted
