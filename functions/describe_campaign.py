"""Describe Campaign: whose it is, its role and channels, what is missing and what was added."""

from channelwright.campaign import deadlines
from channelwright.discord import connect
from channelwright.discord.calls import Json
from channelwright.records import description, look
from channelwright.task import task
from channelwright.words import descriptions


@task
def handler(event: Json) -> Json:
    """Describe the campaign of a `request` (`campaign_id`) to whoever may see it.

    Returns the message's `content` and `components`.

    Raises:
        RecordNotRead: the table did not answer.
        ChannelwrightError: Discord could not be asked.
    """
    return {"content": _content(event["request"]), "components": []}


def _content(request: Json) -> str:
    with look.from_table():
        record = look.record_of(request)
    if isinstance(record, str):
        return record
    deadline = deadlines.build_deadline(request["interaction_id"])
    server = look.at_server(connect.as_bot(deadline, in_company=True), request)
    if not description.may_see(record, request["user_id"], server.standing, server.held):
        return descriptions.not_yours(record["name"])
    shown = description.describe(record, server.roles, server.channels)
    return descriptions.campaign(record, shown.channels, shown.missing, shown.added)
