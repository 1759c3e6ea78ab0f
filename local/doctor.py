"""`make doctor`: check a deployed bot's setup; print one line per problem, with the fix.

Environment: DISCORD_BOT_TOKEN, DISCORD_PUBLIC_KEY, DISCORD_APPLICATION_ID; INTERACTIONS_URL (the
stack's output) to check that Discord sends interactions there; DISCORD_API_BASE_URL for another
server that speaks Discord's API. With none of the first four set, the running local stack is
checked.

Only Discord can sign a PING. The doctor therefore saves the endpoint's current URL again: Discord
PINGs a URL that is saved, and refuses it if the answer is wrong. Nothing else is written.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from nacl.signing import SigningKey

from channelwright.aws.token_form import MalformedBotToken, well_formed
from channelwright.commands.table import DEFINITIONS
from channelwright.discord.client import Discord
from channelwright.setup import registration
from channelwright.setup.registered import same_commands
from channelwright.setup.registration import NotDiscordError, RegistrationError
from local import background, running
from local.emulator import forget_aws_settings
from local.install_settings import fault as install_settings_fault
from local.settings import CHECK_BASE_URL, SettingsError, api_base_url, required

PATIENCE = 5.0  # seconds to wait for Discord
SECONDS = 10.0  # to wait for the endpoint
TOLD = ("DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY", "DISCORD_APPLICATION_ID", "INTERACTIONS_URL")
LOCALLY = "To check the local stack instead, set none of them and run `make up` first."
SETTLE = (
    "Deploy again with RegisterWithDiscord=true and any parameter changed (an unchanged "
    "deployment does not register again), or run `make register`."
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """The result of a check, and the fix if it is not `ok`."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"✓ {self.what}" if self.ok else f"✗ {self.what}. {self.remedy}"


def examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Run all checks in order; stop if the server does not answer like Discord.

    Raises SettingsError if a setting is missing.
    """
    try:
        yield from examine_discord(environ)
    except NotDiscordError as error:
        what = f"{api_base_url(environ)} does not answer like Discord's API"
        yield Finding(False, what, f"{CHECK_BASE_URL} {error}")


def examine_discord(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Run all checks in order; stop if the token does not work.

    Raises SettingsError if a setting is missing, NotDiscordError if the server is not Discord.
    """
    token, public_key, application_id = required(
        environ, "DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY", "DISCORD_APPLICATION_ID"
    )
    deadline = time.time() + PATIENCE
    try:
        token = well_formed(token, "DISCORD_BOT_TOKEN")
        discord = Discord(api_base_url(environ), token=token, deadline=deadline)
        application = registration.application_of(discord, deadline)
    except NotDiscordError:
        raise
    except (MalformedBotToken, RegistrationError) as error:
        yield Finding(False, "the bot token does not work", str(error))
        return
    yield Finding(True, f"the bot token belongs to the application {application['name']}")
    yield from identity(application, application_id, public_key.lower())
    expected = environ.get("INTERACTIONS_URL", "").strip()
    yield from endpoint(discord, application.get("interactions_endpoint_url"), expected)
    yield commands(discord, application["id"], deadline)
    yield invitation(application)
    yield from install_settings(application)


def identity(application: Json, application_id: str, public_key: str) -> Iterator[Finding]:
    """Check that the settings belong to the token's application."""
    for what, given, parameter, found in (
        ("application id", application_id, "DISCORD_APPLICATION_ID", application["id"]),
        ("public key", public_key, "DISCORD_PUBLIC_KEY", application["verify_key"]),
    ):
        if given == found:
            yield Finding(True, f"the {what} matches the application")
        else:
            yield Finding(
                False,
                f"the {what} is {given}, but the token's application has {found}",
                f"Set {parameter} to that value and deploy with it, or use the token of the "
                "intended application.",
            )


def endpoint(discord: Discord, url: str | None, expected: str) -> Iterator[Finding]:
    """Check the endpoint: its URL, and its answers to forged requests and to Discord's PING."""
    if not url:
        yield Finding(False, "the application has no interactions endpoint URL", SETTLE)
    elif expected and url != expected:
        yield Finding(False, f"Discord sends interactions to {url}, not to {expected}", SETTLE)
    else:
        yield Finding(True, f"Discord sends interactions to {url}")
    if probed := url or expected:
        yield refusal(probed, "an unsigned request", {})
        yield refusal(probed, "a badly signed request", forged())
    if url:
        yield pinged(discord, url)


def forged() -> dict[str, str]:
    """Return the headers of a PING signed with another key."""
    timestamp = str(int(time.time()))
    signature = SigningKey.generate().sign(timestamp.encode() + PING).signature
    return {"X-Signature-Ed25519": signature.hex(), "X-Signature-Timestamp": timestamp}


PING = json.dumps({"type": 1}).encode()


def refusal(url: str, what: str, headers: dict[str, str]) -> Finding:
    """Check that the endpoint answers 401 to a request that is not Discord's."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url,
                data=PING,
                headers={"Content-Type": "application/json"} | headers,
                timeout=SECONDS,
                allow_redirects=False,
            )
        # urllib3 raises a ValueError for a malformed host name.
        except (requests.RequestException, ValueError) as error:
            return Finding(
                False,
                f"{url} does not answer {what} ({type(error).__name__})",
                "Check that the stack is deployed and that the URL is its output InteractionsUrl.",
            )
    if answer.status_code == requests.codes.unauthorized:
        return Finding(True, f"the endpoint refuses {what}")
    return Finding(
        False,
        f"the endpoint answers {what} with {answer.status_code} instead of 401",
        "Discord removes such an endpoint. Check that its URL is the stack's output "
        "InteractionsUrl; if it is, read the log of the function `interaction`.",
    )


def pinged(discord: Discord, url: str) -> Finding:
    """Check that Discord accepts the endpoint."""
    try:
        registration.set_endpoint(discord, url, deadline=time.time())
    except NotDiscordError:
        raise
    except RegistrationError as error:
        return Finding(
            False,
            "the endpoint does not answer Discord's PING correctly",
            f"{error} Check that the stack was deployed with this application's public key.",
        )
    return Finding(True, "the endpoint answers Discord's PING")


def commands(discord: Discord, application_id: str, deadline: float) -> Finding:
    """Check that the registered commands match this code."""
    try:
        registered = registration.commands_of(discord, application_id, deadline)
    except NotDiscordError:
        raise
    except RegistrationError as error:
        return Finding(False, "the commands could not be checked", str(error))
    if same_commands(registered):
        names = ", ".join(f"/{command['name']}" for command in DEFINITIONS)
        return Finding(True, f"the commands are registered: {names}")
    return Finding(False, "the registered commands do not match this code", SETTLE)


def invitation(application: Json) -> Finding:
    """Return the invite link, and check that the application's settings allow it.

    Source: Discord docs, Topics > OAuth2 > Bots; Resources > Application.
    """
    installable = application.get("integration_types_config") or {"0": {}}
    if application.get("bot_require_code_grant"):
        return Finding(
            False,
            "the application requires the OAuth2 code grant, so no invite link works",
            "Turn that off in Discord's developer portal (Bot > Requires OAuth2 Code Grant).",
        )
    if "0" not in installable:
        return Finding(
            False,
            "the application cannot be added to servers",
            "Turn on Guild Install in Discord's developer portal (Installation).",
        )
    link = registration.invite_url(application["id"])
    return Finding(True, f"the invite link asks for exactly what the bot needs: {link}")


def install_settings(application: Json) -> Iterator[Finding]:
    """Check the settings for adding the application without that link."""
    if fault := install_settings_fault(application):
        yield Finding(False, *fault)


def whom(environ: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """Return the settings to check: the environment's or, if it has none, the local stack's."""
    if any(environ.get(name) for name in TOLD):
        return environ
    return running.settings(folder) or environ


def main() -> None:
    """Print the findings; exit with 1 if there is a problem."""
    forget_aws_settings()
    well = True
    try:
        for finding in examine(whom(os.environ, background.FOLDER)):
            print(finding, flush=True)
            well &= finding.ok
    except SettingsError as error:
        sys.exit(f"Settings are missing or wrong: {error}. {LOCALLY}")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
