"""How many schedules the tests have played, told at the end of all."""

from typing import Any

# Properties of a test: the digests of its schedules in which something went wrong, and how many
# others it has played.
PLAYED, IDLE = "schedules", "idle schedules"


def summary(properties: list[tuple[str, Any]]) -> str:
    """Say how many schedules were played; "" if none."""
    played = [one for name, all_ in properties if name == PLAYED for one in all_]
    idle = sum(count for name, count in properties if name == IDLE)
    if not played:
        return ""
    return (
        f"Something went wrong in {len(played)} schedules, {len(set(played))} of them distinct; "
        f"in {idle} others nothing did."
    )
