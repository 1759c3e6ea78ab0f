"""A campaign's lines in the log, and its metrics, from click to summary."""

import pytest

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
    waits = [line for line in lines if "waits until" in line["message"]]
    assert [line["function"] for line in waits] == ["complete_campaign"] * 2  # Discord; a check
    assert {line["level"] for line in waits} == {"INFO"}


@pytest.mark.parametrize("undone", [True, False])
def test_a_failure_leads_to_the_execution(stage, lines, play, undone):
    """The log links the campaign's execution, and its removal's if that failed, too."""
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    if not undone:
        stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    play()
    counted = log_lines.total(lines)
    assert counted["CampaignsRolledBack" if undone else "CampaignsNotUndone"] == 1
    others = {"CampaignsCreated", "CampaignsRejected", "CampaignsRolledBack", "CampaignsNotUndone"}
    assert len(others & set(counted)) == 1
    failures = [line for line in lines if line["level"] == "ERROR"]
    build = f"https://console.test/executions/add-campaign:{stage.asked}"
    removal = f"https://console.test/executions/remove-campaign:{stage.asked}-remove"
    links = {line["execution"] for line in failures}
    assert links == ({build} if undone else {build, removal})
    assert failures[0]["function"] == "create_channel"
    assert failures[0]["execution"] == build
    assert "Discord refused to create the channel **dice-rolls**" in failures[0]["message"]
    ends = [line["error"] for line in failures if line["function"] == "record_outcome"]
    assert ends == ["CampaignFailed", *([] if undone else ["CampaignNotUndone"])]
    assert {line["interaction_id"] for line in lines} == {stage.asked}


def test_a_removal_is_followed_like_the_rest(stage, lines, play):
    """Each of its functions has a line, and each of EventBridge's targets has one."""
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN
    )
    play()
    invoked = [name for name, _ in stage.lambdas.calls]
    told = [line["function"] for line in lines if line["message"].startswith(line["function"])]
    assert [name for name in told if name in set(invoked)] == invoked
    assert told.count("record_outcome") == 2
    assert told.count("start_removal") == 1
    assert [line["message"] for line in lines][-2:] == [
        "campaign undone: nothing is left",
        "record_outcome done",
    ]


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
