"""docs/flow.svg, drawn by hand: it says which Lambda edits the message, and no shapes touch."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from local.graph_text import text_width
from tests.contract.deployed import ROOT
from tests.contract.machines import MACHINES

PICTURE = ROOT / "docs" / "flow.svg"
SVG = "{http://www.w3.org/2000/svg}"
GAP, PAD = 8, 4


def drawn(node, x=0.0, y=0.0, size=0.0):
    """Yield each element with its offset (x, y) and its font size, both inherited."""
    moved = re.match(r"translate\((\S+) (\S+)\)", node.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    size = float(node.get("font-size", size))
    yield node, x, y, size
    for child in node:
        yield from drawn(child, x, y, size)


ALL = list(drawn(ElementTree.fromstring(PICTURE.read_text(encoding="utf-8"))))
BACKGROUND, *BOXES = [
    (
        float(node.get("x", 0)) + x,
        float(node.get("y", 0)) + y,
        float(node.get("x", 0)) + x + float(node.get("width")),
        float(node.get("y", 0)) + y + float(node.get("height")),
    )
    for node, x, y, _ in ALL
    if node.tag == f"{SVG}rect"
]
WORDS = [
    ("".join(node.itertext()), float(node.get("x")) + x, float(node.get("y")) + y, size)
    for node, x, y, size in ALL
    if node.tag == f"{SVG}text"
]
IN_BOXES = [
    (words, middle, size, box)
    for words, middle, baseline, size in WORDS
    for box in BOXES
    # Words in a box are centered, except the title of a state machine.
    if box[1] < baseline < box[3] and abs((box[0] + box[2]) / 2 - middle) < 1
]


def test_it_says_who_edits_the_message():
    [words] = [one for one, *_ in WORDS if "edits this message" in one]
    assert words.startswith("report ")
    assert "all boxes “Report …”" in words


def test_every_box_that_reports_is_of_that_lambda():
    shown = {words for words, *_ in WORDS if words.startswith("Report ")}
    machines = str(MACHINES)
    assert len(shown) == 5
    assert all(f"'{words}" in machines for words in shown)


@pytest.mark.parametrize(("words", "middle", "size", "box"), IN_BOXES)
def test_no_word_touches_the_border_of_its_box(words, middle, size, box):
    """The width is that of a wide font, because readers have different fonts."""
    half = text_width(words, size) / 2
    assert middle - half >= box[0] + PAD
    assert middle + half <= box[2] - PAD


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations([BACKGROUND, *BOXES], 2)])
def test_no_box_touches_another(one, other):
    beside = (
        one[2] + GAP <= other[0]
        or other[2] + GAP <= one[0]
        or one[3] + GAP <= other[1]
        or other[3] + GAP <= one[1]
    )
    inside = one[0] + GAP <= other[0] and one[1] + GAP <= other[1]
    inside = inside and other[2] + GAP <= one[2] and other[3] + GAP <= one[3]
    assert beside or inside
