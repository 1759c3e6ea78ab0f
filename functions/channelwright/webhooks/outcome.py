"""The outcome of an attempt to deliver a webhook, by which its state machine goes on. Pure.

Source: Standard Webhooks 1.0.0 > Delivery success and failure.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Literal, TypedDict

from channelwright.webhooks import schedule


class Outcome(TypedDict):
    """The output of the state *Send Webhook*.

    `url` is the fingerprint of the URL that was sent to, `attempt` the next attempt's number,
    `wait_seconds` the time until then, and `reason` a sentence without a secret.
    """

    next: Literal["delivered", "gone", "retry", "give_up"]
    url: str
    attempt: int
    wait_seconds: int
    reason: str


class Attempt:
    """An attempt with a number (from 1), to a URL of a fingerprint."""

    def __init__(self, number: int, url: str, random: Callable[[], float]) -> None:
        self._number = number
        self._url = url
        self._random = random

    def answered(self, status: int, retry_after: str | None, now: float) -> Outcome:
        """Return the outcome of an answer that came `now` (Unix seconds)."""
        reason = f"The receiver answered {status}."
        if 200 <= status < 300:
            return self._ended("delivered", reason)
        if status == HTTPStatus.GONE:
            return self._ended("gone", f"{reason} It wants no more webhooks at this URL.")
        if 300 <= status < 400:
            reason += " No redirect is followed: WebhookUrl must be the address itself."
        return self.failed(reason, schedule.asked(retry_after, now))

    def failed(self, reason: str, asked: float = 0) -> Outcome:
        """Return the outcome of a failure; the receiver `asked` for so many seconds."""
        wait = schedule.wait(self._number, asked, self._random)
        if wait is None:
            return self.impossible(f"{reason} This was the last attempt.")
        return self._ended("retry", reason, wait)

    def impossible(self, reason: str) -> Outcome:
        """Return the outcome of a failure that no other attempt can avoid."""
        return self._ended("give_up", reason)

    def _ended(
        self, then: Literal["delivered", "gone", "retry", "give_up"], reason: str, wait: int = 0
    ) -> Outcome:
        return {
            "next": then,
            "url": self._url,
            "attempt": self._number + 1,
            "wait_seconds": wait,
            "reason": f"Attempt {self._number} of {schedule.ATTEMPTS}: {reason}",
        }
