"""Tests of the tests: for each promise, mistakes that break it; the checks must catch each one."""

from typing import Any

import pytest

import complete_campaign
import create_category
import find_created
import report
import start_campaign
import start_removal
from channelwright.aws import executions
from channelwright.campaign import (
    deletions,
    known,
    ownership,
    recall,
    removal,
    repetition,
    steps,
    things,
)
from channelwright.discord import answers, delivery, edits
from channelwright.discord.limited import limited
from channelwright.pace import patience
from channelwright.records import claims
from local.simulator.contract import named_by_environment
from tests.reliability import catalogue, discord_respected
from tests.reliability.mutation import Mutation, assert_caught, code, constant, machine
from tests.reliability.schedule import Act, Death, Late, Schedule
from tests.statemachine.interpreter import REMOVE


def _befallen(call: str, what: str, times: int | None = 1, **more: Any) -> Schedule:
    calls = catalogue.BUILDING | catalogue.UNDOING | catalogue.FALLING_BACK
    return Schedule(faults=(catalogue.fault(calls[call], catalogue.FAULTS[what], times),), **more)


def _undone(*others: dict[str, Any], **more: Any) -> Schedule:
    return Schedule(faults=(*others, catalogue.REFUSED_CHANNEL), **more)


def _without(name: str, error: str) -> Mutation:
    """Return a mutation that removes a state's Catch of an error."""

    def change(states: dict[str, Any]) -> None:
        state = states[name]
        state["Catch"] = [one for one in state["Catch"] if error not in one["ErrorEquals"]]

    return machine(change)


NO_CHANNEL_GOES = catalogue.fault(
    catalogue.UNDOING["delete channel"], catalogue.FAULTS["403 50013"], None
)
# The category: nine channels go before it.
KEEP_CATEGORY = {**NO_CHANNEL_GOES, "skip": 9}


def _edit_whatever_was_refused(states: dict[str, Any]) -> None:
    states["Can It Be Edited?"]["Choices"][0]["Next"] = "Report Failure"


def _know_nothing(states: dict[str, Any]) -> None:
    states["Remove Campaign"]["Parameters"]["Input"]["known"] = {"campaign": None, "made": []}


def _start_twice(states: dict[str, Any]) -> None:
    states["Remove Campaign"]["Parameters"]["Name.$"] = "States.Format('{}-remove', States.UUID())"


def _tell_the_token(states: dict[str, Any]) -> None:
    [entry] = states["Announce Campaign"]["Parameters"]["Entries"]
    entry["Detail"]["reply.$"] = "$$.Execution.Input.reply"


def _never_wait(states: dict[str, Any]) -> None:
    states["Wait for Discord"] = {"Type": "Pass", "Next": "Who Had to Wait?"}


def _forget_who_had_to_wait(states: dict[str, Any]) -> None:
    states["Who Had to Wait?"]["Choices"] = states["Who Had to Wait?"]["Choices"][:3]


def _do_not_look_again(states: dict[str, Any]) -> None:
    states["Delete All Created"]["Next"] = "Report Failure"


def _write_nothing(states: dict[str, Any]) -> None:
    states["Report Failure"]["Catch"][-1]["Next"] = "How Did It End?"


def _stand_or_fall_with_progress(states: dict[str, Any]) -> None:
    states["Report Progress"]["Catch"][0] |= {"Next": "Remove Campaign", "ResultPath": "$.failure"}


def _keep_the_claim(states: dict[str, Any]) -> None:
    for rule in states["How Did It End?"]["Choices"]:
        rule["Next"] = "Campaign Not Undone"


def _delete_nothing_blindly(states: dict[str, Any]) -> None:
    states["Find Blindly"]["Next"] = "Report Failure"


def _repeat_a_wave(states: dict[str, Any]) -> None:
    states["Go On without Progress"]["Parameters"]["wave.$"] = "$.building.wave"


# The request becomes a dead letter, but its execution has started.
STARTED_UNHEARD = Death("start_campaign", "after", times=3)
# The category goes last, and meets an outage of five tries.
LOSE_CATEGORY_AT_FIRST = KEEP_CATEGORY | {"status": 503, "body": None, "times": 5}
# Nobody writes so many messages.
NEVER_CLOSED = catalogue.fault(
    {"method": "POST", "path": "/messages$", "skip": 5}, catalogue.FAULTS["403 50013"], None
)
LATE_LISTS = {"stale_reads_ms": 9000}
# The second attempt does not see the first one's channel, just before another is refused.
DOUBLE = Schedule(
    faults=(
        catalogue.fault(
            catalogue.BUILDING["create forum, last wave"], catalogue.FAULTS["done, then 500"], 1
        ),
        catalogue.REFUSED_CHANNEL,
    ),
    settings=LATE_LISTS,
)
# Half of the channels are deleted when half an hour passes at once.
LIMITED_LATE = catalogue.fault({"method": "DELETE", "skip": 5}, catalogue.FAULTS["429 shared"], 6)
# A message arrives after its token has expired, and its starter sleeps for longer than it had.
LATE_AND_LIMITED = Schedule(
    faults=(catalogue.fault({}, catalogue.FAULTS["429 of 0.7 s"], 3),),
    acts=(Act("jump", 1, 3),),
    waits_s=901,
)
EVERY_CHANNEL_REFUSED = catalogue.REFUSED_CHANNEL | {"body_contains": '"parent_id"'}
# Only the last attempt has an effect, which the lists show late.
UNSEEN = Schedule(
    faults=(
        catalogue.fault(catalogue.BUILDING["create forum, last wave"], catalogue.FAULTS["500"], 3),
        catalogue.fault(
            catalogue.BUILDING["create forum, last wave"], catalogue.FAULTS["done, then 500"], 1
        ),
    ),
    settings=LATE_LISTS,
)


def _done_then_limited(call: str) -> Schedule:
    done, wait = catalogue.FAULTS["done, then 500"], catalogue.FAULTS["429 of 61.5 s"]
    faults = [catalogue.fault(catalogue.BUILDING[call], what, 1) for what in (done, wait)]
    return Schedule(faults=tuple(faults), settings=LATE_LISTS)


# The last channel is created, and the answer is lost.
LAST_LOST = {
    "method": "POST",
    "path": "/channels$",
    "body_contains": '"gm-notes"',
    "status": 500,
    "effect": "after",
    "times": 1,
}

# By promise and mistake: the mutation, a schedule that shows it, a word of the check's message.
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "1 once: a claim whose execution is not shown yet does not count": (
        code(claims._described, 'return {"status": "RUNNING"}', "raise"),
        Schedule(
            faults=(
                catalogue.fault({"method": "POST", "path": "/roles$"}, catalogue.FAULTS["503"], 1),
            ),
            acts=(Act("delete_our_role", 35),),
            campaigns=("My Campaign", "My Campaign"),
            described_late_s=2.5,
        ),
        "two campaigns of the name",
    ),
    "1 once: a second start is another execution": (
        code(
            start_campaign._start_execution,
            "name=interaction_id,",
            'name=__import__("uuid").uuid4().hex,',
        ),
        Schedule(starts=2),
        "without an execution",
    ),
    "1 once: a repeated create adopts nothing": (
        code(ownership.roles, "_colour(role) == colour", "_colour(role) != colour"),
        _befallen("create role", "done, then reset"),
        "role My Campaign Members",
    ),
    "1 once: what is made twice is looked for before lists show it": (
        code(repetition.settled_at, "math.ceil(now) + LISTS_LAG_SECONDS", "0"),
        Schedule(
            faults=(dict(LAST_LOST), dict(LAST_LOST)),
            settings={"stale_reads_ms": 9000},
            wave_size=5,
            table="slow later",
            order=1,
        ),
        "stands twice",
    ),
    "1 once: a removal has another name each time": (
        machine(_start_twice),
        _undone(),
        "an execution that nobody expects",
    ),
    "2 all or nothing: the net is gone, and the build cannot hand over": (
        code(start_removal.handler, "execution = ", "return; execution = "),
        _undone(deaths=(Death("Remove Campaign", times=None),)),
        "left",
    ),
    "2 all or nothing: the removal is told of nothing that was made": (
        machine(_know_nothing),
        _undone(),
        "says that nothing was left behind",
    ),
    "2 all or nothing: nothing is looked for after the deletions": (
        machine(_do_not_look_again, REMOVE),
        _undone(),
        "left",
    ),
    "2 all or nothing: a role that did not last is not given again": (
        code(complete_campaign.handler, "_give_role(discord, campaign, deadline)", "pass"),
        Schedule(settings=catalogue.LOST_ASSIGNMENT),
        "the game master has not got the role",
    ),
    "2 all or nothing: the role is given beside the category alone": (
        code(complete_campaign.handler, "_give_role(discord, campaign, deadline)", "pass"),
        _befallen("assign role", "503"),
        "the game master has not got the role",
    ),
    "2 all or nothing: progress decides": (
        machine(_stand_or_fall_with_progress),
        Schedule(deaths=(Death("report progress", skip=1, times=None),)),
        "undone for its progress alone",
    ),
    "2 all or nothing: a wave is made again where progress died": (
        machine(_repeat_a_wave),
        Schedule(deaths=(Death("report progress", skip=1, times=None),)),
        "stands twice",
    ),
    "2 all or nothing: late lists are not waited for": (
        constant(known, "LISTS_LAG_SECONDS", 3),
        UNSEEN,
        "left",
    ),
    "2 all or nothing: what Discord does not know yet is believed to be gone": (
        code(steps._settled_at, "_known_at(id_) for", "0.0 for"),
        _undone(
            catalogue.fault(catalogue.UNDOING["delete channel"], catalogue.FAULTS["404"], 6),
            settings=LATE_LISTS,
        ),
        "left",
    ),
    "2 all or nothing: a double is not waited for": (
        code(known.settle_seconds, "LISTS_LAG_SECONDS", "0"),
        DOUBLE,
        "left",
    ),
    "1 once: after a wait, an earlier attempt is forgotten": (
        code(repetition.attempt, '"again" if repeated', '"first" if repeated'),
        _done_then_limited("create voice"),
        "stands twice",
    ),
    "2 all or nothing: only what is recorded is undone": (
        code(
            ownership.all_of,
            "in_server = categories(campaign, listed_channels, role_is_gone=role_is_gone)",
            "in_server = []; listed_roles = []",
        ),
        Schedule(deaths=(Death("create_category", "after", times=None),)),
        "channel My Campaign",
    ),
    "2 all or nothing: a stopped execution is not cleaned up": (
        code(start_removal.handler, "is_last or", 'error == "ABORTED" or'),
        Schedule(acts=(Act("stop", 14),)),
        "left",
    ),
    "2 all or nothing: with a deleted role the marks are gone": (
        code(ownership._is_open_as_made, "if role_is_gone and", "if False and"),
        _undone(
            catalogue.fault(
                catalogue.BUILDING["create text, first wave"],
                catalogue.FAULTS["done, then reset"],
                1,
            ),
            acts=(Act("delete_our_role", 9, 0),),
        ),
        "left, though Discord would have deleted it: channel general",
    ),
    "2 all or nothing: what the edge refuses is refused": (
        code(answers._is_discords, 'body["code"] != NETWORK_ERROR', "True"),
        Schedule(faults=(catalogue.outage("403 of the edge", 20, 12),)),
        "an outage did not end well",
    ),
    "2 all or nothing: what two outages hit is given up": (
        code(steps._open, "if has_time else", "if False else"),
        _undone(*(catalogue.outage("reset", 60, skip) for skip in (21, 31, 31))),
        "an outage did not end well",
    ),
    "2 all or nothing: late, no limit is waited for": (
        constant(steps, "SHORT_LIMIT_SECONDS", 0),
        _undone(LIMITED_LATE, acts=(Act("jump", 23, 4), Act("jump", 23, 4))),
        "left, though Discord would have deleted it",
    ),
    "2 all or nothing: what an outage hit is given up": (
        code(deletions.count, "if is_last or _is_given_up(one, tries)", "if True"),
        _undone(LOSE_CATEGORY_AT_FIRST),
        "left, though Discord would have deleted it",
    ),
    "2 all or nothing: what an outage hit is given up, while others' Lambdas die": (
        code(deletions.count, "if is_last or _is_given_up(one, tries)", "if True"),
        _undone(LOSE_CATEGORY_AT_FIRST, deaths=(Death("delete_created", times=5),)),
        "left, though Discord would have deleted it",
    ),
    "2 all or nothing: whoever cannot look deletes nothing": (
        machine(_delete_nothing_blindly, REMOVE),
        _undone(
            catalogue.fault(catalogue.UNDOING["channels to undo"], catalogue.FAULTS["503"], None)
        ),
        "left, though Discord would have deleted it, unchecked",
    ),
    "2 all or nothing: a campaign whose request is a dead letter is undone in part": (
        machine(_do_not_look_again, REMOVE),
        _undone(deaths=(STARTED_UNHEARD,)),
        "left",
    ),
    "2 all or nothing: after a stop, what was recorded and then renamed is not deleted": (
        code(recall._Build.known, "list(told.values())", "[]"),
        Schedule(acts=(Act("rename_our_channel", 14, 1), Act("stop", 20))),
        "left, though Discord would have deleted it: channel renamed",
    ),
    "3 bystanders: what has a channel's name is ours": (
        code(
            ownership.channels,
            'and is_kept_as(topic, one.get("topic") or "")',
            "",
        ),
        _befallen(
            "create text, first wave", "500", acts=(Act("add_same_named_to_our_category", 10, 0),)
        ),
        "general",
    ),
    "3 bystanders: what was made at once is looked for": (
        code(complete_campaign.handler, "campaigns.not_certain(", "(lambda planned, _: planned)("),
        Schedule(acts=(Act("add_same_named_to_our_category", 18, 2),)),
        "a bystander is changed",
    ),
    "3 bystanders: what was not tried is looked for": (
        code(
            known._perhaps_made,
            'if one["position"] in begun',
            "",
        ),
        _befallen(
            "create text, first wave",
            "403 50013",
            acts=(Act("add_same_named_to_our_category", 7, 2),),
        ),
        "voice-chat",
    ),
    "3 bystanders: a role of the name is ours": (
        code(ownership.roles, 'role["id"] == recorded', 'is_kept_as(name, role["name"])'),
        _undone(acts=(Act("make_same_named_role", 8),)),
        "a bystander is changed",
    ),
    "3 bystanders: others' channels are not named": (
        code(ownership.foreign, "return [", "return [][:0] and ["),
        _undone(acts=(Act("add_to_our_category", 20),)),
        "a guest of our category is not named",
    ),
    "3 bystanders: nobody looks before the category goes": (
        code(steps.at_once, 'if "category" in kinds and "channel" not in kinds', "if False"),
        Schedule(faults=(EVERY_CHANNEL_REFUSED,), acts=(Act("add_to_our_category", 7),)),
        "a guest of our category is not named",
    ),
    "4 heard: nothing is written in the channel": (
        machine(_write_nothing, REMOVE),
        _undone(catalogue.DEAD_TOKEN),
        "untold",
    ),
    "4 heard: of a campaign whose request is a dead letter, nothing is written": (
        machine(_write_nothing, REMOVE),
        _undone(catalogue.DEAD_TOKEN, deaths=(STARTED_UNHEARD,)),
        "untold",
    ),
    "4 heard: nothing is written, though the channel would be closed only later": (
        machine(_write_nothing, REMOVE),
        _undone(catalogue.DEAD_TOKEN, NEVER_CLOSED),
        "untold, though Discord would have delivered it",
    ),
    "4 heard: a late edit stands at the end": (
        code(report._last_word, "time.time() < late_until", "False"),
        Schedule(lates=(Late(catalogue.BUILDING["last progress"], 40.0),)),
        "untold",
    ),
    "4 heard: a state is left without a Catch": (
        machine(lambda states: states["Report Failure"].pop("Catch"), REMOVE),
        _undone(catalogue.DEAD_TOKEN),
        "untold",
    ),
    "4 heard: what is left is not named": (
        code(steps.step, '"found": left, "n', '"found": [], "n'),
        _undone(
            catalogue.fault(catalogue.UNDOING["delete role"], catalogue.FAULTS["403 50013"], None)
        ),
        "says that nothing was left behind",
    ),
    "4 heard: an early look stands for the last one": (
        code(steps.step, 'going_on["next"] != "finished"', "False"),
        _undone(
            catalogue.fault({"method": "DELETE"}, catalogue.FAULTS["429 Cloudflare"], 1)
            | {"skip": 1},
            deaths=(Death("find_created", "before", skip=2, times=None),),
            settings={"stale_reads_ms": 6000},
        ),
        "left, remembered, and not named",
    ),
    "4 heard: what is hidden is not named": (
        code(deletions.is_left, "stands(tally, id_)", "False"),
        _undone(acts=(Act("hide_our_channel", 20),)),
        "says that nothing was left behind",
    ),
    "6 respect: what Discord refused is sent again after the channel's limit": (
        machine(_edit_whatever_was_refused, REMOVE),
        Schedule(
            deaths=(Death("find_created", "before", times=None),),
            faults=(
                catalogue.fault(
                    {"method": "POST", "path": "/messages$"}, catalogue.FAULTS["429 shared"], 6
                ),
            ),
            waits_s=895.0,
        ),
        "invalid answers to the same call",
    ),
    "5 evidence: a removal that broke is not started again": (
        code(
            start_removal.handler,
            "_start(name.removesuffix(REMOVAL_SUFFIX) + AGAIN_SUFFIX, _again(execution))",
            "return",
        ),
        _undone(acts=(Act("stop", 24),)),
        "left",
    ),
    "5 evidence: a starter that cannot speak keeps silent": (
        code(
            start_campaign._tell_too_late,
            "except (OutOfTime, KeptPrivate) as error:",
            "except ChannelwrightError as error:",
        ),
        _befallen("message in the channel", "503", None, waits_s=901.0),
        "ended as []",
    ),
    "5 evidence: a starter is silent after a limit that it slept through": (
        code(delivery._is_beyond, "> time.time() +", "> time.time() -"),
        LATE_AND_LIMITED,
        "untold",
    ),
    "7 records: a campaign that stands is not recorded": (
        machine(lambda states: states["Complete Campaign"].update(Next="Report Completion")),
        Schedule(waits_s=5.0),
        "created, but the record says",
    ),
    "8 events: nobody hears of a campaign": (
        machine(lambda states: states["Record Campaign"].update(Next="Report Completion")),
        Schedule(waits_s=5.0),
        "created, but nobody heard of it",
    ),
    "8 events: nobody hears of a failure": (
        machine(lambda states: states["Forget Campaign"].update(Next="Was It Told?"), REMOVE),
        _undone(),
        "removed, but nobody heard of it",
    ),
    "8 events: others hear that all is gone": (
        code(find_created.handler, "[*after", "[] and [*after"),
        _undone(
            catalogue.fault(
                catalogue.UNDOING["delete channel"], catalogue.FAULTS["403 50013"], None
            )
        ),
        "others heard that less is left",
    ),
    "8 events: others hear a token": (
        machine(_tell_the_token),
        Schedule(waits_s=5.0),
        "others heard a token",
    ),
    "7 records: what is gone is not forgotten": (
        machine(lambda states: states["How Did It End?"].update(Default="Was It Told?"), REMOVE),
        _undone(),
        "everything is removed, but the record says",
    ),
    "7 records: a claim is not released": (
        machine(_keep_the_claim, REMOVE),
        _undone(
            catalogue.fault(
                catalogue.UNDOING["delete channel"], catalogue.FAULTS["403 50013"], None
            )
        ),
        "something may be left, but the record says",
    ),
    "6 respect: the starter forgets that the edit is closed": (
        code(start_campaign._refuse, 'told="edit closed")', 'told="no")'),
        Schedule(
            faults=(
                catalogue.fault({}, catalogue.FAULTS["429 of 14 h"], 1),
                catalogue.fault({"method": "POST"}, catalogue.FAULTS["500"], 1),
            ),
            table="a line beyond the deadline",
        ),
        "too early",
    ),
    "6 respect: the starter keeps to itself what Discord said": (
        code(start_campaign._start, "message = _tell_in_line(", "_tell_in_line("),
        Schedule(
            faults=(catalogue.fault({"method": "PATCH"}, catalogue.FAULTS["429 of 14 h"], 1),),
            table="a line of 5 min",
        ),
        "too early",
    ),
    "6 respect: a wait is cut to whole seconds": (
        code(executions.utc, "int(-(-seconds // 1))", "int(seconds)"),
        _befallen("create role", "429 of 61.5 s"),
        "too early",
    ),
    "6 respect: a wait is not waited for": (
        machine(_never_wait),
        _befallen("create role", "429 of 61.5 s"),
        "too early",
    ),
    "6 respect: a refusal is taken for silence": (
        code(answers.result, "if 400 <= status < 500 and", "if 400 <= status < 401 and"),
        _befallen("create category", "403 50013", None),
        "invalid answers",
    ),
    "6 respect: a wait beyond the deadline is waited for": (
        code(limited, "if now + seconds >= deadline:", "if now + seconds < 0:"),
        _befallen("create role", "429 of 14 h", None),
        "waits",
    ),
    "6 respect: whoever is limited again and again asks as often": (
        constant(patience, "GROWTH", 1),
        _befallen("create role", "429 of 0.7 s", discord_respected.MOST_LIMITED_A_CALL + 20),
        "answers of 429",
    ),
    "6 respect: a removal waits for a limit of hours": (
        code(deletions.in_time, "<= patience", "<= patience * 2"),
        _undone(
            catalogue.fault(
                catalogue.UNDOING["delete channel"], catalogue.FAULTS["429 of 14 h"], None
            )
        ),
        "an execution waits",
    ),
    "6 respect: whoever had to wait is forgotten": (
        machine(_forget_who_had_to_wait),
        _befallen("create category", "429 of 61.5 s"),
        "a handler slipped",
    ),
    "6 respect: the bar takes what an undoing needs": (
        constant(edits, "RESERVED", 0),
        Schedule(wave_size=1),
        "a last word waits",
    ),
    "2 all or nothing: a removal waits for the end of the recording": (
        code(
            start_removal.handler,
            "_start(name + REMOVAL_SUFFIX",
            "_stop_recording(name)\n            _start(name + REMOVAL_SUFFIX",
        ),
        Schedule(acts=(Act("stop", 23),), deaths=(Death("StopExecution", times=None),)),
        "the summary stands",
    ),
    "2 all or nothing: a recording that could not be stopped goes on for a minute": (
        code(start_removal._stop_recording, "(False, False, True)", "(True,)"),
        Schedule(
            deaths=(Death("StopExecution"),),
            acts=(Act("stop", 23),),
            table="no records at first",
            settings={"latency_ms": 50},
        ),
        "everything is removed, but the record says created",
    ),
    "2 all or nothing: a campaign is recorded after it is undone": (
        code(start_removal.handler, "_stop_recording(name)", "pass"),
        Schedule(acts=(Act("stop", 23),), table="no records at first"),
        "everything is removed, but the record says created",
    ),
    "4 heard: what Discord refused to delete counts as left, though somebody deleted it": (
        code(
            removal._unlisted,
            "tried - gone(before)",
            'tried - {*before["denied"], *(one["id"] for one in before["deletions"])}',
        ),
        _undone(KEEP_CATEGORY, acts=(Act("delete_our_category", 31),)),
        "says that something was left behind, but nothing was",
    ),
    "4 heard: what was just created counts as gone if Discord does not show it yet": (
        code(steps._known_at, "+ LISTS_LAG_SECONDS", "- 60"),
        _undone(
            acts=(Act("hide_our_category", 25),),
            settings={"latency_ms": 50, "stale_reads_ms": 1500},
        ),
        "left, and not named in the last message",
    ),
    "4 heard: what Discord did not know before a look's end counts as gone": (
        code(find_created._next, "_replace(began=now)", "_replace(began=time.time())"),
        Schedule(
            faults=(NO_CHANNEL_GOES,),
            settings={"stale_reads_ms": 9000, "latency_ms": 1500, "forbidden_words": ["dice"]},
            wave_size=5,
        ),
        "left, though Discord would have deleted it",
    ),
    "6 respect: what was said to the first assignment is forgotten": (
        code(create_category.handler, "if free_at else made", "if False else made"),
        _befallen("assign role", "429 of 61.5 s"),
        "too early",
    ),
    "6 respect: a limited deletion is tried again at once": (
        code(steps._how_to_go_on, "if (open_ or again) and limited:", "if False:"),
        _undone(
            catalogue.fault(
                catalogue.UNDOING["delete channel"], catalogue.FAULTS["429 of 61.5 s"], 1
            )
        ),
        "too early",
    ),
}
if named_by_environment():
    CASES["6 respect: a request is not what Discord's document says"] = (
        code(things.create_role, '"colors":', '"colour":'),
        Schedule(),
        "request of POST /guilds/{guild_id}/roles",
    )


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])
