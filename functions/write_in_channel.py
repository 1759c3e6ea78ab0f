"""Write in Channel: post the last word as the bot, in the channel of the command.

It stands in for the deferred message when that can no longer be edited, or never could.
"""

from typing import Any, Final

from channelwright.aws.executions import AGAIN_SUFFIX
from channelwright.campaign import last_word
from channelwright.campaign.deadlines import removal_deadline
from channelwright.discord import delivery
from channelwright.task import task

# The build may have said that all went well just when somebody stopped it, and a first removal that
# something is left: Discord must not take another word for a repetition.
_FAILURE_SUFFIX: Final = "-undo"
_SECOND_SUFFIX: Final = "-redo"


@task
def handler(event: dict[str, Any]) -> dict[str, Any] | None:
    """Post what the state `says`, and return the execution's output.

    Raises:
        ChannelwrightError: the message was not posted, or that is unknown.
    """
    request = event["request"]
    word = last_word.of(event)
    deadline = removal_deadline(request["interaction_id"], event["until"])
    suffix = _FAILURE_SUFFIX if event["says"] == "failure" else ""
    if event["at"]["execution"].endswith(AGAIN_SUFFIX):
        suffix = _SECOND_SUFFIX
    delivery.write_in_channel(
        request, word.content, word.components, deadline=deadline, suffix=suffix
    )
    return word.output
