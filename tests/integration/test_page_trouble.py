"""In a real browser, trouble on purpose and what the bot does about it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.integration.browsing import Tab
from tests.integration.table import Table


@pytest.fixture(autouse=True)
def trouble(tab: Tab) -> Iterator[None]:
    """Open the panel, and end all trouble after the test."""
    tab.page.get_by_text("Trouble on purpose").click()
    yield
    tab.button("End all trouble").click()
    expect(tab.page.locator("#faults > li")).to_have_count(0)


def ask(tab: Tab, name: str = "Strahd") -> None:
    tab.type(f"/add-campaign name:{name}")
    tab.press("Enter")


def test_a_refused_channel_and_its_compensation(tab: Tab, table: Table):
    tab.page.get_by_label("Discord refuses the channel").fill("gm-notes")
    tab.button("Refuse it").click()
    expect(tab.page.locator("#faults")).to_contain_text('Discord refuses "gm-notes" with 403')
    ask(tab)
    failed = tab.message("Could not create campaign: Strahd")
    expect(failed).to_contain_text("Nothing was left behind.")
    assert len(tab.channels(2)) == 2
    executions = tab.page.locator("#list")
    executions.get_by_role("button", name="add-campaign failed").first.click()
    expect(tab.state("Create Channel")).to_have_attribute("data-status", "failed")
    expect(tab.state("Campaign Failed")).to_have_attribute("data-status", "failed")
    tab.state("Create Channel").click()
    expect(tab.page.locator("#state li.failed").first).to_contain_text("Discord")
    tab.page.locator("#related").get_by_role("button", name="remove-campaign: succeeded").click()
    expect(tab.page.locator("#chosen")).to_have_text("remove-campaign succeeded")
    expect(tab.state("Delete Created")).to_have_attribute("data-status", "done")
    tab.button("End all trouble").click()
    failed.get_by_role("button", name="Try again").click()
    expect(tab.message("Campaign Created: Strahd")).to_be_visible()


def test_discord_fails_for_ten_seconds(tab: Tab):
    tab.button("Its edge fails for 10 s").click()
    tab.button("Discord fails for 10 s").click()
    expect(tab.page.locator("#faults > li")).to_have_count(2)
    expect(tab.page.locator("#faults > li")).to_have_count(0)


def test_the_same_trouble_twice_ends_twice(tab: Tab):
    for _ in range(2):
        tab.button("Refuse it").click()
    expect(tab.page.locator("#faults > li")).to_have_count(2)
    tab.button("Every call takes 400 ms").click()
    expect(tab.page.locator("#active")).to_have_text("(3)")
    expect(tab.page.locator("#faults > li")).to_have_count(3)


def test_slow_calls_and_a_stopped_execution(tab: Tab, table: Table):
    tab.button("Every call takes 400 ms").click()
    expect(tab.page.locator("#active")).to_have_text("(1)")
    # A call that Discord does not answer holds the state until the execution is stopped.
    call = {"method": "POST", "path": "/channels$", "body_contains": '"general"', "times": None}
    table.discord.control("POST", "faults", {**call, "connection": "timeout"})
    ask(tab)
    expect(tab.state("Create Channels")).to_have_attribute("data-status", "running")
    tab.button("Stop this execution").click()
    tab.button("End all trouble").click()
    expect(tab.message("Could not create campaign: Strahd")).to_be_visible()
    tab.page.locator("#list").get_by_role("button", name="add-campaign stopped").first.click()
    expect(tab.state("Create Channels")).to_have_attribute("data-status", "stopped")
    assert len(tab.channels(2)) == 2


def test_a_moderator_moves_and_deletes_channels(tab: Tab, table: Table):
    ask(tab)
    expect(tab.message("Campaign Created: Strahd")).to_be_visible()
    before = tab.channels(13)
    taken = tab.page.get_by_label("A moderator takes")
    taken.select_option(label="dice-rolls")
    tab.button("Move it now").click()
    expect(tab.page.locator("#channels > li").first).to_contain_text("dice-rolls")
    taken.select_option(label="gm-notes")
    tab.button("Delete it now").click()
    assert set(before) - set(tab.channels(12)) == {"gm-notes"}
    assert "gm-notes" not in table.standing()[1]


def test_a_killed_lambda_is_run_again(tab: Tab):
    tab.button("Every call takes 400 ms").click()
    tab.page.get_by_label("The next run of").select_option("create-category")
    tab.button("Kill that Lambda").click()
    expect(tab.page.locator("#faults")).to_contain_text("create-category is killed")
    ask(tab)
    expect(tab.page.locator("#faults")).not_to_contain_text("is killed")
    tab.state("Create Category").click()
    # The emulator has a type of its own for a worker that is killed while it starts.
    died = re.compile(r"Runtime\.ExitError|Worker process exited")
    expect(tab.page.locator("#state li.failed").first).to_contain_text(died)
    tab.button("End all trouble").click()
    expect(tab.message("Strahd").last).to_contain_text("Campaign Created")
