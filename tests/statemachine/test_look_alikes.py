"""Others' things in our category stay theirs, even if they look like ours."""

import copy

import pytest

from local.simulator.guild import CATEGORY, FORUM, TEXT, VOICE, Channel, Overwrite

KINDS = {"general": TEXT, "gm-notes": TEXT, "voice-chat": VOICE, "gm-planning": FORUM}
REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}, "times": None}


def add_to_our_category(stage, name):
    """Add a channel with the category's overwrites, as Discord's clients create it."""
    guild = stage.discord.guild()
    ours = next(channel for channel in guild.channels.values() if channel.name == "My Campaign")
    id_ = stage.discord.world.snowflakes.next()
    theirs = Channel(id_, guild.id, KINDS[name], name, 7, created_by=guild.owner_id)
    theirs.parent_id, theirs.overwrites = ours.id, copy.deepcopy(ours.overwrites)
    guild.channels[id_] = theirs
    return id_


def copy_our_category(stage):
    """Clone our category, with its overwrites, as Discord's clients do."""
    guild = stage.discord.guild()
    ours = next(channel for channel in guild.channels.values() if channel.name == "My Campaign")
    id_ = stage.discord.world.snowflakes.next()
    theirs = Channel(id_, guild.id, CATEGORY, ours.name, 7, created_by=guild.owner_id)
    theirs.overwrites = copy.deepcopy(ours.overwrites)
    guild.channels[id_] = theirs
    return id_


WHEN = {
    "the first wave stands": lambda name, event: name == "report" and event.get("made"),
    "a channel is begun": lambda name, event: name == "create_channel",
    "a channel is tried again": lambda name, event: (
        name == "create_channel" and event["at"]["retry_count"] > 0
    ),
    "all is made": lambda name, event: name == "complete_campaign",
    "it is undone": lambda name, event: name == "report" and event["says"] == "removal",
}


def at(stage, when, act):
    """Act once, just before a function is invoked; the returned list then has the result."""
    made = []

    def moderator(name, event):
        if not made and WHEN[when](name, event):
            made.append(act())

    stage.lambdas.on_invoke = moderator
    return made


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("when", ["the first wave stands", "all is made"])
def test_it_stays_beside_ours(stage, name, when):
    made = at(stage, when, lambda: add_to_our_category(stage, name))
    run = stage.run()
    assert run.status == "SUCCEEDED", run.cause
    assert made[0] in stage.discord.guild().channels
    assert made[0] not in run.output["channel_ids"]
    assert len(run.output["channel_ids"]) == 10


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("when", ["the first wave stands", "it is undone"])
def test_it_stays_when_ours_are_undone(stage, name, when):
    stage.discord.faults.add(method="POST", body_contains='"lore-and-worldbuilding"', **REFUSED)
    made = at(stage, when, lambda: add_to_our_category(stage, name))
    assert stage.run().error == "CampaignFailed"
    theirs = stage.discord.guild().channels.pop(made[0])
    assert (theirs.name, theirs.parent_id) == (name, None)
    stage.assert_nothing_left()
    assert f"<#{made[0]}>" in stage.messages[-1]


def test_one_for_all_is_not_adopted_as_the_game_masters(stage):
    """The create failed without an effect, and a moderator was quicker than the retry."""
    stage.discord.faults.add(method="POST", body_contains='"gm-notes"', status=500)
    made = at(stage, "a channel is tried again", lambda: add_to_our_category(stage, "gm-notes"))
    run = stage.run()
    assert run.status == "SUCCEEDED", run.cause
    ours = set(run.output["channel_ids"]) - {made[0]}
    guild = stage.discord.guild()
    closed = next(guild.channels[id_] for id_ in ours if guild.channels[id_].name == "gm-notes")
    assert run.output["role_id"] not in closed.overwrites
    assert made[0] in guild.channels


@pytest.mark.parametrize("when", ["the first wave stands", "all is made"])
def test_a_copy_of_our_category_stays(stage, when):
    made = at(stage, when, lambda: copy_our_category(stage))
    run = stage.run()
    assert run.status == "SUCCEEDED", run.cause
    assert made[0] in stage.discord.guild().channels


def test_a_copy_of_our_category_stays_when_ours_is_undone(stage):
    stage.discord.faults.add(method="POST", body_contains='"lore-and-worldbuilding"', **REFUSED)
    made = at(stage, "a channel is begun", lambda: copy_our_category(stage))
    assert stage.run().error == "CampaignFailed"
    assert stage.discord.guild().channels.pop(made[0]).name == "My Campaign"
    stage.assert_nothing_left()
    assert "Not deleted" in stage.messages[-1]
    assert made[0] in stage.messages[-1]


@pytest.mark.parametrize("when", ["a channel is begun", "it is undone"])
def test_a_channel_like_one_that_discord_refused_stays(stage, when):
    stage.discord.faults.add(method="POST", body_contains='"voice-chat"', **REFUSED)
    made = at(stage, when, lambda: add_to_our_category(stage, "voice-chat"))
    assert stage.run().error == "CampaignFailed"
    assert stage.discord.guild().channels.pop(made[0]).name == "voice-chat"
    stage.assert_nothing_left()
    assert f"<#{made[0]}>" in stage.messages[-1]


def test_a_category_like_the_one_that_discord_refused_stays(stage):
    """Somebody creates the category for our role, before the role is deleted."""
    stage.discord.faults.add(method="POST", body_contains='"type": 4', **REFUSED)

    def make():
        guild, id_ = stage.discord.guild(), stage.discord.world.snowflakes.next()
        role = next(one for one in guild.roles.values() if one.name == "My Campaign Members")
        theirs = Channel(id_, guild.id, CATEGORY, "My Campaign", 7, created_by=guild.owner_id)
        theirs.overwrites = {role.id: Overwrite(role.id, 0, 1 << 10, 0)}
        guild.channels[id_] = theirs
        return id_

    made = at(stage, "it is undone", make)
    assert stage.run().error == "CampaignFailed"
    assert stage.discord.guild().channels.pop(made[0]).name == "My Campaign"
    stage.assert_nothing_left()
