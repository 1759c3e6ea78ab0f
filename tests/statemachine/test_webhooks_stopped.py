"""An operator stops a delivery in every state: nothing hangs, and it can be sent again."""

import json

import boto3
import pytest

from channelwright.aws.executions import delivery_of
from channelwright.webhooks.schedule import ATTEMPTS
from tests.statemachine import operators
from tests.statemachine.archiving import stop_in
from tests.statemachine.interpreter import DELIVER, definition
from tests.statemachine.webhooks import delivering, event, said

STATES = json.loads(definition(DELIVER))["States"]
# The answers of the receiver with which an execution enters a state.
ANSWERS = {
    "Wait for Next Attempt": [said(500)],
    "Switch Off": [said(410)],
    "Tell Operator": [said(410)],
    "Give Up": [said(500)] * ATTEMPTS,
}
# Stopped in one of these, the execution has ended by itself.
ENDS = {name for name, one in STATES.items() if one["Type"] in {"Succeed", "Fail"}}


@pytest.fixture
def webhooks(stage, monkeypatch):
    with delivering(stage, monkeypatch) as made:
        yield made


@pytest.mark.parametrize("state", sorted(set(STATES) - ENDS))
def test_a_delivery_stopped_in_any_state_can_be_sent_again(webhooks, monkeypatch, state):
    webhooks.answers = list(ANSWERS.get(state, []))
    if state == "Not Sent":
        webhooks.stage.interpreter.queues.failures = 5
    stop_in(webhooks, monkeypatch, state)
    run = webhooks.deliver(one := event())
    assert (run.status, run.states[-1]) == ("ABORTED", state)
    webhooks.clock.run_down()
    webhooks.answers.clear()
    came = len(webhooks.received)
    again = webhooks.send_again(one, "by-hand")
    assert again.status == "SUCCEEDED"
    is_off = bool(webhooks.switches)
    assert len(webhooks.received) - came == (0 if is_off else 1)
    assert is_off == (state == "Tell Operator")


def test_a_delivery_that_is_stopped_while_it_waits_for_a_sender_ends_at_once(webhooks, monkeypatch):
    operators.use(monkeypatch, webhooks.stage)
    webhooks.seconds = 15
    arn = webhooks.stage.interpreter.execution_arn(delivery_of((one := event())["id"]), DELIVER)
    stop = lambda: boto3.client("stepfunctions").stop_execution(executionArn=arn)  # noqa: E731
    webhooks.clock.spawn(stop, 5)
    began = webhooks.clock.now()
    run = webhooks.deliver(one)
    assert (run.status, run.states[-1]) == ("ABORTED", "Send Webhook")
    assert webhooks.clock.now() - began == 5
    webhooks.clock.run_down()
    # The message was on its way, and nobody waits for its outcome.
    assert webhooks.received == [one]
    assert webhooks.stage.lambdas.errors == []
