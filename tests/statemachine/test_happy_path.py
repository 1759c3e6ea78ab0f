"""A campaign is built: the game master's messages, and the result in the server."""

import math
import re

import pytest

from bench.defaults import WAVE_SIZE as DEFAULT_WAVE_SIZE
from channelwright.campaign import campaign, layout
from tests.statemachine import layouts

pytestmark = pytest.mark.usefixtures("wave_size")


def test_the_execution_says_what_was_made(stage):
    run = stage.run()
    assert run.status == "SUCCEEDED"
    snapshot = stage.discord.snapshot()
    role = next(role for role in snapshot["roles"] if role["name"] == "My Campaign Members")
    category = next(c for c in snapshot["channels"] if c["name"] == "My Campaign")
    children = [c["id"] for c in snapshot["channels"] if c["parent_id"] == category["id"]]
    assert run.output["status"] == "created"
    assert run.output["role_id"] == role["id"]
    assert run.output["category_id"] == category["id"]
    assert sorted(run.output["channel_ids"]) == sorted(children)


def test_ten_channels_take_25_transitions_in_two_waves(stage, wave_size):
    """*Report Progress* precedes each wave except the first; each wave is built and checked."""
    waves = math.ceil(10 / wave_size)
    run = stage.run()
    assert run.transitions == 10 + 10 + 2 * waves + (waves - 1)
    assert wave_size != DEFAULT_WAVE_SIZE or run.transitions == 25


def test_what_the_game_master_reads(stage, wave_size):
    run = stage.run()
    assert [re.search(r"\((\d+)/10\)", text)[1] for text in stage.messages[:-1]] == [
        str(done) for done in range(0, 10, wave_size)
    ]
    bar, fifth = {
        4: ("[████████░░░░░░░░░░░░] 40% (4/10)", ""),
        5: ("[██████████░░░░░░░░░░] 50% (5/10)", "\n✅ Created: **dice-rolls** (Text)"),
    }[wave_size]
    assert stage.messages[1] == (
        f"🏗️ **Creating Campaign: My Campaign**\n{bar}\n"
        "✅ Created: **general** (Text)\n"
        "✅ Created: **session-zero** (Text)\n"
        "✅ Created: **session-notes** (Text)\n"
        f"✅ Created: **maps-and-visuals** (Text){fifth}"
    )
    summary = stage.messages[-1]
    assert summary.startswith("✅ **Campaign Created: My Campaign**\n")
    assert re.findall(r"<#(\d+)>", summary.split("**Voice**")[0]) == run.output["channel_ids"][:6]
    assert sorted(re.findall(r"<#(\d+)>", summary)) == sorted(run.output["channel_ids"])
    assert f"Role: <@&{run.output['role_id']}> · 10 channels" in summary
    assert summary.count("> 🔒") == 2


def test_no_message_pings(stage, wave_size):
    stage.run()
    versions = stage.discord.messages(stage.asked)
    assert all(version["allowed_mentions"] == {"parse": []} for version in versions)
    assert len(versions) == 1 + math.ceil(10 / wave_size)


def test_the_role(stage):
    request = stage.request()
    stage.interpreter.run(request)
    role = next(r for r in stage.discord.snapshot()["roles"] if r["name"] == "My Campaign Members")
    assert role["permissions"] == "0"
    assert role["mentionable"] is True
    assert role["color"] == campaign.colour(request["interaction_id"])
    assert role["members"] == [request["user_id"]]


def test_the_channels_are_the_layouts_and_private(stage):
    run = stage.run()
    layouts.assert_built(stage, run.output, layout.load())


def test_a_player_sees_the_campaign_only_with_the_role_and_never_what_is_the_game_masters(stage):
    run = stage.run()
    player = stage.discord.info["player_id"]

    def seen() -> set[str]:
        return {
            channel["name"]
            for channel in stage.discord.snapshot()["channels"]
            if player in str(channel["visible_to"])
            and run.output["category_id"] in {channel["id"], channel["parent_id"]}
        }

    assert seen() == set()
    guild = stage.discord.guild()
    guild.members[player].role_ids.append(run.output["role_id"])
    assert seen() == {
        "My Campaign",
        *(channel["name"] for channel in layout.load() if not channel["gm_only"]),
    }


def test_the_audit_log_says_who_asked(stage):
    run = stage.run()
    made = {run.output["role_id"], run.output["category_id"], *run.output["channel_ids"]}
    log = stage.discord.snapshot()["audit_log"]
    assert made <= {entry["target_id"] for entry in log}
    for entry in log:
        assert stage.asked in entry["reason"]
        assert stage.discord.info["owner_id"] in entry["reason"]


def test_markdown_and_mentions_in_the_name_are_shown_as_typed(stage):
    run = stage.run("**Dragons** & <@1> @everyone")
    assert run.status == "SUCCEEDED"
    assert "\\*\\*Dragons\\*\\* & \\<@1> @everyone" in stage.messages[-1]
    assert "**Dragons** & <@1> @everyone" in stage.standing()[1]


def test_a_server_without_forums_gets_text_channels(stage, wave_size):
    stage.discord.guild().forums = False
    run = stage.run()
    assert run.status == "SUCCEEDED"
    types = {c["name"]: c["type"] for c in stage.discord.snapshot()["channels"]}
    assert types["character-sheets"] == types["gm-planning"] == 0
    assert "used text channels instead" in stage.messages[-1]
    assert "**Forum**" not in stage.messages[-1]
    if wave_size == 4:  # with 5, it is in the last wave, which only the summary shows
        assert "✅ Created: **character-sheets** (Text)" in stage.messages[2]


def test_forums_may_be_refused_as_a_wrong_type(stage):
    refused = _wrong("type", "Value must be one of {0, 2, 4, 6, 13, 14, 16}.")
    stage.discord.faults.add(body_contains='"type": 15', status=400, body=refused, times=None)
    run = stage.run()
    assert run.status == "SUCCEEDED"
    assert "used text channels instead" in stage.messages[-1]


@pytest.mark.parametrize("field", ["topic", "nsfw", "position"])
def test_a_forum_with_another_mistake_does_not_become_a_text_channel(stage, field):
    refused = _wrong(field, "No.")
    stage.discord.faults.add(body_contains='"type": 15', status=400, body=refused)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert f"(Invalid Form Body: {field}: No., 400/50035)" in stage.messages[-1]
    stage.assert_nothing_left()


def _wrong(field, message):
    errors = {field: {"_errors": [{"code": "X", "message": message}]}}
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


def test_a_campaign_does_not_touch_what_was_there(stage):
    before = stage.discord.snapshot()
    stage.run()
    after = stage.discord.snapshot()
    for kind in ("channels", "roles"):
        now = {thing["id"]: thing for thing in after[kind]}
        for thing in before[kind]:
            # A new role moves the others up, and the bot's message is the channel's last, as in
            # Discord.
            moved = {"position": 0, "last_message_id": None}
            assert {**now[thing["id"]], **moved} == {**thing, **moved}


def test_a_server_in_which_everybody_may_do_nothing_is_told_what_players_lack(stage):
    stage.discord.guild().everyone.permissions = 0
    assert stage.run().output["status"] == "created"
    last = stage.messages[-1].splitlines()[-1]
    assert last == (
        "Players lack these permissions in this server: Send Messages, Send Messages in Threads, "
        "Read Message History, Speak. Grant them to that role in Server Settings > Roles."
    )


def test_a_server_in_which_everybody_may_write_is_told_nothing_of_it(stage):
    stage.run()
    assert "Players lack" not in stage.messages[-1]
