"""A private last word has no stand-in in the channel, so its wait ends while the token lives."""

import pytest
from werkzeug.wrappers import Request, Response

import report
from channelwright.campaign import deadlines, removal, steps
from channelwright.discord import edits, limited, snowflake
from channelwright.errors import OutOfTime, RateLimited
from tests.serving import serving

ID = "175928847299117063"
MADE = snowflake.created_at(ID)


def last_word(age, monkeypatch, **request):
    """Say that a deletion is over at so many seconds of `age`, while Cloudflare names no wait."""

    def app(_request: Request) -> Response:
        return Response("error code: 1015", 429)

    for module in (report, limited):
        monkeypatch.setattr(module.time, "time", lambda: MADE + age)
    event = {
        "at": {"execution": f"1-remove-by-{ID}", "state": "Report Failure"},
        "request": {"interaction_id": ID, "campaign_name": "My Campaign"} | request,
        "reply": {"application_id": "1", "interaction_token": "x"},
        "says": "failure",
        "failure": {"Error": "CampaignDeleted"},
        "known": {"campaign": {"name": "My Campaign"}, "made": []},
        "removal": {**steps.begin(removal.NOT_LOOKED, 0, 0.0), "next": "finished"},
        "edits": edits.NONE_YET,
        "rate_limit": None,
        "until": MADE + deadlines.BUILD_SECONDS,
    }
    with serving(app) as url:
        monkeypatch.setenv("DISCORD_API_BASE_URL", url)
        report.handler(event, None)


@pytest.mark.parametrize(("age", "until"), [(700, 760), (850, deadlines.ANSWER_SECONDS - 1)])
def test_it_waits_while_the_token_lives(monkeypatch, age, until):
    with pytest.raises(RateLimited) as caught:
        last_word(age, monkeypatch, private="yes")
    assert caught.value.ends_at == pytest.approx(MADE + until, abs=1)


def test_it_gives_up_just_before_the_end(monkeypatch):
    with pytest.raises(OutOfTime):
        last_word(deadlines.ANSWER_SECONDS - 1, monkeypatch, private="yes")


def test_another_may_wait_for_longer_because_the_channel_stands_in(monkeypatch):
    with pytest.raises(RateLimited) as caught:
        last_word(850, monkeypatch)
    assert caught.value.ends_at == pytest.approx(MADE + 910, abs=1)
