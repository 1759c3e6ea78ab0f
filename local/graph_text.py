"""The size of text and boxes, large enough for any common sans-serif font."""

from local.graph_states import State

TITLE = 13
SMALL = 10.5
HEIGHT = 46.0

# As a share of the font size; DejaVu Sans is the widest common font.
NARROW = {**dict.fromkeys("ijl'.,:;|!I ", 0.4), **dict.fromkeys("frt()-", 0.46)}
WIDE = dict.fromkeys("mwMWOQGDHNU", 0.88)
OTHERWISE = 0.68


def text_width(text: str, size: float) -> float:
    """Return the width of a line of text."""
    widths = {**NARROW, **WIDE}
    return size * sum(widths.get(letter, OTHERWISE) for letter in text)


def subtitle(state: State) -> str:
    """Return the small print under a state's title."""
    ends = state.get("End") and state["Type"] not in {"Succeed", "Fail"}
    return f"{state['Type']} · end" if ends else str(state["Type"])


def box_size(name: str, state: State) -> tuple[float, float]:
    """Return the width and height of a state's box, without its tips."""
    text = max(text_width(name, TITLE), text_width(subtitle(state), SMALL))
    return max(116.0, round(text) + 28.0), HEIGHT


def tip(state: State) -> float:
    """Return how far a shape's tips extend beyond its box at either side; no arrow ends there."""
    return {"Choice": 10.0, "Wait": 11.0}.get(state["Type"], 0.0)


def frame_width(name: str, state: State) -> float:
    """Return the minimum width of a frame: its title must end before the arrow in the middle."""
    title = text_width(name, TITLE) + text_width(subtitle(state), SMALL) + 24
    return 2 * round(title) + 24.0
