"""SQS and EventBridge: they deliver again what a Lambda could not process, then put it aside."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

import start_campaign
import start_removal
from channelwright.aws import executions
from channelwright.aws.ended import EndNotSeen
from channelwright.campaign import deadlines
from tests.reliability.lambdas import Killed, Played

MAX_RECEIVES = 3


class Deliveries:
    """The deliveries of a run, with the ids of interactions that end as no execution.

    `dead_letters` are those with a dead letter, `expired` those of which a delivery came too late.
    `dead_ends` are the names of executions whose end became a dead letter.
    """

    def __init__(
        self, lambdas: Played, arn_of: Callable[[str], str], until_over: Callable[[], None]
    ):
        self._lambdas = lambdas
        self._until_over = until_over
        self._arn_of = arn_of
        self.dead_letters: set[str] = set()
        self.dead_ends: set[str] = set()
        self.expired: set[str] = set()
        self.unstarted: list[dict[str, Any]] = []

    def request(self, request: dict[str, Any]) -> None:
        """Deliver a message to the starter, up to three times if it fails."""
        for count in range(1, MAX_RECEIVES + 1):
            attributes = {"ApproximateReceiveCount": str(count)}
            if deadlines.has_expired(request["interaction_id"], self._lambdas.clock.now()):
                self.expired.add(request["interaction_id"])
            record = {"body": json.dumps(request), "attributes": attributes, "eventSourceARN": ""}
            try:
                self._lambdas.call("start_campaign", start_campaign.handler, {"Records": [record]})
            except Exception:  # noqa: BLE001 - SQS retries after any error
                self._until_over()  # SQS waits for longer than an execution takes
                self._lambdas.clock.sleep(start_campaign.AGAIN_SECONDS)
            else:
                return
        self.dead_letters.add(request["interaction_id"])
        self.unstarted.append(request)

    def again(self) -> list[dict[str, Any]]:
        """Send the dead letters again; return their requests."""
        requests, self.unstarted = self.unstarted, []
        for request in requests:
            self.dead_letters.discard(request["interaction_id"])
            self.request(request)
        return requests

    def end(self, name: str, status: str) -> None:
        """Report an execution's end: Lambda tries three times, then keeps the event.

        The last try's calls may take effect late.
        """
        event = {"detail": {"executionArn": self._arn_of(name), "status": status}}
        for wait in (60, 120, 60):
            try:
                self._lambdas.call("start_removal", start_removal.handler, event)
            except (Killed, EndNotSeen, BotoCoreError, ClientError):
                self._lambdas.clock.sleep(wait)
            else:
                return
        self.dead_letters.add(executions.interaction_id_of(name))
        self.dead_ends.add(name)
