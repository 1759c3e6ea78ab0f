"""In a real browser, the command line and the menus under odd input."""

from playwright.sync_api import expect

from tests.integration.browsing import Tab
from tests.integration.table import Table

MOST_CHOSEN = 25


def join(table: Table, *names: str) -> None:
    for name in names:
        path = f"guilds/{table.where['guild_id']}/members"
        table.discord.control("POST", path, {"username": name})


def test_the_line_completes_what_is_typed(tab: Tab):
    for typed, completed in {
        "/campaign add as": "/campaign add as:",
        "/campaign add who:player camp": "/campaign add who:player campaign:",
        "/campaign list arch": "/campaign list archived:",
    }.items():
        tab.typed.fill("")
        tab.type(typed)
        expect(tab.choices).to_have_count(1)
        tab.press("Enter")
        expect(tab.typed).to_have_value(completed)
    tab.typed.fill("")
    tab.type("/campaign list nonsense")
    expect(tab.choices).to_have_count(0)


def test_a_name_may_have_what_looks_like_an_option(tab: Tab, table: Table):
    tab.type("/add-campaign name:The name: of the Rose")
    tab.press("Enter")
    expect(tab.message("Campaign Created: The name: of the Rose")).to_be_visible()
    table.create("Known as: Bob")
    table.create("Known")
    tab.type("/campaign add who:player campaign:Known as")
    expect(tab.choices).to_have_text(["Known as: Bob"])
    tab.press("Enter")
    expect(tab.typed).to_have_value("/campaign add who:player campaign:Known as: Bob ")
    tab.type("as:Co-GM")
    tab.press("Escape", "Enter")
    expect(tab.message("Known as: Bob").last).to_contain_text("@player is a co-GM")


def test_an_open_menu_stays_while_other_things_change(tab: Tab, table: Table):
    table.create("Strahd")
    menu = tab.message("Campaign Created: Strahd").locator("details.menu")
    menu.get_by_text("Add players").click()
    menu.get_by_label("player", exact=True).check()
    table.create("Phandelver")
    expect(tab.message("Campaign Created: Phandelver")).to_be_visible()
    tab.channels(2 + 2 * 11)
    expect(menu.get_by_label("player", exact=True)).to_be_checked()
    menu.get_by_role("button", name="Choose").click()
    expect(tab.message("@player is a player")).to_be_visible()


def test_a_menu_takes_no_more_than_discord_allows(tab: Tab, table: Table):
    join(table, *(f"member-{n}" for n in range(MOST_CHOSEN)))
    expect(tab.page.locator("#members > li")).to_have_count(len(table.guild()["members"]))
    table.create("Strahd")
    menu = tab.message("Campaign Created: Strahd").locator("details.menu")
    menu.get_by_text("Add players").click()
    for n in range(MOST_CHOSEN):
        menu.get_by_label(f"member-{n}", exact=True).check()
    expect(menu.get_by_label("player", exact=True)).to_be_disabled()
    expect(menu.get_by_role("button", name="Choose")).to_be_enabled()
    menu.get_by_label("member-0", exact=True).uncheck()
    expect(menu.get_by_label("player", exact=True)).to_be_enabled()


def test_a_member_may_see_no_channel(tab: Tab, table: Table):
    tab.type("Hello")
    tab.press("Enter")
    expect(tab.message("Hello")).to_be_visible()
    for one in table.guild()["channels"]:
        path = f"guilds/{table.where['guild_id']}/channels/{one['id']}/delete"
        table.discord.control("POST", path, {})
    expect(tab.page.locator("#channel-title")).to_have_text("No channel")
    expect(tab.page.locator("#messages > li")).to_have_count(0)
    tab.type("Is anybody here?")
    tab.press("Enter")
    expect(tab.page.locator("#hint")).to_have_text("There is no channel here in which to write.")


def test_a_time_beyond_all_calendars_is_text(tab: Tab):
    tab.type("<t:99999999999999:R> and <t:-1:D>")
    tab.press("Enter")
    message = tab.message("and").locator(".content")
    expect(message).to_contain_text("<t:99999999999999:R> and")
    expect(message).not_to_contain_text("<t:-1:D>")
