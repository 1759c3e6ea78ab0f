"""Effects that come later than any bot can wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.reliability.promises import Campaign

# AWS bounds how long a Lambda works on after it was given up.
LAMBDA_SECONDS = 57


def came_too_late(campaign: Campaign, thing: Any) -> bool:
    """Tell whether Discord took its time for the call of a Lambda that began late, too.

    Both together last longer than a Lambda can work; nobody learned of the thing.
    """
    schedule, calls = campaign.outcome.schedule, campaign.outcome.calls
    lasts = any(
        death.when == "late" and death.late_s + late.seconds > LAMBDA_SECONDS
        for death in schedule.deaths
        for late in schedule.lates
    )
    of_late_lambda = any(
        call.lost and call.status is None and (call.body or {}).get("name") == thing.name
        for call in calls
        if call.method == "POST"
    )
    is_unheard = all(call.lost or call.made_id != thing.id for call in calls)
    return lasts and of_late_lambda and is_unheard
