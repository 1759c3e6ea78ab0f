"""`make register`: set an application's endpoint and commands, as a deployment normally does.

Use it for a stack deployed with RegisterWithDiscord=false. Environment: DISCORD_BOT_TOKEN,
DISCORD_PUBLIC_KEY, INTERACTIONS_URL; DISCORD_API_BASE_URL for another server that speaks Discord's
API.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping

from channelwright.aws.token_form import MalformedBotToken, well_formed
from channelwright.discord.client import Discord
from channelwright.setup import registration
from channelwright.setup.registration import NotDiscordError, RegistrationError
from local.settings import CHECK_BASE_URL, SettingsError, api_base_url, required

PATIENCE = 30.0  # seconds


class HalfRegisteredError(Exception):
    """The endpoint was set but the commands were not; the message gives the reason."""


def register(
    environ: Mapping[str, str],
    patience: float = PATIENCE,
    tell: Callable[[str], None] = lambda step: print(step, flush=True),
) -> str:
    """Set up the token's application; return its id. `tell` announces each step.

    Raises SettingsError if a setting is missing, MalformedBotToken if the token is malformed,
    RegistrationError if Discord refuses or does not answer within `patience` seconds, and
    HalfRegisteredError if that happens after the endpoint was set.
    """
    token, public_key, url = required(
        environ, "DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY", "INTERACTIONS_URL"
    )
    token = well_formed(token, "DISCORD_BOT_TOKEN")
    deadline = time.time() + patience
    discord = Discord(api_base_url(environ), token=token, deadline=deadline)
    tell(f"Setting the endpoint {url}: Discord has up to {patience:g} s to verify it …")
    application_id = registration.register_endpoint(
        discord, public_key=public_key.lower(), url=url, deadline=deadline
    )
    tell("The endpoint is set. Setting the commands …")
    try:
        registration.register_commands(discord, application_id, deadline)
    except RegistrationError as error:
        raise HalfRegisteredError(str(error)) from None
    return application_id


def main() -> None:
    """Set up the application and print the bot's invite link."""
    try:
        application_id = register(os.environ)
    except NotDiscordError as error:
        where = api_base_url(os.environ)
        sys.exit(f"{where} does not answer like Discord's API. {CHECK_BASE_URL} {error}")
    except HalfRegisteredError as error:
        sys.exit(f"The endpoint was set, but the commands were not: {error}")
    except (SettingsError, MalformedBotToken, RegistrationError) as error:
        sys.exit(f"The application was not registered: {error}")
    print("The endpoint and the commands are set. Invite the bot with this link:")
    print(registration.invite_url(application_id))


if __name__ == "__main__":
    main()
