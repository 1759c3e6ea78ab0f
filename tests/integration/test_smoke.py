"""The smoke test of `make test-aws`, run on the local stack so that it works when it is needed."""

from types import SimpleNamespace

import pytest

from local.stack import Stack
from tests.aws import test_deployed
from tests.aws.test_deployed import Deployed

CHECKS = {name: check for name, check in vars(test_deployed).items() if name.startswith("test_")}


@pytest.mark.parametrize("check", CHECKS)
def test_it_finds_nothing_wrong(stack: Stack, check: str):
    session = SimpleNamespace(client=stack.client, region_name="eu-central-1")
    CHECKS[check](Deployed(session, "channelwright"))
