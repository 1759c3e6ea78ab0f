"""The errors Discord answers with (Discord docs: Opcodes and Status Codes; Reference)."""

from collections.abc import Mapping
from typing import Any

FieldErrors = Mapping[str, tuple[str, str]]


class DiscordHTTPError(Exception):
    """An error that Discord answers with.

    ``status`` is the HTTP status, ``code`` Discord's error code, ``errors`` the tree of field
    errors in a 50035, and ``headers`` the answer's additional headers.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


def unauthorized() -> DiscordHTTPError:
    """No bot token, or a wrong one."""
    return DiscordHTTPError(401, 0, "401: Unauthorized")


def missing_access() -> DiscordHTTPError:
    """The bot cannot see the resource."""
    return DiscordHTTPError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordHTTPError:
    """The bot sees the resource, but lacks the permission for this action."""
    return DiscordHTTPError(403, 50013, "Missing Permissions")


def unknown_channel() -> DiscordHTTPError:
    """No channel has this id."""
    return DiscordHTTPError(404, 10003, "Unknown Channel")


def unknown_guild() -> DiscordHTTPError:
    """No guild has this id."""
    return DiscordHTTPError(404, 10004, "Unknown Guild")


def unknown_member() -> DiscordHTTPError:
    """The guild has no such member."""
    return DiscordHTTPError(404, 10007, "Unknown Member")


def unknown_message() -> DiscordHTTPError:
    """No message has this id, or @original does not exist yet."""
    return DiscordHTTPError(404, 10008, "Unknown Message")


def unknown_overwrite() -> DiscordHTTPError:
    """The overwrite does not exist, or is for a role or member that does not exist."""
    return DiscordHTTPError(404, 10009, "Unknown Overwrite")


def unknown_role() -> DiscordHTTPError:
    """No role of the guild has this id."""
    return DiscordHTTPError(404, 10011, "Unknown Role")


def unknown_webhook() -> DiscordHTTPError:
    """No live interaction has this token."""
    return DiscordHTTPError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> DiscordHTTPError:
    """No interaction with this id and token waits for an answer (any more)."""
    return DiscordHTTPError(404, 10062, "Unknown interaction")


def unknown_command() -> DiscordHTTPError:
    """No command has this id."""
    return DiscordHTTPError(404, 10063, "Unknown application command")


def already_acknowledged() -> DiscordHTTPError:
    """The interaction already has an answer."""
    return DiscordHTTPError(400, 40060, "Interaction has already been acknowledged.")


def invalid_webhook_token() -> DiscordHTTPError:
    """The interaction's token has expired."""
    return DiscordHTTPError(401, 50027, "Invalid Webhook Token")


def words_not_allowed() -> DiscordHTTPError:
    """The name contains a word that Discord does not allow in names."""
    message = (
        "Your Stage topic, server name, server description, or channel names contain words that "
        "are not allowed."
    )
    return DiscordHTTPError(400, 20031, message)


def maximum_roles() -> DiscordHTTPError:
    """The guild has the maximum number of roles."""
    return DiscordHTTPError(400, 30005, "Maximum number of guild roles reached (250)")


def maximum_channels() -> DiscordHTTPError:
    """The guild has the maximum number of channels."""
    return DiscordHTTPError(400, 30013, "Maximum number of guild channels reached (500)")


def maximum_commands() -> DiscordHTTPError:
    """The application has the maximum number of commands."""
    return DiscordHTTPError(400, 30032, "Maximum number of application commands reached (100)")


def maximum_overwrites() -> DiscordHTTPError:
    """The channel has the maximum number of overwrites."""
    message = "Maximum number of channel permission overwrites reached (1000)"
    return DiscordHTTPError(400, 30060, message)


def entry_point_left_out() -> DiscordHTTPError:
    """The list of commands would remove the Entry Point command."""
    message = (
        "You cannot remove this app's Entry Point command in a bulk update operation. Please "
        "include the Entry Point command in your update request or delete it separately."
    )
    return DiscordHTTPError(400, 50240, message)


def not_ones_own_message() -> DiscordHTTPError:
    """Another user wrote the message."""
    return DiscordHTTPError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> DiscordHTTPError:
    """The message would be empty."""
    return DiscordHTTPError(400, 50006, "Cannot send an empty message")


def not_a_text_channel() -> DiscordHTTPError:
    """No messages can be sent in a category or a forum."""
    return DiscordHTTPError(400, 50008, "Cannot send messages in a non-text channel")


def wrong_channel_type() -> DiscordHTTPError:
    """The guild cannot have a channel of this type."""
    return DiscordHTTPError(400, 50024, "Cannot execute action on this channel type")


def invalid_role() -> DiscordHTTPError:
    """The role belongs to Discord: @everyone, or a bot's own role."""
    return DiscordHTTPError(400, 50028, "Invalid Role")


def two_factor_required() -> DiscordHTTPError:
    """The guild requires two-factor authentication of moderators, and of the owners of bots."""
    return DiscordHTTPError(403, 60003, "Two factor is required for this operation")


def needed_by_community() -> DiscordHTTPError:
    """The Community guild uses the channel for its rules or its moderators' updates."""
    message = "Cannot delete a channel required for Community guilds"
    return DiscordHTTPError(400, 50074, message)


def not_json() -> DiscordHTTPError:
    """The body is not JSON."""
    return DiscordHTTPError(400, 50109, "The request body contains invalid JSON.")


def wrong_content_type() -> DiscordHTTPError:
    """The body's Content-Type is not application/json."""
    message = "Expected \"Content-Type\" header to be one of {'application/json'}."
    return invalid_form({"": ("CONTENT_TYPE_INVALID", message)})


def invalid_form(fields: FieldErrors) -> DiscordHTTPError:
    """Fields are wrong; ``fields`` maps each field's dotted path to an error code and message.

    If a field itself is wrong, errors inside the field are left out.
    """
    tree: dict[str, Any] = {}
    for path, (code, message) in fields.items():
        if any(path.startswith(f"{outer}.") for outer in fields):
            continue
        node = tree
        for part in path.split(".") if path else []:
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return DiscordHTTPError(400, 50035, "Invalid Form Body", tree)
