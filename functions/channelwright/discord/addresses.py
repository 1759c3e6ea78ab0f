"""The addresses that may receive secrets: by https, or unencrypted on this machine only."""

import os
import re
from typing import Final

LOOPBACK: Final = r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
# template.yaml (DiscordApiBaseUrl) and local/settings.py have the same pattern.
API_BASE_URL: Final = rf"(https://[^\s/@?#\\]+|{LOOPBACK})(/[^\s?#\\]*)?"
# AWS's own hosts, also in China; CloudFormation's pre-signed URLs are S3's.
# Source: AWS docs, CloudFormation > Custom resource request objects; IAM > AWS service endpoints.
AWS: Final = r"https://([a-z0-9-]+\.)+amazonaws\.com(\.cn)?(:443)?/\S*"


class UnsafeAddressError(ValueError):
    """The bot's token would leave this machine unencrypted; the message is for an operator."""


def api_base_url() -> str:
    """Return the URL of Discord's API, from the environment.

    Raises:
        UnsafeAddressError: the token must not go there.
    """
    url = os.environ["DISCORD_API_BASE_URL"]
    if not re.fullmatch(API_BASE_URL, url):
        raise UnsafeAddressError(
            "The parameter DiscordApiBaseUrl must be a URL that begins with https://, or with "
            "http:// and this machine (127.0.0.1, [::1], localhost): any other URL would send the "
            "bot's token unencrypted."
        )
    return url


def is_local_stack() -> bool:
    """Tell whether Discord is on this machine, simulated: nothing else of this stack is secret."""
    return re.fullmatch(rf"{LOOPBACK}(/.*)?", os.environ["DISCORD_API_BASE_URL"]) is not None


def is_cloudformations(url: str) -> bool:
    """Tell whether `url` may be CloudFormation's address for the answer of a custom resource.

    With an emulator, it is on this machine, and so are all AWS endpoints (AWS_ENDPOINT_URL, which
    Lambda does not set).

    Source: AWS docs, AWS SDKs and Tools > Service-specific endpoints.
    """
    emulated = re.fullmatch(rf"{LOOPBACK}/?", os.environ.get("AWS_ENDPOINT_URL", ""))
    answers_to = rf"{LOOPBACK}/\S*" if emulated else AWS
    return re.fullmatch(answers_to, url) is not None
