"""All spellings of a name are one campaign; the bot recognises Discord's forms of names."""

import pytest

from channelwright.discord.calls import SUPPRESS_EMBEDS
from local.simulator.guild import CATEGORY, Channel, Role
from local.simulator.name_forms import FORMS
from tests.statemachine.test_repetition import CREATES

# Decomposed, full-width, with all kinds of white space and a variation selector.
ODD = "Cafe\u0301  ❤\ufe0f\u00a0Ｓtrahd ②"
ALIKE = [
    ("Curse of Strahd", "CURSE OF STRAHD"),
    ("Curse of Strahd", "Curse  of\u2003Strahd"),
    ("Café", "Cafe\u0301"),
    ("❤️ Love", "❤ Love"),
    ("Straße", "STRASSE"),
]


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_the_second_is_told_what_the_first_is_called(stage, first, second):
    assert stage.run(first).output["status"] == "created"
    standing = stage.standing()
    assert stage.run(second).output["status"] == "rejected"
    assert f"There is already a campaign called **{first}**" in stage.messages[-1]
    assert stage.standing() == standing


@pytest.mark.parametrize(("first", "second"), ALIKE)
@pytest.mark.parametrize("kind", ["role", "category"])
def test_so_is_who_chose_what_somebody_else_made(stage, first, second, kind):
    guild = stage.discord.guild()
    if kind == "role":
        guild.roles["5"] = Role("5", f"{first} Members", 0, 1)
    else:
        guild.channels["5"] = Channel("5", guild.id, CATEGORY, first, 9, created_by="1")
    before = stage.standing()
    assert stage.run(second).output["status"] == "rejected"
    name = f"{first} Members" if kind == "role" else first
    assert f"There is already a {kind} called **{name}**" in stage.messages[-1]
    assert stage.standing() == before


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_of_two_at_once_the_younger_is_undone(stage, first, second):
    """The older role appears after the plan, so only the last check of the names can show it."""
    guild = stage.discord.guild()
    older = stage.discord.world.snowflakes.next()
    request = stage.request(second)

    def be_quicker(name, _event):
        if name == "create_category":
            guild.roles.setdefault(older, Role(older, f"{first} Members", 0, 1))

    stage.lambdas.on_invoke = be_quicker
    run = stage.interpreter.run(request)
    assert (run.error, run.removal.status) == ("CampaignFailed", "SUCCEEDED")
    assert f"There is already a role called **{first} Members**" in stage.messages[-1]
    del guild.roles[older]
    stage.assert_nothing_left()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("function", CREATES)
@pytest.mark.parametrize("name", [ODD, "My Campaign"])
def test_what_was_made_without_an_answer_is_known_in_any_form(stage, form, function, name):
    stage.discord.configure(name_form=form)
    stage.discord.faults.add(**CREATES[function], status=500, effect="after")
    roles, channels = stage.before
    run = stage.run(name)
    assert run.status == "SUCCEEDED", run.cause
    snapshot = stage.discord.snapshot()
    assert len(snapshot["roles"]) == len(roles) + 1
    assert len(snapshot["channels"]) == len(channels) + 11


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("function", CREATES)
def test_what_was_made_without_an_answer_is_undone_in_any_form(stage, form, function):
    """The create loses its answer, and Discord refuses the look before the next attempt."""
    stage.discord.configure(name_form=form)
    stage.discord.faults.add(**CREATES[function], connection="timeout", effect="after")
    stage.discord.faults.add(method="GET", path="/(roles|channels)$", skip=1, status=403, times=1)
    run = stage.run(ODD)
    assert (run.error, run.removal.status) == ("CampaignFailed", "SUCCEEDED")
    assert stage.messages[-1].endswith("Nothing was left behind.")
    stage.assert_nothing_left()


@pytest.mark.parametrize("token_is_dead", [False, True])
def test_an_address_is_no_link_and_has_no_preview(stage, token_is_dead):
    if token_is_dead:
        gone = {"message": "Invalid Webhook Token", "code": 50027}
        stage.discord.faults.add(method="PATCH", status=401, body=gone, times=None)
    stage.run("https://example.com/a")
    messages = [one for all_ in stage.discord.world.messages.values() for one in all_]
    said = [one for one in messages if "example.com" in one.content]
    assert said
    assert all(one.flags & SUPPRESS_EMBEDS for one in said)
    assert not any("https://example" in one.content for one in said)
