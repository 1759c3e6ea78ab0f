"""The cost of a flood in the documents follows from the price, the quota and the throttle.

Source: Amazon API Gateway pricing (HTTP APIs are metered in 512 KB increments); AWS docs, API
Gateway > Quotas for configuring and running an HTTP API (a payload has 10 MB at most).
"""

import math
import re

from local.cost import PRICES
from tests.contract.deployed import ROOT, TEMPLATE
from tests.runbook import RUNBOOK

COST = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
FLOOD = COST.partition("\n## A flood\n")[2].partition("\n## ")[0]
INCREMENT, LARGEST = 512 * 1024, 10_000_000
THROTTLE = TEMPLATE["Parameters"]["InteractionsPerSecond"]["Default"]
SECONDS = 24 * 60 * 60


def usd_a_day(increments_a_second):
    price = PRICES["api_requests"]
    return increments_a_second * SECONDS * price["usd"] / price["per"]


def test_the_sums_are_right():
    small = usd_a_day(THROTTLE)
    gigabit = usd_a_day(1e9 / 8 / INCREMENT)
    largest = usd_a_day(THROTTLE * math.ceil(LARGEST / INCREMENT))
    told = re.findall(r"\| ([\d.]+) \|$", FLOOD, re.MULTILINE)
    assert told == [f"{small:.2f}", f"{gigabit:.0f}", f"{largest:.0f}"] == ["4.32", "21", "86"]


def test_the_runbook_says_the_same():
    floods = RUNBOOK.partition("\n## Floods\n")[2].partition("\n## ")[0]
    assert "(cost.md#a-flood)" in floods
    assert "up to 86 USD" in floods
