"""More tests of the tests: mistakes about deadlines, dead letters, late effects and look-alikes."""

import pytest

import report
import start_campaign
import write_in_channel
from channelwright.aws import ended
from channelwright.campaign import deadlines, known, ownership, repetition, steps
from channelwright.discord import client as discord
from channelwright.discord import limited, webhook
from tests.reliability import catalogue
from tests.reliability.mutation import Mutation, assert_caught, code, constant
from tests.reliability.promises import broken
from tests.reliability.schedule import Act, Death, Late, Schedule

# The last attempt takes effect after the first look. With a dead token, no message is sent again
# later, which would cover the mistake.
LATE_ROLE = Schedule(
    deaths=(Death("create_role", times=2), Death("create_role", "late", late_s=44.0)),
    faults=(catalogue.DEAD_TOKEN,),
)
# The first attempt takes effect after the second one, whose check Discord refuses.
UNKNOWN_ROLE = Schedule(
    lates=(Late(catalogue.BUILDING["create role"], 70.0),),
    faults=(
        catalogue.fault(
            catalogue.BUILDING["roles at completion"], catalogue.FAULTS["403 50013"], 1
        ),
    ),
)
# The bot looks for a role by its marks only after a retry.
ROLE_REPEATED = catalogue.fault(catalogue.BUILDING["create role"], catalogue.FAULTS["503"], 1)
IN_THE_MIDST = 9


def _undone(*others: dict, **more) -> Schedule:
    return Schedule(faults=(*others, catalogue.REFUSED_CHANNEL), **more)


def _dead_letter(when: str, sent_again_s: float) -> Schedule:
    deaths = (Death("start_campaign", when, times=3),)
    return Schedule(deaths=deaths, sent_again_s=sent_again_s)


# By promise and mistake: the mutation, a schedule that shows it, a word of the check's message.
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "1 once: a dead letter of what has started is told to be too late": (
        code(start_campaign._has_started, "return True", "return False"),
        _dead_letter("after", 900.0),
        "says that nothing was created",
    ),
    "4 heard: what the bot adds to a wait outlasts the deadline": (
        code(limited.limited, "if to_the_end and", "if False and"),
        Schedule(
            waits_s=700.0,
            acts=(Act("jump", 8, 1),),
            faults=(
                catalogue.fault(
                    catalogue.FALLING_BACK["message in the channel"],
                    catalogue.FAULTS["429 global"],
                    4,
                ),
            ),
        ),
        "untold",
    ),
    "4 heard: the bot's guess outlasts the token of a private last word": (
        code(report._last_word, "to_the_end=is_private", "to_the_end=False"),
        Schedule(
            steps=("look", "press"),
            acts=(Act("jump", 20, 4),),
            faults=(
                catalogue.fault(
                    {"method": "PATCH", "body_contains": "Campaign Deleted"},
                    catalogue.FAULTS["429 Cloudflare"],
                    1,
                ),
            ),
        ),
        "untold",
    ),
    "4 heard: a second removal's word counts as a repetition of the first one's": (
        constant(write_in_channel, "_SECOND_SUFFIX", write_in_channel._FAILURE_SUFFIX),
        Schedule(
            acts=(Act("jump", 20, 5), Act("stop", 39)),
            faults=(
                catalogue.fault(
                    catalogue.DELETING["delete channel for good"],
                    catalogue.FAULTS["429 of 14 h"],
                    1,
                ),
                catalogue.REFUSED_CHANNEL,
            ),
        ),
        "something was left behind",
    ),
    "2 all or nothing: late effects are waited for as long as late lists": (
        constant(known, "UNKNOWN_OUTCOME_SECONDS", known.LISTS_LAG_SECONDS),
        LATE_ROLE,
        "left",
    ),
    "2 all or nothing: what is unknown is not waited for": (
        code(steps.begin, '"settled_at": now + settle_seconds', '"settled_at": now'),
        LATE_ROLE,
        "left",
    ),
    "2 all or nothing: a refusal makes an earlier silence known": (
        code(repetition.attempt, "if not repeated:", "if True:"),
        UNKNOWN_ROLE,
        "left",
    ),
    "2 all or nothing: it is made for as long as the token lives": (
        constant(deadlines, "BUILD_SECONDS", 895),
        Schedule(acts=(Act("jump", IN_THE_MIDST, 4),)),
        "made 8",
    ),
    "2 all or nothing: the deadline is half a minute before the token's": (
        constant(deadlines, "BUILD_SECONDS", 14 * 60 + 30),
        Schedule(acts=(Act("jump", IN_THE_MIDST, 4),)),
        "made 8",
    ),
    "3 bystanders: a role that was there before is ours": (
        code(ownership.roles, 'and is_younger(role["id"], campaign["interaction_id"])', ""),
        _undone(ROLE_REPEATED, acts=(Act("make_an_old_role_like_ours", IN_THE_MIDST),)),
        "a bystander is changed",
    ),
    "3 bystanders: a role that may do something is ours": (
        code(ownership.roles, 'and int(role["permissions"]) == 0', ""),
        _undone(ROLE_REPEATED, acts=(Act("make_a_role_like_ours_with_permissions", IN_THE_MIDST),)),
        "a bystander is changed",
    ),
    "2 all or nothing: what is described as running is believed to be": (
        code(ended.described, 'status not in ENDS or found["status"] != status', "False"),
        Schedule(
            faults=(catalogue.DEAD_TOKEN, catalogue.NOT_WRITTEN),
            settings={"latency_ms": 900},
            described_late_s=1.0,
        ),
        "removed, though",
    ),
    "4 heard: whatever is not found is gone": (
        code(discord.Discord.delete, "or refused.code not in GONE", ""),
        _undone(
            catalogue.fault(
                catalogue.UNDOING["delete channel"],
                {"status": 404, "body": {"message": "404: Not Found", "code": 0}},
                None,
            ),
            acts=(Act("hide_our_channel", 20),),
        ),
        "not named in the last message",
    ),
    "4 heard: a message that is not there yet is given up": (
        constant(webhook, "NOT_YET", frozenset()),
        Schedule(
            server="make_same_named_role",
            acts=(Act("time_out", 3),),
            settings={"ack_delay_ms": 4000},
        ),
        "untold",
    ),
    "5 evidence: an expired request is started": (
        code(deadlines.has_expired, "return now >=", "return False and now >="),
        Schedule(waits_s=901.0),
        "started 901 s after",
    ),
    "5 evidence: an expired dead letter is started": (
        code(deadlines.has_expired, "return now >=", "return False and now >="),
        _dead_letter("before", 900.0),
        "s after the interaction",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("sent_again_s", [0.0, 1000.0])
def test_a_dead_letter_is_sent_again(stage_for_all, when, sent_again_s):
    outcome = stage_for_all.play(_dead_letter(when, sent_again_s))
    assert broken(outcome) == []
    assert outcome.dead_letters == set()
