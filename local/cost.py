"""The cost of users' commands and of webhooks on AWS: a run's usage, at prices.toml's prices."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PRICES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "prices.toml").read_text(encoding="utf-8")
)
ASSUMED: dict[str, float] = PRICES["assumed"]
CAMPAIGNS = 1_000
# API Gateway and EventBridge invoke these; a message of a queue continues a trace.
BEGIN_A_TRACE = frozenset({"interaction", "record_outcome", "start_delivery", "start_removal"})
# SQS invokes these.
TAKE_A_MESSAGE = frozenset({"send_webhook", "start_campaign"})


@dataclass(frozen=True)
class Usage:
    """The usage of one campaign, deletion, list or webhook, in the units that AWS bills."""

    transitions: int
    gb_seconds: float
    invocations: int
    api_requests: int
    sqs_requests: int
    log_kilobytes: float
    traces: int
    decryptions: int
    table_writes: int
    table_reads: float
    events: int

    def items(self) -> list[tuple[str, float]]:
        """Return the name and the amount of each billed item."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def usd(usage: Usage, campaigns: int = CAMPAIGNS) -> float:
    """Return the cost of `campaigns` campaigns in USD, ignoring the free tier."""
    return sum(_usd(name, amount * campaigns) for name, amount in usage.items())


def campaigns_free(usage: Usage) -> int:
    """Return how many campaigns a month the free tier covers, ignoring items without one."""
    return min(
        int(PRICES[name]["free"] / amount)
        for name, amount in usage.items()
        if PRICES[name]["free"] and amount
    )


def traces(functions: Iterable[str]) -> int:
    """Return the traces of invocations, as if X-Ray sampled all of them."""
    return sum(name in BEGIN_A_TRACE for name in functions)


def table(usages: Mapping[str, Usage]) -> str:
    """Return the Markdown table of amounts for one of each, in a column each."""
    rows = [
        ["", *usages, "price (USD)"],
        ["---", *["--:"] * (len(usages) + 1)],
    ]
    for field in fields(Usage):
        price = PRICES[field.name]
        counts = [f"{getattr(usage, field.name):,.4g}" for usage in usages.values()]
        rows.append([price["what"], *counts, f"{price['usd']:.10g} for {_amount(price['per'])}"])
    totals = [f"**{usd(usage):.2f}**" for usage in usages.values()]
    rows.append([f"**{CAMPAIGNS:,} of each (USD)**", *totals, ""])
    free = [f"{campaigns_free(usage):,}" for usage in usages.values()]
    rows.append(["A month free of charge", *free, ""])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _usd(name: str, amount: float) -> float:
    price = PRICES[name]
    return float(amount / price["per"] * price["usd"])


def _amount(number: int) -> str:
    return "each" if number == 1 else f"{number:,}"
