"""docs/*.svg shows the current state machines, with the happy path clear at a glance."""

import json
import re
from functools import cache
from itertools import combinations, pairwise
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.ft2font import FT2Font

from local import graph
from local.graph_best import best
from local.graph_lines import overlaps
from local.graph_states import catches, happy_moves, happy_path, machines, moves, nested
from local.graph_text import SMALL, TITLE, subtitle

PATHS = {
    path.name.removesuffix(graph.SUFFIX): path
    for path in sorted(graph.DEFINITIONS.glob(f"*{graph.SUFFIX}"))
}
DEFINITIONS = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in PATHS.items()}
EACH = pytest.mark.parametrize("name", DEFINITIONS)
SVG = "{http://www.w3.org/2000/svg}"


@cache
def drawing(name):
    return best(DEFINITIONS[name])


@cache
def picture(name):
    return graph.draw(name, DEFINITIONS[name], drawing(name))


def boxes(name):
    return {box.name: box for box in drawing(name).boxes}


def frames_around(name, state):
    while state := boxes(name)[state].frame:
        yield state


def middle(box):
    return box.left + box.width / 2


def meet(one, other, apart=0.0):
    """Tell whether two rectangles (left, top, right, bottom) overlap by more than `apart`."""
    return (
        one[0] < other[2] - apart
        and other[0] < one[2] - apart
        and one[1] < other[3] - apart
        and other[1] < one[3] - apart
    )


def rectangle(box):
    return box.left, box.top, box.left + box.width, box.top + box.height


def covered(piece):
    (x1, y1), (x2, y2) = piece
    return min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1


def text_width(text, size, bold=False):
    """Return a text's width in DejaVu Sans, the widest common font, which matplotlib ships."""
    font = FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' * bold}.ttf")
    font.set_size(100, 72)
    font.set_text(text)
    return font.get_width_height()[0] / 64 * size / 100


@EACH
def test_the_picture_is_of_the_definition(name):
    path = graph.PICTURES / f"{name}.svg"
    assert path.exists(), f"docs/{name}.svg does not exist: run make graph"
    text = path.read_text(encoding="utf-8")
    of = re.search(r'data-definition="(\w+)"', text)[1]
    older = f"docs/{name}.svg is older than its definition: run make graph"
    assert of == graph.digest(DEFINITIONS[name]), older
    # Compare outside the assert: pytest's long difference would hide the advice.
    same = text == picture(name)
    assert same, f"docs/{name}.svg is out of date: run make graph"


def test_no_picture_is_left_of_a_definition_that_is_gone():
    drawn = {
        path.stem
        for path in graph.PICTURES.glob("*.svg")
        if "data-definition=" in path.read_text(encoding="utf-8")
    }
    assert drawn <= set(DEFINITIONS), "remove the pictures without a definition"


@EACH
def test_every_transition_is_drawn(name):
    drawn = [(arrow.source, arrow.target, arrow.kind == "catch") for arrow in drawing(name).arrows]
    expected = [
        (source, target, is_catch)
        for machine in machines(DEFINITIONS[name])
        for source, state in machine["States"].items()
        for is_catch, targets in ((False, moves(state)), (True, catches(state)))
        for target in targets
    ]
    assert sorted(drawn) == sorted(expected)


@EACH
def test_the_happy_path_goes_straight_down(name):
    for machine in machines(DEFINITIONS[name]):
        path = [boxes(name)[state] for state in happy_path(machine)]
        assert max(map(middle, path)) - min(map(middle, path)) < 3
        for upper, lower in pairwise(path):
            assert upper.top + upper.height < lower.top


@EACH
def test_of_the_happy_path_only_loops_go_up(name):
    up = set()
    for machine in machines(DEFINITIONS[name]):
        goes_on = happy_moves(machine)
        for source, target in goes_on:
            if boxes(name)[target].top < boxes(name)[source].top:
                up.add((source, target))
                reached = {target}
                for _ in goes_on:
                    reached |= {way for state, way in goes_on if state in reached}
                assert source in reached
    if name == "add_campaign":
        assert up == {("Report Progress", "Create Channels")}


@EACH
def test_no_box_covers_another(name):
    for one, other in combinations(drawing(name).boxes, 2):
        if one.name in frames_around(name, other.name):
            outer, inner = rectangle(one), rectangle(other)
            assert all(a < b for a, b in zip(outer[:2], inner[:2], strict=True))
            assert all(a > b for a, b in zip(outer[2:], inner[2:], strict=True))
        else:
            assert not meet(rectangle(one), rectangle(other)), f"{one.name}, {other.name}"


@EACH
def test_no_arrow_runs_through_a_box(name):
    for arrow in drawing(name).arrows:
        around = set(frames_around(name, arrow.source))
        for box in drawing(name).boxes:
            for piece in pairwise(arrow.points):
                if box.name not in around:
                    end = 1 if box.name in {arrow.source, arrow.target} else 0
                    hit = meet(covered(piece), rectangle(box), end + 0.1)
                    assert not hit, f"{arrow.source} -> {arrow.target}: {box.name}"


@EACH
def test_arrows_run_along_each_other_only_on_their_trunk(name):
    for one, other in combinations(drawing(name).arrows, 2):
        for piece in pairwise(one.points):
            for another in pairwise(other.points):
                if overlaps(piece, another, apart=4):
                    assert one.trunk
                    assert one.trunk == other.trunk


@EACH
def test_every_label_fits(name):
    root = ElementTree.fromstring(picture(name))
    labelled = 0
    for group in root.iter(f"{SVG}g"):
        title = group.find(f"{SVG}text[@class='title']")
        if title is None:
            continue
        labelled += 1
        box = boxes(name)[title.text]
        assert abs(float(title.get("x")) - middle(box)) < 0.1
        small = group.find(f"{SVG}text[@class='type']").text
        assert text_width(title.text, TITLE, bold=box.happy) < box.width - 8
        assert text_width(small, SMALL) < box.width - 8
    assert labelled == sum(not nested(box.state) for box in drawing(name).boxes)


@EACH
def test_no_arrow_runs_through_the_title_of_a_frame(name):
    for box in drawing(name).boxes:
        if not nested(box.state):
            continue
        width = text_width(box.name, TITLE, bold=True) + text_width(subtitle(box.state), SMALL) + 8
        title = (box.left + 14, box.top + 8, box.left + 14 + width, box.top + 26)
        assert title[2] < box.left + box.width - 8
        for arrow in drawing(name).arrows:
            for piece in pairwise(arrow.points):
                assert not meet(covered(piece), title)
        for other in drawing(name).boxes:
            assert other is box or nested(other.state) or not meet(rectangle(other), title)


FAILING = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Give Up"}
WAITING = {"ErrorEquals": ["RateLimited"], "ResultPath": "$.rate_limit", "Next": "Wait"}
MACHINE = {
    "StartAt": "Plan",
    "States": {
        "Plan": {"Type": "Task", "Catch": [WAITING, FAILING], "Next": "Build"},
        "Build": {"Type": "Task", "Catch": [WAITING, FAILING], "Next": "Built?"},
        "Built?": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.failure", "IsPresent": True, "Next": "Report Failure"},
                {"Variable": "$.broken", "BooleanEquals": True, "Next": "Give Up"},
                {"Variable": "$.done", "BooleanEquals": True, "Next": "Done"},
            ],
            "Default": "Report",
        },
        "Report": {"Type": "Task", "Catch": [WAITING], "Next": "Build"},
        "Report Failure": {"Type": "Task", "End": True},
        "Done": {"Type": "Succeed"},
        "Give Up": {"Type": "Task", "Next": "Failed"},
        "Failed": {"Type": "Fail"},
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Where?"},
        "Where?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Build"}],
            "Default": "Report",
        },
    },
}


def test_the_happy_path_knows_no_failure_and_no_waiting_room():
    assert happy_path(MACHINE) == ["Plan", "Build", "Built?", "Report", "Done"]
    assert ("Report", "Build") in happy_moves(MACHINE)


def test_the_format_of_a_definition_does_not_matter():
    formatted = json.loads(json.dumps(MACHINE, indent=8))
    assert graph.digest(formatted) == graph.digest(MACHINE)
    assert graph.digest({**MACHINE, "StartAt": "Build"}) != graph.digest(MACHINE)
