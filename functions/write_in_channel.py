"""Write in Channel: say the last word as the bot, where the command was run.

The deferred message cannot be edited (any more).
"""

from typing import Any

from channelwright.campaign import last_word
from channelwright.campaign.deadlines import removal_deadline
from channelwright.discord import delivery
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> dict[str, Any] | None:
    """Say what the state `says`, and return the execution's output.

    Raises:
        ChannelwrightError: it is not said, or not known to be.

    """
    request = event["request"]
    word = last_word.of(event)
    deadline = removal_deadline(request["interaction_id"], event["until"])
    delivery.write_in_channel(request, word.content, deadline=deadline)
    return word.output
