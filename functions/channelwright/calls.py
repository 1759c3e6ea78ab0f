"""Every call to Discord that the bot makes: words for it, method, path, body. Pure.

Source: Discord docs, Resources > Application, Guild, Channel and User; Interactions > Application
Commands; Topics > Permissions.
"""

from dataclasses import dataclass
from typing import Any, Final

from channelwright import campaign as campaigns
from channelwright import permissions
from channelwright.campaign import Campaign
from channelwright.layout import Channel
from channelwright.messages import CREATE_CHANNEL, GIVE_ROLE, bold
from channelwright.ownership import CATEGORY_TYPE, CHANNEL_TYPES, Thing

Json = dict[str, Any]

# The bot's calls for a campaign beside one for each channel, when Plan Campaign is warm. Edits do
# not count globally.
CALLS_BESIDE_CHANNELS: Final = 9

# No previews of what people type. Discord docs, Resources > Message > Message Flags.
SUPPRESS_EMBEDS: Final = 1 << 2


@dataclass(frozen=True)
class Call:
    """What to do (`action` completes "Discord refused to …"), and the request that does it.

    `action` is Markdown: a name in it is shown as it was typed.
    `reason` is for the server's audit log (Discord docs, Resources > Audit Log: 1-512 characters).
    """

    action: str
    method: str
    path: str
    body: Json | list[Json] | None = None
    reason: str | None = None


def get_current_user() -> Call:
    """Ask who the bot is."""
    return Call("say who the bot is", "GET", "/users/@me")


def get_application() -> Call:
    """Ask for the application that the bot token belongs to."""
    return Call("show the application", "GET", "/applications/@me")


def edit_application(interactions_endpoint_url: str | None) -> Call:
    """Set, or (None) unset, where Discord sends interactions; it PINGs the URL first."""
    return Call(
        "set the interactions endpoint URL",
        "PATCH",
        "/applications/@me",
        {"interactions_endpoint_url": interactions_endpoint_url},
    )


def list_commands(application_id: str) -> Call:
    """Ask for the commands that are registered in every server."""
    return Call(
        "list the commands",
        "GET",
        f"/applications/{application_id}/commands?with_localizations=true",
    )


def overwrite_commands(application_id: str, commands: list[Json]) -> Call:
    """Register these commands in every server, in place of all that are."""
    return Call(
        "register the commands", "PUT", f"/applications/{application_id}/commands", commands
    )


def get_guild(guild_id: str) -> Call:
    """Ask for a server with its roles."""
    return Call("show the server", "GET", f"/guilds/{guild_id}")


def get_guild_member(guild_id: str, user_id: str) -> Call:
    """Ask for a member with its roles."""
    return Call("show a member", "GET", f"/guilds/{guild_id}/members/{user_id}")


def list_guild_roles(guild_id: str) -> Call:
    """Ask for a server's roles."""
    return Call("list the roles", "GET", f"/guilds/{guild_id}/roles")


def list_guild_channels(guild_id: str) -> Call:
    """Ask for a server's channels and categories."""
    return Call("list the channels", "GET", f"/guilds/{guild_id}/channels")


def get_channel(channel_id: str) -> Call:
    """Ask for one channel or category."""
    return Call("show a channel", "GET", f"/channels/{channel_id}")


def create_role(campaign: Campaign) -> Call:
    """Make the campaign's role. Without `permissions` it would copy those of @everyone."""
    return Call(
        "create a role",
        "POST",
        f"/guilds/{campaign['guild_id']}/roles",
        {
            "name": campaigns.role_name(campaign["name"]),
            "permissions": "0",
            "colors": {"primary_color": campaigns.colour(campaign["interaction_id"])},
            "mentionable": True,
        },
        campaigns.audit_log_reason(campaign),
    )


def create_category(campaign: Campaign) -> Call:
    """Make the campaign's private category."""
    return Call(
        "create the category",
        "POST",
        f"/guilds/{campaign['guild_id']}/channels",
        {
            "name": campaign["name"],
            "type": CATEGORY_TYPE,
            "permission_overwrites": _overwrites(campaign, gm_only=False),
        },
        campaigns.audit_log_reason(campaign),
    )


def create_channel(campaign: Campaign, planned: Channel) -> Call:
    """Make a channel in the campaign's category, with all its overwrites.

    They are sent with the create: a PUT right after it can be lost (Discord's API issue 6573).
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
    return Call(
        f"{CREATE_CHANNEL} {bold(planned['name'])}",
        "POST",
        f"/guilds/{campaign['guild_id']}/channels",
        body,
        campaigns.audit_log_reason(campaign),
    )


def assign_role(campaign: Campaign) -> Call:
    """Give the campaign's role to the game master."""
    return Call(
        GIVE_ROLE,
        "PUT",
        f"/guilds/{campaign['guild_id']}/members/{campaign['user_id']}"
        f"/roles/{campaign['role']['id']}",
        reason=campaigns.audit_log_reason(campaign),
    )


def delete(campaign: Campaign, thing: Thing) -> Call:
    """Delete a role, category or channel."""
    path = (
        f"/guilds/{campaign['guild_id']}/roles/{thing['id']}"
        if thing["kind"] == "role"
        else f"/channels/{thing['id']}"
    )
    return Call(
        f"delete the {thing['kind']} {bold(thing['name'])}",
        "DELETE",
        path,
        reason=campaigns.audit_log_reason(campaign),
    )


def edit_original(application_id: str, interaction_token: str, content: str) -> Call:
    """Edit the message that the ACK announced. Nothing in `content` pings anyone."""
    return Call(
        "edit its message",
        "PATCH",
        f"/webhooks/{application_id}/{interaction_token}/messages/@original",
        {"content": content, "allowed_mentions": {"parse": []}, "flags": SUPPRESS_EMBEDS},
    )


def create_message(channel_id: str, interaction_id: str, content: str) -> Call:
    """Write in a channel, as the bot, once an interaction: Discord drops a repeated `nonce`."""
    return Call(
        "write in the channel",
        "POST",
        f"/channels/{channel_id}/messages",
        {
            "content": content,
            "allowed_mentions": {"parse": []},
            "flags": SUPPRESS_EMBEDS,
            "nonce": interaction_id,
            "enforce_nonce": True,
        },
    )


def _overwrites(campaign: Campaign, *, gm_only: bool) -> list[permissions.Overwrite]:
    return permissions.private_to(
        campaign["guild_id"],
        bot=campaign["bot_user_id"],
        members=[campaign["user_id"]],
        roles=[] if gm_only else [campaign["role"]["id"]],
    )
