"""Components of messages, and a message with some that can be pressed."""

from typing import Any

from local.simulator import Simulator

EPHEMERAL = 64


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": "c", "label": "l"} | fields


def link(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "l", "url": "https://example.com"} | fields


def users(**fields: Any) -> dict[str, Any]:
    return {"type": 5, "custom_id": "u"} | fields


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def section(*texts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": 9, "components": list(texts), "accessory": button()} | fields


def container(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(components)} | fields


ROWS = [
    row(button(custom_id="undo"), button(custom_id="off", disabled=True)),
    row(users(custom_id="who", max_values=2)),
]


def answered(simulator: Simulator, flags: int = 0) -> str:
    """Return the id of the player's command that was answered with a message with a button."""
    command = simulator.build_interaction("c", user_id=simulator.info["player_id"])
    data = {"content": "x", "components": ROWS, "flags": flags}
    simulator.receive(command.id, {"type": 4, "data": data})
    return command.id
