"""Alarms and dashboard: what they watch exists, what they say helps, and they cost nothing."""

import json
import re

import pytest

from channelwright import metrics
from tests.contract.deployed import ROOT, deployed, of_type

EMAIL, TOPIC = "gm@example.com", "arn:aws:sns:eu-central-1:123456789012:mine"
WHOLE = deployed(ShowDashboard="true", AlarmEmail=EMAIL, AlarmTopicArn=TOPIC, PrioritySkuId="1")
USUAL = of_type(deployed(), "AWS::CloudWatch::Alarm")
ALARMS = of_type(WHOLE, "AWS::CloudWatch::Alarm")
[DASHBOARD] = of_type(WHOLE, "AWS::CloudWatch::Dashboard").values()
WIDGETS = json.loads(DASHBOARD["DashboardBody"])["widgets"]
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

# The metrics that AWS writes, and the one dimension that we name it by.
# Source: AWS docs, the page "metrics" of each service.
AWS_METRICS = {
    "AWS/ApiGateway": ({"5xx", "Latency", "Count"}, "ApiId"),
    "AWS/Lambda": ({"Throttles", "Duration"}, "FunctionName"),
    "AWS/Logs": ({"IncomingBytes"}, "LogGroupName"),
    "AWS/SQS": (
        {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"},
        "QueueName",
    ),
    "AWS/States": (
        {"ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"},
        "StateMachineArn",
    ),
}
OURS = {metrics.NAMESPACE: (set(metrics.UNITS), metrics.DIMENSION)}
QUEUES = ("TasksQueue", "PriorityQueue", "TasksDeadLetterQueue")
VALUES = {
    "ApiId": {"<HttpApi>"},
    "QueueName": {f"<{one}.QueueName>" for one in QUEUES},
    "StateMachineArn": {"<AddCampaign>"},
    "LogGroupName": {"<LogGroup>"},
    "Stack": {"channelwright"},
    "FunctionName": {
        one["FunctionName"] for one in of_type(WHOLE, "AWS::Lambda::Function").values()
    },
}
# Asked for without a dimension, it is of the whole region.
OF_THE_REGION = {("AWS/Lambda", "Throttles")}


def assert_metric_exists(namespace, name, dimensions):
    names, dimension = (AWS_METRICS | OURS)[namespace]
    assert name in names
    assert set(dimensions) == (set() if (namespace, name) in OF_THE_REGION else {dimension})
    for key, value in dimensions.items():
        assert value in VALUES[key]


# ---- Alarms ----


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
def test_nothing_happening_is_no_alarm(name):
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


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


def test_what_is_worth_an_alarm_has_one():
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in ALARMS.values()}
    assert watched == {
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApiGateway", "Latency"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/States", "ExecutionsAborted"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
        ("Channelwright", "CampaignsNotQueued"),
        ("Channelwright", "CampaignsNotUndone"),
    }


def test_the_interaction_is_slow_above_two_seconds():
    slow = ALARMS["SlowAnswersAlarm"]
    assert (slow["ExtendedStatistic"], slow["Threshold"]) == ("p99", 2000)


def test_the_alarm_of_a_waiting_task_comes_while_it_can_still_be_started():
    waiting = ALARMS["OldestTaskAlarm"]
    latest = waiting["Threshold"] + waiting["Period"] * waiting["EvaluationPeriods"]
    assert latest < 13 * 60 / 2


def test_a_metric_out_of_the_log_may_come_late():
    for alarm in ALARMS.values():
        if alarm["Namespace"] == metrics.NAMESPACE:
            assert alarm["Period"] * alarm["EvaluationPeriods"] >= 900
            assert alarm["DatapointsToAlarm"] == 1


# ---- Dashboard ----


def metric_rows(widget):
    """Yield namespace, name, dimensions of a widget's metrics, its shorthands written out.

    Source: AWS docs, CloudWatch > Dashboard body structure and syntax > Metrics array format.
    """
    before = []
    for row in widget["properties"]["metrics"]:
        said = [one for one in row if not isinstance(one, dict)]
        if not said:
            continue  # an expression: it names metrics by their ids
        if said[0] == "...":
            said = before[: len(before) - len(said) + 1] + said[1:]
        said = [before[place] if one == "." else one for place, one in enumerate(said)]
        namespace, name, *dimensions = before = said
        yield namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def test_the_dashboard_is_off_by_default():
    assert not of_type(deployed(), "AWS::CloudWatch::Dashboard")


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget["properties"]["title"])
def test_a_widget_is_whole(widget):
    assert widget["type"] in {"metric", "log"}
    assert 0 <= widget["x"] <= widget["x"] + widget["width"] <= 24
    assert widget["properties"]["region"] == "eu-central-1"


def test_widgets_do_not_cover_each_other():
    covered = [
        (x, y)
        for widget in WIDGETS
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(covered) == len(set(covered))


def test_every_metric_of_the_dashboard_exists():
    for widget in WIDGETS:
        if widget["type"] == "metric":
            for namespace, name, dimensions in metric_rows(widget):
                assert_metric_exists(namespace, name, dimensions)


def options(widget):
    """Yield the options of each row of a widget's metrics."""
    for row in widget["properties"].get("metrics", []):
        yield row[-1] if isinstance(row[-1], dict) else {}


def test_an_expression_adds_up_metrics_that_are_named_one_by_one():
    """No SEARCH: it matches parts of names, and so those of another stack as well.

    Source: AWS docs, CloudWatch > Using metric math > METRICS; > Search expression syntax.
    """
    for widget in WIDGETS:
        given = list(options(widget))
        ids = [one["id"] for one in given if "id" in one]
        assert len(ids) == len(set(ids))
        for expression in [one["expression"] for one in given if "expression" in one]:
            [part] = re.fullmatch(r'SUM\(METRICS\("([a-z]+)"\)\)', expression).groups()
            assert ids == [f"{part}{number + 1}" for number in range(len(ids))] != []
        # What is not shown is there to be added up.
        assert all("id" in one for one in given if one.get("visible") is False)


def test_what_lambda_costs_is_of_every_function():
    [widget] = [one for one in WIDGETS if any("expression" in row for row in options(one))]
    named = [
        dimensions["FunctionName"]
        for namespace, _, dimensions in metric_rows(widget)
        if namespace == "AWS/Lambda"
    ]
    assert sorted(named) == sorted(VALUES["FunctionName"])


@pytest.mark.parametrize("widget", [one for one in WIDGETS if one["type"] == "log"])
def test_a_query_reads_a_log_of_this_stack(widget):
    source, *commands = widget["properties"]["query"].split(" | ")
    assert source in {"SOURCE '<LogGroup>'", "SOURCE '<ExecutionsLogGroup>'"}
    assert {one.split(" ")[0] for one in commands} <= {"fields", "filter", "sort", "limit", "stats"}


def test_the_dashboard_shows_every_metric_of_ours():
    shown = {
        name
        for widget in WIDGETS
        if widget["type"] == "metric"
        for namespace, name, _ in metric_rows(widget)
        if namespace == metrics.NAMESPACE
    }
    assert shown == set(metrics.UNITS)


def test_the_dashboard_stays_free_of_charge():
    assert sum(len(list(options(widget))) for widget in WIDGETS) <= 50


# ---- The one query ----


def test_the_runbook_has_the_saved_query():
    [query] = of_type(WHOLE, "AWS::Logs::QueryDefinition").values()
    assert query["LogGroupNames"] == ["<LogGroup>"]
    assert query["QueryString"].strip() in RUNBOOK
