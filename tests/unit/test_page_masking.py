"""The page shows no token."""

import secrets

import pytest

from local.page.masking import MASK, masked

INTERACTION = secrets.token_urlsafe(132)
BOT = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhIjKl.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.mark.parametrize("name", ["interaction_token", "Authorization", "token", "clientSecret"])
def test_a_field_of_such_a_name(name: str):
    assert masked({"deep": [{name: "short"}]}) == {"deep": [{name: MASK}]}


@pytest.mark.parametrize(
    "token", [INTERACTION, BOT, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "known"]
)
def test_a_text_that_has_a_token(token: str):
    assert masked([f"PATCH /webhooks/1/{token}"], "known") == [f"PATCH /webhooks/1/{MASK}"]
    assert masked(f"said {token} twice", "known") == f"said {MASK} twice"


def test_what_is_no_token_stays():
    shown = {
        "token_alive": True,
        "arn": "arn:aws:states:eu-central-1:000000000000:execution:remove-campaign:1-remove",
        "name": "A" * 80,
        "digest": "0123456789abcdef" * 4,
    }
    assert masked(shown) == shown
