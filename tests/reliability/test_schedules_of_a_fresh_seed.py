"""The promises hold in schedules that nobody has drawn before.

A failure here is seldom due to the tested change: the fault was there before.
"""

import os
import secrets
import zlib

import pytest

from tests.reliability import counted, drawn

COUNT = 5
# All workers of a run use the same seed.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex()
SEED = os.environ.get("FRESH_SEED") or str(zlib.crc32(RUN.encode()))
FOUND = """\
A fresh seed has found this failure. It may well be older than the change that you test.
`make test ARGS='-k fresh' FRESH_SEED={seed}` plays the same again, on your change and before it.
With the fix, add the schedule to tests/reliability/failed.py.
{found}"""


@pytest.mark.parametrize("family", drawn.FAMILIES)
def test_the_promises_hold(stage_for_all, record_property, family):
    record_property(counted.FRESH_SEED, SEED)
    found = drawn.play(stage_for_all, family, f"fresh {SEED}", COUNT, record_property)
    assert not found, FOUND.format(seed=SEED, found=drawn.shown(found))
