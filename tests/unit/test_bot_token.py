"""The token as it is stored: what a file adds is forgiven, what cannot be a token is said."""

import os

import boto3
import pytest
from moto import mock_aws

from channelwright import bot_token
from channelwright.token_form import MalformedBotToken

TOKEN = "MTc1OTI4.Xr-3_q.s3cret"


@pytest.fixture
def read(monkeypatch):
    monkeypatch.setattr(bot_token, "_cached", None)
    with mock_aws():

        def store_and_read(value):
            name = os.environ["DISCORD_BOT_TOKEN_PARAMETER"]
            boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
            return bot_token.read()

        yield store_and_read


@pytest.mark.parametrize("stored", [TOKEN, f"{TOKEN}\n", f" {TOKEN}\r\n\t"])
def test_white_space_around_a_token_is_none_of_it(read, stored):
    assert read(stored) == TOKEN


@pytest.mark.parametrize(
    "stored", [" \n", f"{TOKEN}\n{TOKEN}", f"Bot {TOKEN}", f"{TOKEN}\N{CYRILLIC SMALL LETTER A}"]
)
def test_what_cannot_be_a_token_is_said_where_it_is_read_and_not_repeated(read, stored):
    with pytest.raises(MalformedBotToken, match="the SSM parameter /channelwright/") as raised:
        read(stored)
    assert "Bot > Reset Token" in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert bot_token._cached is None
