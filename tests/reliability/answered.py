"""A command or press about a campaign that stands, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.reliability import unheard
from tests.reliability.askers import Asked

if TYPE_CHECKING:
    from tests.reliability.play import Outcome

# The ends of executions that say that somebody heard, or that nobody did.
NOT_TOLD = {"MessageNotDelivered", "FailureNotDelivered"}


class Answered:
    """A request of somebody, its executions, and the last words about it."""

    def __init__(self, outcome: Outcome, asked: Asked):
        self.outcome = outcome
        self.asked = asked
        self.request = asked.request
        self.id = asked.id
        self.token = asked.request["interaction_token"]
        # The outcome does not count the requests in the end, when all is well.
        self.runs = outcome.runs.get(asked.id, [])
        said = [one["content"] for one in outcome.discord.messages(asked.id) if one["content"]]
        self.words: str = said[-1] if said else ""

    @property
    def ended(self) -> float:
        """When (Unix seconds) nothing could come of it any more."""
        scenes = getattr(self.outcome.people, "scenes", [])
        ends = [scene.ended for scene in scenes if self.asked in scene.asked]
        return max(ends, default=self.outcome.discord.clock.now())

    @property
    def is_stopped(self) -> bool:
        return any(run.status == "ABORTED" for run in self.runs)


def untold(one: Answered) -> Iterator[str]:
    """Nobody remains untold, unless operators have the evidence and Discord takes no message."""
    ends = [run.error or str(run.status) for run in one.runs]
    evidence = one.id in one.outcome.dead_letters or one.is_stopped
    evidence = evidence or bool(ends and ends[-1] in {*NOT_TOLD, "CampaignNotUndone"})
    expired = not one.runs and one.id in one.outcome.expired
    if not (evidence or expired):
        yield f"untold, and the execution ended as {ends}"
    if not one.is_stopped and not unheard.nothing_could_be_said(one):
        yield f"untold, though Discord would have delivered it: {one.words[:40]!r}"


def released(one: Answered, record: Mapping[str, Any] | None) -> Iterator[str]:
    """No execution that has ended keeps its claim."""
    outcome, claimed_by = one.outcome, (record or {}).get("claimed_by", "")
    fails = outcome.table.has_failed or outcome.schedule.table == "no records at first"
    if claimed_by.endswith(f":{one.id}") and not (one.is_stopped or fails):
        yield f"an execution that has ended keeps its claim: {one.words[:40]!r}"


def no_secret(one: Answered) -> Iterator[str]:
    secrets = (one.token, one.outcome.discord.info["bot_token"])
    for run in one.runs:
        if any(secret in f"{run.error} {run.cause} {run.output}" for secret in secrets):
            yield "the execution says a secret"
    if any(secret in one.words for secret in secrets):
        yield "the message says a secret"
