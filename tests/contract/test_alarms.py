"""Alarms: they watch what they should, say what helps, and cost nothing."""

import re

import pytest

from channelwright import metrics
from tests.contract.deployed import deployed, of_type
from tests.contract.test_monitoring import RUNBOOK, assert_metric_exists

EMAIL, TOPIC = "gm@example.com", "arn:aws:sns:eu-central-1:123456789012:mine"
USUAL = of_type(deployed(), "AWS::CloudWatch::Alarm")
ALARMS = of_type(deployed(PrioritySkuId="1"), "AWS::CloudWatch::Alarm")


def metric(namespace, name, **dimensions):
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": name} | ({"Dimensions": named} if named else {})


def sqs(name, queue):
    return metric("AWS/SQS", name, QueueName=f"<{queue}.QueueName>")


def states(name):
    return metric("AWS/States", name, StateMachineArn="<AddCampaign>")


def above(threshold, *, periods=1, **settings):
    over = {"Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold"}
    return over | {"EvaluationPeriods": periods} | settings


ONCE = {
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}
# What comes out of the log may come late.
ONCE_IN_A_QUARTER = ONCE | {"EvaluationPeriods": 3, "DatapointsToAlarm": 1}
TWO_MINUTES = above(120, periods=2, Statistic="Maximum", Period=60)
# What each watches, and when it goes off. Only AWS would show that one of these has changed.
EXACTLY = {
    "CampaignNotUndoneAlarm": metric("Channelwright", "CampaignsNotUndone", Stack="channelwright")
    | ONCE_IN_A_QUARTER,
    "CampaignFailedAlarm": states("ExecutionsFailed") | ONCE,
    "CampaignTimedOutAlarm": states("ExecutionsTimedOut") | ONCE,
    "CampaignStoppedAlarm": states("ExecutionsAborted") | ONCE,
    "DeadLettersAlarm": sqs("ApproximateNumberOfMessagesVisible", "TasksDeadLetterQueue")
    | ONCE
    | {"Statistic": "Maximum"},
    "OldestTaskAlarm": sqs("ApproximateAgeOfOldestMessage", "TasksQueue") | TWO_MINUTES,
    "OldestPriorityTaskAlarm": sqs("ApproximateAgeOfOldestMessage", "PriorityQueue") | TWO_MINUTES,
    "NotQueuedAlarm": metric("Channelwright", "CampaignsNotQueued", Stack="channelwright")
    | ONCE_IN_A_QUARTER,
    "NotAnsweredAlarm": metric("AWS/ApiGateway", "5xx", ApiId="<HttpApi>") | ONCE,
    "SlowAnswersAlarm": metric("AWS/ApiGateway", "Latency", ApiId="<HttpApi>")
    | above(2000, ExtendedStatistic="p99", Period=300),
    # Without a dimension: the whole region shares the Lambdas.
    "ThrottledAlarm": metric("AWS/Lambda", "Throttles") | ONCE,
}
SAID = {"AlarmName", "AlarmDescription", "Tags"}


@pytest.mark.parametrize("name", EXACTLY)
def test_an_alarm_goes_off_when_it_should(name):
    alarm = {key: value for key, value in ALARMS[name].items() if key not in SAID}
    # Nothing happening is no alarm; who is told is below.
    assert alarm == EXACTLY[name] | {"TreatMissingData": "notBreaching", "AlarmActions": []}


def test_there_is_no_other_alarm():
    assert set(ALARMS) == set(EXACTLY)


def test_the_free_tier_is_not_exceeded():
    """Ten alarms of one metric each, and ten custom metrics in one dimension."""
    assert len(USUAL) <= 10
    assert not any("Metrics" in alarm for alarm in ALARMS.values())
    assert len(metrics.UNITS) <= 10


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_something_that_exists(name):
    alarm = ALARMS[name]
    dimensions = {one["Name"]: one["Value"] for one in alarm.get("Dimensions", [])}
    assert_metric_exists(alarm["Namespace"], alarm["MetricName"], dimensions)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_it_means_where_to_look_and_what_to_do(name):
    said = ALARMS[name]["AlarmDescription"]
    assert re.match(r"(NOW|TODAY)(\.|,) ", said)
    assert len(said) <= 1024
    assert "https://eu-central-1.console.aws.amazon.com/" in said
    link, _, anchor = said.rpartition("#")
    assert link.endswith("/docs/operations.md")
    assert ALARMS[name]["AlarmName"] == f"channelwright-{anchor}"
    heading = anchor.replace("-", " ").capitalize()
    assert f"\n### {heading}\n" in RUNBOOK


def test_every_alarm_of_the_runbook_exists():
    table = RUNBOOK.partition("## Alarms\n")[2].partition("\n## ")[0]
    told = {heading.lower().replace(" ", "-") for heading in re.findall(r"\n### (.*)", table)}
    assert told == {alarm["AlarmName"].partition("-")[2] for alarm in ALARMS.values()}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, []),
        ({"AlarmEmail": EMAIL}, ["<AlarmTopic>"]),
        ({"AlarmTopicArn": TOPIC}, [TOPIC]),
        ({"AlarmEmail": EMAIL, "AlarmTopicArn": TOPIC}, ["<AlarmTopic>", TOPIC]),
    ],
)
def test_who_is_told(parameters, told):
    resources = deployed(**parameters)
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == told for alarm in alarms.values())
    mailed = [one["Endpoint"] for one in of_type(resources, "AWS::SNS::Subscription").values()]
    assert mailed == ([EMAIL] if "AlarmEmail" in parameters else [])


def test_the_alarm_of_a_waiting_task_comes_while_it_can_still_be_started():
    waiting = ALARMS["OldestTaskAlarm"]
    latest = waiting["Threshold"] + waiting["Period"] * waiting["EvaluationPeriods"]
    assert latest < 13 * 60 / 2
