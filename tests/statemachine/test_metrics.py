"""Alarms and dashboard read the metrics that the functions write: same names and dimensions."""

import json

import interaction
from tests import log_lines
from tests.contract.test_alarms import PRIORITY, metrics_of
from tests.contract.test_monitoring import WIDGETS, metric_rows

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
OURS = "Channelwright"


def read():
    """Return the metrics of ours that the template's alarms and dashboard read."""
    metrics = [
        (one["Namespace"], one["MetricName"], {d["Name"]: d["Value"] for d in one["Dimensions"]})
        for alarm in PRIORITY.values()
        for one in metrics_of(alarm)
        if "Dimensions" in one
    ]
    for widget in WIDGETS:
        if widget["type"] == "metric":
            metrics += metric_rows(widget)
    return {(name, *dimensions.items()) for space, name, dimensions in metrics if space == OURS}


def told(lines):
    """Return the metrics that CloudWatch takes from the log, each with its dimensions."""
    return {
        (metric["Name"], *((name, line[name]) for name in dimensions))
        for line in lines
        if log_lines.metrics(line)
        for directive in line["_aws"]["CloudWatchMetrics"]
        if directive["Namespace"] == OURS
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }


def refuse(stage, method, **which):
    stage.discord.faults.add(method=method, status=403, body=FORBIDDEN, **which)


def test_what_is_read_is_told(stage, lines, play, monkeypatch):
    limit = {"retry_after": 0.5, "message": "", "global": False}
    stage.discord.faults.add(method="POST", path="/roles", status=429, body=limit)
    play(name="Created")
    play(name="Created")  # rejected: the name is taken
    refuse(stage, "POST", body_contains='"general"')
    play(name="Undone")
    stage.discord.faults.add(method="POST", body_contains='"general"', status=500, times=9)
    play(name="Failed")
    refuse(stage, "POST", body_contains='"general"')
    refuse(stage, "DELETE", times=None)
    play(name="Not undone")
    monkeypatch.setenv("TASKS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/gone")
    signed = stage.discord.build_interaction("add-campaign", {"name": "Not queued"})
    answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
    assert json.loads(answer["body"])["type"] == 4
    assert told(lines) == read()
