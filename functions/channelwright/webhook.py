"""The deferred message's webhook: the interaction's token is in its path, no secret of ours needed.

Apart from connect.py, because who only edits the message has no use for boto3, which takes long.
"""

import os

from channelwright.discord import Discord


def connect(deadline: float) -> Discord:
    """Speak with the interaction's token alone; rate limits may be waited for until `deadline`."""
    return Discord(os.environ["DISCORD_API_BASE_URL"], token=None, deadline=deadline)
