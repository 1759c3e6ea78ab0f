"""Effects that come later than any bot can wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.reliability.play import Outcome
    from tests.reliability.promises import Campaign

# AWS bounds how long a Lambda works on after it was given up.
LAMBDA_SECONDS = 57


def came_too_late(campaign: Campaign, thing: Any) -> bool:
    """Tell whether a thing came after all that the bot can wait for; nobody learned of it."""
    calls = campaign.outcome.calls
    of_late_lambda = any(
        call.lost and call.status is None and (call.body or {}).get("name") == thing.name
        for call in calls
        if call.method == "POST"
    )
    is_unheard = all(call.lost or call.made_id != thing.id for call in calls)
    return _lasts(campaign.outcome) and of_late_lambda and is_unheard


def changed_too_late(outcome: Outcome, user: str) -> bool:
    """Tell whether a write about a person came after all that the bot can wait for."""
    of_late_lambda = any(
        call.lost and call.status is None and f"/{user}" in call.path
        for call in outcome.calls
        if call.method in {"PUT", "DELETE"}
    )
    return _lasts(outcome) and of_late_lambda


def _lasts(outcome: Outcome) -> bool:
    """Tell whether Discord took its time for the call of a Lambda that began late, too.

    Both together last longer than a Lambda can work.
    """
    return any(
        death.when == "late" and death.late_s + late.seconds > LAMBDA_SECONDS
        for death in outcome.schedule.deaths
        for late in outcome.schedule.lates
    )
