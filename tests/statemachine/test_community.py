"""In a Community server, nobody can delete the channels that Discord requires."""

import pytest


@pytest.fixture
def guild(stage):
    guild = stage.discord.guild()
    guild.features.append("COMMUNITY")
    return guild


@pytest.mark.parametrize("needed", ["rules_channel_id", "public_updates_channel_id"])
def test_what_it_needs_is_named_as_left(stage, guild, needed):
    """A moderator makes the new channel the rules channel; then the campaign fails."""

    def choose(*_):
        for channel in guild.channels.values():
            if channel.name == "session-zero":
                setattr(guild, needed, channel.id)

    stage.lambdas.on_invoke = choose
    stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
    run = stage.run()
    assert run.error == "CampaignFailed"
    kept = getattr(guild, needed)
    assert kept is not None
    roles, channels = stage.before
    assert stage.standing() == (roles, channels | {"session-zero"})
    assert "Left behind:" in stage.messages[-1]
    assert f"- the channel <#{kept}>" in stage.messages[-1]
    assert "Please delete this by hand." in stage.messages[-1]


def test_too_many_large_channels(stage):
    body = {"message": "The channels for this guild are too large", "code": 30061}
    stage.discord.faults.add(
        method="POST", body_contains='"gm-planning"', status=400, body=body, times=None
    )
    assert stage.run().removal.status == "SUCCEEDED"
    assert "Delete some that nobody needs and try again." in stage.messages[-1]
    stage.assert_nothing_left()
