"""`make webhook-test` on a stack that its name finds, as on AWS."""

import re

import pytest

from local import webhook_test
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration.test_webhooks import Deliveries, switched_on
from tests.statemachine.bus import schema


@pytest.fixture
def deliveries(stack: Stack, developers_shell: None) -> Deliveries:
    return Deliveries(stack)


def test_a_test_arrives(deliveries: Deliveries, capsys: pytest.CaptureFixture[str]):
    webhook_test.main(["--stack", STACK_NAME])
    said = capsys.readouterr().out
    id_ = said.partition(" ")[0]
    assert said == f"{id_} was delivered. Attempt 1 of 10: The receiver answered 204.\n"
    [came] = deliveries.came(lambda one: one["id"] == id_)
    schema("webhook.test").validate(came["event"])


def test_a_receiver_that_fails_is_told(deliveries: Deliveries):
    deliveries.receiver.answer_next({"status": 500})
    with pytest.raises(SystemExit, match=r"not delivered: Attempt 1 of 10: .* answered 500\."):
        webhook_test.main(["--stack", STACK_NAME])


def test_a_url_that_is_switched_off_is_told(stack: Stack, deliveries: Deliveries):
    deliveries.receiver.answer_next({"status": 410})
    with pytest.raises(SystemExit, match=re.escape("answered 410. It wants no more")):
        webhook_test.main(["--stack", STACK_NAME])
    with pytest.raises(SystemExit, match="is switched off"):
        webhook_test.main(["--stack", STACK_NAME])
    switched_on(stack, deliveries)
    stack.client("sqs").purge_queue(QueueUrl=stack.endpoints.dlq_url)


def test_a_stack_that_is_not_there_is_told(deliveries: Deliveries):
    with pytest.raises(SystemExit, match=r"not delivered: .*nowhere"):
        webhook_test.main(["--stack", "nowhere"])
