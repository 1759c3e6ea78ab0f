"""The steps of a removal, over any run of looks."""

from hypothesis import given
from hypothesis import strategies as st

from channelwright import removal
from tests.unit.removal_steps import BEGUN, ENDS, KNOWN, NOW, deletes, deletion, thing

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
END = st.sampled_from(list(ENDS))
END_WITHOUT_LIMIT = st.sampled_from([end for end in ENDS if end != "limited"])
# What Discord says of a channel that is asked for by its id.
ANSWER = st.sampled_from(["gone", "hidden", "there"])
LIMIT_SECONDS = 10
# Then its time is over, and the Lambdas say so. For each limit two looks do not count.
MOST_LIMITS = 6
MOST_ROUNDS = removal.MOST_LOOKS + 2 * MOST_LIMITS


class Model:
    """What a removal has to know, told from the looks, the deletions and the answers alone."""

    def __init__(self, recorded):
        self.known, self.seen = set(recorded), set()
        self.ended = {end: set() for end in ENDS}
        self.said = {"gone": set(), "hidden": set(), "there": set()}
        self.tries = dict.fromkeys(THINGS, 0)
        self.looks = self.quiet = self.limits = 0
        self.limited = self.must_wait = False
        self.limited_until = 0.0

    def ends(self, deletions):
        for id_, end in deletions:
            self.ended[end].add(id_)
            self.tries[id_] += end != "limited"

    def unclear(self, shown):
        """Return what may be gone or hidden: Discord has to be asked for it."""
        clear = self.seen | shown | self.gone | self.denied
        channels = {id_ for id_, one in THINGS.items() if one["kind"] != "role"}
        return (self.ended["unheard"] & channels) - clear

    def answers(self, answers):
        for id_, answer in answers.items():
            self.said[answer].add(id_)
            self.tries[id_] += answer == "gone"

    def shows(self, shown, deletions, now):
        self.known |= shown
        self.quiet = 0 if 0 in self.open(shown) else self.quiet + 1
        was_limited = self.limited
        self.limited = any(end == "limited" for _, end in deletions)
        self.must_wait = self.limited and now < self.limited_until and bool(self.open(shown))
        self.limits += self.limited
        self.looks += not (self.limited or was_limited)

    @property
    def gone(self):
        return self.ended["deleted"] | self.ended["gone"] | self.said["gone"]

    @property
    def denied(self):
        return self.ended["refused"] | self.said["hidden"]

    def left(self, shown):
        """Return what is not known to be gone, whether a list shows it or not."""
        return {id_ for id_ in self.known if id_ in shown or id_ not in self.gone}

    def open(self, shown):
        """Return of what kinds there is something left to try."""
        return [KINDS.index(THINGS[id_]["kind"]) for id_ in self.left(shown) if self.tries[id_] < 2]

    def found(self, shown):
        return (shown - self.ended["deleted"]) | (self.denied - self.gone - shown)


@given(SOME, st.data())
def test_whatever_the_lists_show_and_the_deletions_do_it_ends_in_the_right_order(recorded, data):
    """A list may show anything at any time; a deletion may be refused, limited, or not answered.

    Of what no list ever showed, Discord may say anything.
    """
    step, deletions, now, model = BEGUN, [], NOW, Model(recorded)
    for _ in range(MOST_ROUNDS):
        shown = data.draw(SOME)
        now += step["wait_seconds"]
        model.ends(deletions)
        before = {**step, "deletions": [done(id_, end, model) for id_, end in deletions]}
        look = seen(step, recorded | shown, shown)
        unclear = removal.unclear(before, look["known"], shown)
        assert len(unclear) == len(set(unclear))
        assert set(unclear) == model.unclear(shown)
        said = {id_: data.draw(ANSWER) for id_ in unclear}
        model.answers(said)
        model.seen |= shown
        shown = shown | of(said, "there")
        model.shows(shown, deletions, now)
        step = removal.step(before, asked(look, said), KNOWN, now)
        assert step["looks"] == model.looks
        assert {one["id"] for one in step["found"]} == model.found(shown)
        assert step["nothing_left"] == (not model.found(shown))
        if step["next"] == "finished":
            assert may_end(model, shown)
            break
        if model.must_wait:
            assert step["next"] == "look again"
            assert now + step["wait_seconds"] >= model.limited_until
        for one in deletes(step):
            assert one["id"] in model.left(shown)
            assert model.tries[one["id"]] < 2
            assert KINDS.index(one["kind"]) == min(model.open(shown))
            assert one["kind"] == "channel" or model.quiet >= 2
        model.limited_until = now + LIMIT_SECONDS
        ends = END if model.limits < MOST_LIMITS else END_WITHOUT_LIMIT
        deletions = [(one["id"], data.draw(ends)) for one in step["to_delete"]]
    assert step["next"] == "finished"


def may_end(model, shown):
    """Tell whether all is done or given up, or it has been tried for long enough."""
    in_doubt = model.found(shown) & shown - model.denied
    is_done = not model.open(shown) and model.quiet >= 2 and not in_doubt
    return is_done or model.looks == removal.MOST_LOOKS


def done(id_, end, model):
    until = {"limited_until": model.limited_until} if end == "limited" else {}
    return {**deletion(THINGS[id_], end), **until}


def seen(step, ours, listed):
    known = removal.join(step["known"], [THINGS[id_] for id_ in ours])
    return {**removal.NOTHING, "known": known, "listed": listed}


def asked(look, said):
    """Return a look with what Discord `said` of what was asked for by its id."""
    return {**look, **{answer: [*of(said, answer)] for answer in ("there", "gone", "hidden")}}


def of(said, answer):
    return {id_ for id_, each in said.items() if each == answer}


@given(SOME, st.lists(SOME, min_size=16, max_size=16))
def test_with_a_list_that_shows_the_truth_only_what_was_refused_is_left(there, refusing):
    step, deletions, standing = BEGUN, [], set(there)
    refusals = dict.fromkeys(THINGS, 0)
    for refused in refusing:
        before = {**step, "deletions": deletions}
        step = removal.step(before, seen(step, standing, standing), KNOWN, NOW)
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


WORKS = st.sampled_from(["deleted", "refused", "unheard", "unheard, but done"])


@given(SOME, SOME, SOME, st.data())
def test_if_discord_says_the_truth_what_is_left_is_what_stands(recorded, others, hid, data):
    """Others have removed something; some of it is hidden; any deletion may go unanswered.

    Only what Discord first refused to delete, and then deleted without saying so, is named too.
    """
    step, deletions = BEGUN, []
    standing, refused, unsaid = set(recorded - others), set(), set()
    hidden = {id_ for id_ in hid if THINGS[id_]["kind"] != "role"}
    for _ in range(removal.MOST_LOOKS):
        before = {**step, "deletions": deletions}
        look = seen(step, recorded, standing - hidden)
        unclear = removal.unclear(before, look["known"], look["listed"])
        said = {id_: "hidden" if id_ in standing else "gone" for id_ in unclear}
        step = removal.step(before, asked(look, said), KNOWN, NOW)
        if step["next"] == "finished":
            break
        deletions = []
        for one in step["to_delete"]:
            id_, work = one["id"], data.draw(WORKS)
            end = truth(id_, work, standing, hidden)
            deletions.append(deletion(one, end))
            if end == "refused":
                refused.add(id_)
            if work == "unheard, but done" and id_ in standing - hidden:
                unsaid.add(id_)
            standing -= {id_} if end == "deleted" else unsaid
    assert step["next"] == "finished"
    found = {one["id"] for one in step["found"]}
    assert standing <= found <= standing | (refused & unsaid)


def truth(id_, work, standing, hidden):
    """Return how a deletion ends that would work so if Discord had the thing, and showed it."""
    if work.startswith("unheard"):
        return "unheard"
    if id_ not in standing:
        return "gone"
    return "refused" if id_ in hidden else work
