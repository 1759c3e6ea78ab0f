"""One stack for the whole session: the real template, built and deployed with sam."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from channelwright.campaign import layout
from local import other_layout
from local.emulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Emulator
from local.page.page import Page
from local.simulated_discord import SimulatedDiscord
from local.stack import Stack
from tests.integration.browsing import Tab, chromium
from tests.integration.table import Table
from tests.integration.tiny import running


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Fail the last test if a simulator received a forbidden request after that test.

    Autouse fixtures start first and so end last, when every simulator has been stopped.
    """
    yield
    fail_for(SimulatedDiscord.take_all_violations())


@pytest.fixture(autouse=True)
def simulators(nothing_is_left: None, excused: set[str]) -> Iterator[None]:
    """Fail a test if a simulator's request or answer has violated Discord's document.

    A simulator is a process of its own, perhaps stopped by now, so tests/conftest.py does not see
    its violations.
    """
    yield
    sides = tuple(f"{side} of " for side in excused)
    violations = SimulatedDiscord.take_all_violations()
    fail_for([violation for violation in violations if not violation.startswith(sides)])


def fail_for(violations: list[str]) -> None:
    assert not violations, "\n".join(violations)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = Path(tmp_path_factory.mktemp("stack"))
    with Stack(folder, wait_scale=0.002, fork_workers=True, journal=True, webhooks=True) as running:
        assert running.simulator
        expected = (layout.LAYOUTS / layout.DEFAULT).read_text(encoding="utf-8")
        other_layout.use(running.client("lambda"), expected)
        # A busy machine starts workers slowly; that must not count as a late answer.
        running.simulator.control("PUT", "settings", {"response_deadline_s": 60})
        yield running


@pytest.fixture
def developers_shell(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what AWS's tools read in a shell, so that they find the stack by its name, as on AWS."""
    settings = {
        "AWS_ENDPOINT_URL": stack.endpoints.aws_endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def table(stack: Stack) -> Iterator[Table]:
    assert stack.simulator
    yield Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))
    stack.simulator.forgive()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Run an emulator with a tiny function, despite the settings of a developer's shell."""
    with pytest.MonkeyPatch.context() as developer:
        developer.setenv("DISCORD_BOT_TOKEN", "the developer's")
        developer.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        developer.setenv("PYTHONWARNINGS", "error")
        with running(Path(tmp_path_factory.mktemp("emulator"))) as emulator:
            yield emulator


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def tab(browser: Browser, stack: Stack, table: Table) -> Iterator[Tab]:
    """A tab of the page that shows the test's own server."""
    with Page(stack) as page, browser.new_context() as context:
        tab = Tab(context, page.url, table.where["guild_id"])
        yield tab
        assert tab.problems == []
