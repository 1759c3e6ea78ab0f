"""Register the application's endpoint and commands with Discord.

Every call here reads, or sets a desired state, so it is safe to retry. Calls are retried until a
deadline (Unix seconds): a new API may need some seconds before Discord's PING reaches it. A call
that Discord refuses or never answers raises `RegistrationError`.
Source: Discord docs, Resources > Application; Interactions > Application Commands; Interactions >
Overview > Setting an Endpoint.
"""

import time
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any, Final
from urllib.parse import urlencode

from channelwright import errors
from channelwright.commands.table import DEFINITIONS
from channelwright.discord import calls
from channelwright.discord.calls import Call, Json
from channelwright.discord.client import Discord
from channelwright.discord.permissions import INVITED_WITH
from channelwright.setup import registered
from channelwright.words import refusals

SCOPES: Final = "bot applications.commands"
INVALID_FORM: Final = 50035  # Discord's code for an endpoint that it could not verify


class RegistrationError(Exception):
    """The application could not be set up; the message tells the operator why and what to do."""


class NotDiscordError(RegistrationError):
    """The server does not answer, or not like Discord's API; the message has the details."""


def invite_url(application_id: str) -> str:
    """Return the link that invites the bot with exactly the permissions that it needs.

    Source: Discord docs, Topics > OAuth2 > Bot Authorization Flow.
    """
    query = {"client_id": application_id, "scope": SCOPES, "permissions": INVITED_WITH}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def register(discord: Discord, *, public_key: str, url: str, deadline: float) -> str:
    """Set the endpoint, then the commands, each only if it differs; return the application's id.

    The endpoint at `url` verifies requests with `public_key` (64 hex digits).

    Raises:
        RegistrationError: as said above, or the token is another application's.
    """
    application_id = register_endpoint(discord, public_key=public_key, url=url, deadline=deadline)
    register_commands(discord, application_id, deadline)
    return application_id


def register_endpoint(discord: Discord, *, public_key: str, url: str, deadline: float) -> str:
    """Set the endpoint, if Discord has a different one; return the application's id."""
    application = own_application(discord, public_key, deadline)
    if application.get("interactions_endpoint_url") != url:
        set_endpoint(discord, url, deadline)
    return str(application["id"])


def register_commands(discord: Discord, application_id: str, deadline: float) -> None:
    """Set the commands, if Discord has different ones."""
    known = commands_of(discord, application_id, deadline)
    if not registered.same_commands(known):
        _overwrite(discord, application_id, DEFINITIONS, known, deadline)


def unregister(discord: Discord, *, public_key: str, url: str, deadline: float) -> bool:
    """Remove commands and endpoint, if they are still ours; tell whether they were.

    If the endpoint is not `url`, someone else has set up the application: leave it alone. If there
    is no endpoint, Discord may have removed ours because it failed: remove our commands anyway.
    Remove the endpoint even if the commands cannot be removed: they then fail visibly.
    """
    application = own_application(discord, public_key, deadline)
    application_id, endpoint = str(application["id"]), application.get("interactions_endpoint_url")
    if endpoint not in (None, url):
        return False
    try:
        known = commands_of(discord, application_id, deadline)
        ours = endpoint == url or registered.same_commands(known)
        if ours:
            _overwrite(discord, application_id, [], known, deadline)
    finally:
        if endpoint == url:
            ask(discord, calls.edit_application(None), deadline)
    return ours


def _overwrite(
    discord: Discord, application_id: str, ours: list[Json], known: list[Json], deadline: float
) -> None:
    """Replace the `known` commands of an application with `ours`."""
    commands = registered.beside_entry_point(ours, known)
    ask(discord, calls.overwrite_commands(application_id, commands), deadline)


def own_application(discord: Discord, public_key: str, deadline: float) -> Json:
    """Return the token's application, if `public_key` is its key.

    Raises:
        RegistrationError: as said above, or the key is another application's.
    """
    application = application_of(discord, deadline)
    if application["verify_key"] != public_key:
        raise RegistrationError(
            f"The bot token belongs to the application {application['name']} "
            f"({application['id']}), whose public key is {application['verify_key']}, "
            f"but the public key given is {public_key}. Give that application's public key, "
            "or store the token of the application with the given key."
        )
    return application


def application_of(discord: Discord, deadline: float) -> Json:
    """Return the token's application."""
    said: Json = _look(discord, calls.get_application(), registered.is_application, deadline)
    return said


def commands_of(discord: Discord, application_id: str, deadline: float) -> list[Json]:
    """Return the commands that Discord has of an application."""
    call = calls.list_commands(application_id)
    said: list[Json] = _look(discord, call, registered.are_commands, deadline)
    return said


def _look(discord: Discord, call: Call, fits: Callable[[Any], bool], deadline: float) -> Any:
    said = ask(discord, call, deadline)
    if not fits(said):
        raise NotDiscordError(f"When asked to {call.action}, it answered something else.")
    return said


def set_endpoint(discord: Discord, url: str, deadline: float) -> None:
    """Make Discord send interactions to `url`, which Discord verifies first."""
    ask(discord, calls.edit_application(url), deadline, not_yet=INVALID_FORM)


def ask(discord: Discord, call: Call, deadline: float, *, not_yet: int | None = None) -> Any:
    """Send a call until Discord answers; retry after the code `not_yet` until the deadline, too."""
    for wait in chain((1.0, 2.0, 4.0), repeat(8.0)):
        try:
            return discord.send(call)
        except errors.RateLimited as limited:
            # This wait ends before the deadline: a longer one raises OutOfTime.
            time.sleep(max(0.0, limited.ends_at - time.time()))
            continue
        except (errors.DiscordUnavailable, errors.NoAnswer) as unknown:
            # Idempotent: GET, or PUT or PATCH of a desired state.
            failure: errors.ChannelwrightError = unknown
        except errors.DiscordRefused as refused:
            if refused.code != not_yet:
                raise _refusal(refused, call) from None
            failure = refused
        except errors.ChannelwrightError as error:
            raise RegistrationError(str(error)) from None
        except ValueError:
            # `requests` does not wrap the error of an invalid host name, such as `a..b`.
            raise NotDiscordError(refusals.unavailable(call.action)) from None
        if time.time() + wait >= deadline:
            raise _refusal(failure, call) from None
        time.sleep(wait)
    raise AssertionError("unreachable")


def _refusal(failure: errors.ChannelwrightError, call: Call) -> RegistrationError:
    """Turn an error with a sentence for users into one that tells the operator what to do."""
    if not isinstance(failure, errors.DiscordRefused):
        return NotDiscordError(str(failure))
    said = refusals.refused(call.action, failure.status, failure.code, failure.detail)
    # Discord has every path that is called here.
    if failure.status == 404:
        return NotDiscordError(said)
    remedy = _remedy(failure, call)
    # The remedy of a wrong token comes first: CloudFormation shows only the beginning.
    return RegistrationError(f"{remedy} {said}" if failure.status == 401 else f"{said} {remedy}")


def _remedy(refused: errors.DiscordRefused, call: Call) -> str:
    if refused.status == 401:
        return (
            "The bot token is wrong or no longer valid. Create a new one in Discord's developer "
            "portal (Bot > Reset Token) and store it."
        )
    if call.method == "PATCH" and refused.code == INVALID_FORM:
        return (
            "Discord sends that URL two PINGs. The URL must answer the one with a valid signature "
            "with a PONG, and the other with 401, both within 3 seconds. The log of the function "
            "`interaction` shows its answers."
        )
    return (
        "Try again in a few minutes. If this keeps happening, look up the two numbers in Discord's "
        "documentation (Topics > Opcodes and Status Codes)."
    )
