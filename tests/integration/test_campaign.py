"""A campaign from the slash command to the summary, on the deployed template."""

import json

from local.polling import wait_until
from tests.integration.table import Table, unchanged

TEXT, VOICE, CATEGORY, FORUM = 0, 2, 4, 15
CHANNELS = {
    "general": TEXT,
    "session-zero": TEXT,
    "session-notes": TEXT,
    "maps-and-visuals": TEXT,
    "dice-rolls": TEXT,
    "gm-notes": TEXT,
    "voice-chat": VOICE,
    "character-sheets": FORUM,
    "lore-and-worldbuilding": FORUM,
    "gm-planning": FORUM,
}
GM_ONLY = {"gm-notes", "gm-planning"}
VIEW_CHANNEL = 1 << 10


def test_a_campaign_is_created(table: Table):
    output = table.create("Curse of Strahd")
    guild = table.guild()
    assert output["status"] == "created"

    role = next(role for role in guild["roles"] if role["id"] == output["role_id"])
    assert (role["name"], role["permissions"]) == ("Curse of Strahd Members", "0")
    assert role["members"] == [guild["owner_id"]]

    by_id = {channel["id"]: channel for channel in guild["channels"]}
    category = by_id[output["category_id"]]
    assert (category["name"], category["type"]) == ("Curse of Strahd", CATEGORY)
    children = [c for c in guild["channels"] if c["parent_id"] == category["id"]]
    assert {c["name"]: c["type"] for c in children} == CHANNELS
    assert len(guild["channels"]) == len(table.before["channels"]) + 1 + len(CHANNELS)


def test_only_members_see_it_and_only_the_game_master_sees_the_secrets(table: Table):
    output = table.create()
    guild = table.guild()
    bot = next(member["id"] for member in guild["members"] if member["bot"])
    for channel in guild["channels"]:
        if channel["parent_id"] == output["category_id"]:
            assert {who["id"] for who in channel["visible_to"]} == {guild["owner_id"], bot}
            members_see = any(
                overwrite["id"] == output["role_id"] and int(overwrite["allow"]) & VIEW_CHANNEL
                for overwrite in channel["permission_overwrites"]
            )
            assert members_see == (channel["name"] not in GM_ONLY)


def test_the_game_master_watches_it_grow(table: Table):
    table.discord.control("PUT", "settings", {"latency_ms": 400})
    try:
        asked = table.ask("Curse of Strahd")
        table.finished(asked)
    finally:
        table.discord.control("PUT", "settings", {"latency_ms": 0})
    *progress, summary = table.messages(asked)
    assert all(text.startswith("🏗️ **Creating Campaign: Curse of Strahd**") for text in progress)
    shown = [text.split("\n")[1].rpartition(" ")[2] for text in progress]
    assert shown == ["(0/10)", "(5/10)"]
    assert "[██████████░░░░░░░░░░] 50% (5/10)" in progress[1]
    assert "✅ Created: **general** (Text)" in progress[1]

    assert summary.startswith("✅ **Campaign Created: Curse of Strahd**")
    guild = table.guild()
    made = {c["name"]: c["id"] for c in guild["channels"] if c["name"] in CHANNELS}
    for name, channel in made.items():
        lock = " 🔒" if name in GM_ONLY else ""
        assert f"<#{channel}>{lock}" in summary
    assert any(f"<@&{role['id']}>" in summary for role in guild["roles"])
    for version in table.discord.versions(asked):
        assert version["allowed_mentions"] == {"parse": []}


def test_a_campaign_is_listed_as_soon_as_it_is_created(table: Table):
    table.finished(table.ask("Curse of Strahd"))
    sent = table.discord.command("campaign list", {}, **table.where)
    said = sent["response"]["data"]
    assert said["flags"] == 64
    role = next(one for one in table.guild()["roles"] if one["name"] == "Curse of Strahd Members")
    master = table.discord.info["owner_id"]
    assert f"- **Curse of Strahd**: <@&{role['id']}>, game master <@{master}>" in said["content"]


def test_a_campaign_is_deleted_after_its_preview(table: Table):
    table.finished(table.ask("Curse of Strahd"))
    typed = {"command": "campaign delete", "options": {"campaign": "curse"}, "type": 4}
    completed = table.discord.control("POST", "interactions", typed | table.where)
    [choice] = completed["response"]["data"]["choices"]
    assert choice["name"] == "Curse of Strahd"

    asked = table.ask_to_delete(choice["value"])
    assert table.finished(asked)["status"] == "SUCCEEDED"
    shown = table.messages(asked)[-1]
    assert "**Delete Campaign: Curse of Strahd?**" in shown

    pressed = table.confirm(asked)
    assert table.finished(pressed)["status"] == "SUCCEEDED"
    removal = table.finished(f"{choice['value']}-remove-by-{pressed}")
    assert removal["status"] == "SUCCEEDED"
    assert unchanged(table.before, table.guild())
    said = table.discord.versions(pressed)[-1]
    assert said["content"] == "✅ **Campaign Deleted: Curse of Strahd**"
    assert said["components"] == []


def test_a_private_command_is_answered_in_private(table: Table):
    options = {"name": "Curse of Strahd", "private": True}
    sent = table.discord.command("add-campaign", options, **table.where)
    assert sent["response"] == {"type": 5, "data": {"flags": 64}}
    assert table.finished(str(sent["id"]))["status"] == "SUCCEEDED"


def test_a_refusal_of_discord_undoes_everything(table: Table):
    table.discord.refuse('"gm-notes"')
    asked = table.ask("Curse of Strahd")
    described = table.finished(asked)
    assert (described["status"], described["error"]) == ("FAILED", "CampaignFailed")
    # The cause has only the channel that failed, none of the others in its wave.
    [failure] = json.loads(described["cause"])["failures"]
    assert failure["Error"] == "DiscordRefused"
    assert "gm-notes" in failure["Cause"]
    table.removed(asked)
    assert unchanged(table.before, table.guild())
    last = table.messages(asked)[-1]
    assert last.startswith("❌ **Could not create campaign: Curse of Strahd**")
    assert "Nothing was left behind." in last


def test_a_name_that_is_taken_is_rejected(table: Table):
    table.create("Curse of Strahd")
    standing = table.guild()
    asked = table.ask("Curse of Strahd")
    described = table.finished(asked)
    assert json.loads(described["output"])["status"] == "rejected"
    assert unchanged(standing, table.guild())
    last = table.messages(asked)[-1]
    assert last.startswith("❌ **Could not create campaign: Curse of Strahd**")
    assert "Nothing was created." in last


def limit(table: Table, method: str, path: str, body_contains: str, times: int = 1) -> None:
    """Let Discord answer a call with 429 and a wait of half a minute."""
    body = {"message": "You are being rate limited.", "retry_after": 30.0, "global": False}
    headers = {"Retry-After": "30", "X-RateLimit-Scope": "user"}
    fault = {"method": method, "path": path, "body_contains": body_contains}
    fault |= {"status": 429, "body": body, "headers": headers, "times": times}
    table.discord.control("POST", "faults", fault)


def test_who_has_to_wait_for_discord_goes_on_from_there(table: Table):
    """The error names the moment and the state; the emulator's Wait states are short."""
    limit(table, "POST", r"/guilds/\d+/roles$", "")
    limit(table, "POST", r"/guilds/\d+/channels$", f'"type": {CATEGORY}')
    limit(table, "POST", r"/guilds/\d+/channels$", '"dice-rolls"')
    limit(table, "PUT", r"/members/\d+/roles/\d+$", "", times=2)
    asked = table.ask("Curse of Strahd")
    described = table.finished(asked)
    assert described["status"] == "SUCCEEDED", described.get("cause")
    faults = table.discord.control("GET", "faults")
    assert [fault["hits"] for fault in faults] == [1, 1, 1, 2]

    states = table.states(asked)
    ways = [states[at + 1] for at, state in enumerate(states) if state == "Who Had to Wait?"]
    # Complete Campaign checks that the role lasts. The outcome of the edit beside Create Role is
    # unknown, so the last word is sent twice.
    completing = ["Complete Campaign", "Complete Campaign", "Report Completion"]
    assert ways == ["Begin Building", "Create Category", *completing]
    made = table.standing()
    assert made[0].count("Curse of Strahd Members") == made[1].count("Curse of Strahd") == 1
    assert all(made[1].count(name) == 1 for name in CHANNELS.keys() - {"general"})
    assert len(made[1]) == len(table.before["channels"]) + 1 + len(CHANNELS)
    assert table.messages(asked)[-1].startswith("✅ **Campaign Created: Curse of Strahd**")


def test_two_campaigns_at_once_do_not_meet(table: Table):
    asked = [table.ask("Curse of Strahd"), table.ask("Storm King")]
    assert [table.finished(one)["status"] for one in asked] == ["SUCCEEDED"] * 2
    guild = table.guild()
    for name in ("Curse of Strahd", "Storm King"):
        category = next(c for c in guild["channels"] if c["name"] == name)
        children = [c["name"] for c in guild["channels"] if c["parent_id"] == category["id"]]
        assert sorted(children) == sorted(CHANNELS)


def test_a_worker_faster_than_the_acknowledgement_waits_for_the_message(table: Table):
    table.discord.control("PUT", "settings", {"ack_delay_ms": 700})
    try:
        asked = table.ask()
        assert table.finished(asked)["status"] == "SUCCEEDED"
        wait_until(lambda: "Campaign Created" in table.messages(asked)[-1], "the summary")
    finally:
        table.discord.control("PUT", "settings", {"ack_delay_ms": 0})
