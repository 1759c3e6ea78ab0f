"""The bot's calls to Discord, except those in campaign/things.py. Pure.

Source: Discord docs, Resources > Application, Guild, Channel and User; Interactions > Application
Commands; Topics > Permissions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from channelwright.words import refusals

Json = dict[str, Any]
SUPPRESS_EMBEDS: Final = 1 << 2
# The codes of Discord's refusal of what is not there; an unknown member is not in the server.
# Discord docs, Topics > Opcodes and Status Codes > JSON Error Codes.
UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MEMBER: Final = 10007
UNKNOWN_OVERWRITE: Final = 10009
UNKNOWN_ROLE: Final = 10011


@dataclass(frozen=True)
class Call:
    """A request to Discord; its `action` completes "Discord refused to …".

    `action` is Markdown that shows names as they were typed.
    `reason` is for the server's audit log (Discord docs, Resources > Audit Log: 1-512 characters).
    """

    action: str
    method: str
    path: str
    body: Json | list[Json] | None = None
    reason: str | None = None


def get_current_user() -> Call:
    """Get the bot's own user."""
    return Call("say who the bot is", "GET", "/users/@me")


def get_application() -> Call:
    """Get the application that the bot token belongs to."""
    return Call("show the application", "GET", "/applications/@me")


def edit_application(interactions_endpoint_url: str | None) -> Call:
    """Set the URL to which Discord sends interactions, after a PING; None unsets it."""
    body = {"interactions_endpoint_url": interactions_endpoint_url}
    return Call("set the interactions endpoint URL", "PATCH", "/applications/@me", body)


def list_commands(application_id: str) -> Call:
    """List the commands that are registered in every server."""
    path = f"/applications/{application_id}/commands?with_localizations=true"
    return Call("list the commands", "GET", path)


def overwrite_commands(application_id: str, commands: list[Json]) -> Call:
    """Replace the commands that are registered in every server."""
    path = f"/applications/{application_id}/commands"
    return Call("register the commands", "PUT", path, commands)


def list_own_guilds(limit: int, after: str) -> Call:
    """List the bot's servers by id: at most `limit`, after the id `after`."""
    return Call("list its servers", "GET", f"/users/@me/guilds?limit={limit}&after={after}")


def get_guild(guild_id: str) -> Call:
    """Get a server with its roles."""
    return Call("show the server", "GET", f"/guilds/{guild_id}")


def get_guild_member(guild_id: str, user_id: str) -> Call:
    """Get a member with its roles."""
    return Call("show a member", "GET", f"/guilds/{guild_id}/members/{user_id}")


def list_guild_roles(guild_id: str) -> Call:
    """List a server's roles."""
    return Call("list the roles", "GET", f"/guilds/{guild_id}/roles")


def list_guild_channels(guild_id: str) -> Call:
    """List a server's channels and categories."""
    return Call("list the channels", "GET", f"/guilds/{guild_id}/channels")


def set_overwrite(
    channel_id: str, target: str, overwrite: Mapping[str, Any], action: str, reason: str
) -> Call:
    """Set a channel's overwrite for a role or member (`target`); all others stay."""
    path = f"/channels/{channel_id}/permissions/{target}"
    return Call(action, "PUT", path, {**overwrite}, reason)


def delete_overwrite(channel_id: str, target: str, action: str, reason: str) -> Call:
    """Delete a channel's overwrite for a role or member (`target`); all others stay."""
    return Call(action, "DELETE", f"/channels/{channel_id}/permissions/{target}", reason=reason)


def move_channels(guild_id: str, rows: Sequence[Json]) -> Call:
    """Set channels' positions: each row has an `id` and a `position`.

    Discord takes no reason for it.
    """
    return Call("move the category", "PATCH", f"/guilds/{guild_id}/channels", [*rows])


def get_channel(channel_id: str) -> Call:
    """Get one channel or category."""
    return Call("show a channel", "GET", f"/channels/{channel_id}")


def add_role(guild_id: str, user_id: str, role_id: str, reason: str) -> Call:
    """Give a member a role."""
    path = f"/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    return Call(refusals.CHANGE_ROLE, "PUT", path, reason=reason)


def remove_role(guild_id: str, user_id: str, role_id: str, reason: str) -> Call:
    """Take a role from a member."""
    path = f"/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    return Call(refusals.CHANGE_ROLE, "DELETE", path, reason=reason)


def edit_original(reply: Mapping[str, str], content: str, components: Sequence[Json] = ()) -> Call:
    """Edit the message that the ACK announced, or whose button was pressed.

    `reply` has the `application_id` and the `interaction_token`. Without `components`, the message
    loses those that it has.
    """
    webhook = f"/webhooks/{reply['application_id']}/{reply['interaction_token']}"
    body = _message(content) | {"components": [*components]}
    return Call("edit its message", "PATCH", f"{webhook}/messages/@original", body)


def create_message(
    channel_id: str, nonce: str, content: str, components: Sequence[Json] = ()
) -> Call:
    """Write in a channel as the bot, once: Discord drops a repeated `nonce` (25 characters)."""
    once = {"nonce": nonce, "enforce_nonce": True}
    body = _message(content) | {"components": [*components]} | once
    return Call("write in the channel", "POST", f"/channels/{channel_id}/messages", body)


def remove_components(channel_id: str, message_id: str) -> Call:
    """Take the buttons off a message of the bot; its text stays."""
    body = {"components": [], "allowed_mentions": {"parse": []}}
    path = f"/channels/{channel_id}/messages/{message_id}"
    return Call("edit its message", "PATCH", path, body)


def _message(content: str) -> Json:
    """Return a message that pings nobody and shows no previews of links that people type.

    Source: Discord docs, Resources > Message > Message Flags.
    """
    return {"content": content, "allowed_mentions": {"parse": []}, "flags": SUPPRESS_EMBEDS}
