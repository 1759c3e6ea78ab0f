"""The functions' settings, exactly: otherwise only AWS would show a change."""

import pytest

from tests.contract.deployed import deployed, of_type

STACK = deployed()
FUNCTIONS = of_type(STACK, "AWS::Lambda::Function")
# The timeout in seconds and the memory in MB, and the exceptions: template.yaml has the reasons.
USUAL = (45, 256)
OWN = {
    "InteractionFunction": (5, 1024),
    "StartCampaignFunction": (60, 1024),
    "PlanCampaignFunction": (90, 256),
    "CompleteCampaignFunction": (90, 256),
    "ReportFunction": (9, 256),
    "RegisterApplicationFunction": (120, 256),
    "SweepServersFunction": (900, 256),
}
# The ends of executions that EventBridge reports to each function.
WORKING = ["<AddCampaign>", "<RemoveCampaign>"]
ENDS = {
    "StartRemovalFunction": (["FAILED", "TIMED_OUT", "ABORTED"], WORKING),
    "RecordOutcomeFunction": (
        ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        [*WORKING, "<RecordCampaign>"],
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_time_and_the_memory_that_it_needs(name):
    function = FUNCTIONS[name]
    assert (function["Timeout"], function["MemorySize"]) == OWN.get(name, USUAL)


@pytest.mark.parametrize("name", ENDS)
def test_a_function_is_told_of_the_ends_of_this_stacks_executions(name):
    rule = of_type(STACK, "AWS::Events::Rule")[f"{name}ExecutionEnded"]
    assert set(rule) == {"EventPattern", "Targets"}
    assert rule["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": ENDS[name][0], "stateMachineArn": ENDS[name][1]},
    }
    [target] = rule["Targets"]
    assert target["Arn"] == f"<{name}.Arn>"
    # An execution's input has the interaction's token; a dead letter would keep it for 14 days.
    assert target["InputTransformer"] == {
        "InputPathsMap": {"arn": "$.detail.executionArn", "status": "$.detail.status"},
        "InputTemplate": '{"detail": {"executionArn": <arn>, "status": <status>}}',
    }


def test_the_servers_are_swept_once_a_day():
    [schedule] = of_type(STACK, "AWS::Scheduler::Schedule").values()
    dead_letters = {"Arn": "<TasksDeadLetterQueue.Arn>"}
    assert schedule == {
        "Name": "channelwright-sweep-servers",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60},
        "Target": {
            "Arn": "<SweepServersFunction.Arn>",
            "RoleArn": "<SweepServersScheduleRole.Arn>",
            "Input": "{}",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10},
            "DeadLetterConfig": dead_letters,
        },
    }


def test_no_other_rule_calls_anything():
    assert len(of_type(STACK, "AWS::Events::Rule")) == len(ENDS)


@pytest.mark.parametrize("name", [*ENDS, "SweepServersFunction"])
def test_what_cannot_be_handled_three_times_becomes_a_dead_letter(name):
    config = STACK[f"{name}EventInvokeConfig"]["Properties"]
    assert config == {
        "FunctionName": f"<{name}>",
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2,
        "DestinationConfig": {"OnFailure": {"Destination": "<TasksDeadLetterQueue.Arn>"}},
    }
