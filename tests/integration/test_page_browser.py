"""The page in a real browser: tabs, reconnects, other origins, accessibility, smoothness."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.wrappers import Request, Response

from channelwright.campaign import layout
from local import other_layout
from local.page.page import Page
from local.stack import Stack
from tests.integration.browsing import Tab
from tests.integration.table import Table
from tests.serving import serving

SERIOUS = {"serious", "critical"}
SIZES = {"wide": (1440, 900), "narrow": (360, 740)}
LONGEST_FRAME_MS = 100
MOST_CHANNELS = 49


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture
def page(stack: Stack) -> Iterator[Page]:
    with Page(stack) as page:
        yield page


def test_eight_tabs_share_one_stream(page: Page, context: BrowserContext, table: Table):
    tabs = [Tab(context, page.url, table.where["guild_id"]) for _ in range(8)]
    assert page.feed.readers == 1
    tabs[0].type("Hello, all of you")
    tabs[0].press("Enter")
    for tab in tabs:
        expect(tab.message("Hello, all of you")).to_be_visible()
    tabs[0].page.close()
    tabs[7].type("Is somebody missing?")
    tabs[7].press("Enter")
    for tab in tabs[1:]:
        expect(tab.message("Is somebody missing?")).to_be_visible()
        assert tab.problems == []


def test_after_a_break_the_page_has_what_it_missed(
    page: Page, context: BrowserContext, table: Table
):
    tab = Tab(context, page.url, table.where["guild_id"])
    tab.type("Before")
    tab.press("Enter")
    expect(tab.message("Before")).to_be_visible()
    asked: list[int] = []
    stream = page.feed.stream

    def noted(number: int) -> Iterator[bytes]:
        asked.append(number)
        return stream(number)

    page.feed.stream = noted  # type: ignore[assignment, method-assign]
    page.feed.close()
    expect(tab.page.locator("#connection")).to_have_text("Connecting…")
    campaign = table.create("Strahd")
    page.feed.is_open = True
    expect(tab.page.locator("#connection")).to_have_text("Connected")
    expect(tab.message("Campaign Created: Strahd")).to_be_visible()
    expect(tab.page.locator("#chosen")).to_have_text("add-campaign succeeded")
    expect(tab.message("Before")).to_have_count(1)
    assert len(tab.channels(2 + 11)) == 13
    assert campaign["status"] == "created"
    assert min(asked) > 0


def test_the_page_says_that_its_stack_has_stopped(
    stack: Stack, context: BrowserContext, table: Table
):
    with Page(stack) as page:
        tab = Tab(context, page.url, table.where["guild_id"])
    expect(tab.page.locator("#connection")).to_contain_text("The stack has stopped")
    tab.type("Hello")
    tab.press("Enter")
    expect(tab.page.locator("#hint")).to_have_text("The stack does not answer.")


EVIL = """
<!doctype html><script src="URLmain.js" type="module"></script>
<script>
  const body = JSON.stringify({user_id: "USER", channel_id: "CHANNEL", content: "Evil"});
  const tries = {
    page: () => fetch("URL").then((answer) => answer.text()),
    opaque: () => fetch("URL", {mode: "no-cors"}).then((answer) => answer.text()),
    feed: () => new Promise((yes, no) => {
      const source = new EventSource("URLchanges");
      source.onmessage = yes; source.onerror = () => no("error");
    }),
    json: () => fetch("URLactions/write", {
      method: "POST", headers: {"Content-Type": "application/json"}, body,
    }).then((answer) => answer.text()),
    form: () => fetch("URLactions/write", {method: "POST", mode: "no-cors", body})
      .then((answer) => answer.text()),
    worker: () => new Promise((yes, no) => {
      const worker = new SharedWorker("URLstream.js");
      worker.port.onmessage = yes; worker.onerror = () => no("error");
    }),
    frame: () => new Promise((yes, no) => {
      const frame = document.createElement("iframe");
      frame.onload = () => { try { yes(frame.contentWindow.document.title); } catch { no(); } };
      document.body.append(frame);
      frame.src = "URL";
    }),
  };
  const said = {};
  Promise.all(Object.entries(tries).map(async ([name, attempt]) => {
    try { said[name] = String(await attempt()); } catch { said[name] = "refused"; }
  })).then(() => { document.title = JSON.stringify(said); });
</script>
"""


def test_a_page_of_another_origin_can_neither_read_nor_write(
    page: Page, context: BrowserContext, table: Table
):
    tab = Tab(context, page.url, table.where["guild_id"])
    evil = EVIL.replace("URL", page.url).replace("USER", table.before["owner_id"])
    evil = evil.replace("CHANNEL", table.where["channel_id"])

    def answer(_: Request) -> Response:
        return Response(evil, mimetype="text/html")

    with serving(answer) as origin:
        # It even knows the secret address.
        other = context.new_page()
        other.goto(origin)
        expect(other).to_have_title(re.compile("^{.*}$"))
        said = json.loads(other.title())
    tries = re.findall(r"^    (\w+): ", EVIL, re.MULTILINE)
    assert len(tries) == 7
    assert said == dict.fromkeys(tries, "refused")
    tab.type("Mine")
    tab.press("Enter")
    expect(tab.message("Mine")).to_be_visible()
    expect(tab.message("Evil")).to_have_count(0)


def test_the_page_loads_nothing_from_elsewhere(page: Page, context: BrowserContext, table: Table):
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    tab = Tab(context, page.url, table.where["guild_id"])
    tab.type("https://example.com/picture.png")
    tab.press("Enter")
    expect(tab.message("example.com")).to_be_visible()
    assert len(asked) > 10
    assert all(url.startswith(page.url) for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(
    page: Page, browser: Browser, table: Table, scheme: Any, size: str
):
    width, height = SIZES[size]
    view: Any = {"width": width, "height": height}
    table.create("Strahd")
    with browser.new_context(color_scheme=scheme, viewport=view) as context:
        tab = Tab(context, page.url)
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        for shown in ("Server", "Channel", "Executions"):
            if size == "narrow":
                tab.page.get_by_role("navigation").get_by_role("button", name=shown).click()
            visible = tab.page.locator("main > section:visible")
            expect(visible).to_have_count(1 if size == "narrow" else 3)
            if shown == "Channel":
                tab.typed.fill("/")
                tab.type("c")
            found = Axe().run(tab.page).response["violations"]
            wrong = [
                (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS
            ]
            assert wrong == [], f"{shown}: {wrong}"
            assert tab.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def large_layout(stack: Stack) -> Iterator[None]:
    functions = stack.client("lambda")
    channels = (
        f'[[channels]]\nname = "channel-{n}"\ntype = "{kind}"\ndescription = "Number {n}."\n'
        for n, kind in zip(range(MOST_CHANNELS), itertools.cycle(layout.KINDS))
    )
    other_layout.use(functions, "".join(channels))
    yield
    other_layout.use(functions, (layout.LAYOUTS / layout.DEFAULT).read_text(encoding="utf-8"))


@pytest.mark.usefixtures("large_layout")
def test_a_campaign_of_49_channels_stays_smooth(
    page: Page, browser: Browser, context: BrowserContext, table: Table
):
    tab = Tab(context, page.url, table.where["guild_id"])
    browser.start_tracing(page=tab.page, categories=["toplevel"])
    tab.type("/add-campaign name:Strahd")
    tab.press("Enter")
    expect(tab.message("Campaign Created: Strahd")).to_be_visible()
    assert len(tab.channels(2 + MOST_CHANNELS + 1)) == 52
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    tasks = busy_ms(trace)
    assert len(tasks) > 100
    assert max(tasks) < LONGEST_FRAME_MS


def busy_ms(trace: list[dict[str, Any]]) -> list[float]:
    """Return the processor time, in milliseconds, of each task of the pages' main threads.

    Processor time, because the machine is busy with the stack itself. A frame is a task: scripts,
    styles, layout and painting.
    """
    threads = {
        (one["pid"], one["tid"])
        for one in trace
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    return [
        one["tdur"] / 1000
        for one in trace
        if one["name"].endswith("RunTask") and (one["pid"], one["tid"]) in threads and "tdur" in one
    ]
