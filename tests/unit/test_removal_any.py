"""A removal's steps, for any sequence of looks."""

import math

from hypothesis import given
from hypothesis import strategies as st

from channelwright.campaign import removal, steps
from channelwright.campaign.removal import Look
from channelwright.pace import patience
from tests.unit.removal_steps import ENDS, NOW, begun, deletes, deletion, thing

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
SETTLE_SECONDS = st.sampled_from([0, 10, 57])
END = st.sampled_from(list(ENDS))
# Discord's answers to a call for a channel by its id.
ANSWER = st.sampled_from(["gone", "hidden", "there"])
# A look's delay in seconds: a Lambda died, or Discord limited the look.
DELAY = st.sampled_from([0.0, 0.0, 0.25, 7.5, 60.0])
LIMIT_SECONDS = 10
UNTIL = NOW + steps.LEAST_SECONDS
# While time is left, each limit means two looks that do not count.
MOST_ROUNDS = steps.MOST_LOOKS + 2 * steps.LEAST_SECONDS // LIMIT_SECONDS + 1


def kind(id_):
    return KINDS.index(THINGS[id_]["kind"])


class Model:
    """A removal's expected state, from the looks, the deletions and the answers alone."""

    def __init__(self, recorded, settle_seconds):
        self.recorded, self.known = set(recorded), set(recorded)
        self.ended = {end: set() for end in ENDS}
        self.said = {"gone": set(), "hidden": set(), "there": set()}
        self.tries = dict.fromkeys(THINGS, 0)
        self.looks = self.limits = 0
        self.limited = self.must_wait = self.may_wait = False
        self.limited_until = 0.0
        self.settled_at = NOW + settle_seconds
        self.in_order = settle_seconds > 0
        self.just_tried = self.just_limited = set()

    def ends(self, deletions):
        """Note how deletions ended; at the last two looks, a limit beyond UNTIL is a refusal."""
        self.just_tried = {id_ for id_, _ in deletions}
        self.may_wait = self.looks < steps.MOST_LOOKS - 2 or self.limited_until <= UNTIL
        self.just_limited = {id_ for id_, end in deletions if end == "limited"}
        for id_, end in deletions:
            if end == "limited" and not self.may_wait:
                self.ended["refused"].add(id_)
                self.tries[id_] = 2
            else:
                self.ended[end].add(id_)
                self.tries[id_] += end != "limited"

    def unclear(self, shown):
        """Return the ids that may be gone or hidden, so that Discord has to be asked for them."""
        clear = shown | self.gone | self.said["hidden"]
        channels = {id_ for id_, one in THINGS.items() if one["kind"] != "role"}
        tried = self.ended["unheard"] | self.ended["refused"] | self.just_limited
        return (tried & channels) - clear

    def answers(self, answers):
        for id_, answer in answers.items():
            self.said[answer].add(id_)
            self.tries[id_] += answer == "gone"

    def shows(self, shown, deletions, now):
        self.known |= shown
        if shown & {id_ for id_, end in deletions if end == "gone"}:
            self.settled_at = max(self.settled_at, now + steps.SETTLE_SECONDS)
        was_limited = self.limited
        limits = [self.may_wait and end == "limited" for _, end in deletions]
        limited = any(limits)
        if limits:
            self.limits = self.limits + 1 if all(limits) else 0
        self.limited = limited and now + steps.SHORT_LIMIT_SECONDS < UNTIL
        longer = now + patience.least_seconds(self.limits - 1)
        if limited:
            self.limited_until = max(self.limited_until, min(longer, UNTIL))
        self.must_wait = limited and now < self.limited_until and bool(self.open(shown))
        self.looks += not (self.limited or was_limited)

    @property
    def gone(self):
        return self.ended["deleted"] | self.ended["gone"] | self.said["gone"]

    @property
    def denied(self):
        return self.ended["refused"] | self.said["hidden"]

    def left(self, shown):
        """Return the ids not known to be gone, listed or not."""
        return {id_ for id_ in self.known if id_ in shown or id_ not in self.gone}

    def open(self, shown):
        """Return the ids still to try."""
        left = self.left(shown) - self.ended["deleted"]
        return {id_ for id_ in left if self.tries[id_] < 2}

    def found(self, shown):
        return (shown - self.ended["deleted"]) | (self.denied - self.gone - shown)

    def perhaps_found(self, shown, now):
        """Return the ids that are left; before the end, also those that may be."""
        unsure = self.next(shown, now)[0] != "finished"
        return self.found(shown) | (self.known - self.gone if unsure else set())

    def in_doubt(self, shown):
        return bool(self.found(shown) & shown - (self.denied - self.gone))

    def deletes(self, shown, now):
        """Return the ids to delete now."""
        if self.looks == steps.MOST_LOOKS or self.must_wait:
            return set()
        return self._ready(self.open(shown), now)

    def _ready(self, open_, now):
        channels = {id_ for id_ in open_ if kind(id_) == 0}
        if now < self.settled_at:
            return channels - self.just_tried
        if channels:
            return channels
        return {id_ for id_ in open_ if not self.in_order or kind(id_) == min(map(kind, open_))}

    def deletes_at_first(self, now):
        """Return the ids that the first step deletes without a look; None if it has to look."""
        kinds = {kind(id_) for id_ in self.recorded}
        if now >= self.settled_at and 1 in kinds and 0 not in kinds:
            return None
        channels = {id_ for id_ in self.recorded if kind(id_) == 0}
        return self.recorded if now >= self.settled_at and not channels else channels

    def next(self, shown, now):
        """Return the state that follows a look, and the seconds until the next look."""
        settling = max(0, math.ceil(self.settled_at - now))
        if self.looks == steps.MOST_LOOKS:
            return "finished", 0
        if self.must_wait:
            return "look again", max(settling, math.ceil(self.limited_until - now))
        if self.deletes(shown, now):
            return "delete", settling
        if settling:
            return "look again", settling
        return ("look again", steps.SETTLE_SECONDS) if self.in_doubt(shown) else ("finished", 0)


def campaign(recorded):
    """Tell whether a campaign may have recorded these: without a role, there is nothing else."""
    kinds = {kind(id_) for id_ in recorded}
    return kinds in (set(), {2}, {1, 2}, {0, 1, 2})


RECORDED = SOME.filter(campaign)


@given(RECORDED, SETTLE_SECONDS, st.data())
def test_whatever_the_lists_show_and_the_deletions_do_each_step_is_the_right_one(
    recorded, settle_seconds, data
):
    """A list may show anything at any time; a deletion may be refused, limited, or not answered.

    For a channel that no list ever showed, Discord may answer anything.
    """
    now, model = NOW, Model(recorded, settle_seconds)
    step = first_step(recorded, settle_seconds, model)
    for _ in range(MOST_ROUNDS):
        if step["next"] == "finished":
            break
        deletions = [(one["id"], data.draw(END)) for one in deletes(step)]
        until = model.limited_until = now + LIMIT_SECONDS
        now += step["wait_seconds"] + data.draw(DELAY)
        model.ends(deletions)
        ended = [done(id_, end, until) for id_, end in deletions]
        before = steps.begin({**step, "deletions": ended}, settle_seconds, now)
        model.settled_at = min(model.settled_at, now)  # the step's Wait is over
        shown = data.draw(SOME)
        look = seen(step, recorded | shown, shown, now)
        unclear = removal.unclear(before, look.known, shown)
        assert len(unclear) == len(set(unclear))
        assert set(unclear) == model.unclear(shown)
        said = {id_: data.draw(ANSWER) for id_ in unclear}
        model.answers(said)
        shown = shown | of(said, "there")
        model.shows(shown, deletions, now)
        step = steps.step(before, asked(look, said), now)
        assert step["looks"] == model.looks
        left = model.perhaps_found(shown, now)
        assert (ids(step["found"]), step["nothing_left"]) == (left, not left)
        ready = model.deletes(shown, now)
        assert ids(deletes(step)) <= ready
        assert len(deletes(step)) == (min(1, len(ready)) if model.limits else len(ready))
        assert (step["next"], step["wait_seconds"]) == model.next(shown, now)
        if now < model.settled_at:
            assert {one["kind"] for one in deletes(step)} <= {"channel"}
    assert step["next"] == "finished"


def first_step(recorded, settle_seconds, model):
    """Take and check the first step; before a step that has to look, nothing is deleted."""
    before = begun(settle_seconds)
    step = steps.at_once(before, in_order(recorded), NOW)
    expected = model.deletes_at_first(NOW)
    if expected is None:
        assert step is None
        return {**before, "next": "look again"}
    assert ids(deletes(step)) == expected
    assert step["wait_seconds"] == settle_seconds
    assert (step["next"] == "finished") == (not recorded and not settle_seconds)
    return step


def done(id_, end, until):
    limit = {"limited_until": until} if end == "limited" else {}
    return {**deletion(THINGS[id_], end), **limit}


def in_order(some):
    return removal.join([], [THINGS[id_] for id_ in some])


def ids(things):
    assert len({one["id"] for one in things}) == len(things)
    return {one["id"] for one in things}


def seen(step, ours, listed, now):
    ours = removal.join(step["known"], [THINGS[id_] for id_ in ours])
    return Look(ours, listed=listed, began=now)


def asked(look, said):
    """Return a look with what Discord `said` of each channel that was asked for by its id."""
    told = {answer: [*of(said, answer)] for answer in ("there", "gone", "hidden")}
    return look._replace(**told)


def of(said, answer):
    return {id_ for id_, each in said.items() if each == answer}


@given(RECORDED, SETTLE_SECONDS, st.lists(SOME, min_size=16, max_size=16))
def test_with_a_list_that_shows_the_truth_only_what_was_refused_is_left(
    there, settle_seconds, refusing
):
    standing, now, refusals = set(there), NOW, dict.fromkeys(THINGS, 0)
    before = begun(settle_seconds)
    step = steps.at_once(before, in_order(there), now) or {**before, "next": "look again"}
    for refused in refusing:
        if step["next"] == "finished":
            break
        deletions = [
            deletion(one, "refused" if one["id"] in refused else "deleted")
            for one in step["to_delete"]
        ]
        for one in deletions:
            standing -= {one["id"]} if one["gone"] else set()
            refusals[one["id"]] += not one["gone"]
        now += step["wait_seconds"]
        step = steps.step(
            {**step, "deletions": deletions}, seen(step, standing, standing, now), now
        )
    assert step["next"] == "finished"
    assert ids(step["found"]) == standing
    assert standing == {id_ for id_, times in refusals.items() if times == 2}
    # Discord answered each deletion, so only unknown outcomes were waited for.
    assert now == NOW + settle_seconds


@given(RECORDED, st.sets(st.sampled_from(["31", "32", "33", "20", "10"])))
def test_where_everything_is_known_and_answered_nothing_is_waited_for(recorded, others):
    """Others may have deleted things. A look comes before the category goes, and a last one."""
    standing, before, looks = recorded - others, begun(), 0
    step = steps.at_once(before, in_order(recorded), NOW) or {**before, "next": "look again"}
    while step["next"] != "finished":
        assert step["wait_seconds"] == 0
        ends = {
            one["id"]: "deleted" if one["id"] in standing else "gone" for one in step["to_delete"]
        }
        standing -= ends.keys()
        deletions = [deletion(THINGS[id_], end) for id_, end in ends.items()]
        step = steps.step(
            {**step, "deletions": deletions}, seen(step, recorded, standing, NOW), NOW
        )
        looks += 1
    has_category = any(kind(id_) == 1 for id_ in recorded)
    assert step["looks"] == looks == has_category + bool(recorded)
    assert (standing, step["found"]) == (set(), [])
