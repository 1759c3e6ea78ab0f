"""The stored token: a file's additions are forgiven, and an impossible token is reported."""

import os
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from channelwright.aws import bot_token, parameter
from channelwright.errors import BotTokenNotRead
from tests import log_lines

TOKEN = "MTc1OTI4.Xr-3_q.s3cret"


@pytest.fixture
def read(monkeypatch):
    monkeypatch.setattr(bot_token, "_kept", parameter.Kept())
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
    with pytest.raises(BotTokenNotRead) as raised:
        read(stored)
    assert "the SSM parameter /channelwright/" in raised.value.why
    assert "Bot > Reset Token" in raised.value.why
    assert "s3cret" not in raised.value.why + str(raised.value)
    assert bot_token._kept.value is None


FAILURES = {
    "ParameterNotFound": "is missing: store it in the SSM parameter /channelwright/",
    "AccessDeniedException": "cannot be read: AccessDeniedException",
    "ThrottlingException": "cannot be read: ThrottlingException",
}


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        *((ClientError({"Error": {"Code": c}}, "GetParameter"), w) for c, w in FAILURES.items()),
        (ReadTimeoutError(endpoint_url="https://ssm"), "cannot be read: ReadTimeoutError"),
    ],
)
def test_what_keeps_it_from_being_read_is_said_in_the_log(monkeypatch, failure, why):
    def get_parameter(**_):
        raise failure

    monkeypatch.setattr(bot_token, "_kept", parameter.Kept())
    monkeypatch.setattr(parameter, "_ssm", SimpleNamespace(get_parameter=get_parameter))
    with log_lines.captured() as lines, pytest.raises(BotTokenNotRead) as raised:
        bot_token.read()
    [line] = lines
    assert line["level"] == "ERROR"
    assert line["message"] == raised.value.why
    assert line["message"].startswith("The bot token ")
    assert why in line["message"]
    assert raised.value.__cause__ is raised.value.__context__ is None
