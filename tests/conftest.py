"""Shared by all tests: their own layout, and no real AWS (except for tests/aws, if asked for)."""

import os
from collections.abc import Iterator
from pathlib import Path

# The settings of the real AWS.
REAL_AWS = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}

# Set before any handler is imported: handlers create their clients at import.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_REGION="us-east-1",
    STACK_NAME="channelwright",
    EXECUTION_CONSOLE="https://console.test/executions/",
    DISCORD_API_BASE_URL="http://127.0.0.1:9/api/v10",
    DISCORD_BOT_TOKEN_PARAMETER="/channelwright/discord-bot-token",
    WAVE_SIZE="4",  # not the default: of three waves, one is neither the first nor the last
    LIMITER_TABLE="channelwright-limiter",
    CAMPAIGNS_TABLE="channelwright-campaigns",
    DELETE_CAMPAIGN_ARN="arn:aws:states:us-east-1:123456789012:stateMachine:delete-campaign",
    SHOW_CAMPAIGN_ARN="arn:aws:states:us-east-1:123456789012:stateMachine:show-campaign",
    CHANGE_MEMBERS_ARN="arn:aws:states:us-east-1:123456789012:stateMachine:change-members",
    ARCHIVE_CAMPAIGN_ARN="arn:aws:states:us-east-1:123456789012:stateMachine:archive-campaign",
    CALLS_PER_SECOND="50",
    CAMPAIGNS_PER_MINUTE="1000",
    CAMPAIGNS_AT_ONCE="1000",
    STARTERS="5",
    PRIORITY_QUEUE_ARN="arn:aws:sqs:us-east-1:123456789012:channelwright-priority",
    PRIORITY_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/123456789012/channelwright-priority",
    PRIORITY_GUILDS="",
    PRIORITY_SKU_ID="",
)
for _name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
    os.environ.pop(_name, None)

from channelwright.campaign import layout  # noqa: E402

# Operators may edit the shipped layout, so the tests have their own. The handlers load it at
# import, too.
SHIPPED_LAYOUTS = layout.LAYOUTS
layout.LAYOUTS = Path(__file__).parent / "layouts"

# moto hooks itself into botocore at import, which must come before any client is created.
import moto  # noqa: E402, F401
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from local.simulator.contract import DOCUMENT, named_by_environment  # noqa: E402
from tests import parsed_once  # noqa: E402
from tests.reliability import counted  # noqa: E402

parsed_once.keep()

# Examples have no deadline: the machine may be busy.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

pytest_plugins = ["tests.distribution"]

# Discord is known to serve other clients, so it may accept their requests.
EXCUSED = {"bad_requests": {"request"}, "witness": {"request", "acceptance"}}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get(DOCUMENT):
        terminalreporter.write_line(
            f"{DOCUMENT} names no document: nothing was validated against Discord's own. "
            "`make discord-spec` downloads it."
        )
    passed = terminalreporter.stats.get("passed", [])
    ended = passed + terminalreporter.stats.get("failed", [])
    for line in counted.summary([each for report in ended for each in report.user_properties]):
        terminalreporter.write_line(line)


@pytest.fixture
def excused(request: pytest.FixtureRequest) -> set[str]:
    """Return the sides whose violations the test's markers excuse."""
    markers = (request.node.get_closest_marker(name) for name in EXCUSED)
    return {side for marker in markers if marker for side in EXCUSED[marker.name]}


@pytest.fixture(autouse=True)
def contract(excused: set[str]) -> Iterator[None]:
    """Fail a test if a request or an answer does not fit Discord's document."""
    contract = named_by_environment()
    yield
    violations = contract.take() if contract else []
    unexcused = [violation for violation in violations if violation.side not in excused]
    assert not unexcused, "\n".join(map(str, unexcused))
