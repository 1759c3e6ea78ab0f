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

    If something failed, `settle_seconds` is how long it may take to have an effect, or to be shown.
    If anything has changed, `event` is what other systems hear of it. `plan` is the result of *Plan
    Members*, `results` how each change ended.
    """
    request, plan, results = event["request"], event["plan"], event["results"]
    record, has_left = plan["record"], plan["master_has_left"]
    master, co_gms = members.leaders(record, request, results, master_has_left=has_left)
    before = record["game_master"]
    handed_over_by = before if master != before and before in co_gms else ""
    said = [_told(one, master, co_gms, request["interaction_id"]) for one in results]
    content = words.changed(record["name"], said, request["change"], handed_over_by)
    is_new = (master, co_gms) != (before, members.co_gms_of(record))
    news = data.members_changed(record, request, results, (master, co_gms))
    return {
        "game_master": attributes.attribute(master),
        "co_gms": attributes.attribute(co_gms),
        "settle_seconds": attributes.attribute(members.settle_seconds(results)),
        "content": content,
        "not_recorded": f"{content}\n{words.NOT_RECORDED}" if is_new else content,
        "components": [],
    } | ({"event": news} if news else {})


def _told(one: Json, master: str, co_gms: list[str], interaction_id: str) -> Json:
    """Return a result with what the person is now, or why the change failed."""
    if "failure" in one:
        return {**one, "why": last_word.why(one["failure"], interaction_id)}
    is_co_gm = members.CO_GM if one["user_id"] in co_gms else members.PLAYER
    return {**one, "is": members.GAME_MASTER if one["user_id"] == master else is_co_gm}
