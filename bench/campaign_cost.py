"""The cost of a campaign: its usage on the local stack, times AWS's prices."""

import re
import time

from bench.campaign_counts import counts
from bench.campaign_stage import Stage, stage
from bench.defaults import CHANNELS, READ_TOKEN, WAVE_SIZE
from bench.report import Row, Spread
from local import cost as costs
from local.cost import ASSUMED, CAMPAIGNS, PRICES, Usage
from local.deployment import STACK_NAME
from local.polling import wait_until

GOAL = 1.0  # USD for 1,000 campaigns
LATENCY = 0.15
REPORT = re.compile(r"Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB")
# Lambdas beside the state machine's.
OTHERS = ("interaction", "start_campaign", "record_outcome")
# CloudWatch adds these to each event. Source: AWS docs, CloudWatch Logs > PutLogEvents.
EVENT_BYTES = 26


def cost(*, quick: bool) -> list[Row]:
    """Measure the warm Lambdas and the logs of campaigns at 150 ms a call; count the rest.

    The durations include the emulator's own time: the figures are an upper bound for warm Lambdas.
    """
    counted = counts(WAVE_SIZE, CHANNELS)
    with stage() as running:
        running.use(wave_size=WAVE_SIZE, channels=CHANNELS)
        measured = [_measure(running) for _ in range(1 if quick else 9)]
    seconds, kilobytes = (Spread.of(figures).median for figures in zip(*measured, strict=True))
    usage = Usage(
        transitions=counted.transitions,
        gb_seconds=seconds,
        invocations=sum(counted.invocations.values()) + len(OTHERS),
        api_requests=1,
        sqs_requests=int(ASSUMED["sqs_requests"]),
        log_kilobytes=kilobytes,
        traces=costs.traces(OTHERS),
        decryptions=len(counted.invocations.keys() & READ_TOKEN),  # as if all were cold
        table_writes=counted.table_writes,
        table_reads=counted.table_reads,
        events=counted.events,
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


def _measure(running: Stage) -> tuple[float, float]:
    """Create a campaign; return its billed GB-seconds, and the kilobytes of its logs."""
    expected = sum(counts(WAVE_SIZE, CHANNELS).invocations.values()) + len(OTHERS)
    began = int(time.time() * 1000)
    made = running.run(LATENCY)
    logs = running.stack.client("logs")

    def whole() -> list[str] | None:
        pages = logs.get_paginator("filter_log_events")
        found = [
            event["message"]
            for page in pages.paginate(logGroupName=f"/{STACK_NAME}", startTime=began)
            for event in page["events"]
        ]
        return found if sum(map(bool, map(REPORT.search, found))) >= expected else None

    lines = wait_until(whole, "the log has every invocation") or []
    reports = [one for line in lines if (one := REPORT.search(line))]
    log_bytes = sum(len(line.encode()) + EVENT_BYTES for line in lines)
    history_bytes = len(made.history) * ASSUMED["execution_log_bytes"]
    seconds = sum(int(one[1]) / 1000 * int(one[2]) / 1024 for one in reports)
    return seconds, (log_bytes + history_bytes) / 1000
