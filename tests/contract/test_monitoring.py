"""The dashboard and the query read only what exists, free of charge. Alarms: test_alarms.py."""

import json
import re

import pytest

from channelwright.aws import metrics
from tests.contract.deployed import deployed, of_type
from tests.runbook import RUNBOOK

WHOLE = deployed(ShowDashboard="true", PrioritySkuId="1", WebhookUrl="https://hooks.example.com/x")
[DASHBOARD] = of_type(WHOLE, "AWS::CloudWatch::Dashboard").values()
WIDGETS = json.loads(DASHBOARD["DashboardBody"])["widgets"]

# The metrics that AWS writes, and the one dimension by which we select them.
# Source: AWS docs, the page "metrics" of each service.
AWS_METRICS = {
    "AWS/ApiGateway": ({"4xx", "5xx", "Latency", "Count"}, "ApiId"),
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
    "StateMachineArn": {"<AddCampaign>", "<RemoveCampaign>"},
    "LogGroupName": {"<LogGroup>"},
    "Stack": {"channelwright"},
    "FunctionName": {
        one["FunctionName"] for one in of_type(WHOLE, "AWS::Lambda::Function").values()
    },
}
# Without a dimension, a metric covers the whole region.
OF_THE_REGION = {("AWS/Lambda", "Throttles")}


def assert_metric_exists(namespace, name, dimensions):
    names, dimension = (AWS_METRICS | OURS)[namespace]
    assert name in names
    assert set(dimensions) == (set() if (namespace, name) in OF_THE_REGION else {dimension})
    for key, value in dimensions.items():
        assert value in VALUES[key]


# ---- Dashboard ----


def metric_rows(widget):
    """Yield namespace, name and dimensions of a widget's metrics, with shorthands expanded.

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
    """No SEARCH: it matches parts of names, and would find other stacks' functions, too.

    Source: AWS docs, CloudWatch > Using metric math > METRICS; > Search expression syntax.
    """
    for widget in WIDGETS:
        given = list(options(widget))
        ids = [one["id"] for one in given if "id" in one]
        assert len(ids) == len(set(ids))
        for expression in [one["expression"] for one in given if "expression" in one]:
            [part] = re.fullmatch(r'SUM\(METRICS\("([a-z]+)"\)\)', expression).groups()
            assert ids == [f"{part}{number + 1}" for number in range(len(ids))] != []
        # A hidden metric must be part of a sum.
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


def test_the_dashboard_shows_how_the_api_answers():
    """A request that API Gateway refuses with 429 is in no log and no alarm, only in 4xx."""
    [widget] = [one for one in WIDGETS if one["properties"]["title"].startswith("Answers")]
    shown = [(namespace, name) for namespace, name, _ in metric_rows(widget)]
    assert {name for _, name in shown} == {"Latency", "5xx", "4xx"}
    assert {namespace for namespace, _ in shown} == {"AWS/ApiGateway"}


def test_the_dashboard_stays_free_of_charge():
    assert sum(len(list(options(widget))) for widget in WIDGETS) <= 50


# ---- The one query ----


def test_the_runbook_has_the_saved_query():
    [query] = of_type(WHOLE, "AWS::Logs::QueryDefinition").values()
    assert query["LogGroupNames"] == ["<LogGroup>"]
    assert query["QueryString"].strip() in RUNBOOK
