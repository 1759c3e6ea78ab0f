"""The scenarios on AWS's own Step Functions Local: `make test-sfn-local`, which needs Docker."""

import json
import os
import time
from collections.abc import Iterator

import boto3
import pytest
import requests

from channelwright.aws.executions import REMOVAL_SUFFIX
from tests.statemachine.interpreter import (
    ADD,
    REMOVE,
    SUBSTITUTIONS,
    Interpreter,
    Lambdas,
    Run,
    definition,
)
from tests.statemachine.lambda_endpoint import lambda_endpoint

ENDPOINT = os.environ.get("SFN_ENDPOINT_URL")
LAMBDA_HOST = os.environ.get("SFN_LAMBDA_HOST", "127.0.0.1")
LAMBDA_PORT = 9001  # compose.yaml

needs_docker = pytest.mark.skipif(
    not ENDPOINT, reason="SFN_ENDPOINT_URL is not set: make test-sfn-local, where Docker answers"
)


class StepFunctionsLocal(Interpreter):
    """Runs executions on Step Functions Local instead of moto's interpreter, in real time."""

    def __init__(self, lambdas: Lambdas) -> None:
        self.lambdas = lambdas
        self._client = boto3.client("stepfunctions", endpoint_url=ENDPOINT)
        self._number = time.time_ns()
        self.arns = {}
        for machine in (REMOVE, ADD):  # the second starts the first
            self.arns[machine] = self._create(machine)

    def _create(self, name: str) -> str:
        text = definition(name)
        if name == ADD:
            text = text.replace(SUBSTITUTIONS["${RemoveCampaignArn}"], self.arns[REMOVE])
        created = self._client.create_state_machine(
            name=f"{name}-{self._number}",
            definition=text,
            roleArn="arn:aws:iam::123456789012:role/states",
        )
        return str(created["stateMachineArn"])

    def finish(self, execution_arn: str) -> Run:
        patience = time.monotonic() + 120
        description = self._client.describe_execution(executionArn=execution_arn)
        while description["status"] == "RUNNING":
            assert time.monotonic() < patience, "the execution does not end"
            time.sleep(0.1)
            description = self._client.describe_execution(executionArn=execution_arn)
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution_arn
        )
        return Run(dict(description), [event for page in pages for event in page["events"]])


@pytest.fixture
def sfn_local(stage, monkeypatch) -> Iterator[Interpreter]:
    monkeypatch.setattr(stage.clock, "now", time.time)
    monkeypatch.setattr(stage.clock, "time", time.time)
    monkeypatch.setattr(stage.clock, "sleep", time.sleep)
    with lambda_endpoint(stage.lambdas, LAMBDA_HOST, LAMBDA_PORT):
        yield StepFunctionsLocal(stage.lambdas)


def run(stage, sfn_local) -> Run:
    # The request passes through the tests' own queue; only Step Functions Local is a real server.
    return sfn_local.run(stage.request())


@needs_docker
def test_a_campaign_is_built(stage, sfn_local):
    done = run(stage, sfn_local)
    assert done.output["status"] == "created", done.cause
    assert done.transitions == 26  # as on moto: test_happy_path.py
    assert stage.messages[-1].startswith("✅ **Campaign Created: My Campaign**")


@needs_docker
def test_a_rejection(stage, sfn_local):
    assert run(stage, sfn_local).output["status"] == "created"
    assert run(stage, sfn_local).output["status"] == "rejected"


@needs_docker
def test_a_refused_channel_is_undone(stage, sfn_local):
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403, times=None)
    done = run(stage, sfn_local)
    assert (done.status, done.error) == ("FAILED", "CampaignFailed")
    assert (done.removal.status, done.removal.states[-1]) == ("SUCCEEDED", "Campaign Removed")
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")


@needs_docker
def test_a_name_that_is_taken_is_as_good(stage, sfn_local):
    """The error has AWS's own name, so the state does not retry it."""
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403, times=None)
    request = stage.request()
    removal = {"stateMachineArn": sfn_local.arns[REMOVE], "input": "{}"}
    name = f"{request['interaction_id']}{REMOVAL_SUFFIX}"
    sfn_local._client.start_execution(name=name, **removal)
    done = sfn_local.finish(sfn_local.start(request))
    assert done.error == "CampaignFailed"
    assert sum(event["type"] == "TaskFailed" for event in done.history) == 1


@needs_docker
def test_a_rate_limit_is_waited_for(stage, sfn_local):
    body = {"message": "You are being rate limited.", "retry_after": 4.5, "global": False}
    for part in ('"type": 4', '"dice-rolls"'):
        stage.discord.faults.add(method="POST", body_contains=part, status=429, body=body)
    done = run(stage, sfn_local)
    assert done.output["status"] == "created", done.cause
    assert {"Wait for Discord", "Wait to Create Channel"} <= set(done.states)


def test_the_lambda_endpoint_speaks_as_lambda_does(monkeypatch):
    """Step Functions Local relies on these answers; more cannot be tested without Docker."""
    monkeypatch.setenv("MAX_RECEIVES", "3")
    attributes = {"ApproximateReceiveCount": 1}
    record = {"body": "no campaign's", "attributes": attributes, "eventSourceARN": ""}
    event = {"Records": [record]}
    with lambda_endpoint(Lambdas(), "127.0.0.1", 0) as port:
        answer = requests.post(
            f"http://127.0.0.1:{port}/2015-03-31/functions/start_campaign/invocations",
            data=json.dumps(event),
            timeout=5,
        )
    assert answer.headers["X-Amz-Function-Error"] == "Unhandled"
    assert answer.json()["errorType"] == "NotARequest"
