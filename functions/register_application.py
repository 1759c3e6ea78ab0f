"""Register the application's endpoint and commands with Discord as the stack comes and goes.

This is the template's custom resource; see `channelwright.setup.registration`.
"""

import os
from typing import Any

from channelwright.aws import bot_token, log
from channelwright.discord.addresses import UnsafeAddressError
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.discord.connect import as_bot
from channelwright.errors import BotTokenNotRead
from channelwright.setup import registration
from channelwright.setup.custom_resource import serve
from channelwright.setup.registration import NotDiscordError, RegistrationError


@log.invocation
def handler(event: Any, context: Any) -> None:
    """Serve CloudFormation's request `event`.

    Its properties are the application's `PublicKey` and its endpoint, `InteractionsUrl`. The
    resource's attributes are `ApplicationId` and `InviteUrl`.
    """
    serve(event, context, _perform, RegistrationError)


def _perform(request_type: str, properties: Json, deadline: float) -> Json:
    try:
        key, url = properties["PublicKey"], properties["InteractionsUrl"]
    except KeyError as missing:
        raise RegistrationError(f"The template does not set {missing}.") from None
    discord = _discord(deadline)
    try:
        if request_type == "Delete":
            done = registration.unregister(discord, public_key=key, url=url, deadline=deadline)
            log.info("unregistered" if done else "left alone: not this stack's registration")
            return {}
        application_id = registration.register(discord, public_key=key, url=url, deadline=deadline)
    except NotDiscordError as error:
        raise RegistrationError(
            f"{os.environ['DISCORD_API_BASE_URL']} does not answer like Discord's API: check the "
            f"parameter DiscordApiBaseUrl. {error}"
        ) from None
    return {"ApplicationId": application_id, "InviteUrl": registration.invite_url(application_id)}


def _discord(deadline: float) -> Discord:
    # The operator may have stored a new token since the last deployment failed.
    bot_token.forget()
    try:
        return as_bot(deadline)
    except BotTokenNotRead as failed:
        raise RegistrationError(failed.why) from None
    except UnsafeAddressError as unsafe:
        raise RegistrationError(str(unsafe)) from None
