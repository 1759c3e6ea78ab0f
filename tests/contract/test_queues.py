"""The queues' settings, exactly: otherwise only AWS would show a change."""

import pytest

from tests.contract.deployed import deployed, of_type

STACK = deployed()
QUEUES = of_type(STACK, "AWS::SQS::Queue")
NAMES = {
    "TasksQueue": "channelwright-tasks",
    "PriorityQueue": "channelwright-priority",
    "TasksDeadLetterQueue": "channelwright-tasks-dlq",
}
# template.yaml has the reasons for the times and the count.
OF_TASKS = {
    "MessageRetentionPeriod": 3600,
    "VisibilityTimeout": 360,
    "RedrivePolicy": {"deadLetterTargetArn": "<TasksDeadLetterQueue.Arn>", "maxReceiveCount": 3},
}
FORTNIGHT = {"MessageRetentionPeriod": 14 * 24 * 3600}


@pytest.mark.parametrize("name", NAMES)
def test_a_queue_keeps_its_messages_encrypted_and_as_long_as_they_are_of_use(name):
    kept = FORTNIGHT if name == "TasksDeadLetterQueue" else OF_TASKS
    settings = {key: value for key, value in QUEUES[name].items() if key != "Tags"}
    assert settings == {"QueueName": NAMES[name], "SqsManagedSseEnabled": True} | kept


def test_there_is_no_other_queue():
    assert set(QUEUES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_queue_is_spoken_to_over_tls_alone(name):
    """Each queue has a policy of its own, which names no other queue."""
    policies = of_type(STACK, "AWS::SQS::QueuePolicy").values()
    [policy] = [one for one in policies if one["Queues"] == [f"<{name}>"]]
    assert policy["PolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": f"<{name}.Arn>",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def test_a_queue_has_no_other_policy():
    assert len(of_type(STACK, "AWS::SQS::QueuePolicy")) == len(NAMES)


def test_a_policy_of_its_own_comes_after_the_one_that_was_for_all():
    """An update detaches the old policy from the queues that it no longer names, then adds theirs.

    In the other order, it would remove the new policies.
    """
    for name in ("PriorityQueuePolicy", "TasksDeadLetterQueuePolicy"):
        assert STACK[name]["DependsOn"] == "TasksQueuePolicy"
