"""`/campaign delete` before the queue: which campaign is meant, its choices, and its button."""

import json

import pytest

import interaction
from channelwright.campaign import request
from channelwright.commands import campaign
from tests.unit.interactions import DISCORD, build, signed
from tests.unit.test_campaign_list import keep, record, table  # noqa: F401 - a fixture

GUILD, CHANNEL = DISCORD.info["guild_id"], DISCORD.info["channel_id"]
BUTTON = "1:delete:12345:0123456789abcdef"


def answered(payload):
    """Return the answer, without asking the simulator whether it fits this payload."""
    answer = interaction.handler(signed(json.dumps(payload).encode()), None)
    assert answer["statusCode"] == 200
    return json.loads(answer["body"])


def sent(queue, payload):
    """Return the answer to an interaction, and what it has put on the queue."""
    answer = answered(payload)
    return answer, queue()


def command(options=None, **changes):
    return build("campaign delete", options or {}) | changes


def pressed(custom_id):
    data = {"custom_id": custom_id, "component_type": 2}
    return build("campaign list") | {"type": 3, "data": data}


def test_the_chosen_campaign_is_asked_for_in_private(queue, table):  # noqa: F811
    keep(table, record(1, "Strahd"), record(2, "Phandelver"))
    answer, [message] = sent(queue, command({"campaign": "2"}))
    assert answer == {"type": 5, "data": {"flags": 64}}
    assert (message["kind"], message["campaign_id"]) == ("deletion", "2")
    assert (message["campaign_name"], message["private"]) == ("Phandelver", "yes")
    assert "digest" not in message


@pytest.mark.parametrize("where", [{"id": "70"}, {"id": "71", "parent_id": "70"}, {"id": "80"}])
def test_without_one_it_is_that_of_the_channel_or_of_its_thread(queue, table, where):  # noqa: F811
    channels = [{"id": "70", "key": "general", "kind": "text", "gm_only": False}]
    keep(table, record(0, "Strahd", channels=channels), record(2, "Phandelver"))
    _, [message] = sent(queue, command(channel={"type": 0} | where))
    assert message["campaign_id"] == "0"
    assert message.get("parent_id") == where.get("parent_id")


@pytest.mark.parametrize("options", [{}, {"campaign": "3"}, {"campaign": "Stradh"}])
def test_none_is_meant(queue, table, options):  # noqa: F811
    keep(table, record(1, "Strahd"), record(3, "Elsewhere", guild_id="1"))
    answer, queued = sent(queue, command(options))
    assert "Choose one from the list" in answer["data"]["content"]
    assert queued == []


def typed(text):
    payload = build("campaign delete", {"campaign": text})
    [delete] = payload["data"]["options"]
    [option] = delete["options"]
    option["focused"] = True
    return answered(payload | {"type": 4})["data"]["choices"]


def test_what_is_typed_is_completed_with_ones_own(queue, table):  # noqa: F811
    keep(table, record(1, "Curse of Strahd"), record(2, "Strahd Again"), record(3, "Another"))
    assert typed("STRAHD") == [
        {"name": "Strahd Again", "value": "2"},
        {"name": "Curse of Strahd", "value": "1"},
    ]


def test_there_are_25_choices_at_most(queue, table):  # noqa: F811
    keep(table, *(record(n, f"Campaign {n}") for n in range(100, 140)))
    assert len(typed("")) == campaign.MOST_CHOICES


def test_a_table_that_fails_completes_nothing(queue, table):  # noqa: F811
    table.answers.append((500, "{}"))
    assert typed("x") == []


def test_a_press_names_its_campaign_and_what_its_preview_showed(queue):
    answer, [message] = sent(queue, pressed(BUTTON))
    assert answer == {"type": 6}
    assert (message["campaign_id"], message["digest"]) == ("12345", "0123456789abcdef")


@pytest.mark.parametrize(
    "custom_id",
    [
        "2:delete:12345:0123456789abcdef",
        "1:burn:12345:0123456789abcdef",
        "1:delete:x:0123456789abcdef",
        "1:delete:12345:0123",
        "1:delete:12345:0123456789ABCDEF",
        "1:delete:12345:0123456789abcdef\n",
        "delete",
        "",
        7,
        None,
    ],
)
def test_a_button_that_nobody_knows(queue, custom_id):
    answer, queued = sent(queue, pressed(custom_id))
    assert "This button no longer works." in answer["data"]["content"]
    assert queued == []


def test_a_press_outside_a_server(queue):
    answer, queued = sent(queue, pressed(BUTTON) | {"context": 1})
    assert "works only in a server" in answer["data"]["content"]
    assert queued == []


MESSAGE = {
    "kind": "deletion",
    "interaction_id": "1",
    "application_id": "2",
    "interaction_token": "t",
    "guild_id": "3",
    "channel_id": "4",
    "user_id": "5",
    "locale": "en-US",
    "app_permissions": "6",
    "campaign_id": "7",
    "campaign_name": "Strahd",
    "private": "yes",
}


def test_of_a_message_only_known_fields_are_passed_on():
    more = {"digest": "0123456789abcdef", "parent_id": "8", "known": {}, "waves": [], "until": 9}
    kept = MESSAGE | {"digest": "0123456789abcdef", "parent_id": "8"}
    assert request.parsed(json.dumps(MESSAGE | more)) == kept


@pytest.mark.parametrize(
    "changes",
    [{"kind": "removal"}, {"kind": 7}, {"kind": []}, {"campaign_id": "x"}, {"campaign_id": None}],
)
def test_a_message_that_asks_for_nothing_known(changes):
    with pytest.raises(request.NotARequest):
        request.parsed(json.dumps(MESSAGE | changes))


def test_a_digest_of_another_form_confirms_nothing():
    assert "digest" not in request.parsed(json.dumps(MESSAGE | {"digest": "x" * 16}))
