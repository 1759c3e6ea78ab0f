"""The messages to users."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelwright.words import messages, refusals, text

SHEETS = {"id": "5", "name": "character-sheets", "type": "forum", "gm_only": False}
NOTES = {"id": "6", "name": "gm-notes", "type": "text", "gm_only": True}
VOICE = {"id": "7", "name": "voice-chat", "type": "voice", "gm_only": False}


def test_progress():
    assert messages.progress("My Campaign", 6, 10, [SHEETS]) == (
        "🏗️ **Creating Campaign: My Campaign**\n"
        "[████████████░░░░░░░░] 60% (6/10)\n"
        "✅ Created: **character-sheets** (Forum)"
    )
    assert messages.progress("x", 0, 10).endswith("\n[░░░░░░░░░░░░░░░░░░░░] 0% (0/10)")


@given(st.integers(1, 50), st.data())
def test_the_bar_has_twenty_cells_and_never_runs_backwards(total, data):
    done = data.draw(st.integers(0, total - 1))
    cells = [re.search(r"\[(█*)(░*)\]", messages.progress("x", n, total)) for n in (done, done + 1)]
    assert all(len(found[1]) + len(found[2]) == 20 for found in cells)
    assert len(cells[0][1]) <= len(cells[1][1])


def test_removing():
    assert messages.removing("My_Campaign", 0, 11) == (
        "↩️ **Undoing Campaign: My\\_Campaign**\n"
        "[░░░░░░░░░░░░░░░░░░░░] 0% (0/11)\n"
        "Something went wrong. Removing everything created so far…"
    )
    assert "\n[████████████████░░░░] 81% (9/11)\n" in messages.removing("x", 9, 11)


def test_the_bar_of_an_undoing_is_that_of_the_building():
    for done in range(52):
        bar = messages.progress("x", done, 52).split("\n")[1]
        assert messages.removing("x", done, 52).split("\n")[1] == bar


def test_an_execution_that_went_on_after_it_had_failed_says_what_to_do():
    assert refusals.REDRIVEN.endswith(" Try again.")


def test_summary():
    content = messages.summary("My Campaign", "9", [NOTES, VOICE, SHEETS], instead_of_forum=False)
    assert content == (
        "✅ **Campaign Created: My Campaign**\n"
        "Role: <@&9> · 3 channels\n"
        "\n"
        "**Text**: <#6> 🔒\n"
        "**Voice**: <#7>\n"
        "**Forum**: <#5>\n"
        "🔒 Only game masters can see these channels.\n"
        "\n"
        "To invite players, choose them below, or give them the role <@&9>."
    )
    assert "used text channels instead" in messages.summary(
        "x", "9", [NOTES], instead_of_forum=True
    )


def test_failure():
    assert messages.failure("My Campaign", "Because.", [], looked=True) == (
        "❌ **Could not create campaign: My Campaign**\nBecause.\n\nNothing was left behind."
    )
    left = [
        {"kind": "channel", "id": "5", "name": "a_b"},
        {"kind": "category", "id": "6", "name": "Cat"},
        {"kind": "role", "id": "7", "name": "Cat Members"},
    ]
    content = messages.failure("x", "Because.", left, looked=True)
    assert "Left behind:" in content
    assert "- the channel <#5> (**a\\_b**)" in content
    assert "- the category <#6> (**Cat**)" in content
    assert "- the role <@&7> (**Cat Members**)" in content
    assert "Nothing was left" not in content
    assert "Nothing was left" not in messages.failure("x", "Because.", [], looked=False)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://example.com/a_b_(c)", r"https\://example.com\/a\_b\_(c)"),
        ("_x_ http://e.org/~a *y*", r"\_x\_ http\://e.org/\~a \*y\*"),
        ("discord.gg/strahd", r"discord.gg\/strahd"),
        ("discord.com/invite/strahd", r"discord.com\/invite\/strahd"),
        ("Ravnica: 7/8", r"Ravnica: 7\/8"),
        ("and / or", "and / or"),
    ],
)
def test_an_address_and_an_invite_are_no_links(typed, shown):
    assert text.as_typed(typed) == shown


def test_rejection():
    assert messages.rejection("My Campaign", ["One.", "Two."]) == (
        "❌ **Could not create campaign: My Campaign**\n- One.\n- Two.\n\nNothing was created."
    )


@pytest.mark.parametrize("typed", ["**x**", "a_b_c", "<@123>", "~~x~~", "`x`", "||x||", "[a](b)"])
def test_markdown_is_shown_as_typed(typed):
    escaped = text.as_typed(typed)
    assert re.sub(r"\\(.)", r"\1", escaped) == typed
    assert not re.search(r"(?<!\\)[*_~`|<\[]", escaped)


@given(st.text(max_size=80), st.integers(1, 50))
def test_every_message_fits(name, count):
    many = [{**SHEETS, "id": "1" * 20, "name": "x" * 100}] * count
    things = [{"kind": "channel", "id": "1" * 20, "name": "x" * 100}] * count
    for content in (
        messages.progress(name, 0, count, many),
        messages.removing(name, count - 1, count),
        messages.summary(name, "1" * 20, many, instead_of_forum=True),
        messages.failure(name, "why " * 20, things, looked=True),
        messages.rejection(name, ["reason " * 20] * 8),
    ):
        assert len(messages.in_channel("1" * 20, content)) <= text.CONTENT_LENGTH


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(0, 52), st.integers(0, 52), st.booleans())
def test_however_much_is_left_a_failure_ends_with_what_to_do(name, left, foreign, looked):
    things = [{"kind": "channel", "id": "1" * 20, "name": "*" * 100}] * 52
    content = messages.failure(
        name, "why " * 150, things[:left], looked=looked, foreign=things[:foreign]
    )
    assert len(messages.in_channel("1" * 20, content)) <= text.CONTENT_LENGTH
    assert content.startswith("❌ **Could not create campaign: ")
    assert "why why" in content
    assert ("\nPlease delete this by hand." in content) is (left > 0)
    assert ("\nNot deleted, because" in content) is (foreign > 0)
    assert ("let the bot check" in content) is not looked
    named = len(re.findall("^- the channel ", content, re.MULTILINE))
    unnamed = sum(int(n) for n in re.findall("^… and ([0-9]+) more$", content, re.MULTILINE))
    assert named + unnamed == left + foreign


def test_as_much_of_what_is_left_is_named_as_fits():
    left = [{"kind": "channel", "id": f"{n:020}", "name": f"channel-{n}"} for n in range(50)]
    content = messages.failure("x", "Because.", left, looked=True)
    assert "(**channel-20**)\n" in content
    assert re.search(r"\n… and [12]\d more\nPlease delete this by hand\.$", content)
    assert text.CONTENT_LENGTH - len(content) < 24 + 60


def test_a_rejection_ends_with_what_was_not_done_however_many_reasons_there_are():
    content = messages.rejection("x", ["reason " * 40] * 12)
    assert len(content) <= text.CONTENT_LENGTH
    assert content.endswith("more\n\nNothing was created.")


def test_what_is_gone_is_named_in_a_sentence():
    said = refusals.incomplete([f"*{n}*" for n in range(50)])
    assert "has disappeared: **\\*0\\***, **\\*1\\***, " in said
    assert ", … and 45 more. If nobody" in said


def test_a_long_wait_is_told_in_hours():
    def said(seconds, *, everything=False):
        return refusals.wait_too_long("create a role", seconds, everything=everything)

    assert "making this bot wait 14 hours before it can create a role. " in said(13.2 * 3600)
    assert "wait 2 minutes before" in said(61)
    assert "wait 1 second before" in said(0.3)
    assert "making this bot wait 14 hours. Try" in said(13.2 * 3600, everything=True)


def test_a_refusal_says_what_to_do():
    assert "Manage Channels" in refusals.refusal("create a role", 403, 50013, "Missing Permissions")
    assert "token is not valid" in refusals.refusal("create a role", 401, 0, "401: Unauthorized")
    assert "two-factor" in refusals.refusal("create a role", 403, 60003, "Two factor is required")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (30061, "Delete some that nobody needs and try again."),
        (50074, "Choose another channel for them in Server Settings > Community"),
    ],
)
def test_a_refusal_that_the_server_can_do_something_about(code, said):
    refusal = refusals.refusal("delete the channel", 400, code, "Discord's words")
    assert said in refusal
    assert f"(Discord's words, 400/{code})" in refusal
    assert "the bot's operator" not in refusal


@pytest.mark.parametrize(
    ("action", "where"),
    [
        ("create a role", False),
        ("create the category", False),
        ("create the channel **is above**", False),
        ("delete the channel **general**", False),
        (refusals.GIVE_ROLE, True),
        ("delete the role **My Campaign Members**", True),
    ],
)
def test_where_the_role_stands_matters_only_to_a_role_that_is_there(action, where):
    said = refusals.refusal(action, 403, 50013, "Missing Permissions")
    assert ("and is above the campaign's role" in said) is where
    assert "Manage Roles" in said


def test_a_name_that_only_discord_knows_to_be_wrong():
    """A forbidden word has code 20031; in Server Discovery, the form's name is invalid."""
    in_discovery = "Invalid Form Body: name: Contains words not allowed for servers in Discovery."
    for code, detail in ((20031, "Words not allowed"), (50035, in_discovery)):
        said = refusals.refusal("create the category", 400, code, detail)
        assert "Choose another name for the campaign" in said
    other = refusals.refusal("create the category", 400, 50035, "Invalid Form Body: topic: Long")
    assert "another name" not in other
