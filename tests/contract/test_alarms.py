"""The alarms watch the right metrics, explain themselves and cost nothing."""

import itertools
import re

import pytest

from channelwright.aws import metrics
from local.transformed import transformed
from tests.contract.deployed import TEMPLATE, deployed, given, of_type, resolved
from tests.contract.test_monitoring import assert_metric_exists
from tests.runbook import RUNBOOK

EMAIL, TOPIC = "gm@example.com", "arn:aws:sns:eu-central-1:123456789012:mine"
USUAL, PRIORITY = (
    of_type(deployed(PrioritySkuId=sku), "AWS::CloudWatch::Alarm") for sku in ("", "1")
)


def metric(namespace, name, **dimensions):
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": name} | ({"Dimensions": named} if named else {})


def visible(queue):
    name = f"<{queue}.QueueName>"
    return metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=name)


def age(queue):
    return metric("AWS/SQS", "ApproximateAgeOfOldestMessage", QueueName=f"<{queue}.QueueName>")


def states(name):
    return metric("AWS/States", name, StateMachineArn="<AddCampaign>")


ONCE = {
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}
# Metrics from the log may arrive late.
ONCE_IN_A_QUARTER = ONCE | {"EvaluationPeriods": 3, "DatapointsToAlarm": 1}
MAXIMUM = {"Statistic": "Maximum", "Period": 60}
ABOVE_TWO_MINUTES = {
    "EvaluationPeriods": 4,
    "DatapointsToAlarm": 2,
    "Threshold": 120,
    "ComparisonOperator": "GreaterThanThreshold",
}
# The metric and the condition of each alarm. Otherwise only AWS would show a change.
EXACTLY = {
    "CampaignNotUndoneAlarm": metric("Channelwright", "CampaignsNotUndone", Stack="channelwright")
    | ONCE_IN_A_QUARTER,
    "CampaignFailedAlarm": metric("Channelwright", "CampaignsFailed", Stack="channelwright")
    | ONCE_IN_A_QUARTER,
    "CampaignTimedOutAlarm": states("ExecutionsTimedOut") | ONCE,
    "CampaignStoppedAlarm": states("ExecutionsAborted") | ONCE,
    "DeadLettersAlarm": visible("TasksDeadLetterQueue") | ONCE | {"Statistic": "Maximum"},
    "OldestTaskAlarm": age("TasksQueue") | MAXIMUM | ABOVE_TWO_MINUTES,
    "NotQueuedAlarm": metric("Channelwright", "CampaignsNotQueued", Stack="channelwright")
    | ONCE_IN_A_QUARTER,
    "NotAnsweredAlarm": metric("AWS/ApiGateway", "5xx", ApiId="<HttpApi>") | ONCE,
    "SlowAnswersAlarm": metric("AWS/ApiGateway", "Latency", ApiId="<HttpApi>")
    | {"ExtendedStatistic": "p99", "Period": 300, "EvaluationPeriods": 1}
    | {"Threshold": 2000, "ComparisonOperator": "GreaterThanThreshold"},
    # Without a dimension: the whole region shares the Lambdas.
    "ThrottledAlarm": metric("AWS/Lambda", "Throttles") | ONCE,
}


def part(name, queue):
    stat = {"Metric": age(queue), "Stat": "Maximum", "Period": 60}
    return {"Id": name, "ReturnData": False, "MetricStat": stat}


# If somebody has priority. A queue that has long been empty has no age.
OLDER = {
    "Id": "older",
    "Expression": "IF(FILL(tasks, 0) > FILL(priority, 0), FILL(tasks, 0), FILL(priority, 0))",
    "ReturnData": True,
}
WITH_PRIORITY = EXACTLY | {
    "OldestTaskAlarm": ABOVE_TWO_MINUTES
    | {"Metrics": [OLDER, part("tasks", "TasksQueue"), part("priority", "PriorityQueue")]}
}
SAID = {"AlarmName", "AlarmDescription", "Tags"}


def settings(alarm):
    return {key: value for key, value in alarm.items() if key not in SAID}


@pytest.mark.parametrize("name", EXACTLY)
def test_an_alarm_goes_off_when_it_should(name):
    # Missing data raises no alarm; test_who_is_told has the recipients.
    usual = {"TreatMissingData": "notBreaching", "AlarmActions": []}
    assert settings(USUAL[name]) == EXACTLY[name] | usual
    assert settings(PRIORITY[name]) == WITH_PRIORITY[name] | usual


def test_there_is_no_other_alarm():
    assert set(USUAL) == set(PRIORITY) == set(EXACTLY)


# The parameters that the template's conditions read, each with a value other than its default.
DECIDES = {
    "RegisterWithDiscord": "false",
    "AlarmEmail": EMAIL,
    "AlarmTopicArn": TOPIC,
    "MonthlyBudgetUSD": 20,
    "PermissionsBoundary": "arn:aws:iam::123456789012:policy/bounds",
    "ShowDashboard": "true",
    "ReservedConcurrency": 5,
    "PriorityGuilds": "1",
    "PrioritySkuId": "1",
    "ProvisionedConcurrency": 1,
    "CampaignsTableName": "earlier",
    "WebhookUrl": "https://hooks.example.com/x",
}


def test_the_free_tier_is_not_exceeded():
    """CloudWatch counts an alarm's metrics: the ten alarms watch ten, with priority eleven."""
    asked = str(TEMPLATE["Conditions"])
    assert {one for one in TEMPLATE["Parameters"] if f"'{one}'" in asked} == set(DECIDES)
    document = transformed(given())
    document["Resources"] = {
        name: one for name, one in document["Resources"].items() if "::Alarm" in one["Type"]
    }
    for chosen in itertools.product((False, True), repeat=len(DECIDES)):
        parameters = dict(itertools.compress(DECIDES.items(), chosen))
        alarms = of_type(resolved(document, given(**parameters)), "AWS::CloudWatch::Alarm")
        assert len(alarms) == 10
        watched = [one for alarm in alarms.values() for one in metrics_of(alarm)]
        assert len(watched) == 10 + any("Priority" in one for one in parameters)
    assert len(metrics.UNITS) <= 10


def metrics_of(alarm):
    """Return the metrics that an alarm watches, each in the form of an alarm with only one."""
    parts = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    return parts or [alarm]


@pytest.mark.parametrize("name", PRIORITY)
def test_an_alarm_watches_something_that_exists(name):
    for one in metrics_of(PRIORITY[name]):
        dimensions = {each["Name"]: each["Value"] for each in one.get("Dimensions", [])}
        assert_metric_exists(one["Namespace"], one["MetricName"], dimensions)


@pytest.mark.parametrize("name", PRIORITY)
def test_an_alarm_says_what_it_means_where_to_look_and_what_to_do(name):
    said = PRIORITY[name]["AlarmDescription"]
    assert re.match(r"(NOW|TODAY)(\.|,) ", said)
    assert len(said) <= 1024
    assert "https://eu-central-1.console.aws.amazon.com/" in said
    before, _, anchor = said.rpartition("#")
    assert before.endswith("Runbook (docs/operations.md): ")  # no RunbookUrl is set
    assert PRIORITY[name]["AlarmName"] == f"channelwright-{anchor}"
    heading = anchor.replace("-", " ").capitalize()
    assert f"\n### {heading}\n" in RUNBOOK


def test_every_alarm_of_the_runbook_exists():
    table = RUNBOOK.partition("## Alarms\n")[2].partition("\n## ")[0]
    told = {heading.lower().replace(" ", "-") for heading in re.findall(r"\n### (.*)", table)}
    assert told == {alarm["AlarmName"].partition("-")[2] for alarm in PRIORITY.values()}


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


# Source: AWS docs, CloudFormation > AWS::Budgets::Budget.
BY_EMAIL = {"SubscriptionType": "EMAIL", "Address": EMAIL}
BY_TOPIC = {"SubscriptionType": "SNS", "Address": TOPIC}


def budgets(**parameters):
    return list(of_type(deployed(**parameters), "AWS::Budgets::Budget").values())


def test_there_is_no_budget_unless_one_is_given():
    assert budgets() == budgets(AlarmEmail=EMAIL) == []
    [budget] = budgets(MonthlyBudgetUSD=20)
    assert budget["Budget"] == {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 20, "Unit": "USD"},
    }


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, None),
        ({"AlarmEmail": EMAIL}, [BY_EMAIL]),
        ({"AlarmTopicArn": TOPIC}, [BY_TOPIC]),
        ({"AlarmEmail": EMAIL, "AlarmTopicArn": TOPIC}, [BY_EMAIL, BY_TOPIC]),
    ],
)
def test_who_hears_of_the_budget(parameters, told):
    """A notification needs a subscriber, and has one topic at most."""
    [budget] = budgets(MonthlyBudgetUSD=20, **parameters)
    notifications = budget.get("NotificationsWithSubscribers", [])
    kinds = [one["Notification"].pop("NotificationType") for one in notifications]
    assert kinds == (["ACTUAL", "FORECASTED"] if told else [])
    for one in notifications:
        assert one["Notification"] == {"ComparisonOperator": "GREATER_THAN", "Threshold": 100}
        assert one["Subscribers"] == told


@pytest.mark.parametrize("alarms", [USUAL, PRIORITY], ids=["usual", "priority"])
@pytest.mark.parametrize("late", [0, 1, 2])
def test_the_alarm_of_a_waiting_task_comes_though_its_age_comes_late(alarms, late):
    """FILL replaces a missing age with 0; without FILL, CloudWatch skips it."""
    alarm = alarms["OldestTaskAlarm"]
    ages = [300] * 10 + [None] * late
    if "Metrics" in alarm:
        assert "FILL(tasks, 0)" in alarm["Metrics"][0]["Expression"]
        ages = [age or 0 for age in ages]
    ages = [age for age in ages if age is not None][-alarm["EvaluationPeriods"] :]
    breaching = [age > alarm["Threshold"] for age in ages]
    assert sum(breaching) >= alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])


def test_the_alarm_of_a_waiting_task_comes_while_while_it_can_still_be_started():
    waiting = USUAL["OldestTaskAlarm"]
    latest = waiting["Threshold"] + waiting["Period"] * waiting["EvaluationPeriods"]
    assert latest < 13 * 60 / 2
