"""A removal's steps while Discord tells the truth, if late: nothing is missed."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from channelwright.campaign import known, removal, steps
from channelwright.campaign.removal import Look
from tests.unit.removal_steps import NOW, UNKNOWN, begun, deletion, thing

CHANNELS = [thing("channel", id_) for id_ in ("31", "32", "33")]
# The last channel, the second category and the second role are the unrecorded things.
CATEGORY, SECOND_CATEGORY = thing("category", "20"), thing("category", "21")
ROLE, SECOND_ROLE = thing("role", "10"), thing("role", "11")
THINGS = {one["id"]: one for one in [*CHANNELS, CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE]}
GUESTS = {id_: thing("channel", id_) for id_ in ("40", "41")}
RECORDED = st.sampled_from([[], ["10"], ["20", "10"], ["31", "20", "10"], ["31", "32", "20", "10"]])
WORKS = st.sampled_from(
    ["works", "works", "refused", "unheard", "unheard, but done", "not known yet"]
)
SECONDS = st.integers(0, 5)
# For this long the state retries an unanswered deletion: after 2, 4, 8 and 16 seconds.
REPETITIONS = 30


@dataclass
class Server:
    """A server: when each thing appeared and vanished; a look shows the state `lag` seconds ago."""

    lag: int
    hidden: set[str]
    born: dict[str, float]
    gone: dict[str, float] = field(default_factory=dict)

    def stands(self, id_, at):
        return id_ in self.born and self.born[id_] <= at < self.gone.get(id_, float("inf"))

    def shows(self, id_, at):
        return self.stands(id_, at - self.lag) and id_ not in self.hidden

    def listed(self, at):
        return {id_ for id_ in self.born if self.shows(id_, at)}

    def foreign(self, at):
        """Return others' channels that a list shows in our category."""
        in_category = self.stands("20", at - self.lag)
        return [one for id_, one in GUESTS.items() if in_category and self.shows(id_, at)]

    def ask(self, id_, at):
        """Return Discord's answer to a call for a channel by its id."""
        if not self.stands(id_, at - self.lag):
            return "gone"
        return "hidden" if id_ in self.hidden else "there"

    def delete(self, id_, work, at, late):
        """Try to delete a thing; return how the attempt ended."""
        stands, hidden = self.stands(id_, at), id_ in self.hidden
        if work == "unheard, but done" and stands and not hidden:
            self.gone[id_] = at + late
        if work.startswith("unheard"):
            return "unheard"
        if not stands or (work == "not known yet" and self.shows(id_, at)):
            return "gone"
        if hidden or work == "refused":
            return "refused"
        self.gone[id_] = at
        return "deleted"


class Played:
    """A removal, played to its end."""

    def __init__(self, server, recorded, settle_seconds, data):
        self.server, self.recorded, self.data = server, recorded, data
        self.settles = NOW + settle_seconds
        self.now, self.looked_at, self.deletions = NOW, [], []
        self.refused, self.unsaid = set(), set()
        # The moment of the last look before the category's deletion.
        self.last_look = 0.0
        before = begun(settle_seconds)
        first = steps.at_once(before, self.ours(set()), NOW)
        self.step = first or self.look(before)
        while self.step["next"] != "finished":
            assert len(self.looked_at) <= steps.MOST_LOOKS
            self.go_on()

    def go_on(self):
        deletions = [self.delete(one["id"]) for one in self.step["to_delete"]]
        if any("failure" in one and one["failure"] is UNKNOWN for one in deletions):
            self.now += REPETITIONS
        self.now += self.step["wait_seconds"] + self.data.draw(SECONDS)
        before = {**self.step, "deletions": deletions}
        self.step = self.look(steps.begin(before, 0, self.now))

    def delete(self, id_):
        if id_ in {"20", "21"} and not self.last_look:
            assert self.looked_at, "no look came before the category's deletion"
            self.last_look = self.looked_at[-1]
        if THINGS[id_]["kind"] != "channel":
            assert self.now >= self.settles
        work = self.data.draw(WORKS)
        late = self.data.draw(
            st.integers(0, REPETITIONS + known.LISTS_LAG_SECONDS - self.server.lag)
        )
        end = self.server.delete(id_, work, self.now, late)
        self.refused |= {id_} if end == "refused" else set()
        self.unsaid |= {id_} if work == "unheard, but done" else set()
        return deletion(THINGS[id_], end)

    def look(self, before):
        self.looked_at.append(self.now)
        listed = self.server.listed(self.now)
        things = removal.join(before["known"], self.ours(listed))
        asked = removal.unclear(before, things, listed)
        said = {id_: self.server.ask(id_, self.now) for id_ in asked}
        told = {
            answer: [id_ for id_, each in said.items() if each == answer]
            for answer in ("there", "gone", "hidden")
        }
        look = Look(things, listed, self.server.foreign(self.now), began=self.now, **told)
        return steps.step(before, look, self.now)

    def ours(self, listed):
        """Return the recorded things, and those with our marks, by which another thing is known."""
        ours = {*self.recorded} | (listed & {"11"})
        # No category names a role that is gone.
        if "10" in self.recorded and self.server.stands("10", self.now):
            ours |= listed & {"21"}
        if ours & listed & {"20"}:
            ours |= listed & {"33"}
        return [THINGS[id_] for id_ in THINGS if id_ in ours]


@st.composite
def servers(draw):
    """Draw a server, its recorded things, and for how long an unrecorded one may appear."""
    lag, settle_seconds = draw(st.integers(0, 9)), draw(st.sampled_from([0, 10, 57]))
    recorded = draw(RECORDED)
    channels = [id_ for id_ in recorded if id_ in {"31", "32", "20"}]
    hidden = draw(st.sets(st.sampled_from(channels))) if channels else set()
    born = dict.fromkeys(recorded, NOW - 100)
    gone = {id_: NOW - draw(st.integers(0, 20)) for id_ in recorded if draw(st.booleans())}
    if settle_seconds:
        latest = NOW + settle_seconds - lag
        born |= {id_: latest - draw(st.integers(0, 60)) for id_ in unrecorded(draw, recorded)}
        # The unrecorded things are known by these.
        for mark in ({"10"} if "21" in born else set()) | ({"20"} if "33" in born else set()):
            gone.pop(mark, None)
            hidden.discard(mark)
    if "20" in recorded:
        born |= {id_: NOW + draw(st.integers(-20, 80)) for id_ in GUESTS if draw(st.booleans())}
    return Server(lag, hidden, born, gone), recorded, settle_seconds


def unrecorded(draw, recorded):
    """Draw things that may have been created without being recorded."""
    possible = ["11", *(["21"] if "10" in recorded else []), *(["33"] if "20" in recorded else [])]
    return draw(st.sets(st.sampled_from(possible)))


@given(servers(), st.data())
def test_what_is_left_is_what_stands_and_what_others_put_in_is_named(drawn, data):
    """Lists lag; others removed or added things; some things are hidden, and some appear later.

    A deletion may be refused, or not answered: then it was done, or is done later, or never.
    Discord may not know yet a thing that a list shows. Of the things that are gone, only those are
    named that Discord first refused to delete, and then deleted without an answer.
    """
    server, recorded, settle_seconds = drawn
    played = Played(server, recorded, settle_seconds, data)
    step, standing = played.step, {id_ for id_ in THINGS if server.stands(id_, played.now)}
    found = {one["id"] for one in step["found"]}
    assert standing <= found <= standing | (played.refused & played.unsaid)
    assert step["nothing_left"] == (not found)
    foreign = {one["id"] for one in step["foreign"]}
    until = played.last_look or played.now
    assert foreign >= {one["id"] for one in server.foreign(until)}
    assert foreign <= {id_ for id_ in GUESTS if id_ in server.born}
