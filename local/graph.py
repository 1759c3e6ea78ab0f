"""Draw the state machines: `python -m local.graph` writes docs/NAME.svg for each of them."""

import hashlib
import json
from pathlib import Path

from local.graph_best import best
from local.graph_layout import Drawing
from local.graph_states import Machine
from local.graph_svg import svg

ROOT = Path(__file__).parents[1]
DEFINITIONS = ROOT / "statemachine"
PICTURES = ROOT / "docs"
SUFFIX = ".asl.json"


def draw(name: str, definition: Machine, drawing: Drawing | None = None) -> str:
    """Return a state machine as SVG, from its best drawing."""
    chosen = drawing or best(definition)
    return svg(chosen, name, definition.get("Comment", ""), digest(definition))


def digest(definition: Machine) -> str:
    """Return a digest of a definition, independent of its formatting.

    The order of the states counts, because it may change the picture.
    """
    text = json.dumps(definition, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def main(definitions: Path = DEFINITIONS, pictures: Path = PICTURES) -> None:
    """Draw every definition in one folder into another."""
    for path in sorted(definitions.glob(f"*{SUFFIX}")):
        name = path.name.removesuffix(SUFFIX)
        picture = draw(name, json.loads(path.read_text(encoding="utf-8")))
        (pictures / f"{name}.svg").write_text(picture, encoding="utf-8", newline="\n")
        print(f"docs/{name}.svg")


if __name__ == "__main__":
    main()
