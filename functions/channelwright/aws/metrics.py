"""What the bot counts: at most ten numbers, which CloudWatch takes from a log line. Pure.

CloudWatch has ten custom metrics free of charge, and a metric for each combination of dimensions.
So the one dimension is the stack. What AWS counts by itself is not counted here: how long an
answer to Discord takes is API Gateway's `Latency`. Source: AWS docs, CloudWatch > Embedded metric
format specification.
"""

from collections.abc import Mapping
from typing import Any, Final

NAMESPACE: Final = "Channelwright"
DIMENSION: Final = "Stack"
UNITS: Final = {
    "CampaignsNotQueued": "Count",
    "CampaignsCreated": "Count",
    "CampaignsFailed": "Count",
    "CampaignsRejected": "Count",
    "CampaignsRolledBack": "Count",
    "CampaignsNotUndone": "Count",
    "CampaignDuration": "Seconds",
    "DiscordCalls": "Count",
    "DiscordRateLimits": "Count",
    "DiscordWaits": "Seconds",
}


def embedded(values: Mapping[str, float], *, stack: str, at: float) -> dict[str, Any]:
    """Return the members that make a JSON log line tell `values`, counted in `stack`.

    `values` are in the units of `UNITS`; `at` is when, in Unix seconds.
    """
    return {
        "_aws": {
            "Timestamp": int(at * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [[DIMENSION]],
                    "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in values],
                }
            ],
        },
        DIMENSION: stack,
        **values,
    }
