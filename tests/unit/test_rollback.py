"""How a campaign is undone: each rule of a step, and all of them over any run of looks."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright import messages, rollback

KNOWN = {"Error": "DiscordRefused", "Cause": json.dumps({"errorMessage": "Refused."})}
BEGUN = {  # "Begin Rollback" of the state machine
    "next": "look again",
    "blind": False,
    "until": 0,
    "of": "arn",
    "looks": 0,
    "quiet": 0,
    "known": [],
    "found": [],
    "gone": [],
    "refused": {},
    "foreign": [],
}


def thing(kind, id_):
    return {"kind": kind, "id": id_, "name": f"{kind} {id_}"}


ONE, TWO = thing("channel", "31"), thing("channel", "32")
CATEGORY, SECOND_CATEGORY = thing("category", "20"), thing("category", "21")
ROLE, SECOND_ROLE = thing("role", "10"), thing("role", "11")


UNKNOWN = {"Error": "NoAnswer", "Cause": json.dumps({"errorMessage": "No answer."})}
ENDS = {
    "deleted": {"gone": True, "deleted": True},
    "gone": {"gone": True, "deleted": False},
    "refused": {"gone": False, "failure": KNOWN},
    "unheard": {"gone": False, "failure": UNKNOWN},
}


def deletion(one, end):
    return {"id": one["id"], **ENDS[end]}


def look(
    before=BEGUN,
    listed=(),
    *,
    recorded=(),
    foreign=(),
    failure=KNOWN,
    **ends,
):
    """Look: a list shows what is `listed`; it is ours, as is what is `recorded`."""
    deletions = [deletion(one, end) for end, things in ends.items() for one in things]
    seen = {
        "known": rollback.join(before["known"], [*recorded, *listed]),
        "listed": {one["id"] for one in listed},
        "foreign": list(foreign),
    }
    return rollback.step(before, deletions, seen, failure)


def deletes(step):
    assert (step["next"] == "delete") == bool(step["to_delete"])
    return step["to_delete"]


# ---- What is deleted when ----


def test_channels_are_deleted_first_and_at_once():
    step = look(listed=[ONE, TWO, CATEGORY, ROLE])
    assert deletes(step) == [ONE, TWO]
    assert step["found"] == [ONE, TWO, CATEGORY, ROLE]
    assert not step["nothing_left"]


def test_categories_go_after_two_looks_without_a_channel_then_roles():
    step = look(listed=[ONE, CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE])
    step = look(step, [CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)
    step = look(step, [CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE])
    assert deletes(step) == [CATEGORY, SECOND_CATEGORY]
    step = look(step, [ROLE, SECOND_ROLE], gone=[CATEGORY, SECOND_CATEGORY])
    assert deletes(step) == [ROLE, SECOND_ROLE]
    step = look(step, gone=[ROLE, SECOND_ROLE])
    assert step["next"] == "finished"
    assert step["nothing_left"]
    assert step["looks"] == 5


def test_a_channel_between_two_looks_without_one_begins_the_count_anew():
    step = look(listed=[CATEGORY, ROLE])
    assert step["quiet"] == 1
    step = look(step, [ONE, CATEGORY, ROLE])
    assert step["quiet"] == 0
    step = look(step, [CATEGORY, ROLE], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)


def test_a_role_alone_waits_for_two_looks_too():
    """A Lambda may still be making the category."""
    step = look(listed=[ROLE])
    assert step["next"] == "look again"
    assert deletes(look(step, [ROLE])) == [ROLE]


def test_nothing_found_is_the_end_only_when_it_is_seen_twice():
    step = look()
    assert (step["next"], step["nothing_left"]) == ("look again", True)
    assert look(step)["next"] == "finished"


def test_what_is_listed_after_its_deletion_is_deleted_again():
    """The list may be late; or the deletion's 404 was not true."""
    step = look(listed=[ONE, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], gone=[ONE])
    assert deletes(step) == step["found"][:1] == [ONE]
    step = look(step, [CATEGORY, ROLE], gone=[ONE])
    assert (step["next"], step["quiet"], step["found"]) == ("look again", 1, [CATEGORY, ROLE])


def test_what_was_deleted_is_gone_however_late_the_lists_are():
    step = look(listed=[ONE])
    step = look(step, [ONE], deleted=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [])
    step = look(look(step, [ONE], gone=[ONE]), [ONE])
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


@pytest.mark.parametrize("end", ["gone", "unheard"])
def test_what_is_perhaps_gone_is_looked_for_until_the_lists_have_caught_up(end):
    """Another may have deleted it, or an attempt whose answer was lost."""
    step = look(look(look(listed=[ONE]), [ONE], **{end: [ONE]}), [ONE], **{end: [ONE]})
    assert (step["next"], step["quiet"]) == ("look again", 1)
    while step["looks"] < rollback.MOST_LOOKS - 1:
        step = look(step, [ONE])
        assert (step["next"], step["found"]) == ("look again", [ONE])
    late = look(step)
    assert (late["next"], late["found"], late["nothing_left"]) == ("finished", [], True)
    stays = look(step, [ONE])
    assert (stays["next"], stays["found"], stays["nothing_left"]) == ("finished", [ONE], False)


def test_to_wait_for_a_late_list_takes_no_longer_than_lists_do():
    step = look(listed=[ONE], failure=UNKNOWN)
    for _ in range(4):
        step = look(step, [ONE], unheard=step["to_delete"], failure=UNKNOWN)
    assert (step["next"], step["quiet"], step["wait_seconds"]) == ("look again", 3, 3)


def test_what_discord_did_not_answer_for_is_gone_if_the_lists_show_it_no_more():
    step = look(look(listed=[ONE]), unheard=[ONE])
    assert deletes(step) == [ONE]
    step = look(look(step, unheard=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_what_no_list_ever_showed_is_left_if_discord_did_not_answer_for_it():
    """It may be hidden from the bot."""
    step = look(look(recorded=[ONE]), unheard=[ONE])
    step = look(look(step, unheard=[ONE]))
    assert (step["next"], step["found"]) == ("finished", [ONE])


def test_a_rollback_that_an_older_release_began_goes_on():
    older = look(look(listed=[ONE, TWO]), [ONE], refused=[ONE], gone=[TWO])
    for name in ("seen", "deleted", "denied"):
        del older[name]
    step = look(look(older, [], refused=[ONE]))
    assert (step["next"], step["found"]) == ("finished", [ONE])


def test_what_is_recorded_is_deleted_even_if_no_list_shows_it():
    step = look(listed=[CATEGORY], recorded=[ONE])
    assert deletes(step) == [ONE]
    assert step["found"] == [CATEGORY]
    step = look(step, [CATEGORY], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)


def test_what_could_not_be_deleted_is_left_though_no_list_shows_it():
    """Discord lists no channel that the bot may not see, and lets nobody delete it."""
    step = look(listed=[CATEGORY], recorded=[ONE])
    step = look(step, [CATEGORY], refused=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [ONE, CATEGORY])
    step = look(look(step, [CATEGORY], refused=[ONE]), [CATEGORY])
    step = look(look(step, gone=[CATEGORY]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [ONE], False)


def test_what_was_deleted_at_the_second_try_is_not_left():
    step = look(look(recorded=[ONE]), refused=[ONE])
    step = look(look(step, gone=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_what_was_once_found_is_known_when_its_mark_is_gone():
    """A channel that cannot be deleted loses its parent with the category."""
    step = look(listed=[ONE, CATEGORY])
    ids = {ONE["id"]}
    seen = {"known": rollback.join(step["known"], []), "listed": ids, "foreign": []}
    assert rollback.step(step, [], seen, KNOWN)["found"] == [ONE]
    assert rollback.join([ROLE, TWO], [CATEGORY, ONE, TWO]) == [TWO, ONE, CATEGORY, ROLE]


def test_a_deletion_that_discord_forbids_for_long_is_given_up_at_once():
    step = look(listed=[ONE, TWO])
    too_long = {"id": ONE["id"], "gone": False, "failure": {"Error": "RateLimitTooLong"}}
    seen = {"known": step["known"], "listed": {"31", "32"}, "foreign": []}
    step = rollback.step(step, [too_long], seen, KNOWN)
    assert deletes(step) == [TWO]
    assert step["found"] == [ONE, TWO]


# ---- What Discord does not delete ----


def test_a_deletion_refused_once_is_tried_again():
    step = look(listed=[ONE, TWO, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], gone=[TWO], refused=[ONE])
    assert deletes(step) == [ONE]
    assert step["refused"] == {"31": 1}


def test_a_deletion_refused_twice_is_given_up_and_named():
    step = look(listed=[ONE, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], refused=[ONE])
    step = look(step, [ONE, CATEGORY, ROLE], refused=[ONE])
    assert step["refused"] == {"31": 2}
    assert (step["next"], step["quiet"]) == ("look again", 1)
    step = look(step, [ONE, CATEGORY, ROLE])
    assert deletes(step) == [CATEGORY]
    step = look(step, [ONE, ROLE], gone=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = look(step, [ONE], gone=[ROLE])
    assert step["next"] == "finished"
    assert step["found"] == [ONE]
    assert not step["nothing_left"]


def test_a_deletion_refused_once_and_then_done_is_done():
    step = look(listed=[ONE])
    step = look(step, [ONE], refused=[ONE])
    step = look(look(step, gone=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


@pytest.mark.parametrize("stuck", [CATEGORY, ROLE])
def test_a_category_or_role_refused_twice_keeps_nothing_else(stuck):
    step = look(look(listed=[CATEGORY, ROLE]), [CATEGORY, ROLE])
    found = [CATEGORY, ROLE]
    for _ in range(6):
        if step["next"] == "finished":
            break
        tried = step["to_delete"]
        step = look(
            step,
            found := [one for one in found if one not in tried or one == stuck],
            gone=[one for one in tried if one != stuck],
            refused=[one for one in tried if one == stuck],
        )
    assert step["next"] == "finished"
    assert step["found"] == [stuck]
    assert step["refused"] == {stuck["id"]: 2}


def test_the_looks_have_an_end():
    step = BEGUN
    for n in range(rollback.MOST_LOOKS):
        assert step["next"] != "finished"
        step = look(step, [thing("channel", str(100 + n)), CATEGORY, ROLE])
    assert step["next"] == "finished"
    assert step["looks"] == rollback.MOST_LOOKS
    assert step["to_delete"] == []
    assert not step["nothing_left"]
    assert [one["kind"] for one in step["found"]] == ["channel", "category", "role"]


def test_a_step_changes_nothing_that_it_was_given():
    before = look(listed=[ONE, TWO, CATEGORY, ROLE], foreign=[thing("channel", "40")])
    kept = copy.deepcopy(before)
    found = [ONE, CATEGORY, ROLE]
    look(before, found, gone=[TWO], refused=[ONE], foreign=[thing("channel", "41")])
    assert before == kept
    assert found == [ONE, CATEGORY, ROLE]


# ---- What others put in ----


def test_what_others_put_in_is_remembered_once():
    rules, dice = thing("channel", "40"), thing("channel", "41")
    step = look(listed=[CATEGORY], foreign=[rules])
    step = look(step, [CATEGORY], foreign=[rules, dice])
    assert step["foreign"] == [rules, dice]
    # with the category gone, no look shows them any more
    step = look(step, gone=[CATEGORY])
    assert step["foreign"] == [rules, dice]
    assert step["nothing_left"]


# ---- How long is waited ----


def wave_failed(*items):
    return {"Error": "WaveFailed", "Cause": json.dumps(items)}


def failed(error, message="A sentence."):
    cause = json.dumps({"errorMessage": message, "errorType": error, "stackTrace": []})
    return {"ok": False, "name": "x", "failure": {"Error": error, "Cause": cause}}


MADE = {"ok": True, "id": "31", "name": "general"}
CUT_OFF = {"Error": "WaveFailed", "Cause": wave_failed(failed("DiscordRefused"))["Cause"][:-9]}
OUTCOMES = [
    (failed("DiscordRefused")["failure"], True),
    (failed("RateLimitTooLong")["failure"], True),
    (failed("DeadlineExceeded")["failure"], True),
    (failed("CampaignIncomplete")["failure"], True),
    (failed("NameTaken")["failure"], False),
    (failed("EarlierOutcomeUnknown")["failure"], False),
    (failed("DiscordUnavailable")["failure"], False),
    (failed("NoAnswer")["failure"], False),
    (failed("RateLimited")["failure"], False),
    (failed("KeyError")["failure"], False),
    ({"Error": "Lambda.Unknown", "Cause": "not JSON"}, False),
    ({"Error": "States.Timeout", "Cause": ""}, False),
    ({"Error": "ABORTED", "Cause": ""}, False),
    ({"Error": "TIMED_OUT"}, False),
    (wave_failed(failed("DiscordRefused"), MADE), True),
    (wave_failed(failed("DiscordRefused"), failed("DeadlineExceeded")), True),
    (wave_failed(MADE, failed("DiscordRefused"), failed("Sandbox.Timedout")), False),
    (wave_failed(failed("DiscordUnavailable"), MADE), False),
    (CUT_OFF, False),
]


@pytest.mark.parametrize(("failure", "known"), OUTCOMES)
def test_after_an_unknown_outcome_it_waits_for_whatever_may_be_at_work(failure, known):
    assert rollback.is_outcome_known(failure) is known
    step = look(listed=[ONE], failure=failure)
    assert step["wait_seconds"] == (3 if known else 47)


# ---- Without a look ----


def remember(before, recorded=(), *, gone=(), refused=()):
    deletions = [{"id": one["id"], "gone": True} for one in gone]
    deletions += [{"id": one["id"], "gone": False, "failure": KNOWN} for one in refused]
    seen = rollback.remember(before, deletions, recorded)
    return rollback.step({**before, "blind": True}, deletions, seen, KNOWN)


def test_what_is_remembered_is_deleted_without_a_look():
    all_ = [ONE, CATEGORY, ROLE]
    step = remember(BEGUN, all_)
    assert deletes(step) == [ONE]
    step = remember(step, all_, gone=[ONE])
    assert deletes(step) == [CATEGORY]
    step = remember(step, all_, gone=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = remember(step, all_, gone=[ROLE])
    assert (step["next"], step["nothing_left"], step["blind"]) == ("finished", True, True)


def test_what_a_look_showed_is_remembered():
    before = look(listed=[ONE, CATEGORY, ROLE])
    step = remember(before, [CATEGORY, ROLE], gone=[ONE])
    assert deletes(step) == [CATEGORY]
    assert step["found"] == [CATEGORY, ROLE]


def test_without_a_look_a_refusal_is_the_last_word():
    step = remember(BEGUN, [CATEGORY, ROLE])
    step = remember(step, [CATEGORY, ROLE], refused=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = remember(step, [CATEGORY, ROLE], gone=[ROLE])
    assert (step["next"], step["found"]) == ("finished", [CATEGORY])


# ---- Why ----


@pytest.mark.parametrize(
    "error",
    [
        "DiscordRefused",
        "RateLimitTooLong",
        "DeadlineExceeded",
        "CampaignIncomplete",
        "DiscordUnavailable",
        "EarlierOutcomeUnknown",
        "NameTaken",
        "NoAnswer",
    ],
)
def test_our_own_errors_say_it_in_their_own_words(error):
    assert rollback.why(failed(error)["failure"], "1000") == "A sentence."
    wave = wave_failed(MADE, failed("Sandbox.Timedout", "no"), failed(error), failed("KeyError"))
    assert rollback.why(wave, "1000") == "A sentence."


def test_of_two_sentences_the_first_is_said():
    wave = wave_failed(failed("DiscordRefused", "First."), failed("DiscordUnavailable", "Second."))
    assert rollback.why(wave, "1000") == "First."


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ({"Error": "ABORTED", "Cause": ""}, messages.stopped()),
        ({"Error": "TIMED_OUT"}, messages.timed_out()),
        ({"Error": "States.Runtime", "Cause": "x"}, messages.unexpected("1000")),
        ({"Error": "FAILED", "Cause": ""}, messages.unexpected("1000")),
        (failed("RateLimited", "2026-01-01T00:00:00Z")["failure"], messages.unexpected("1000")),
        (failed("KeyError", "campaign")["failure"], messages.unexpected("1000")),
        (wave_failed(failed("KeyError"), MADE), messages.unexpected("1000")),
        (CUT_OFF, messages.unexpected("1000")),
        ({"Error": "WaveFailed", "Cause": ""}, messages.unexpected("1000")),
    ],
)
def test_other_failures_are_said_in_the_users_words(failure, said):
    assert rollback.why(failure, "1000") == said


# ---- Whatever comes ----

KINDS = ["channel", "category", "role"]
THINGS = {
    id_: thing(kind, id_)
    for kind, ids in (
        ("channel", ("31", "32", "33")),
        ("category", ("20", "21")),
        ("role", ("10", "11")),
    )
    for id_ in ids
}
SOME = st.sets(st.sampled_from(list(THINGS)))
SOME_ENDS = st.dictionaries(st.sampled_from(list(THINGS)), st.sampled_from(list(ENDS)))


@given(SOME, st.lists(st.tuples(SOME, SOME_ENDS), min_size=16, max_size=16))
def test_whatever_the_lists_show_and_the_deletions_do_it_ends_in_the_right_order(recorded, looks):
    """A list may show anything at any time; any deletion may be refused, or its answer lost."""
    step, deletions, quiet = BEGUN, [], 0
    known, seen_ids = set(recorded), set()
    ended = {end: set() for end in ENDS}
    tries = dict.fromkeys(THINGS, 0)
    for number, (shown, ends) in enumerate(looks, start=1):
        known |= shown
        seen_ids |= shown
        for one in deletions:
            [end] = [end for end, said in ENDS.items() if said.items() <= one.items()]
            ended[end].add(one["id"])
            tries[one["id"]] += 1
        gone = ended["deleted"] | ended["gone"]
        seen = {
            "known": rollback.join(step["known"], [THINGS[id_] for id_ in recorded | shown]),
            "listed": shown,
            "foreign": [],
        }
        step = rollback.step(step, deletions, seen, KNOWN)
        assert step["looks"] == number
        hidden = ended["refused"] | (ended["unheard"] - seen_ids)
        found = (shown - ended["deleted"]) | (hidden - gone - shown)
        assert {one["id"] for one in step["found"]} == found
        assert step["nothing_left"] == (not found)
        left = {id_ for id_ in known if id_ in shown or id_ not in gone}
        open_ = [KINDS.index(THINGS[id_]["kind"]) for id_ in left if tries[id_] < 2]
        quiet = 0 if 0 in open_ else quiet + 1
        if step["next"] == "finished":
            # all is done or given up, or it has been tried for long enough
            in_doubt = found & shown - ended["refused"]
            done = not open_ and quiet >= 2 and not in_doubt
            assert done or number == rollback.MOST_LOOKS
            break
        for one in deletes(step):
            assert one["id"] in left
            assert tries[one["id"]] < 2
            assert KINDS.index(one["kind"]) == min(open_)
            assert one["kind"] == "channel" or quiet >= 2
        deletions = [deletion(one, ends.get(one["id"], "deleted")) for one in step["to_delete"]]
    assert step["next"] == "finished"


@given(SOME, st.lists(SOME, min_size=16, max_size=16))
def test_with_a_list_that_shows_the_truth_only_what_was_refused_is_left(there, refusing):
    step, deletions, standing = BEGUN, [], set(there)
    refusals = dict.fromkeys(THINGS, 0)
    for refused in refusing:
        seen = {
            "known": rollback.join(step["known"], [THINGS[id_] for id_ in standing]),
            "listed": standing,
            "foreign": [],
        }
        step = rollback.step(step, deletions, seen, KNOWN)
        if step["next"] == "finished":
            break
        deletions = [
            deletion(one, "refused" if one["id"] in refused else "gone")
            for one in step["to_delete"]
        ]
        for one in deletions:
            standing -= {one["id"]} if one["gone"] else set()
            refusals[one["id"]] += not one["gone"]
    assert step["next"] == "finished"
    assert {one["id"] for one in step["found"]} == standing
    assert standing == {id_ for id_, times in refusals.items() if times == 2}
