"""What all tests share: no real AWS, ever."""

import os

# Set before any handler is imported: its module makes its clients at import.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="us-east-1",
    STACK_NAME="channelwright",
    EXECUTION_CONSOLE="https://console.test/executions/",
    DISCORD_API_BASE_URL="http://127.0.0.1:9/api/v10",
    DISCORD_BOT_TOKEN_PARAMETER="/channelwright/discord-bot-token",
    WAVE_SIZE="4",
)
for _name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
    os.environ.pop(_name, None)

# moto hooks itself into botocore when it is imported: before any client is made.
import moto  # noqa: E402, F401
