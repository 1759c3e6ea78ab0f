"""When an attempt is a repeated one, and what its refusal then means."""

import pytest

from channelwright import errors
from channelwright.repetition import attempt, is_repeated

FIRST = {"retry_count": 0, "rate_limit": None}
REPEATED = [
    {"retry_count": 1, "rate_limit": None},
    {"retry_count": 0, "rate_limit": {"cause": {"errorMessage": "2026-01-01T00:00:00Z"}}},
    {"retry_count": 0, "rate_limit": {}},
    {"retry_count": 2, "rate_limit": {}},
]
KNOWN = [
    errors.DiscordRefused("create a role", 403, 50013, "No"),
    errors.RateLimitTooLong("create a role", 60, "user"),
    errors.DeadlineExceeded("too late"),
    errors.CampaignIncomplete("gone"),
]
OTHERS = [
    errors.DiscordUnavailable("no answer"),
    errors.RateLimited("2026-01-01T00:00:00Z", "global"),
    errors.NameTaken("taken"),
    errors.EarlierOutcomeUnknown("unknown"),
    KeyError("a slip"),
]


def name(error):
    return type(error).__name__


def raised_in(event, error):
    expected = (type(error), errors.ChannelwrightError)
    with pytest.raises(expected) as caught, attempt(event):
        raise error
    return caught.value


def test_the_first_attempt_is_not_repeated():
    assert not is_repeated(FIRST)
    with attempt(FIRST) as repeated:
        assert repeated is False


@pytest.mark.parametrize("event", REPEATED)
def test_an_attempt_after_a_retry_or_a_rate_limit_is_repeated(event):
    assert is_repeated(event)
    with attempt(event) as repeated:
        assert repeated is True


@pytest.mark.parametrize("error", KNOWN, ids=name)
def test_what_the_first_attempt_is_told_is_its_outcome(error):
    assert raised_in(FIRST, error) is error


@pytest.mark.parametrize("error", KNOWN, ids=name)
@pytest.mark.parametrize("event", REPEATED)
def test_what_a_repeated_attempt_is_told_says_nothing_of_the_earlier_one(event, error):
    raised = raised_in(event, error)
    assert type(raised) is errors.EarlierOutcomeUnknown
    assert str(raised) == str(error)
    assert raised.__cause__ is None
    assert raised.__suppress_context__


@pytest.mark.parametrize("error", OTHERS, ids=name)
@pytest.mark.parametrize("event", [FIRST, *REPEATED])
def test_any_other_error_goes_through_as_it_is(event, error):
    assert raised_in(event, error) is error
