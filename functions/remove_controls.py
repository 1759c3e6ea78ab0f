"""Remove Controls: take the buttons off the summary of a campaign that is being undone."""

from typing import Any

from channelwright.campaign import deadlines
from channelwright.discord import calls, connect
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> None:
    """Edit the message `message_id` of the `request`, as the bot; its text stays.

    Raises:
        ChannelwrightError: the message was not edited, or that is unknown. An ephemeral message
            cannot be edited by the bot.
    """
    request = event["request"]
    deadline = deadlines.build_deadline(request["interaction_id"])
    discord = connect.as_bot(deadline, in_company=True, short_waits=0)
    discord.send(calls.remove_components(request["channel_id"], request["message_id"]))
