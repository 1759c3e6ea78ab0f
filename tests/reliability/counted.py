"""The numbers of schedules that the tests have played, shown after all tests."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

# Properties of a test: the digests of its schedules in which something went wrong, the number of
# others, those that each excuse hit, and the random seed.
PLAYED, IDLE, EXCUSED = "schedules", "idle schedules", "excused"
FRESH_SEED = "fresh seed"

Properties = list[tuple[str, Any]]


def summary(properties: Properties) -> list[str]:
    """Return lines with the schedules played and the excuses used; none if nothing was played."""
    played = [one for all_ in _all(properties, PLAYED) for one in all_]
    if not played:
        return []
    lines = [
        f"Something went wrong in {len(played)} schedules, {len(set(played))} of them distinct; "
        f"in {sum(_all(properties, IDLE))} others nothing did."
    ]
    excused: Counter[str] = sum((Counter(one) for one in _all(properties, EXCUSED)), Counter())
    if excused:
        listed = ", ".join(f"{count} × {words}" for words, count in excused.most_common())
        lines.append(f"Excused, in schedules (docs/reliability.md): {listed}.")
    lines += [
        f"Fresh seed: {seed} (make test ARGS='-k fresh' FRESH_SEED={seed})"
        for seed in sorted({*_all(properties, FRESH_SEED)})
    ]
    return lines


def _all(properties: Properties, name: str) -> Iterable[Any]:
    return [value for key, value in properties if key == name]
