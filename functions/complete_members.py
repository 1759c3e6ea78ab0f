"""Complete Members: put the changes together, for the record and for the message."""

from channelwright.campaign import last_word
from channelwright.discord.calls import Json
from channelwright.events import data
from channelwright.records import attributes, members
from channelwright.task import task
from channelwright.words import members as words


@task
def handler(event: Json) -> Json:
    """Return the leaders after the changes, as DynamoDB's values, and the message about them.

    If anything has changed, `event` is what other systems hear of it. `plan` is the result of *Plan
    Members*, `results` how each change ended.
    """
    request, plan, results = event["request"], event["plan"], event["results"]
    record, has_left = plan["record"], plan["master_has_left"]
    master, co_gms = members.leaders(record, request, results, master_has_left=has_left)
    before = record["game_master"]
    handed_over_by = before if master != before and before in co_gms else ""
    said = [_with_reason(one, request["interaction_id"]) for one in results]
    as_what = request.get("as", members.PLAYER)
    news = data.members_changed(record, request, results, (master, co_gms))
    return {
        "game_master": attributes.attribute(master),
        "co_gms": attributes.attribute(co_gms),
        "content": words.changed(record["name"], said, as_what, handed_over_by),
        "components": [],
    } | ({"event": news} if news else {})


def _with_reason(one: Json, interaction_id: str) -> Json:
    if "failure" not in one:
        return one
    return {**one, "why": last_word.why(one["failure"], interaction_id)}
