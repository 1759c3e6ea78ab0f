"""A state machine's drawing as SVG, with a white background for readers with a dark theme."""

from collections.abc import Iterator
from html import escape

from local.graph_layout import Arrow, Box, Drawing
from local.graph_lines import CORNER, Point, away, length
from local.graph_states import nested
from local.graph_text import SMALL, TITLE, subtitle, text_width

MARGIN = 24
LEGEND = 40  # the height of the legend below the drawing, which explains the arrows
SAMPLES = {"happy": "nothing goes wrong", "move": "any other way", "catch": "a failure (Catch)"}

SIZES = f".title{{font-size:{TITLE}px}}\n.type{{font-size:{SMALL}px}}"
STYLE = """
text{font-family:Helvetica,Arial,"DejaVu Sans",sans-serif;text-anchor:middle;fill:#57606a}
text.left{text-anchor:start}
.type{font-weight:normal;fill:#6e7781}
.box{fill:#fff;stroke:#8c959f;stroke-width:1.2}
.frame{fill:#f6f8fa;stroke:#afb8c1;stroke-width:1.2}
.happy .box{stroke:#1f2328;stroke-width:2}
.happy>.title{fill:#1f2328;font-weight:bold}
.happy>.frame{stroke:#1f2328;stroke-width:2}
.Choice .box{fill:#fff8c5;stroke:#bf8700}
.Fail .box{fill:#ffebe9;stroke:#cf222e}
.Fail .title{fill:#a40e26}
.Succeed .box{fill:#dafbe1;stroke:#1a7f37}
.Succeed .title{fill:#116329}
.arrow{fill:none;stroke-linejoin:round}
.arrow.happy{stroke:#1f2328;stroke-width:2.4}
.arrow.move{stroke:#57606a;stroke-width:1.3}
.arrow.catch{stroke:#8c959f;stroke-width:1.3;stroke-dasharray:5 3.5}
.head.happy{fill:#1f2328}
.head.move{fill:#57606a}
.head.catch{fill:#8c959f}
""".strip()


def svg(drawing: Drawing, title: str, description: str, digest: str) -> str:
    """Return the SVG, which contains the digest of its definition."""
    width = number(drawing.width + 2 * MARGIN)
    height = number(drawing.height + 2 * MARGIN + LEGEND)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" data-definition="{digest}">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>\n{SIZES}\n{STYLE}\n</style>",
        f'<rect width="{width}" height="{height}" rx="10" fill="#fff"/>',
        f'<g transform="translate({MARGIN} {MARGIN})">',
        *(_state(box) for box in drawing.boxes if nested(box.state)),
        *_arrows(drawing.arrows),
        *(_state(box) for box in drawing.boxes if not nested(box.state)),
        "</g>",
        f'<g transform="translate({MARGIN} {number(drawing.height + MARGIN + LEGEND)})">',
        *_legend(),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Return a coordinate, to a tenth."""
    return f"{round(value, 1) + 0:g}"


def _state(box: Box) -> str:
    shape = _frame(box) if nested(box.state) else _shape(box)
    happy = " happy" if box.happy else ""
    comment = box.state.get("Comment")
    hint = f"<title>{escape(comment)}</title>" if comment else ""
    return f'<g class="{box.state["Type"]}{happy}">{hint}{shape}</g>'


def _frame(box: Box) -> str:
    x, y = number(box.left + 14), number(box.top + 21)
    return (
        f'<rect class="frame" {_rect(box)} rx="12"/>'
        f'<text class="left title" x="{x}" y="{y}">{escape(box.name)}'
        f'<tspan class="type" dx="8">{subtitle(box.state)}</tspan></text>'
    )


def _shape(box: Box) -> str:
    middle = box.left + box.width / 2
    if box.state["Type"] == "Choice":
        outline = f'<polygon class="box" points="{_hexagon(box)}"/>'
    else:
        radius = number(box.height / 2 if box.state["Type"] == "Wait" else 7)
        outline = f'<rect class="box" {_rect(box)} rx="{radius}"/>'
    return (
        f"{outline}{_text('title', middle, box.top + 20, box.name)}"
        f"{_text('type', middle, box.top + 35.5, subtitle(box.state))}"
    )


def _rect(box: Box) -> str:
    x, y, width, height = map(number, (box.left, box.top, box.width, box.height))
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _hexagon(box: Box) -> str:
    left, right, bottom = box.left, box.left + box.width, box.top + box.height
    middle, slant = box.top + box.height / 2, 15
    corners = [
        (left, middle),
        (left + slant, box.top),
        (right - slant, box.top),
        (right, middle),
        (right - slant, bottom),
        (left + slant, bottom),
    ]
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{escape(text)}</text>'


def _arrows(arrows: list[Arrow]) -> Iterator[str]:
    # The happy path is drawn last, on top.
    for kind in ("catch", "move", "happy"):
        for arrow in arrows:
            if arrow.kind == kind:
                yield _arrow(arrow)


def _arrow(arrow: Arrow) -> str:
    points = arrow.points
    head = ""
    if arrow.reaches:
        head = _head(arrow.kind, points[-2], points[-1])
        # The line ends inside the head.
        short = min(5.0, length(points[-2:]) / 2)
        points = [*points[:-1], away(points[-1], points[-2], short)]
    return f'<path class="arrow {arrow.kind}" d="{path(points)}"/>{head}'


def _head(kind: str, before: Point, tip: Point) -> str:
    x, y = away(tip, before, 9 if kind == "happy" else 8)
    half = 4.5 if kind == "happy" else 3.8
    across = (half, 0.0) if tip[0] == before[0] else (0.0, half)
    corners = (tip, (x - across[0], y - across[1]), (x + across[0], y + across[1]))
    text = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    return f'<polygon class="head {kind}" points="{text}"/>'


def path(points: list[Point]) -> str:
    """Return the path of a line, with rounded corners."""
    steps = [f"M{_pair(points[0])}"]
    last = len(points) - 2
    for i in range(1, len(points) - 1):
        before, corner, after = points[i - 1 : i + 2]
        room_before = length([before, corner]) / (1 if i == 1 else 2)
        room_after = length([corner, after]) / (1 if i == last else 2)
        radius = min(CORNER, room_before, room_after)
        start, end = away(corner, before, radius), away(corner, after, radius)
        steps.append(f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}")
    return "".join([*steps, f"L{_pair(points[-1])}"])


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _legend() -> Iterator[str]:
    x = 0.0
    for kind, text in SAMPLES.items():
        yield _arrow(Arrow("", "", kind, [(x, 0.0), (x + 36, 0.0)]))
        yield f'<text class="left type" x="{number(x + 44)}" y="3.6">{text}</text>'
        x += 44 + text_width(text, SMALL) + 24
