"""AWS Signature Version 4 for a POST to a service's root. Pure.

Importing botocore to sign takes longer than the rest of an answer to Discord
(docs/performance.md). A test compares these signatures with botocore's.

Source: AWS docs, IAM User Guide > AWS Signature Version 4 for API requests.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """An access key; a role's key, as in Lambda, has a session `token`."""

    access_key_id: str
    secret_access_key: str
    token: str | None = None


def signed(
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str,
    region: str,
    credentials: Credentials,
    now: float,
) -> dict[str, str]:
    """Return `headers` (lower case, `host` included) and those that sign a POST of `body` to /.

    `now` is in Unix seconds; AWS accepts a signature for five minutes.
    """
    time = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {**headers, "x-amz-date": time}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    canonical_headers = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join(["POST", "/", "", canonical_headers, names, _hash(body)])
    scope = f"{time[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join([ALGORITHM, time, scope, _hash(canonical.encode())])
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, to_sign).hex()
    credential = f"{credentials.access_key_id}/{scope}"
    authorization = (
        f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    )
    return {**headers, "authorization": authorization}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hmac(key: bytes, content: str) -> bytes:
    return hmac.digest(key, content.encode(), "sha256")
