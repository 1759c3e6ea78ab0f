"""The settings of the running local stack, as environment variables.

They come from `.local/stack.json`, except for the token: like a deployed bot's, it is in the
parameter store.
"""

import json
from pathlib import Path

from local import background
from local.emulator import client
from local.stack import BOT_TOKEN_PARAMETER

# Each setting's key in stack.json.
SETTINGS = {
    "DISCORD_API_BASE_URL": "discord_api_base_url",
    "DISCORD_APPLICATION_ID": "application_id",
    "DISCORD_PUBLIC_KEY": "public_key",
    "INTERACTIONS_URL": "interactions_url",
}


def settings(folder: Path) -> dict[str, str]:
    """Return the settings of the stack in `folder`; an empty dict if it does not run."""
    if not background.running_pid(folder) or not background.description(folder).exists():
        return {}
    described = json.loads(background.description(folder).read_text(encoding="utf-8"))
    stored = client("ssm", described["aws_endpoint_url"]).get_parameter(
        Name=BOT_TOKEN_PARAMETER, WithDecryption=True
    )
    told = {name: described[key] for name, key in SETTINGS.items() if described[key]}
    return told | {"DISCORD_BOT_TOKEN": stored["Parameter"]["Value"]}
