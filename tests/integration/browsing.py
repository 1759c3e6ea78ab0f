"""A real browser, and a tab of it that shows the page."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect, sync_playwright
from playwright.sync_api import Page as BrowserPage

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 30_000
# A bar may move, and a state end, between two looks from here.
RECORD = r"""
globalThis.recorded = new Set();
new MutationObserver(() => {
  for (const [found] of document.querySelector("#messages").innerText.matchAll(/\d+%/g)) {
    recorded.add(found);
  }
  for (const box of document.querySelectorAll("#graph [data-status]")) {
    recorded.add(box.getAttribute("aria-label").replace(/, [^,]*$/, ""));
  }
}).observe(document.body, { subtree: true, childList: true, attributes: true });
"""
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run this machine's Chromium; skip the test if it has none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        # As root, Chromium has no sandbox; it opens only our own pages.
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        yield browser
        browser.close()


class Tab:
    """A tab that shows the page, in one of a test's servers."""

    def __init__(self, context: BrowserContext, url: str, guild_id: str | None = None):
        self.page: BrowserPage = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self.page.goto(url)
        expect(self.page.locator("#connection")).to_have_text("Connected")
        if guild_id:
            self.page.locator("#guild").select_option(guild_id)
        self.typed = self.page.get_by_role("combobox", name=re.compile("Message"))
        self.choices = self.page.locator("#choices > li")

    def _note(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)

    def type(self, text: str) -> None:
        """Type into the command line, key by key."""
        self.typed.press_sequentially(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.typed.press(key)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def message(self, text: str) -> Locator:
        """Return the messages with a text."""
        return self.page.locator("#messages > li").filter(has_text=text)

    def recorded(self) -> Callable[[], set[str]]:
        """Record the bar's percentages and the states' statuses; return what returns them."""
        self.page.evaluate(RECORD)
        return lambda: set(self.page.evaluate("[...recorded]"))

    def channels(self, count: int) -> list[str]:
        """Wait until so many channels and categories are shown, and return their names."""
        expect(self.page.locator("#channels > li")).to_have_count(count)
        return [
            re.sub(r"^(\W|text channel|voice channel|forum)+|\W+$", "", text)
            for text in self.page.locator("#channels > li").all_inner_texts()
        ]

    def look_as(self, name: str) -> None:
        self.page.get_by_label("Look as").select_option(label=name)

    def state(self, name: str) -> Locator:
        """Return a state's box in the picture."""
        return self.page.locator("#graph").get_by_role("button", name=re.compile(f"^{name},"))
