"""The request for a campaign: a message on the queue, and the input of an execution. Pure.

The interaction Lambda can send any message, so its word on the caller's permissions or on another
campaign does not count: the plan asks Discord, and fields not listed here are dropped.
"""

import json
import re
from dataclasses import asdict
from typing import Any, Final

from channelwright.aws import executions
from channelwright.discord import edits, snowflake
from channelwright.pace.schedule import Turn

# A snowflake. Source: Discord docs, Reference > Snowflakes.
_ID: Final = re.compile(r"[0-9]{1,20}")

# For edits of the deferred message; the token is a secret, so nothing else has it.
REPLY: Final = ("application_id", "interaction_token")
_OF_ALL: Final = {
    "interaction_id": _ID,
    "application_id": _ID,
    # It becomes a part of a URL's path.
    "interaction_token": re.compile(r"[A-Za-z0-9_.=+-]{1,1000}"),
    "guild_id": _ID,
    "channel_id": _ID,
    "user_id": _ID,
    # *Plan Campaign* validates it; a deletion only shows it.
    "campaign_name": re.compile(r".*", re.DOTALL),
    "locale": re.compile(r"[A-Za-z0-9-]{1,20}"),
    "app_permissions": re.compile(r"[0-9]{1,40}"),
}
_OF_ONE: Final = _OF_ALL | {"campaign_id": _ID}
_OF_MEMBERS: Final = _OF_ONE | {
    "change": re.compile("add|remove|leave"),
    # As many as a user select has.
    "who": re.compile(r"[0-9]{1,20}(,[0-9]{1,20}){0,24}"),
}
# By the kind of message; a request for a campaign has none.
FIELDS: Final = {
    None: _OF_ALL,
    "deletion": _OF_ONE,
    "description": _OF_ONE,
    "members": _OF_MEMBERS,
    "archive": _OF_ONE | {"way": re.compile(r"archive|unarchive")},
}
# "private": the messages are for the user alone, so nothing is written in the channel. "digest": of
# the preview that the user confirms. "parent_id": of the command's channel, as for a thread.
# "message_id": of the summary whose *Undo* was pressed. "as": what people are added as.
# "co_gm": whoever leads the new campaign, too.
OPTIONAL: Final = {
    "message_id": _ID,
    "co_gm": _ID,
    "as": re.compile("player|co-gm|game-master"),
    "private": re.compile("yes"),
    "digest": re.compile(r"[0-9a-f]{1,64}"),
    "parent_id": _ID,
}

# The states' knowledge of a campaign before it is planned.
NOTHING_YET: Final[dict[str, Any]] = {
    "says": "rejection",
    "campaign": None,
    "waves": [],
    "building": {"made": [], "edits": edits.NONE_YET},
    "made": {"channels": []},
    "failure": None,
    "completed": None,
    "rate_limit": None,
}


class NotARequest(Exception):
    """The message on the queue asks for no campaign; `what` says why, without quoting it."""

    def __init__(self, what: str):
        super().__init__(f"the message on the queue does not ask for a campaign: {what}")


def parsed(body: str) -> dict[str, str]:
    """Return the `FIELDS` and `OPTIONAL` fields of a message's `body` (JSON), and drop all others.

    Raises:
        NotARequest: a field is missing or malformed. The error quotes nothing of the body, which
            may contain an interaction token.
    """
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise NotARequest("it is not JSON") from None
    if not isinstance(message, dict):
        raise NotARequest("it is not a JSON object")
    kind = message.get("kind")
    if not isinstance(kind, str | None) or kind not in FIELDS:
        raise NotARequest("its kind is unknown")
    for name, form in FIELDS[kind].items():
        if not _has(message, name, form):
            raise NotARequest(f"its {name} is missing or malformed")
    chosen = {name: message[name] for name, form in OPTIONAL.items() if _has(message, name, form)}
    named = {"kind": kind} if kind else {}
    return {name: message[name] for name in FIELDS[kind]} | chosen | named


def _has(message: dict[str, Any], name: str, form: re.Pattern[str]) -> bool:
    value = message.get(name)
    return isinstance(value, str) and bool(form.fullmatch(value))


def input_about_one(message: dict[str, Any]) -> dict[str, Any]:
    """Return the input of an execution that answers about one campaign, or begins its deletion.

    `message` is as for `execution_input`, with the fields of its kind.
    """
    # The states of the machines fill these in.
    found = ("answer", "preview", "archive", "failure", "rate_limit")
    return {**_split(message), **dict.fromkeys(found)}


def execution_input(
    message: dict[str, Any], turn: Turn, edited: edits.Known = edits.NONE_YET
) -> dict[str, Any]:
    """Return the execution's input: the request, its turn, and what is known before the plan.

    `message` has the fields of `FIELDS`; `edited` is the state of the deferred message.
    A campaign that need not wait gets a turn that began with its command.
    """
    begins_at = turn.begins_at
    if turn.wait <= 0:  # a second earlier, because `utc` rounds up
        begins_at = snowflake.created_at(message["interaction_id"]) - 1
    given: dict[str, Any] = {"begins_at": executions.utc(begins_at), "in_company": turn.in_company}
    if turn.wait > 0 and turn.ticket:
        given["reserved"] = asdict(turn.ticket)
    return {
        **_split(message),
        "turn": given,
        **NOTHING_YET,
        "building": {"made": [], "edits": edited},
    }


def _split(message: dict[str, Any]) -> dict[str, Any]:
    """Keep the token apart, for those alone who edit the message."""
    return {
        "request": {key: value for key, value in message.items() if key not in REPLY},
        "reply": {key: message[key] for key in REPLY},
    }
