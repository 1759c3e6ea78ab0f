"""The deferred message's webhook: the interaction's token is in its path, no secret of ours needed.

Apart from connect.py, because who only edits the message has no use for boto3, which takes long.
"""

import os
from typing import Final

from channelwright.discord import Discord

# An edit is quick. The Lambda that shows progress must not keep a campaign waiting for long.
TIMEOUT: Final = (2.0, 4.0)


def connect(deadline: float, *, short_waits: int = 1) -> Discord:
    """Speak with the interaction's token alone; rate limits may be waited for until `deadline`.

    So many short ones are slept.
    """
    return Discord(
        os.environ["DISCORD_API_BASE_URL"],
        token=None,
        deadline=deadline,
        timeout=TIMEOUT,
        short_waits=short_waits,
    )
