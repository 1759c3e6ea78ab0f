"""Wait for another process by polling until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def wait_until(
    question: Callable[[], Answer], what: str, seconds: float = 30, interval: float = 0.05
) -> Answer:
    """Ask `question` every `interval` seconds and return its first true answer.

    Raises TimeoutError, which names `what` was awaited, after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        if answer := question():
            return answer
        if time.monotonic() >= deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(interval)
