"""An invocation's log line, and the metrics that CloudWatch reads from it."""

import json

import pytest
from jsonschema_rs import ValidationError

from channelwright.aws import log, metrics
from channelwright.errors import (
    CampaignRejected,
    DiscordRefused,
    EarlierChangeUnknown,
    EarlierEditUnknown,
    RateLimited,
)
from tests import log_lines

ID = "175928847299117063"
CONSOLE = "https://console.test/executions/"
LINK = f"{CONSOLE}add-campaign:{ID}"


@pytest.fixture
def lines():
    with log_lines.captured() as captured:
        yield captured


def at(execution):
    """Return the event of a Lambda behind a state of the `execution`."""
    return {"at": {"execution": execution, "state": "Plan Campaign"}, "request": {}}


def run(event, does=lambda: None):
    """Invoke a Lambda with `event`; the Lambda `does` something."""

    @log.invocation
    def handler(_event, _context):
        return does()

    return handler(event, None)


def fail(error):
    def does():
        raise error

    return does


def test_an_invocation_writes_one_line(lines):
    assert run(at(ID), lambda: 42) == 42
    [line] = lines
    assert line["level"] == "INFO"
    assert line["interaction_id"] == ID
    assert line["function"] == __name__
    assert line["message"] == f"{__name__} done"
    assert "_aws" not in line
    assert "execution" not in line


@pytest.mark.parametrize("after", ["", "-remove", "-remove-again", "-remove-2"])
def test_the_interaction_is_known_from_the_executions_name(lines, after):
    run(at(ID + after))
    assert [line["interaction_id"] for line in lines] == [ID]


@pytest.mark.parametrize("event", [{}, {"at": None}, {"detail": {}}, [], "x", None])
def test_an_event_may_name_no_execution(lines, event):
    run(event)
    [line] = lines
    assert "interaction_id" not in line


def test_the_interaction_may_be_learned_on_the_way(lines):
    run({"Records": []}, lambda: log.about(ID))
    assert [line["interaction_id"] for line in lines] == [ID]


def test_a_failure_says_why_and_links_to_the_execution(lines):
    refused = DiscordRefused("create a role", 403, 50013, "Missing Permissions")
    with pytest.raises(DiscordRefused):
        run(at(ID), fail(refused))
    [line] = lines
    assert (line["level"], line["error"]) == ("ERROR", "DiscordRefused")
    assert str(refused) in line["message"]
    assert line["execution"] == LINK


def test_a_machine_whose_executions_names_do_not_imply_it_is_named(lines):
    event = at(ID)
    event["at"]["machine"] = "show-campaign"
    with pytest.raises(KeyError):
        run(event, fail(KeyError()))
    [line] = lines
    assert line["execution"] == f"{CONSOLE}show-campaign:{ID}"


def test_a_failure_before_there_is_an_execution_links_to_none(lines):
    def does():
        log.about(ID, has_begun=False)
        raise KeyError

    with pytest.raises(KeyError):
        run({}, does)
    [line] = lines
    assert line["interaction_id"] == ID
    assert "execution" not in line


@pytest.mark.parametrize("after", ["-remove", "-remove-again", "-remove-2"])
def test_a_failure_of_a_removal_links_to_the_removal(lines, after):
    with pytest.raises(KeyError):
        run(at(ID + after), fail(KeyError("x")))
    [line] = lines
    assert line["execution"] == f"{CONSOLE}remove-campaign:{ID}{after}"
    assert line["interaction_id"] == ID


def test_what_a_foreign_error_says_is_not_repeated(lines):
    """The error's message may quote its input, which may be a token."""
    with pytest.raises(ValueError, match="a-token"):
        run(at(ID), fail(ValueError("no JSON: a-token")))
    assert "a-token" not in lines.text
    assert [line["error"] for line in lines] == ["ValueError"]


@pytest.mark.parametrize("kind", [RateLimited, EarlierChangeUnknown, EarlierEditUnknown])
def test_a_wait_is_no_failure(lines, kind):
    with pytest.raises(kind):
        run(at(ID), fail(kind("2026-11-23T12:00:00Z", "user")))
    [line] = lines
    assert line["level"] == "INFO"
    assert line["message"].endswith("waits until 2026-11-23T12:00:00Z")


def test_a_rejection_is_no_failure(lines):
    """The reasons quote the user, so they are in the execution's output, not in the log."""
    with pytest.raises(CampaignRejected):
        run(at(ID), fail(CampaignRejected(["There is already a role of that name."])))
    [line] = lines
    assert line["level"] == "INFO"
    assert line["message"] == f"{__name__} done: rejected"
    assert "already" not in lines.text


def test_the_trace_is_named(lines, monkeypatch):
    monkeypatch.setenv(
        "_X_AMZN_TRACE_ID", "Root=1-67891233-abcdef012345678912345678;Parent=1;Sampled=1"
    )
    run({})
    assert [line["xray_trace_id"] for line in lines] == ["1-67891233-abcdef012345678912345678"]


def test_what_is_counted_is_written_even_by_a_failure(lines):
    def does():
        log.call("list the roles", "200", 0.1234)
        log.call("list the channels", "no answer", 12)
        log.count("DiscordWaits", 0.5)
        raise KeyError

    with pytest.raises(KeyError):
        run(at(ID), does)
    [line] = lines
    assert log_lines.metrics(line) == {"DiscordCalls": 2, "DiscordWaits": 0.5}
    assert line["calls"] == [
        "list the roles: 200, 123 ms",
        "list the channels: no answer, 12000 ms",
    ]


def test_counts_end_with_their_invocation(lines):
    run({}, lambda: log.count("CampaignsFailed"))
    run({})
    assert log_lines.total(lines) == {"CampaignsFailed": 1}
    log.count("CampaignsFailed")  # outside an invocation: not counted
    run({})
    assert log_lines.total(lines) == {"CampaignsFailed": 1}


def test_every_metric_is_written_as_cloudwatch_reads_it(lines):
    def does():
        for name in metrics.UNITS:
            log.count(name, 1.5)

    run({}, does)
    [line] = lines
    assert log_lines.metrics(line) == dict.fromkeys(metrics.UNITS, 1.5)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Channelwright"
    assert directive["Dimensions"] == [["Stack"]]
    assert line["Stack"] == "channelwright"


def test_the_schema_refuses_what_cloudwatch_does(lines):
    run({}, lambda: log.count("CampaignsFailed"))
    [line] = lines
    for spoil in (
        lambda aws: aws.pop("Timestamp"),
        lambda aws: aws.update(Timestamp="now"),
        lambda aws: aws["CloudWatchMetrics"][0].pop("Namespace"),
        lambda aws: aws["CloudWatchMetrics"][0]["Metrics"][0].update(Unit="Pieces"),
    ):
        spoiled = json.loads(json.dumps(line))
        spoil(spoiled["_aws"])
        with pytest.raises(ValidationError):
            log_lines.metrics(spoiled)


def test_the_free_tier_is_not_exceeded():
    assert len(metrics.UNITS) <= 10


def test_a_metric_that_is_not_declared_is_refused():
    with pytest.raises(KeyError, match="Typo"):
        metrics.embedded({"Typo": 1}, stack="s", at=1.0)
