"""`make test-aws` does not silently skip what it cannot check."""

import os
import subprocess
import sys
from functools import partial

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.aws.test_deployed import described

FAILED, SKIPPED = pytest.fail.Exception, pytest.skip.Exception


@pytest.fixture
def answers():
    """Yield a client of CloudFormation, and a function that sets the error it answers with."""
    client = boto3.client("cloudformation", region_name="eu-central-1")
    with Stubber(client) as stubber:
        yield client, partial(stubber.add_client_error, "describe_stacks")


@pytest.mark.parametrize(
    ("code", "message", "named", "end"),
    [
        ("ValidationError", "Stack with id prod does not exist", True, FAILED),
        ("ValidationError", "Stack with id prod does not exist", False, SKIPPED),
        (
            "ValidationError",
            "1 validation error detected: the name is too long",
            False,
            ClientError,
        ),
        (
            "AccessDenied",
            "not authorized to perform: cloudformation:DescribeStacks",
            False,
            ClientError,
        ),
        ("InvalidClientTokenId", "The account does not exist", False, ClientError),
    ],
)
def test_a_stack_that_is_not_seen(answers, monkeypatch, code, message, named, end):
    """Only a missing default stack is skipped; everything else fails."""
    client, answer = answers
    answer(code, message)
    monkeypatch.delenv("STACK", raising=False)
    if named:
        monkeypatch.setenv("STACK", "prod")
    with pytest.raises((FAILED, SKIPPED, ClientError)) as raised:
        described(client, "prod")
    assert raised.type is end


def test_who_asks_must_have_credentials(tmp_path):
    ran = subprocess.run(  # a subprocess, because this process has moto's credentials
        [sys.executable, "-m", "pytest", "tests/aws/test_deployed.py", "-k", "alarm"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_EC2_METADATA_DISABLED": "true",
            "TEST_AWS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert "there are no AWS credentials" in ran.stdout
