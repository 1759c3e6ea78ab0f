"""A campaign, and a role, a category and a channel with all of its marks."""

from channelwright.campaign import campaign as campaigns

TEXT, VOICE, FORUM, ANNOUNCEMENT = 0, 2, 15, 5
INTERACTION = "1000"
CAMPAIGN = {
    "interaction_id": INTERACTION,
    "guild_id": "1",
    "user_id": "2",
    "name": "My Campaign",
    "bot_user_id": "3",
    "in_company": False,
}
# Their creates were retried, so they may have duplicates.
WITH_ROLE = {**CAMPAIGN, "role": {"id": "1010", "name": "My Campaign Members", "repeated": True}}
WHOLE = {**WITH_ROLE, "category": {"id": "1020", "name": "My Campaign", "repeated": True}}

ROLE = {
    "id": "1011",
    "name": "My Campaign Members",
    "permissions": "0",
    "color": campaigns.colour(INTERACTION),
}
CATEGORY = {
    "id": "1021",
    "type": 4,
    "name": "My Campaign",
    "parent_id": None,
    "permission_overwrites": [
        {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
        {"id": "1010", "type": 0, "allow": "1024", "deny": "0"},
    ],
}
CHANNEL = {
    "id": "1031",
    "type": 0,
    "name": "general",
    "topic": "Talk",
    "parent_id": "1020",
    "permission_overwrites": CATEGORY["permission_overwrites"],
}


def planned(name="general", type_="text", *, gm_only=False):
    return {"name": name, "type": type_, "topic": "Talk", "gm_only": gm_only, "position": 0}


def voice(**more):
    """Return a voice channel; Discord shows its topic as null."""
    return {**CHANNEL, "type": VOICE, "topic": None, **more}


def without(thing, key):
    return {name: value for name, value in thing.items() if name != key}


# Each lacks one mark.
ROLE_NEAR_MISSES = [
    {**ROLE, "name": "My Campaign members"},
    {**ROLE, "name": "My Campaign"},
    {**ROLE, "name": "MyCampaign Members"},
    {**ROLE, "name": "My Campaign Members 2"},
    {**ROLE, "permissions": "1024"},
    {**ROLE, "color": 0},
    {**ROLE, "color": campaigns.colour("1001")},
    without(ROLE, "color"),
    {**ROLE, "id": "999"},
    {**ROLE, "id": INTERACTION},
]
