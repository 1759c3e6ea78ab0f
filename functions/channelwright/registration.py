"""What Discord must know of the application: where it answers, and its commands.

Everything here reads, or sets what is to be. So all of it may be repeated, and is, until a
deadline: an API that was made a moment ago may need some seconds until Discord's PING reaches it.
Source: Discord docs, Resources > Application; Interactions > Application Commands; Interactions >
Overview > Setting an Endpoint.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any, Final
from urllib.parse import urlencode

from channelwright import calls, messages
from channelwright.calls import Call, Json
from channelwright.commands import COMMANDS
from channelwright.discord import Discord
from channelwright.errors import (
    ChannelwrightError,
    DiscordRefused,
    DiscordUnavailable,
    NoAnswer,
    RateLimited,
)
from channelwright.permissions import BOT_NEEDS

SCOPES: Final = "bot applications.commands"
INVALID_FORM: Final = 50035  # what Discord says of an endpoint that it could not verify
# What a command says of itself, as documented. Discord adds ids and versions to it.
COMMAND_FIELDS: Final = frozenset(
    (
        *("type", "name", "name_localizations", "description", "description_localizations"),
        *("default_member_permissions", "contexts", "integration_types", "nsfw", "options"),
        *("required", "choices", "value", "channel_types", "autocomplete"),
        *("min_value", "max_value", "min_length", "max_length"),
    )
)
COMMAND_DEFAULTS: Final[Json] = {"type": 1, "integration_types": [0]}


class RegistrationError(Exception):
    """The application could not be set up; the message says why and what to do, to an operator."""


def invite_url(application_id: str) -> str:
    """Return the link that invites the bot with exactly the permissions it needs.

    Source: Discord docs, Topics > OAuth2 > Bot Authorization Flow.
    """
    query = {"client_id": application_id, "scope": SCOPES, "permissions": BOT_NEEDS}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def same_commands(registered: Sequence[Json], ours: Sequence[Json] = COMMANDS) -> bool:
    """Tell whether the commands that Discord has are ours, whatever it adds to them."""

    def described(commands: Sequence[Json]) -> list[Any]:
        return sorted((_essence(COMMAND_DEFAULTS | c) for c in commands), key=lambda c: c["name"])

    return described(registered) == described(ours)


def _essence(said: Any) -> Any:
    """Return what is said, without what Discord adds and without what says nothing."""
    if isinstance(said, Mapping):
        return {
            key: value if key.endswith("_localizations") else _essence(value)
            for key, value in said.items()
            if key in COMMAND_FIELDS and not _says_nothing(value)
        }
    if isinstance(said, list):
        items = [_essence(item) for item in said]
        # Contexts and types are sets.
        return sorted(items) if all(isinstance(item, int) for item in items) else items
    return said


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value in ([], {})


def register(discord: Discord, *, public_key: str, url: str, deadline: float) -> str:
    """Set the endpoint, then the commands, each only if Discord has another; return the id.

    `public_key` (64 hex digits) is what the endpoint at `url` verifies requests with; `deadline`
    (Unix seconds) is when to stop trying.

    Raises:
        RegistrationError: Discord refused, did not answer, or it is another application.

    """
    application = own_application(discord, public_key, deadline)
    if application["interactions_endpoint_url"] != url:
        set_endpoint(discord, url, deadline)
    application_id = str(application["id"])
    if not same_commands(ask(discord, calls.list_commands(application_id), deadline)):
        ask(discord, calls.overwrite_commands(application_id, COMMANDS), deadline)
    return application_id


def unregister(discord: Discord, *, public_key: str, url: str, deadline: float) -> bool:
    """Remove commands and endpoint, if that is still `url`; tell whether it was.

    Otherwise the application has been set up for somebody else, and is theirs.

    Raises:
        RegistrationError: as `register`.

    """
    application = own_application(discord, public_key, deadline)
    if application["interactions_endpoint_url"] != url:
        return False
    ask(discord, calls.overwrite_commands(str(application["id"]), []), deadline)
    ask(discord, calls.edit_application(None), deadline)
    return True


def own_application(discord: Discord, public_key: str, deadline: float) -> Json:
    """Return the token's application, if `public_key` is its key.

    Raises:
        RegistrationError: it is not, or as `register`.

    """
    application: Json = ask(discord, calls.get_application(), deadline)
    if application["verify_key"] != public_key:
        raise RegistrationError(
            f"The bot token is that of the application {application['name']} "
            f"({application['id']}), whose public key is {application['verify_key']}, "
            f"but the public key given is {public_key}. Give that application's public key, "
            "or store the token of the application whose public key was given."
        )
    return application


def set_endpoint(discord: Discord, url: str, deadline: float) -> None:
    """Let Discord send interactions to `url`, which it verifies first.

    Raises:
        RegistrationError: as `register`.

    """
    ask(discord, calls.edit_application(url), deadline, not_yet=INVALID_FORM)


def ask(discord: Discord, call: Call, deadline: float, *, not_yet: int | None = None) -> Any:
    """Send a call until Discord answers it; the code `not_yet` is no answer before the deadline.

    Raises:
        RegistrationError: as `register`.

    """
    for wait in _waits():
        try:
            return discord.send(call)
        except RateLimited as limited:
            # Never beyond the deadline: that is RateLimitTooLong.
            time.sleep(max(0.0, datetime.fromisoformat(str(limited)).timestamp() - time.time()))
            continue
        except (DiscordUnavailable, NoAnswer) as unknown:
            # GET, PUT and PATCH of what is to be: done twice is done once.
            failure: ChannelwrightError = unknown
        except DiscordRefused as refused:
            if refused.code != not_yet:
                raise RegistrationError(_words(refused, call)) from None
            failure = refused
        except ChannelwrightError as error:
            raise RegistrationError(str(error)) from None
        if time.time() + wait >= deadline:
            raise RegistrationError(_words(failure, call)) from None
        time.sleep(wait)
    raise AssertionError("unreachable")


def _waits() -> Iterator[float]:
    return chain((1.0, 2.0, 4.0), repeat(8.0))


def _words(failure: ChannelwrightError, call: Call) -> str:
    """Say to an operator what the error says to a user, with what only an operator can do."""
    if not isinstance(failure, DiscordRefused):
        return str(failure)
    said = messages.refused(call.action, failure.status, failure.code, failure.detail)
    if failure.status == 401:
        return (
            f"{said} The bot token is not valid (any more): make a new one in Discord's developer "
            "portal (Bot > Reset Token) and store that."
        )
    if call.method == "PATCH" and failure.code == INVALID_FORM:
        return (
            f"{said} Discord sends that URL two PINGs: it must answer the one that is signed with "
            "a PONG and refuse the other with 401, both within 3 seconds. The log of the function "
            "`interaction` tells what it did."
        )
    return said
