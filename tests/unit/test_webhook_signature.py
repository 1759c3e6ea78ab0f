"""Secrets and signatures: the specification's own library takes what is signed here."""

import base64
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from channelwright.webhooks import secrets, signature

ID = "1450000000000000000.campaign.created"
PLACE = "the SSM parameter /x"


def secret(length, byte=b"\xfb"):
    return "whsec_" + base64.b64encode(byte * length).decode()


# Standard Webhooks, libraries/python/tests/test_webhooks.py: test_sign_function.
def test_the_specifications_vector():
    [key] = secrets.parsed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", PLACE)
    body = b'{"test": 2432232314}'
    assert signature.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.9, body, [key]) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(), st.binary(min_size=24, max_size=64))
def test_the_library_verifies_every_body_and_every_key(text, key):
    body = text.encode(errors="surrogatepass") if text.isascii() else text.encode(errors="replace")
    headers = signature.headers(ID, time.time(), body, [key])
    Webhook(key).verify(body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body + b" ", headers, json_parse=False)


def test_while_a_secret_is_replaced_the_old_and_the_new_one_verify():
    both = f"{secret(32, b'n')}\n{secret(24, b'o')}\n"
    headers = signature.headers(ID, time.time(), b"{}", secrets.parsed(both, PLACE))
    for one in both.split():
        assert Webhook(one).verify("{}", headers) == {}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(32, b"x")).verify("{}", headers)


@pytest.mark.parametrize("length", range(24, 65))
def test_a_secret_of_the_specifications_lengths(length):
    assert secrets.parsed(secret(length), PLACE) == (b"\xfb" * length,)


def test_the_command_of_the_message_makes_a_secret():
    made = f"whsec_{base64.b64encode(os.urandom(32)).decode()}\n"
    [key] = secrets.parsed(made, PLACE)
    assert len(key) == 32


@pytest.mark.parametrize("separator", [" ", "\n", "\r\n", "\t \n"])
def test_white_space_separates_and_surrounds(separator):
    value = separator.join(["", secret(24), secret(32), ""])
    assert secrets.parsed(value, PLACE) == (b"\xfb" * 24, b"\xfb" * 32)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        " \n",
        "whsec_",
        secret(23),
        secret(65),
        secret(32).removeprefix("whsec_"),
        secret(32).replace("whsec_", "WHSEC_"),
        secret(32).rstrip("="),  # the library for Node takes none without its padding
        secret(32) + "=",
        secret(32).replace("+", "-"),  # the alphabet of URLs
        secret(32)[:20] + "!" + secret(32)[20:],
        secret(32)[:20] + "=" + secret(32)[20:],
        secret(32)[:-2] + "/=",  # bits that no encoder sets
        f"{secret(32)},{secret(32)}",
        f"{secret(32)} {secret(23)}",
        f"{secret(32)} {secret(32)} {secret(32)}",
        "whsec_" + "\N{CYRILLIC SMALL LETTER A}" * 32,
        f"whsec_ {secret(32).removeprefix('whsec_')}",
    ],
)
def test_anything_else_is_refused_with_what_to_do_and_not_repeated(stored):
    with pytest.raises(secrets.MalformedSecrets) as raised:
        secrets.parsed(stored, PLACE)
    said = str(raised.value)
    assert PLACE in said
    assert "openssl rand -base64 32" in said
    assert "24 to 64" in said
    assert secret(32)[6:20] not in said
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "event_id",
    [
        "1450000000000000000.campaign.created",
        "1450000000000000000-remove-by-1450000000000000001.campaign.deleted",
        "test-7.webhook.test",
        "1450000000000000000.campaign.members_changed",
    ],
)
def test_an_events_id_is_signed(event_id):
    assert signature.headers(event_id, 1.0, b"", [b"k"])["webhook-id"] == event_id


@pytest.mark.parametrize(
    "event_id",
    ["", "1.1614265330", "1.2.campaign", "a\nb", "a\r\nx: y", "a b", "a.", ".a", "a" * 101, "\xe9"],
)
def test_an_id_that_could_be_taken_for_another_webhook_is_not_signed(event_id):
    with pytest.raises(signature.MalformedId):
        signature.headers(event_id, 1.0, b"", [b"k"])
