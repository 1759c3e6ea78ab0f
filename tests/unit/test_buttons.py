"""The ids of the buttons, and their presses before the queue."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import interaction
from channelwright.campaign import buttons
from channelwright.campaign.buttons import Deletion
from channelwright.campaign.campaign import LAYOUT
from channelwright.campaign.name_mistakes import NAME_LENGTH
from channelwright.discord import permissions
from tests.unit.interactions import COMMAND, build, reasons, signed

IDS = st.integers(0, 2**64 - 1).map(str)
DIGESTS = st.text("0123456789abcdef", min_size=16, max_size=16)
UNDO, AGAIN = buttons.undo("12345"), buttons.again(LAYOUT, "Curse of Strahd")


def press(custom_id, queue, **changes):
    """Return the answer to a press below message 77, and what it has put on the queue."""
    data = {"custom_id": custom_id, "component_type": 2}
    payload = build("campaign list") | {"type": 3, "data": data, "message": {"id": "77"}} | changes
    answer = interaction.handler(signed(json.dumps(payload).encode()), None)
    assert answer["statusCode"] == 200
    return json.loads(answer["body"]), queue()


@given(st.builds(Deletion, IDS, DIGESTS, st.just("") | IDS))
def test_the_red_buttons_id_fits_and_is_read_again(deletion):
    custom_id = buttons.delete(deletion)
    assert len(custom_id) <= 100
    assert buttons.deletion_of(custom_id) == deletion
    assert buttons.undone_by(custom_id) is buttons.tried_again_by(custom_id) is None


@given(IDS)
def test_undos_id_fits_and_is_read_again(campaign_id):
    custom_id = buttons.undo(campaign_id)
    assert len(custom_id) <= 100
    assert buttons.undone_by(custom_id) == campaign_id
    assert buttons.deletion_of(custom_id) is buttons.tried_again_by(custom_id) is None


@given(st.text(min_size=1, max_size=NAME_LENGTH))
def test_a_name_is_tried_again_as_it_was_or_has_no_button(name):
    custom_id = buttons.again(LAYOUT, name)
    wide = sum(ord(character) > 0xFFFF for character in name)
    assert bool(custom_id) == (len(f"1:again:{LAYOUT}:{name}") + wide <= 100)
    if custom_id:
        assert buttons.tried_again_by(custom_id) == (LAYOUT, name)


def test_without_an_id_there_is_no_button():
    assert buttons.below("Try again", buttons.SECONDARY, "") == []


def test_undo_asks_for_a_preview_in_a_message_of_its_own(queue):
    answer, [message] = press(UNDO, queue)
    assert answer == {"type": 5, "data": {"flags": 64}}
    asked = {"kind": "deletion", "campaign_id": "12345", "message_id": "77", "private": "yes"}
    assert asked.items() <= message.items()
    assert "digest" not in message


def test_the_red_button_hands_on_the_message_that_led_there(queue):
    custom_id = buttons.delete(Deletion("12345", "0123456789abcdef", "99"))
    answer, [message] = press(custom_id, queue)
    assert answer == {"type": 6}
    assert (message["message_id"], message["digest"]) == ("99", "0123456789abcdef")


@pytest.mark.parametrize(("flags", "private"), [(0, None), (4, None), (64, "yes"), (68, "yes")])
def test_try_again_asks_for_the_campaign_as_private_as_the_failure(queue, flags, private):
    answer, [message] = press(AGAIN, queue, message={"id": "77", "flags": flags})
    assert answer == {"type": 5} | ({"data": {"flags": 64}} if private else {})
    assert message["campaign_name"] == "Curse of Strahd"
    assert message.get("private") == private
    assert "kind" not in message


def test_whoever_lacks_permissions_cannot_try_again(queue):
    member = COMMAND["member"] | {"permissions": str(permissions.MANAGE_CHANNELS)}
    answer, queued = press(AGAIN, queue, member=member)
    assert queued == []
    assert "You need the permission Manage Roles" in reasons(answer)


@pytest.mark.parametrize(
    "custom_id",
    [
        UNDO + "6" * 20,
        UNDO.replace("1:", "2:", 1),
        UNDO + ":1",
        AGAIN.replace(LAYOUT, "other"),
        AGAIN.replace("Curse of Strahd", ""),
        "1:again",
        "1:undo:",
        "1::",
        ":undo:1",
    ],
)
def test_a_button_of_another_release(queue, custom_id):
    answer, queued = press(custom_id, queue)
    assert queued == []
    assert answer["data"]["content"] == "This button no longer works."


@pytest.mark.parametrize("custom_id", [UNDO, AGAIN])
def test_a_press_outside_a_server(queue, custom_id):
    answer, queued = press(custom_id, queue, context=1)
    assert queued == []
    assert "This command works only in a server" in answer["data"]["content"]


@pytest.mark.parametrize("message", [None, [], {}, {"id": None, "flags": "64"}])
def test_a_press_of_a_message_that_is_none(queue, message):
    """Discord sends no such thing; it must not end in a server error."""
    assert press(UNDO, queue, message=message)[0]["type"] in {4, 5}
    assert press(AGAIN, queue, message=message)[0] == {"type": 5}
