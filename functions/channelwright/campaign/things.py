"""Discord calls that create and delete a campaign's role, category and channels. Pure."""

from typing import Final

from channelwright.campaign import campaign as campaigns
from channelwright.campaign.campaign import Campaign, Channel
from channelwright.campaign.ownership import CATEGORY_TYPE, CHANNEL_TYPES, Thing
from channelwright.discord import permissions
from channelwright.discord.calls import Call, Json
from channelwright.words.refusals import CREATE_CHANNEL, GIVE_ROLE
from channelwright.words.text import bold

# The bot's calls for a campaign, besides one per channel, when Plan Campaign is warm. Edits do not
# count towards the global limit.
CALLS_BESIDE_CHANNELS: Final = 9


def create_role(campaign: Campaign) -> Call:
    """Create the campaign's role; without `permissions` it would copy those of @everyone."""
    body: Json = {
        "name": campaigns.role_name(campaign["name"]),
        "permissions": "0",
        "colors": {"primary_color": campaigns.colour(campaign["interaction_id"])},
        "mentionable": True,
    }
    path = f"/guilds/{campaign['guild_id']}/roles"
    return Call("create a role", "POST", path, body, _reason(campaign))


def create_category(campaign: Campaign) -> Call:
    """Create the campaign's private category."""
    body: Json = {
        "name": campaign["name"],
        "type": CATEGORY_TYPE,
        "permission_overwrites": _overwrites(campaign, gm_only=False),
    }
    path = f"/guilds/{campaign['guild_id']}/channels"
    return Call("create the category", "POST", path, body, _reason(campaign))


def create_channel(campaign: Campaign, planned: Channel) -> Call:
    """Create a channel in the campaign's category.

    The create includes the overwrites: a PUT right after it can be lost (Discord's API issue 6573).
    """
    body: Json = {
        "name": planned["name"],
        "type": CHANNEL_TYPES[planned["type"]],
        "parent_id": campaign["category"]["id"],
        "position": planned["position"],
        "permission_overwrites": _overwrites(campaign, gm_only=planned["gm_only"]),
    }
    if planned["type"] != "voice":
        body["topic"] = planned["topic"]
    path = f"/guilds/{campaign['guild_id']}/channels"
    action = f"{CREATE_CHANNEL} {bold(planned['name'])}"
    return Call(action, "POST", path, body, _reason(campaign))


def assign_role(campaign: Campaign, user_id: str = "") -> Call:
    """Give the campaign's role to a user: without an id, to the game master."""
    member = f"/guilds/{campaign['guild_id']}/members/{user_id or campaign['user_id']}"
    path = f"{member}/roles/{campaign['role']['id']}"
    return Call(GIVE_ROLE, "PUT", path, reason=_reason(campaign))


def delete(campaign: Campaign, thing: Thing) -> Call:
    """Delete a role, category or channel."""
    path = f"/channels/{thing['id']}"
    if thing["kind"] == "role":
        path = f"/guilds/{campaign['guild_id']}/roles/{thing['id']}"
    action = f"delete the {thing['kind']} {bold(thing['name'])}"
    return Call(action, "DELETE", path, reason=_reason(campaign))


def _reason(campaign: Campaign) -> str:
    """Return the reason for the server's audit log: the user and interaction that asked."""
    command = campaign.get("command", "/add-campaign")
    return f"{command} by user {campaign['user_id']}, interaction {campaign['interaction_id']}"


def _overwrites(campaign: Campaign, *, gm_only: bool) -> list[Json]:
    return permissions.private_to(
        campaign["guild_id"],
        bot=campaign["bot_user_id"],
        members=campaigns.leaders(campaign),
        roles=[] if gm_only else [campaign["role"]["id"]],
    )
