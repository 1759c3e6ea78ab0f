"""What a campaign costs: what it uses on the local stack, times AWS's prices."""

import re
import time

from bench.campaign_counts import counts
from bench.campaign_stage import Stage, stage
from bench.defaults import CHANNELS, WAVE_SIZE
from bench.report import Row, Spread
from local import cost as costs
from local.cost import ASSUMED, CAMPAIGNS, PRICES, Usage
from local.deployment import STACK_NAME
from local.polling import wait_until

GOAL = 1.0  # USD for 1,000 campaigns
LATENCY = 0.15
REPORT = re.compile(r"Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB")
# Beside the state machine's: the interaction's and the starter's.
OTHERS = 2


def cost(*, quick: bool) -> list[Row]:
    """Measure the Lambdas of campaigns at 150 ms a call, all warm; count the rest.

    The emulator's own time is in the durations: the figures are an upper bound of warm ones.
    """
    counted = counts(WAVE_SIZE, CHANNELS)
    with stage() as running:
        running.use(wave_size=WAVE_SIZE, channels=CHANNELS)
        seconds = Spread.of(_gigabyte_seconds(running) for _ in range(1 if quick else 9))
    invocations = sum(counted.invocations.values()) + OTHERS
    usage = Usage(
        transitions=counted.transitions,
        gb_seconds=seconds.median,
        invocations=invocations,
        api_requests=1,
        sqs_requests=int(ASSUMED["sqs_requests"]),
        log_kilobytes=invocations * ASSUMED["platform_log_bytes"] / 1000,
        traces=int(ASSUMED["traces"]),
        decryptions=len(counted.invocations),  # as if all were cold: each reads the token
    )
    total = costs.usd(usage)
    rows: list[Row] = []
    for name, amount in usage.items():
        price = PRICES[name]
        dollars = amount * price["usd"] / price["per"] * CAMPAIGNS
        rows.append(
            {
                "what": price["what"],
                "a campaign": amount,
                "$": f"{price['usd']:.10g} for {price['per']:,}",
                "$ for 1,000 campaigns": dollars,
                "% of all": 100 * dollars / total,
            }
        )
    goal = f"under ${GOAL:.2f}: {'met' if total < GOAL else 'missed'}"
    return [*rows, {"what": "all", "$ for 1,000 campaigns": total, "% of all": 100, "goal": goal}]


def _gigabyte_seconds(running: Stage) -> float:
    """Make a campaign; return what all of its Lambdas' invocations are billed."""
    expected = sum(counts(WAVE_SIZE, CHANNELS).invocations.values()) + OTHERS
    began = int(time.time() * 1000)
    running.run(LATENCY)
    logs = running.stack.client("logs")

    def billed() -> list[re.Match[str]] | None:
        pages = logs.get_paginator("filter_log_events")
        found = [
            match
            for page in pages.paginate(logGroupName=f"/{STACK_NAME}", startTime=began)
            for event in page["events"]
            if (match := REPORT.search(event["message"]))
        ]
        return found if len(found) >= expected else None

    reports = wait_until(billed, "the log has every invocation") or []
    return sum(int(one[1]) / 1000 * int(one[2]) / 1024 for one in reports)
