"""What the local stack that runs is, said as an operator's environment says it.

`.local/stack.json` says it, but for the token, which is where a deployed bot has it: in the
parameter store.
"""

import json
from pathlib import Path

from local import background
from local.emulator import client
from local.stack import BOT_TOKEN_PARAMETER

# A setting, and where stack.json has it.
SETTINGS = {
    "DISCORD_API_BASE_URL": "discord_api_base_url",
    "DISCORD_APPLICATION_ID": "application_id",
    "DISCORD_PUBLIC_KEY": "public_key",
    "INTERACTIONS_URL": "interactions_url",
}


def settings(folder: Path) -> dict[str, str]:
    """Return the settings of the stack in `folder`; none, if none runs."""
    if not background.running_pid(folder) or not background.description(folder).exists():
        return {}
    described = json.loads(background.description(folder).read_text(encoding="utf-8"))
    stored = client("ssm", described["aws_endpoint_url"]).get_parameter(
        Name=BOT_TOKEN_PARAMETER, WithDecryption=True
    )
    told = {name: described[key] for name, key in SETTINGS.items() if described[key]}
    return told | {"DISCORD_BOT_TOKEN": stored["Parameter"]["Value"]}
