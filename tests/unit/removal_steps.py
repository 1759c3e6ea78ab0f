"""Play a removal step by step: what each look shows, and how the deletions before it ended."""

import json
from collections.abc import Iterable
from typing import Any

from channelwright.campaign import removal, steps
from channelwright.campaign.deletions import Deletion
from channelwright.campaign.known import Failure
from channelwright.campaign.ownership import Kind, Thing
from channelwright.campaign.removal import Look, Removal

KNOWN: Failure = {"Error": "DiscordRefused", "Cause": json.dumps({"errorMessage": "Refused."})}
UNKNOWN: Failure = {"Error": "NoAnswer", "Cause": json.dumps({"errorMessage": "No answer."})}
NOW = 1_700_000_000.0


def begun(settle_seconds: int = 0, now: float = NOW) -> Removal:
    """Return a removal before its first step."""
    return steps.begin(removal.NOT_LOOKED, settle_seconds, now)  # type: ignore[arg-type]


BEGUN = begun()


def thing(kind: Kind, id_: str) -> Thing:
    return {"kind": kind, "id": id_, "name": f"{kind} {id_}"}


ONE, TWO = thing("channel", "31"), thing("channel", "32")
CATEGORY, SECOND_CATEGORY = thing("category", "20"), thing("category", "21")
ROLE, SECOND_ROLE = thing("role", "10"), thing("role", "11")
ALL = [ONE, TWO, CATEGORY, ROLE]

# A limit lasts ten seconds from NOW.
ENDS: dict[str, dict[str, Any]] = {
    "deleted": {"gone": True, "deleted": True},
    "gone": {"gone": True, "deleted": False},
    "refused": {"gone": False, "failure": KNOWN},
    "unheard": {"gone": False, "failure": UNKNOWN},
    "limited": {"gone": False, "limited_until": NOW + 10},
}


def deletion(one: Thing, end: str) -> Deletion:
    return {"id": one["id"], **ENDS[end]}  # type: ignore[typeddict-item]


def at_once(recorded: Iterable[Thing] = (), settle_seconds: int = 0) -> Removal | None:
    """Take the first step, if it needs no look."""
    return steps.at_once(begun(settle_seconds), [*recorded], NOW)


def first(recorded: Iterable[Thing] = (), settle_seconds: int = 0) -> Removal:
    """Take the first step, which needs no look."""
    step = at_once(recorded, settle_seconds)
    assert step
    return step


def look(
    before: Removal = BEGUN,
    listed: Iterable[Thing] = (),
    *,
    recorded: Iterable[Thing] = (),
    foreign: Iterable[Thing] = (),
    there: Iterable[Thing] = (),
    not_there: Iterable[Thing] = (),
    hidden: Iterable[Thing] = (),
    now: float = NOW,
    began: float | None = None,
    **ends: Iterable[Thing],
) -> Removal:
    """Take a step after a look, which takes no time, or `began` earlier.

    The lists show the things `listed`. They and `recorded` are ours. Of the things asked for by id,
    some are `there` and some `not_there`; the bot may not see the `hidden` ones. `ends` are the
    outcomes of the deletions before the look: keys of `ENDS`, each with its things.
    """
    listed = list(listed)
    shown = Look(
        removal.join(before["known"], [*recorded, *listed]),
        listed={one["id"] for one in listed},
        foreign=list(foreign),
        there=[one["id"] for one in there],
        gone=[one["id"] for one in not_there],
        hidden=[one["id"] for one in hidden],
        began=now if began is None else began,
    )
    return steps.step(after(before, ends), shown, now)


def look_blindly(
    before: Removal = BEGUN, recorded: Iterable[Thing] = (), **ends: Iterable[Thing]
) -> Removal:
    """Take a step without lists; the things `recorded` are ours."""
    blind: Removal = {**after(before, ends), "blind": True}
    return steps.step(blind, removal.remember(blind, [*recorded]), NOW)


def unclear(before: Removal, listed: Iterable[Thing] = (), **ends: Iterable[Thing]) -> list[str]:
    """Return the ids to ask for, if the lists show the things `listed`."""
    shown = {one["id"] for one in listed}
    return removal.unclear(after(before, ends), before["known"], shown)


def vanished(before: Removal, listed: Iterable[Thing] = (), **ends: Iterable[Thing]) -> list[str]:
    """Return the ids of roles that are gone, if the lists show the things `listed`."""
    shown = {one["id"] for one in listed}
    return removal.vanished(after(before, ends), before["known"], shown)


def after(before: Removal, ends: dict[str, Iterable[Thing]]) -> Removal:
    """Return the removal's state after deletions, before the next step."""
    done = [deletion(one, end) for end, things in ends.items() for one in things]
    return {**before, "deletions": done}


def deletes(step: Removal) -> list[Thing]:
    """Return the things to delete now."""
    assert (step["next"] == "delete") == bool(step["to_delete"])
    return step["to_delete"]


def how(step: Removal) -> tuple[str, int]:
    """Return the next state, and the seconds until the next look."""
    return step["next"], step["wait_seconds"]
