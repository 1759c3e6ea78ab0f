"""The bot's metrics: at most ten, which CloudWatch extracts from log lines. Pure.

Ten custom metrics are free of charge, and each combination of dimensions is a metric, so the stack
is the only dimension. AWS's own metrics are not repeated: the time of an answer to Discord is API
Gateway's `Latency`. Source: AWS docs, CloudWatch > Embedded metric format specification.
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
    """Return the members that report `values` of a `stack` in a JSON log line.

    `values` are in the units of `UNITS`; `at` is in Unix seconds.
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
