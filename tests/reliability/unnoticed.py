"""Things that went after Discord had not deleted them, and the bot had looked at last."""

import re

from tests.reliability.play import Outcome
from tests.reliability.wire import Call

# So many calls may be on their way while somebody acts.
MOST_AT_ONCE = 4
# The path of a role, or of a channel or category.
THING = re.compile(r"/guilds/\d+/roles/\d+|/channels/\d+")


def went_unnoticed(outcome: Outcome, removal: str, words: str) -> bool:
    """Tell whether what `words` name as left, and Discord did not delete, went after a look.

    `removal` begins the names of the removal's executions.
    """
    _, _, words = words.partition("\n")  # the first line names the campaign
    heard = [(n, call) for n, call in enumerate(outcome.calls) if not call.lost]
    deleted = {call.path for _, call in heard if call.method == "DELETE" and _is_done(call)}
    denied = {call.path for _, call in heard if THING.fullmatch(call.path) and _stands(call)}
    lag = outcome.schedule.settings.get("stale_reads_ms", 0) / 1000
    went = _went(outcome)
    for path in denied - deleted:
        id_ = path.rsplit("/", 1)[1]
        before, at, name = went.get(id_, (0, 0.0, ""))
        named = at and (id_ in words or name in words)
        if named and not any(
            call.at > at + lag or (not lag and n >= before + MOST_AT_ONCE)
            for n, call in _looks(heard, removal, path)
        ):
            return True
    return False


def _went(outcome: Outcome) -> dict[str, tuple[int, float, str]]:
    """Return what was deleted, by id: after how many answered calls, when, and its name."""
    by_bot = {
        entry.target_id: (len(outcome.calls), entry.at, entry.name)
        for entry in outcome.people.guild.audit_log
        if entry.action in {"channel_delete", "role_delete"}
    }
    deleted = outcome.people.deleted.items()
    return by_bot | {id_: (before, at, thing.name) for id_, (before, at, thing) in deleted}


def _is_done(call: Call) -> bool:
    return call.status == 204 or (call.status == 200 and call.readable)


def _stands(call: Call) -> bool:
    """Tell whether Discord said that a thing exists, or did not say that it is deleted."""
    is_hidden = call.method == "GET" and call.status == 403 and call.refused
    return is_hidden or (call.method == "DELETE" and not _is_done(call))


def _looks(heard: list[tuple[int, Call]], removal: str, path: str) -> list[tuple[int, Call]]:
    """Return the answers that tell whether a thing exists: none, if Discord does not show it."""
    lists = "/channels" if path.startswith("/channels/") else "/roles"
    asked = [one for one in heard if one[1].method == "GET" and one[1].path == path]
    if asked and asked[-1][1].refused and asked[-1][1].status == 403:
        return []
    looks = [
        one
        for one in heard
        if (one[1].function, one[1].status) == ("find_created", 200)
        and one[1].key.startswith(removal)
    ]
    return [*asked, *(one for one in looks if one[1].path.endswith(lists))]
