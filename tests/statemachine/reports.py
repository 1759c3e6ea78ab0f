"""The one Lambda that edits the message: a test may let it die, by what it says."""

from collections.abc import Callable
from typing import Any

THROTTLED = "Lambda.TooManyRequestsException"


def befall(
    stage: Any, says: str, death: tuple[str, str], *, seconds: float = 0, skip: int = 0
) -> Callable[[], int]:
    """Let every invocation that says this die, but the first to `skip`; each takes so long.

    Returns a function that tells how many have died.
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
    """Return when the message had these words, each time that it was edited."""
    versions = stage.discord.messages(stage.asked)
    return [version["at"] for version in versions if words in (version["content"] or "")]


def edit(stage: Any, content: str) -> None:
    """Let an edit of the message come late: Discord does now what it never answered."""
    interaction = stage.discord.world.interactions[stage.asked]
    message = interaction.original_at(stage.clock.now())
    message.write({"content": content, "allowed_mentions": {"parse": []}})
    interaction.versions.append(message.version(stage.clock.now()))
