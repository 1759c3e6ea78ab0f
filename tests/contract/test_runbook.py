"""The runbook agrees with the template."""

import re
import subprocess

from tests.contract.deployed import ROOT, TEMPLATE, deployed, of_type
from tests.runbook import RUNBOOK, commands

PERFORMANCE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
PARAMETERS = TEMPLATE["Parameters"]


def test_defaults_are_as_it_says():
    """The runbook writes them as in `WaveSize` (5)."""
    told = re.findall(r"`(\w+)` \((\d+)\)", RUNBOOK)
    defaults = [(name, number) for name, number in told if name in PARAMETERS]
    assert {name for name, _ in defaults} >= {"WaveSize", "InteractionsPerSecond"}
    for name, number in defaults:
        assert PARAMETERS[name]["Default"] == int(number), name


def test_the_picture_shows_waves_of_the_default_size():
    picture = (ROOT / "docs" / "flow.svg").read_text(encoding="utf-8")
    assert f">{PARAMETERS['WaveSize']['Default']} × Create Channel at once<" in picture


def test_two_campaigns_at_once_take_every_lambda_of_a_new_account():
    assert "**A new account runs 10 Lambdas at a time**" in RUNBOOK
    assert 2 * PARAMETERS["WaveSize"]["Default"] >= 10


def test_a_new_account_is_told_the_pace_that_was_measured():
    [pace] = set(re.findall(r"`CampaignsPerMinute=(\d+)`", RUNBOOK))
    assert f"With `CampaignsPerMinute={pace}` all 200 are created" in PERFORMANCE
    assert f"builds {pace} (docs/performance.md)" in PARAMETERS["CampaignsPerMinute"]["Description"]


def test_every_function_begins_anew_with_what_it_says():
    """A warm Lambda keeps the token for five minutes, unless its environment changes."""
    assert "with `CallsPerSecond` one lower than it is" in RUNBOOK
    before, after = (
        of_type(deployed(CallsPerSecond=calls), "AWS::Lambda::Function") for calls in (50, 49)
    )
    assert all(before[name]["Environment"] != after[name]["Environment"] for name in before)


def test_github_is_trusted_by_either_form_of_its_subject():
    """Source: GitHub Changelog > Immutable subject claims for GitHub Actions OIDC tokens."""
    told = RUNBOOK.partition("\n## Deploy from GitHub\n")[2].partition("\n## ")[0]
    assert "`repo:<owner>@<owner id>/<repository>@<repository id>:environment:prod`" in told
    assert "`repo:<owner>/<repository>:environment:prod`" in told
    [ask] = re.findall(r"--jq '(.*)'", told)
    played = {r"\(.owner.login)": "me", r"\(.owner.id)": "1", r"\(.name)": "it", r"\(.id)": "2"}
    for path, value in played.items():
        ask = ask.replace(path, value)
    assert ask == '"repo:me@1/it@2:environment:prod"'


def test_after_a_first_deployment_that_failed_comes_a_minute():
    """SQS frees a deleted queue's name after 60 seconds. Source: SQS API > CreateQueue."""
    told = RUNBOOK.partition("\n## A deployment that failed\n")[2].partition("\n## ")[0]
    assert "`ROLLBACK_COMPLETE`" in told
    assert 'sam delete --stack-name "$STACK" && sleep 60 && sam deploy\n' in told
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/operations.md#a-deployment-that-failed)" in readme


def test_it_says_for_how_long_an_interactions_token_can_be_read():
    """The token can be read in executions, in queues and on EventBridge."""
    told = RUNBOOK.partition("\n## Who may read what\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (`.*?) \| (.*) \|$", told, re.MULTILINE))
    [history] = [row for who, row in rows.items() if "states:GetExecutionHistory" in who]
    assert "90 days" in history
    stack = deployed()
    days = stack["TasksDeadLetterQueue"]["Properties"]["MessageRetentionPeriod"] // 86_400
    hours = stack["TasksQueue"]["Properties"]["MessageRetentionPeriod"] // 3_600
    [waits] = [row for who, row in rows.items() if who.startswith("`sqs:ReceiveMessage`")]
    assert hours == 1
    assert "for an hour at most" in waits
    assert f"the dead-letter queue for {days} days" in waits
    [bus] = [row for who, row in rows.items() if "events:PutRule" in who]
    assert "EventBridge" in bus


# Three executions, of which the second has delivered its event.
DELIVERIES = """
output() { echo machine; }
aws() {
    case "$2 $4" in
    list-executions*) printf '%s\\n' kept-back delivered answered-410 ;;
    *kept-back) echo '{"url": "0a", "attempt": 1}' ;;
    *delivered) echo '{"next": "delivered", "attempt": 2}' ;;
    *answered-410) echo '{"next": "gone", "attempt": 2}' ;;
    esac
}
"""


def test_it_lists_the_deliveries_that_delivered_nothing():
    script = DELIVERIES + commands("the executions that delivered nothing")
    ran = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["kept-back", "answered-410"]


def test_no_message_is_pasted_into_a_shell():
    """The events in dead letters have names of campaigns, which anybody may have chosen."""
    told = RUNBOOK.partition("\n## Webhooks\n")[2].partition("\n## ")[0]
    given = re.findall(r"--(?:message-body|payload) (\S+)", told)
    assert given == ["file://body.json", "file://payload.json"]
