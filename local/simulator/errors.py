"""The errors Discord answers with (Discord docs: Opcodes and Status Codes; Reference)."""

from collections.abc import Mapping
from typing import Any

FieldErrors = Mapping[str, tuple[str, str]]


class DiscordHTTPError(Exception):
    """An answer that is an error.

    ``status`` is the HTTP status, ``code`` Discord's own, ``errors`` the tree of field errors of
    a 50035, ``headers`` what the answer carries besides.
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
    """The bot can't see what it asks for."""
    return DiscordHTTPError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordHTTPError:
    """The bot sees it, but may not do that to it."""
    return DiscordHTTPError(403, 50013, "Missing Permissions")


def unknown_channel() -> DiscordHTTPError:
    """No channel has that id."""
    return DiscordHTTPError(404, 10003, "Unknown Channel")


def unknown_guild() -> DiscordHTTPError:
    """No guild has that id."""
    return DiscordHTTPError(404, 10004, "Unknown Guild")


def unknown_member() -> DiscordHTTPError:
    """The guild has no such member."""
    return DiscordHTTPError(404, 10007, "Unknown Member")


def unknown_message() -> DiscordHTTPError:
    """No message has that id, or @original doesn't exist yet."""
    return DiscordHTTPError(404, 10008, "Unknown Message")


def unknown_overwrite() -> DiscordHTTPError:
    """An overwrite for a role or member that doesn't exist."""
    return DiscordHTTPError(404, 10009, "Unknown Overwrite")


def unknown_role() -> DiscordHTTPError:
    """No role of the guild has that id."""
    return DiscordHTTPError(404, 10011, "Unknown Role")


def unknown_webhook() -> DiscordHTTPError:
    """No live interaction has that token."""
    return DiscordHTTPError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> DiscordHTTPError:
    """No interaction waits for an answer with that id and token (any more)."""
    return DiscordHTTPError(404, 10062, "Unknown interaction")


def unknown_command() -> DiscordHTTPError:
    """No command has that id."""
    return DiscordHTTPError(404, 10063, "Unknown application command")


def already_acknowledged() -> DiscordHTTPError:
    """The interaction has its answer."""
    return DiscordHTTPError(400, 40060, "Interaction has already been acknowledged.")


def invalid_webhook_token() -> DiscordHTTPError:
    """The interaction's token has expired."""
    return DiscordHTTPError(401, 50027, "Invalid Webhook Token")


def words_not_allowed() -> DiscordHTTPError:
    """The name has a word that Discord doesn't want to see in one."""
    message = (
        "Your Stage topic, server name, server description, or channel names contain words that "
        "are not allowed."
    )
    return DiscordHTTPError(400, 20031, message)


def maximum_roles() -> DiscordHTTPError:
    """The guild is full of roles."""
    return DiscordHTTPError(400, 30005, "Maximum number of guild roles reached (250)")


def maximum_channels() -> DiscordHTTPError:
    """The guild is full of channels."""
    return DiscordHTTPError(400, 30013, "Maximum number of guild channels reached (500)")


def maximum_commands() -> DiscordHTTPError:
    """The application has all the commands it may have."""
    return DiscordHTTPError(400, 30032, "Maximum number of application commands reached (100)")


def maximum_overwrites() -> DiscordHTTPError:
    """The channel is full of overwrites."""
    message = "Maximum number of channel permission overwrites reached (1000)"
    return DiscordHTTPError(400, 30060, message)


def entry_point_left_out() -> DiscordHTTPError:
    """A list of commands would remove the Entry Point command."""
    message = (
        "You cannot remove this app's Entry Point command in a bulk update operation. Please "
        "include the Entry Point command in your update request or delete it separately."
    )
    return DiscordHTTPError(400, 50240, message)


def not_ones_own_message() -> DiscordHTTPError:
    """Somebody else wrote it."""
    return DiscordHTTPError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> DiscordHTTPError:
    """A message without anything in it."""
    return DiscordHTTPError(400, 50006, "Cannot send an empty message")


def not_a_text_channel() -> DiscordHTTPError:
    """No messages can be sent in a category or a forum."""
    return DiscordHTTPError(400, 50008, "Cannot send messages in a non-text channel")


def wrong_channel_type() -> DiscordHTTPError:
    """This guild can't have a channel of that type."""
    return DiscordHTTPError(400, 50024, "Cannot execute action on this channel type")


def invalid_role() -> DiscordHTTPError:
    """A role that belongs to Discord: @everyone, or a bot's own."""
    return DiscordHTTPError(400, 50028, "Invalid Role")


def two_factor_required() -> DiscordHTTPError:
    """The guild wants two-factor authentication of moderators, and of the owners of bots."""
    return DiscordHTTPError(403, 60003, "Two factor is required for this operation")


def needed_by_community() -> DiscordHTTPError:
    """The guild's rules or moderators' updates are in that channel."""
    message = "Cannot delete a channel required for Community guilds"
    return DiscordHTTPError(400, 50074, message)


def not_json() -> DiscordHTTPError:
    """The body isn't JSON."""
    return DiscordHTTPError(400, 50109, "The request body contains invalid JSON.")


def wrong_content_type() -> DiscordHTTPError:
    """The body isn't said to be JSON."""
    message = "Expected \"Content-Type\" header to be one of {'application/json'}."
    return invalid_form({"": ("CONTENT_TYPE_INVALID", message)})


def invalid_form(fields: FieldErrors) -> DiscordHTTPError:
    """Fields are wrong; ``fields`` maps a dotted path to the field's code and message.

    A field has an error, or fields in it have: what is wrong inside a wrong field isn't told.
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
