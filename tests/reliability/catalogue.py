"""Every call of the bot, every fault of Discord, every death of a Lambda."""

from dataclasses import replace
from typing import Any

from tests.reliability.schedule import Act, Schedule

REFUSED_CHANNEL = {
    "method": "POST",
    "path": "/channels$",
    "body_contains": '"gm-planning"',
    "status": 403,
    "body": {"message": "Missing Permissions", "code": 50013},
    "headers": {"X-Scripted": "1"},
    "times": None,
}


def _create(name: str) -> dict[str, Any]:
    return {"method": "POST", "path": "/channels$", "body_contains": f'"{name}"'}


# Calls of a campaign that is built.
BUILDING: dict[str, dict[str, Any]] = {
    "who am I": {"method": "GET", "path": "/users/@me$"},
    "the server": {"method": "GET", "path": r"/guilds/\d+$"},
    "channels for the plan": {"method": "GET", "path": "/channels$"},
    "first progress": {"method": "PATCH", "body_contains": "(0/10)"},
    "create role": {"method": "POST", "path": "/roles$"},
    "create category": {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
    "assign role": {"method": "PUT"},
    "create text, first wave": _create("general"),
    "create text, middle wave": _create("dice-rolls"),
    "create private text": _create("gm-notes"),
    "create voice": _create("voice-chat"),
    "create forum, middle wave": _create("character-sheets"),
    "create forum, last wave": _create("lore-and-worldbuilding"),
    "middle progress": {"method": "PATCH", "body_contains": "(4/10)"},
    "last progress": {"method": "PATCH", "body_contains": "(8/10)"},
    "game master at completion": {"method": "GET", "path": r"/members/\d+$"},
    "roles at completion": {"method": "GET", "path": "/roles$"},
    "channels at completion": {"method": "GET", "path": "/channels$", "skip": 1},
    "summary": {"method": "PATCH", "body_contains": "Campaign Created"},
}

# Calls of a campaign that is undone: Discord refuses its last channel.
UNDOING: dict[str, dict[str, Any]] = {
    "undoing edit": {"method": "PATCH", "body_contains": "Undoing"},
    "channels to undo": {"method": "GET", "path": "/channels$", "skip": 1},
    "roles to undo": {"method": "GET", "path": "/roles$"},
    "channels, second look": {"method": "GET", "path": "/channels$", "skip": 2},
    "delete channel": {"method": "DELETE", "path": "/channels/"},
    "delete category": {"method": "DELETE", "path": "/channels/", "skip": 9},
    "delete role": {"method": "DELETE", "path": "/roles/"},
    "failure edit": {"method": "PATCH", "body_contains": "Could not create"},
}

# Calls of a removal: the campaign was stopped while its last channels were created.
CLEANING = {f"clean-up: {call}": matching for call, matching in UNDOING.items()}
# By then the bar has left no room for this edit; earlier it has.
CLEANING_SOON = {"clean-up: undoing edit": CLEANING.pop("clean-up: undoing edit")}
STOPPED_AT, STOPPED_SOON = 18, 10

# Calls in another kind of server, or after an earlier fault.
REJECTED: dict[str, dict[str, Any]] = {
    "rejection edit": {"method": "PATCH", "body_contains": "Nothing was created"},
}
WITH_ANOTHER_ROLE: dict[str, dict[str, Any]] = {
    "the bot as member": {"method": "GET", "path": r"/members/\d+$"},
}
GIVEN_AGAIN: dict[str, dict[str, Any]] = {
    "assign role again": {"method": "PUT", "skip": 1},
}
LOST_ASSIGNMENT = {"lost_assignments": 1}
WITHOUT_FORUMS: dict[str, dict[str, Any]] = {
    "create text for a forum": _create("character-sheets") | {"skip": 1},
}
REPEATED: dict[str, dict[str, Any]] = {
    "channels before a repetition": {"method": "GET", "path": "/channels$", "skip": 1},
}
TWICE: dict[str, dict[str, Any]] = {
    "delete a double": {"method": "DELETE", "path": "/channels/"},
}

# Calls of a campaign that is deleted: a preview, a press, and the removal.
DELETING: dict[str, dict[str, Any]] = {
    "the server for a preview": {"method": "GET", "path": r"/guilds/\d+$"},
    "channels for a preview": {"method": "GET", "path": "/channels$"},
    "who asks": {"method": "GET", "path": r"/members/\d+$"},
    "preview edit": {"method": "PATCH", "body_contains": "Delete Campaign"},
    "the server at the press": {"method": "GET", "path": r"/guilds/\d+$", "skip": 1},
    "channels at the press": {"method": "GET", "path": "/channels$", "skip": 1},
    "who presses": {"method": "GET", "path": r"/members/\d+$", "skip": 1},
    "deleting edit": {"method": "PATCH", "body_contains": "Deleting Campaign"},
    "delete channel for good": {"method": "DELETE", "path": "/channels/"},
    "channels before the category": {"method": "GET", "path": "/channels$", "skip": 2},
    "delete category for good": {"method": "DELETE", "path": "/channels/", "skip": 10},
    "delete role for good": {"method": "DELETE", "path": "/roles/"},
    "roles": {"method": "GET", "path": "/roles$"},
    "deleted edit": {"method": "PATCH", "body_contains": "Campaign Deleted"},
}

# Calls of a change of members.
JOINING: dict[str, dict[str, Any]] = {
    "the server for a change": {"method": "GET", "path": r"/guilds/\d+$"},
    "channels for a change": {"method": "GET", "path": "/channels$"},
    "who asks for a change": {"method": "GET", "path": r"/members/\d+$"},
    "who is changed": {"method": "GET", "path": r"/members/\d+$", "skip": 1},
    "give the role": {"method": "PUT", "path": "/roles/"},
    "take the role": {"method": "DELETE", "path": "/roles/"},
    "open a channel": {"method": "PUT", "path": "/permissions/"},
    "close a channel": {"method": "DELETE", "path": "/permissions/"},
    "edit about members": {"method": "PATCH", "body_contains": "\\ud83d\\udc65"},
}

# Calls of an archiving, or of the way back.
ARCHIVING: dict[str, dict[str, Any]] = {
    "the server for an archive": {"method": "GET", "path": r"/guilds/\d+$"},
    "channels for an archive": {"method": "GET", "path": "/channels$"},
    "who archives": {"method": "GET", "path": r"/members/\d+$"},
    "the bot's own permissions": {"method": "GET", "path": r"/members/\d+$", "skip": 1},
    "channels at a write": {"method": "GET", "path": "/channels$", "skip": 1},
    "channels after a write": {"method": "GET", "path": "/channels$", "skip": 2},
    "write an overwrite": {"method": "PUT", "path": "/permissions/"},
    "write a later overwrite": {"method": "PUT", "path": "/permissions/", "skip": 4},
    "move the category": {"method": "PATCH", "path": r"/guilds/\d+/channels$"},
    "archived edit": {"method": "PATCH", "body_contains": "Campaign"},
}
# An archiving adds an overwrite that was not there before.
DROPPING: dict[str, dict[str, Any]] = {
    "drop an overwrite": {"method": "DELETE", "path": "/permissions/"},
}
RESTORING: dict[str, dict[str, Any]] = {
    "the server for the way back": {"method": "GET", "path": r"/guilds/\d+$", "skip": 1},
    "channels for the way back": {"method": "GET", "path": "/channels$", "skip": 8},
    "who unarchives": {"method": "GET", "path": r"/members/\d+$", "skip": 2},
    "the bot's own permissions again": {"method": "GET", "path": r"/members/\d+$", "skip": 3},
    "channels at a restoring write": {"method": "GET", "path": "/channels$", "skip": 9},
    "channels after a restoring write": {"method": "GET", "path": "/channels$", "skip": 10},
    "restore an overwrite": {"method": "PUT", "path": "/permissions/", "skip": 7},
    "restore a later overwrite": {"method": "PUT", "path": "/permissions/", "skip": 12},
    "move the category back": {"method": "PATCH", "path": r"/guilds/\d+/channels$", "skip": 1},
    "unarchived edit": {"method": "PATCH", "body_contains": "Campaign Unarchived"},
}

# The message in the channel: Discord reports the interaction's token as invalid.
FALLING_BACK: dict[str, dict[str, Any]] = {
    "message in the channel": {"method": "POST", "path": "/messages$"},
}
DEAD_TOKEN = {
    "method": "PATCH",
    "status": 401,
    "body": {"message": "Invalid Webhook Token", "code": 50027},
    "headers": {"X-Scripted": "1"},
    "times": None,
}
# The bot may not write in the channel, either.
NOT_WRITTEN = {
    "method": "POST",
    "path": "/messages$",
    "status": 403,
    "body": {"message": "Missing Permissions", "code": 50013},
    "headers": {"X-Scripted": "1"},
    "times": None,
}


def _said(status: int, code: int = 0, **more: Any) -> dict[str, Any]:
    return {"status": status, "body": {"message": "Scripted", "code": code}, **more}


def _limited(seconds: float, scope: str = "user") -> dict[str, Any]:
    body = {"message": "You are being rate limited.", "retry_after": seconds}
    body["global"] = scope == "global"
    headers = {"Retry-After": str(int(-(-seconds // 1))), "X-RateLimit-Scope": scope}
    return {"status": 429, "body": body, "headers": headers}


FAULTS: dict[str, dict[str, Any]] = {
    "429 of 0.7 s": _limited(0.7),
    "429 of 61.5 s": _limited(61.5),
    "429 of 14 h": _limited(50_400),
    "429 global": _limited(5.2, "global"),
    "429 shared": _limited(9.3, "shared"),
    "429 Cloudflare": {"status": 429, "body": "error code: 1015"},
    "500": _said(500),
    "502": {"status": 502, "body": "<html>502 Bad Gateway</html>"},
    "503": _said(503),
    "504": {"status": 504, "body": "<html>504 Gateway Time-out</html>"},
    "403 50013": _said(403, 50013),
    "403 50001": _said(403, 50001),
    "403 of the edge": {
        "status": 403,
        "body": {"message": "internal network error", "code": 40333},
    },
    "429 of a ban": {"status": 429, "body": {"message": "You are being blocked", "code": 0}},
    "403 without JSON": {"status": 403, "body": "<html>error code: 1010</html>"},
    "401": _said(401),
    "404": _said(404, 10003),
    "400 50035": _said(400, 50035),
    "400 30013": _said(400, 30013),
    "400 30005": _said(400, 30005),
    "refused connection": {"connection": "refuse"},
    "reset": {"connection": "reset"},
    "timeout": {"connection": "timeout"},
    "200 not JSON": {"status": 200, "body": "not JSON"},
    "done, then 500": _said(500, effect="after"),
    "done, then reset": {"connection": "reset", "effect": "after"},
    "done, then timeout": {"connection": "timeout", "effect": "after"},
    "done, then not JSON": {"status": 200, "body": "not JSON", "effect": "after"},
}

TIMES: dict[str, int | None] = {"once": 1, "4 times": 4, "for ever": None}


def fault(call: dict[str, Any], what: dict[str, Any], times: int | None) -> dict[str, Any]:
    """Return the fault `what` of a call, for the first `times` calls that match (None: for all)."""
    headers = {**what.get("headers", {}), "X-Scripted": "1"}
    return {**call, **what, "headers": headers, "times": times}


# Answers of Discord, or of the edge in front of it, to all calls for a while.
OUTAGES = ("403 of the edge", "403 without JSON", "429 Cloudflare", "502", "503", "504", "reset")


def outage(what: str, seconds: float, skip: int) -> dict[str, Any]:
    """Return a fault of all calls for so many seconds, after the first `skip` calls."""
    return fault({"seconds": seconds, "skip": skip}, FAULTS[what], None)


DELETED = Schedule(steps=("look", "press"))
# By the button of the summary.
DELETED_BY_UNDO = Schedule(steps=("undo", "press"))
ARCHIVED = Schedule(steps=("add_categories", "archive"))
RESTORED = Schedule(steps=("add_categories", "archive", "unarchive"))
DROPPED = Schedule(steps=("drop_our_overwrite", "archive", "unarchive"))
CHANGED = Schedule(steps=("add_co_gm", "remove_co_gm"))
STOPPED = Schedule(acts=(Act("stop", STOPPED_AT),))
UNDONE = Schedule(faults=(REFUSED_CHANNEL,))
CONTEXTS: tuple[tuple[dict[str, dict[str, Any]], Schedule], ...] = (
    (BUILDING, Schedule()),
    (UNDOING, UNDONE),
    (CLEANING, STOPPED),
    (CLEANING_SOON, Schedule(acts=(Act("stop", STOPPED_SOON),))),
    (FALLING_BACK, Schedule(faults=(DEAD_TOKEN,))),
    ({f"deletion: {call}": matching for call, matching in DELETING.items()}, DELETED),
    ({f"members: {call}": matching for call, matching in JOINING.items()}, CHANGED),
    ({f"archive: {call}": matching for call, matching in ARCHIVING.items()}, ARCHIVED),
    ({f"archive: {call}": matching for call, matching in RESTORING.items()}, RESTORED),
    ({f"archive: {call}": matching for call, matching in DROPPING.items()}, DROPPED),
    (
        {"clean-up: message in the channel": FALLING_BACK["message in the channel"]},
        replace(STOPPED, faults=(DEAD_TOKEN,)),
    ),
    (REJECTED, Schedule(server="make_same_named_role")),
    (WITH_ANOTHER_ROLE, Schedule(server="give_the_bot_another_role")),
    (GIVEN_AGAIN, Schedule(settings=LOST_ASSIGNMENT)),
    (WITHOUT_FORUMS, Schedule(forums=False)),
    (REPEATED, Schedule(faults=(fault(_create("general"), FAULTS["500"], 1),))),
    (
        TWICE,
        Schedule(
            faults=(fault(_create("general"), FAULTS["done, then 500"], 1),),
            settings={"stale_reads_ms": 4000},
        ),
    ),
    (
        {"message that it is too late": FALLING_BACK["message in the channel"]},
        Schedule(waits_s=901.0),
    ),
)

LAMBDAS = (
    "start_campaign",
    "plan_campaign",
    "report progress",
    "create_role",
    "create_category",
    "create_channel",
    "complete_campaign",
    "report summary",
)
LAMBDAS_OF_THE_UNDOING = (
    "report removal",
    "find_created",
    "delete_created",
    "report failure",
)
LAMBDAS_OF_A_DELETION = (
    "preview_deletion",
    "report answer",
    *LAMBDAS_OF_THE_UNDOING,
)
LAMBDAS_OF_AN_ARCHIVE = ("plan_archive", "write_archive", "check_archive", "report answer")
LAMBDAS_OF_MEMBERS = ("plan_members", "change_member", "complete_members", "report answer")
# Operations of AWS that a Lambda calls.
ASKED_OF_AWS = ("StartExecution", "StopExecution", "DescribeExecution", "GetExecutionHistory")
# The state that calls AWS itself.
HANDING_OVER = "Remove Campaign"


def _moments(error: str) -> tuple[str, ...]:
    """Return when a Lambda may die of this error.

    Only a Lambda that AWS lost sight of can still do its work later.
    """
    if error == "Lambda.TooManyRequestsException":
        return ("before",)
    return ("before", "after", "late") if error == "Lambda.Unknown" else ("before", "after")


DEATHS = {
    f"{error}, {when} its effect": (when, error)
    for error in (
        "RuntimeError",
        "Runtime.ExitError",
        "Sandbox.Timedout",
        "Lambda.Unknown",
        "Lambda.TooManyRequestsException",
    )
    for when in _moments(error)
}
