"""The addresses that may get the bot's token, and those that may ask for a registration."""

import pytest

from channelwright.discord import addresses, connect, webhook
from channelwright.discord.addresses import UnsafeAddressError, is_cloudformations

SAFE = [
    "https://discord.com/api/v10",
    "https://discord.example:8443/api/v10",
    "https://discord.example",
    "http://127.0.0.1:9/api/v10",
    "http://localhost/api/v10",
    "http://[::1]:9/api/v10",
]
UNSAFE = [
    "",
    "discord.com/api/v10",
    "ftp://127.0.0.1/api",
    "https:///api/v10",
    "https://somebody@discord.example/api/v10",
    "https://discord.example/api/v10?to=",
    "https://discord.example\\.discord.com/api/v10",
    "http://discord.com/api/v10",
    "http://127.0.0.1.example/api/v10",
    "http://127.0.0.1@discord.example/api/v10",
    "http://127.0.0.1:9@discord.example/api/v10",
    "http://localhost.example/api/v10",
    "http://10.0.0.1/api/v10",
    "http://127.0.0.1:9/api/v10\n",
]


@pytest.mark.parametrize("url", SAFE)
def test_the_token_goes_there(monkeypatch, url):
    monkeypatch.setenv("DISCORD_API_BASE_URL", url)
    assert addresses.api_base_url() == url


@pytest.mark.parametrize("url", UNSAFE)
def test_the_token_goes_nowhere_in_clear(monkeypatch, url):
    monkeypatch.setenv("DISCORD_API_BASE_URL", url)
    monkeypatch.setattr("channelwright.aws.bot_token.read", lambda: pytest.fail("token read"))
    for speak in (connect.as_bot, webhook.connect):
        with pytest.raises(UnsafeAddressError, match="begins with https://"):
            speak(0)


BUCKET = "cloudformation-custom-resource-response-euc1.s3.eu-central-1.amazonaws.com"
LOCAL = "http://127.0.0.1:9/answer?signature=s3cret"


@pytest.mark.parametrize("url", [f"https://{BUCKET}/a?b", f"https://{BUCKET}.cn/a", LOCAL])
@pytest.mark.parametrize("endpoint", ["", "https://vpce.example", "http://127.0.0.1:9"])
def test_cloudformation_is_aws_or_the_emulator(monkeypatch, url, endpoint):
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    emulated = endpoint.startswith("http:")
    assert is_cloudformations(url) == (emulated == (url == LOCAL))


@pytest.mark.parametrize(
    "url",
    [
        f"http://{BUCKET}/a",
        f"https://{BUCKET}.example/a",
        f"https://somebody@{BUCKET}/a",
        f"https://elsewhere.example\\.{BUCKET}/a",
        f"https://elsewhere.example/{BUCKET}/a",
        f"https://elsewhere.example#.{BUCKET}/a",
        "https://amazonaws.com/a",
        "https://evil-amazonaws.com/a",
        f"https://{BUCKET}:8443/a",
    ],
)
def test_nobody_else_is_cloudformation(url):
    assert not is_cloudformations(url)
