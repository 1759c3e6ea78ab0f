"""A cold start imports only what it needs, because somebody waits for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
SLOW = {"boto3", "botocore", "urllib3", "requests", "tomllib"}
AWS = {"boto3", "botocore"}


@pytest.mark.parametrize(
    ("handlers", "not_imported"),
    [
        ("interaction", SLOW),
        # It only edits the message, so it needs no AWS client to read the bot's token.
        ("report", AWS),
    ],
)
def test_nothing_is_imported_that_is_not_needed(handlers, not_imported):
    code = f"import sys, {handlers}; print(sorted({not_imported} & set(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "[]"


@pytest.mark.parametrize("handler", sorted(path.stem for path in FUNCTIONS.glob("*.py")))
def test_no_start_fills_the_log_with_what_boto3_found(handler):
    """boto3 logs it at INFO, the level of Lambda's log (template.yaml, ApplicationLogLevel)."""
    code = f"import logging; logging.basicConfig(level='INFO'); import {handler}"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=FUNCTIONS,
        env=os.environ | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},  # as in the emulator
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert said == ""
