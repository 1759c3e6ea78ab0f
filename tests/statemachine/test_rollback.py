"""The rollback itself: what cannot be deleted, what is not ours, what comes late."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import recall_created
from local.simulator.guild import Channel, Role

HEADING = "❌ **Could not create campaign: My Campaign**\n"
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


@pytest.fixture(autouse=True)
def refused_channel(stage, wave_size):
    """The second wave has a channel that Discord refuses."""
    stage.discord.faults.add(
        method="POST", body_contains='"gm-notes"', status=403, body=FORBIDDEN, times=None
    )


def test_a_delete_that_fails_once_is_repeated(stage):
    stage.discord.faults.add(method="DELETE", status=500, times=2)
    run = stage.run()
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()


@pytest.mark.parametrize("kind", ["channel", "role"])
def test_what_cannot_be_deleted_is_named(stage, kind):
    path = "/roles/" if kind == "role" else "/channels/"
    stage.discord.faults.add(method="DELETE", path=path, status=403, body=FORBIDDEN, times=None)
    run = stage.run()
    assert run.error == "CampaignNotUndone"
    message = stage.messages[-1]
    assert "Left behind:\n" in message
    assert "Nothing was left behind" not in message
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
    """Discord does not list what the bot may not see, and does not let the bot delete it."""
    guild, hidden = stage.discord.guild(), {"general", "My Campaign"}

    def moderator(name, _event):
        if name == "report_rollback":
            for channel in guild.channels.values():
                if channel.name in hidden and channel.overwrites:
                    del channel.overwrites[stage.discord.world.bot.id]

    stage.lambdas.on_invoke = moderator
    run = stage.run()
    assert run.error == "CampaignNotUndone"
    assert stage.standing() == (stage.before[0], stage.before[1] | hidden)
    assert "Nothing was left behind" not in stage.messages[-1]
    for name in hidden:
        assert f"**{name}**" in stage.messages[-1]
        assert name in run.cause


@pytest.mark.parametrize("look", [1, 2, 3])
def test_the_bot_is_not_let_look(stage, look):
    """What it remembers it removes all the same."""
    stage.discord.faults.add(
        method="GET", path="/channels$", status=403, body=FORBIDDEN, skip=look, times=None
    )
    run = stage.run()
    assert run.error == "CampaignNotUndone"
    assert "did not let the bot look" in stage.messages[-1]
    assert "left behind" not in stage.messages[-1]
    stage.assert_nothing_left()


def test_the_bot_is_kicked(stage):
    """It can neither look nor delete: it names what it remembers."""

    def kick(name, _event):
        if name == "find_created":
            stage.discord.guild().members.pop(stage.discord.world.bot.id, None)

    stage.lambdas.on_invoke = kick
    run = stage.run()
    roles, channels = stage.standing()
    left = (roles - stage.before[0]) | (channels - stage.before[1])
    assert {"My Campaign", "My Campaign Members", "session-zero"} <= left
    assert "did not let the bot look" in stage.messages[-1]
    assert "Perhaps left behind:" in stage.messages[-1]
    for name in left:
        assert f"**{name}**" in stage.messages[-1]
        assert name in run.cause


def test_the_lambda_that_looks_is_dead(stage):
    stage.lambdas.deaths["find_created"] = [("before", "Runtime.ExitError")] * 20
    run = stage.run()
    assert run.error == "CampaignNotUndone"
    assert run.states.count("Find Created") == 2
    assert "did not let the bot look" in stage.messages[-1]
    left = stage.standing()[0] - stage.before[0] | stage.standing()[1] - stage.before[1]
    assert {"My Campaign", "My Campaign Members", "session-zero"} <= left
    for name in left:
        assert f"**{name}**" in stage.messages[-1]
        assert name in run.cause


class NoHistory:
    """Step Functions, when it does not show histories."""

    def __init__(self, error):
        self.error = error

    def get_paginator(self, _operation):
        return self

    def paginate(self, **_):
        yield {"events": []}
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://states"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetExecutionHistory"),
        None,  # it is the Lambda that is dead
    ],
)
@pytest.mark.parametrize("call", ["/roles$", '"type": 4', '"session-zero"', "Created: My"])
def test_without_a_history_it_is_undone_all_the_same(stage, monkeypatch, error, call):
    """The states know role and category; the channels are known by their marks."""
    if error:
        monkeypatch.setattr(recall_created, "_step_functions", NoHistory(error))
    else:
        stage.lambdas.deaths["recall_created"] = [("before", "Sandbox.Timedout")] * 6
    if call == "/roles$":
        stage.discord.faults.add(method="POST", path=call, connection="reset", effect="after")
        stage.discord.faults.add(method="POST", path=call, status=403, body=FORBIDDEN)
        stage.discord.faults.add(method="GET", path=call, status=403, body=FORBIDDEN)
    else:
        stage.discord.faults.add(
            method="POST", body_contains=call, status=403, body=FORBIDDEN, times=None
        )
    run = stage.run()
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")


def test_when_neither_history_nor_lists_are_read_the_states_know_role_and_category(stage):
    for function in ("recall_created", "find_created"):
        stage.lambdas.deaths[function] = [("before", "Runtime.ExitError")] * 20
    run = stage.run()
    assert run.error == "CampaignNotUndone"
    assert "Perhaps left behind:" in stage.messages[-1]
    for name in ("My Campaign", "My Campaign Members"):
        assert f"(**{name}**)" in stage.messages[-1]
        assert name in run.cause
    category = next(c for c in stage.discord.guild().channels.values() if c.name == "My Campaign")
    assert f"/{category.id}" in run.cause


def test_what_is_not_ours_stays(stage):
    """The same names, made before and during the run, in the server and in our own category."""
    guild = stage.discord.guild()
    guild.roles["77"] = Role("77", "my campaign members", 0, 1)
    guild.channels["78"] = Channel("78", guild.id, 0, "general", 3, created_by="1")

    foreign = str(2**63)

    def moderator(name, event):
        if name == "create_channel" and foreign not in guild.channels:
            category = event["campaign"]["category"]["id"]
            guild.channels[foreign] = Channel(
                foreign, guild.id, 0, "house-rules", 9, created_by="1", parent_id=category
            )

    stage.lambdas.on_invoke = moderator
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert {"77"} <= set(guild.roles)
    assert {"78", foreign} <= set(guild.channels)
    roles, channels = stage.standing()
    assert roles - stage.before[0] == {"my campaign members"}
    assert channels - stage.before[1] == {"house-rules"}


@pytest.mark.parametrize("late", [1500, 9000])
def test_lists_that_are_late_are_no_reason_to_name_what_is_gone(stage, late):
    stage.discord.configure(stale_reads_ms=late)
    run = stage.run()
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")


@pytest.mark.parametrize("path", ["/channels/", "/roles/"])
def test_what_was_deleted_without_an_answer_is_not_named(stage, path):
    stage.discord.faults.add(
        method="DELETE", path=path, connection="reset", effect="after", times=None
    )
    run = stage.run()
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")


def test_after_an_unknown_outcome_it_waits_longer_than_a_lambda_lives(stage):
    stage.discord.faults.clear()
    stage.lambdas.deaths["create_category"] = [("after", "Lambda.Unknown")] * 9
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert stage.clock.waits
    assert min(stage.clock.waits) >= 45
    stage.assert_nothing_left()
