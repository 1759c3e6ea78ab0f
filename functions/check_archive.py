"""Check Archive: compare the server with the snapshot, and find what is still to write."""

from channelwright.archive import findings, shelf, steps
from channelwright.campaign import last_word
from channelwright.discord import calls, connect
from channelwright.discord.calls import Json
from channelwright.errors import OUTCOME_KNOWN
from channelwright.records import look
from channelwright.task import task


@task
def handler(event: Json) -> Json:
    """Return the next `steps.Progress` after `archive`, whose items ended with the `results`.

    Raises:
        RecordNotRead: the table did not answer.
        ChannelwrightError: Discord could not be asked.
    """
    request, before = event["request"], event["archive"]
    with look.from_table():
        taken = shelf.kept(request["guild_id"], request["campaign_id"])
    deadline = steps.deadline(before, request)
    discord = connect.as_bot(deadline, in_company=True)
    channels = discord.send(calls.list_guild_channels(request["guild_id"]))
    results = [_in_words(one, request) for one in event["results"]]
    progress = steps.after(taken, channels, before, results)
    return findings.with_answer(taken, channels, progress, request)


def _in_words(result: Json, request: Json) -> Json:
    if not isinstance(result.get("failure"), dict):  # none, or already in words
        return result
    why = last_word.why(result["failure"], request["interaction_id"])
    return {**result, "failure": why, "late": result["failure"]["Error"] not in OUTCOME_KNOWN}
