"""The AWS account of `make test-aws`. The caller must have credentials for it."""

import os
from typing import Any

import boto3
import pytest

from tests.conftest import REAL_AWS


def session() -> Any:
    """Return a session with the caller's own credentials and region; skip without TEST_AWS."""
    if "TEST_AWS" not in os.environ:
        pytest.skip("asks a real AWS account: make test-aws")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in REAL_AWS.items():
            patch.setenv(name, value)
        own = boto3.Session()
        credentials = own.get_credentials()
        if credentials is None or own.region_name is None:
            pytest.fail("there are no AWS credentials, or no region: see `aws configure list`")
        keys = credentials.get_frozen_credentials()
        return boto3.Session(
            keys.access_key, keys.secret_key, keys.token, region_name=own.region_name
        )
