"""In a real browser, the whole life of a campaign."""

import json

from playwright.sync_api import expect

from tests.integration.browsing import Tab
from tests.integration.table import Table


def created(tab: Tab, name: str) -> None:
    tab.type(f"/add-campaign name:{name}")
    tab.press("Enter")
    expect(tab.message(f"Campaign Created: {name}")).to_be_visible()


def test_a_campaign_is_typed_watched_joined_and_deleted(tab: Tab, table: Table):
    standing = tab.channels(2)  # a category and #general
    tab.type("/add")
    expect(tab.choices).to_have_count(1)
    tab.press("Enter")
    expect(tab.typed).to_have_value("/add-campaign ")
    tab.press("Enter")
    expect(tab.typed).to_have_value("/add-campaign name:")
    seen = tab.recorded()
    table.discord.control("PUT", "settings", {"latency_ms": 150})
    tab.type("Curse of Strahd")
    tab.press("Enter")
    summary = tab.message("Campaign Created: Curse of Strahd")
    expect(summary).to_contain_text("@Curse of Strahd Members · 10 channels")
    table.discord.control("PUT", "settings", {"latency_ms": 0})
    expect(tab.page.locator("#chosen")).to_have_text("add-campaign succeeded")
    assert {"0%", "50%", "Create Channels, Map: running"} <= seen()
    expect(tab.state("Report Completion")).to_have_attribute("data-status", "done")
    assert {"Curse of Strahd", "gm-notes", "voice-chat"} <= set(tab.channels(len(standing) + 11))

    tab.look_as("player")
    assert tab.channels(len(standing)) == standing
    tab.look_as("gamemaster")
    summary.get_by_text("Add players").click()
    summary.get_by_label("player", exact=True).check()
    summary.get_by_role("button", name="Choose").click()
    expect(tab.message("player")).to_have_count(2)
    tab.look_as("player")
    assert not {"gm-notes", "gm-planning"} & set(tab.channels(len(standing) + 9))
    expect(summary).to_contain_text("#No Access")
    tab.look_as("gamemaster")

    tab.type("/campaign del")
    tab.press("Enter", "Tab")
    tab.type("curse")
    expect(tab.choices.filter(has_text="Curse of Strahd")).to_be_visible()
    tab.press("Enter")
    expect(tab.typed).to_have_value("/campaign delete campaign:Curse of Strahd ")
    expect(tab.choices).to_have_count(0)
    tab.press("Enter")
    preview = tab.message("Only you can see this").last
    expect(preview.get_by_role("button")).to_be_visible()
    preview.get_by_role("button").click()
    expect(tab.message("Campaign Deleted")).to_be_visible()
    assert tab.channels(len(standing)) == standing
    assert table.standing()[1] == sorted(one["name"] for one in table.before["channels"])
    tab.look_as("player")
    expect(tab.message("Only you can see this")).to_have_count(0)


def test_a_command_without_options_and_one_with_a_member(tab: Tab):
    created(tab, "Strahd")
    tab.type("/campaign list")
    expect(tab.choices).to_have_count(1)
    tab.press("Enter")
    expect(tab.message("Only you can see this")).to_contain_text("Strahd")
    tab.type("/campaign add ")
    expect(tab.choices).to_have_count(3)
    tab.press("Enter")
    expect(tab.typed).to_have_value("/campaign add who:")
    tab.type("pla")
    expect(tab.choices).to_have_count(1)
    tab.press("ArrowDown", "Enter")
    expect(tab.typed).to_have_value("/campaign add who:player ")
    tab.type("as:co")
    tab.press("Tab")
    tab.type("campaign:s")
    expect(tab.choices).to_have_count(1)
    tab.press("Enter", "Enter")
    expect(tab.message("Only you can see this").last).to_contain_text("@player")


def test_a_state_tells_what_went_in_and_out(tab: Tab):
    created(tab, "Strahd")
    tab.state("Create Channel").focus()
    tab.page.keyboard.press("Enter")
    told = tab.page.get_by_role("region", name="State", exact=True)
    expect(told).to_contain_text("Attempt 1 of create-channel")
    expect(told).to_contain_text("create_channel done")
    visits = told.locator("> ol > li")
    expect(visits).to_have_count(10)
    visits.first.get_by_text("Output").last.click()
    output = visits.first.locator("details[open] pre").inner_text()
    assert json.loads(output)["id"].isdecimal()
    expect(tab.state("Create Channel")).to_have_attribute("data-chosen", "")


def test_what_the_reader_has_opened_stays_open(tab: Tab, table: Table):
    # One channel of the last wave waits for an answer until Discord is forgiven.
    call = {"method": "POST", "path": "/channels$", "body_contains": '"gm-planning"', "times": None}
    table.discord.control("POST", "faults", {**call, "connection": "timeout"})
    tab.type("/add-campaign name:Strahd")
    tab.press("Enter")
    expect(tab.state("Create Channel")).to_have_attribute("data-status", "running")
    tab.state("Create Channel").click()
    visits = tab.page.locator("#state > ol > li")
    expect(visits).to_have_count(10)
    running = visits.filter(has_text="still running")
    expect(running).to_have_count(1)
    opened = visits.first.locator("details").last
    opened.locator("summary").click()
    table.discord.forgive()
    expect(running).to_have_count(0)
    expect(opened).to_have_attribute("open", "")


def test_a_command_that_discord_would_not_send(tab: Tab):
    tab.type("/add-campaign private:Maybe")
    tab.press("Enter")
    hint = tab.page.locator("#hint")
    expect(hint).to_have_text("The option private has no such value: Maybe")
    tab.typed.fill("/add-campaign private:True")
    tab.press("Escape", "Enter")
    expect(hint).to_have_text("The option name is required.")
    tab.typed.fill("/nonsense")
    tab.press("Enter")
    expect(hint).to_have_text("There is no such command: /nonsense")
    tab.look_as("player")
    tab.typed.fill("/")
    tab.type("ad")
    expect(tab.choices).to_have_count(0)


def test_a_message_has_discords_markdown_and_no_html(tab: Tab):
    tab.type(r"**bold** \*plain\* `code` <b>no</b> ||secret||")
    tab.press("Enter")
    message = tab.message("bold")
    expect(message.locator(".content strong")).to_have_text("bold")
    expect(message.locator(".content")).to_contain_text("*plain* code <b>no</b>")
    expect(message.locator("b")).to_have_count(0)
    expect(message.locator("code")).to_have_text("code")
