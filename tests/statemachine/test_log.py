"""What a campaign leaves in the log, and in the metrics, from click to summary."""

import json

import pytest

import record_outcome
from tests import log_lines

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


def functions(lines):
    return [line["function"] for line in lines]


def test_a_campaign_is_followed_from_click_to_summary(stage, lines, play):
    play()
    assert {line["interaction_id"] for line in lines} == {stage.asked}
    assert functions(lines)[:2] == ["interaction", "start_campaign"]
    invoked = [name for name, _ in stage.lambdas.calls]
    assert functions(lines)[2:-2] == invoked
    assert [line["message"] for line in lines][-2:] == ["campaign created", "record_outcome done"]
    assert {line["level"] for line in lines} == {"INFO"}


def test_what_a_campaign_counts(stage, lines, play):
    play()
    counted = log_lines.total(lines)
    duration = counted.pop("CampaignDuration")
    assert duration >= 0
    assert counted.pop("DiscordWaits", 0) >= 0
    assert counted == {
        "CampaignsStarted": 1,
        "CampaignsCreated": 1,
        "DiscordCalls": len(stage.discord.requests),
    }


def test_a_rejection_is_no_failure(stage, lines, play):
    stage.run("Taken")
    play(name="Taken")
    assert log_lines.total(lines)["CampaignsRejected"] == 1
    assert {line["level"] for line in lines} == {"INFO"}


def test_waits_and_rate_limits_are_counted(stage, lines, play):
    limit = {"retry_after": 1.5, "message": "", "global": False}
    stage.discord.faults.add(method="POST", path="/roles", status=429, body=limit)
    long = {"retry_after": 30, "message": "", "global": False}
    stage.discord.faults.add(method="PUT", path="/roles/", status=429, body=long)
    play()
    counted = log_lines.total(lines)
    assert counted["DiscordRateLimits"] == 2
    assert counted["DiscordWaits"] >= 31.5
    assert counted["CampaignsCreated"] == 1
    [waits] = [line for line in lines if "waits until" in line["message"]]
    assert (waits["function"], waits["level"]) == ("assign_role", "INFO")


@pytest.mark.parametrize(
    ("undone", "metric", "error"),
    [
        (True, "CampaignsRolledBack", "CampaignFailed"),
        (False, "CampaignsNotUndone", "CampaignNotUndone"),
    ],
)
def test_a_failure_leads_to_the_execution(stage, lines, play, undone, metric, error):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    if not undone:
        stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    play()
    counted = log_lines.total(lines)
    assert counted[metric] == 1
    assert not {"CampaignsCreated", "CampaignDuration"} & set(counted)
    failures = [line for line in lines if line["level"] == "ERROR"]
    link = f"https://console.test/executions/{stage.asked}"
    assert {line["execution"] for line in failures} == {link}
    assert failures[0]["function"] == "create_channel"
    assert "Discord refused to create the channel **dice-rolls**" in failures[0]["message"]
    assert failures[-1]["error"] == error


def test_no_token_is_in_the_log(stage, lines, play):
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', connection="reset", times=9
    )
    stage.discord.faults.add(path="@original", connection="reset", times=2)
    request, run = play()
    assert run.error == "CampaignFailed"
    assert "no answer" in lines.text
    assert request["interaction_token"] not in lines.text
    assert stage.discord.info["bot_token"] not in lines.text


def test_every_call_is_told(stage, lines, play):
    play()
    told = [call for line in lines for call in line.get("calls", [])]
    assert len(told) == len(stage.discord.requests)
    assert any(call.startswith("create the channel **general**: 201, ") for call in told)


# ---- How executions end ----


def ended(status="SUCCEEDED", name="1", output=None, error=None):
    told = {"name": name, "status": status, "output": json.dumps(output), "error": error}
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize(
    ("execution", "metric"),
    [
        (ended(output={"status": "created"}), "CampaignsCreated"),
        (ended(output={"status": "rejected"}), "CampaignsRejected"),
        (ended(name="1-rollback", output={}), "CampaignsRolledBack"),
        (ended("FAILED", error="CampaignFailed"), "CampaignsRolledBack"),
        (ended("FAILED", error="CampaignNotUndone"), "CampaignsNotUndone"),
        (ended("FAILED", error="FailureNotDelivered"), "CampaignsRolledBack"),
        (ended("FAILED", error="MessageNotDelivered"), None),
        # Their clean-up tells what becomes of them.
        (ended("FAILED", error="States.Runtime"), None),
        (ended("TIMED_OUT"), None),
        (ended("ABORTED"), None),
        (ended("ABORTED", error="CampaignFailed"), None),
        # Nobody cleans up after a clean-up.
        (ended("FAILED", name="1-rollback", error="CampaignFailed"), "CampaignsRolledBack"),
        (ended("FAILED", name="1-rollback", error="CampaignNotUndone"), "CampaignsNotUndone"),
        (ended("FAILED", name="1-rollback", error="FailureNotDelivered"), "CampaignsRolledBack"),
        (ended("FAILED", name="1-rollback", error="States.Runtime"), "CampaignsNotUndone"),
        (ended("TIMED_OUT", name="1-rollback"), "CampaignsNotUndone"),
        (ended("ABORTED", name="1-rollback", error="CampaignFailed"), "CampaignsNotUndone"),
    ],
)
def test_every_end_is_counted_once(execution, metric):
    assert record_outcome.outcome_of(execution).metric == metric
