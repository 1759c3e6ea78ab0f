"""The one Lambda that edits the message: a test may kill it, depending on what it says."""

from collections.abc import Callable
from typing import Any

THROTTLED = "Lambda.TooManyRequestsException"


def befall(
    stage: Any, says: str, death: tuple[str, str], *, seconds: float = 0, skip: int = 0
) -> Callable[[], int]:
    """Kill every invocation that says this, except the first `skip`; each takes so many seconds.

    Returns a function that returns the number of deaths.
    """
    met = [0]

    def die(name: str, event: dict[str, Any]) -> None:
        if name != "report" or event["says"] != says:
            return
        met[0] += 1
        if met[0] > skip:
            stage.clock.sleep(seconds)
            stage.lambdas.deaths["report"] = [death]

    stage.lambdas.on_invoke = die
    return lambda: max(0, met[0] - skip)


def said_at(stage: Any, words: str) -> list[float]:
    """Return the times at which the message was edited to contain these words."""
    versions = stage.discord.messages(stage.asked)
    return [version["at"] for version in versions if words in (version["content"] or "")]


def edit(stage: Any, content: str) -> None:
    """Let a late edit of the message arrive: Discord does now what it never answered."""
    interaction = stage.discord.world.interactions[stage.asked]
    message = interaction.original_at(stage.clock.now())
    message.write({"content": content, "allowed_mentions": {"parse": []}})
    interaction.versions.append(message.version(stage.clock.now()))
