"""Repeated attempts: how they are recognized, and the meaning of their refusal."""

import pytest

from channelwright import errors
from channelwright.campaign.repetition import attempt, is_repeated, settled_at

STATE = "Create Category"


def event(retry_count=0, waited=None, attempt="first"):
    """Return a Lambda's event; `waited` is the state that had to wait last.

    `attempt` is from the error of that state.
    """
    limited = waited and {
        "error": "RateLimited",
        "until": "2026-01-01T00:00:00Z",
        "state": waited,
        "attempt": attempt,
    }
    at = {"execution": "1000", "state": STATE, "redrive_count": 0, "retry_count": retry_count}
    return {"at": at, "rate_limit": limited}


FIRST = [
    event(),
    event(waited="Create Role"),  # another state's wait says nothing about this state's attempts
    event(waited="Create Role", attempt="again"),
    event(waited="Create Category 2", attempt="again"),
    event() | {"rate_limit": {}},
    # Discord did nothing at the attempt that it limited.
    event(waited=STATE),
]
REPEATED = [
    event(retry_count=1),
    event(waited=STATE, attempt="again"),
    event(retry_count=2, waited=STATE),
    event(retry_count=2, waited=STATE, attempt="again"),
    event(retry_count=2, waited="Create Role"),
]
KNOWN = [
    errors.DiscordRefused("create a role", 403, 50013, "No"),
    errors.OutOfTime("too late"),
    errors.CampaignIncomplete("gone"),
    errors.KeptPrivate("private"),
]
OTHERS = [
    errors.DiscordUnavailable("no answer"),
    errors.NoAnswer("no answer"),
    errors.RateLimited("2026-01-01T00:00:00Z", "global"),
    errors.NameTaken("taken"),
    errors.CampaignRejected(["taken"]),
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


def test_these_are_all_that_mean_a_known_outcome():
    assert {name(error) for error in KNOWN} == errors.OUTCOME_KNOWN


@pytest.mark.parametrize("event", FIRST)
def test_the_first_attempt_is_not_repeated(event):
    assert is_repeated(event) is False
    with attempt(event) as repeated:
        assert repeated is False


@pytest.mark.parametrize("event", REPEATED)
def test_an_attempt_after_one_that_may_have_done_it_is_repeated(event):
    assert is_repeated(event) is True
    with attempt(event) as repeated:
        assert repeated is True


@pytest.mark.parametrize("error", KNOWN, ids=name)
@pytest.mark.parametrize("event", FIRST)
def test_what_the_first_attempt_is_told_is_its_outcome(event, error):
    assert raised_in(event, error) is error


@pytest.mark.parametrize("error", KNOWN, ids=name)
@pytest.mark.parametrize("event", REPEATED)
def test_what_a_repeated_attempt_is_told_says_nothing_of_the_earlier_one(event, error):
    raised = raised_in(event, error)
    assert type(raised) is errors.EarlierOutcomeUnknown
    assert str(raised) == str(error)
    assert raised.__cause__ is None
    assert raised.__suppress_context__


@pytest.mark.parametrize("error", OTHERS, ids=name)
@pytest.mark.parametrize("event", [*FIRST, *REPEATED])
def test_any_other_error_goes_through_as_it_is(event, error):
    assert raised_in(event, error) is error


def told_by(event, error=errors.RateLimited):
    """Return the `attempt` in the error of an attempt that Discord limits."""
    limited = error("2026-01-01T00:00:00Z", "user")
    with pytest.raises(error), attempt(event):
        raise limited
    return limited.attempt


@pytest.mark.parametrize("event", FIRST)
def test_a_first_attempt_that_discord_limits_is_followed_by_a_first_one(event):
    assert told_by(event) == "first"


@pytest.mark.parametrize("event", REPEATED)
def test_a_repeated_attempt_that_discord_limits_is_followed_by_a_repeated_one(event):
    assert told_by(event) == "again"


def test_what_is_told_is_what_the_next_attempt_is_given():
    """However often Discord limits a state, its earlier attempt may have done the work."""
    for retry_count, then in ((0, "first"), (1, "again")):
        told = told_by(event(retry_count))
        for _ in range(3):
            told = told_by(event(waited=STATE, attempt=told))
        assert told == then
        assert is_repeated(event(waited=STATE, attempt=told)) is (retry_count > 0)


NOW = 1_800_000_000.5


@pytest.mark.parametrize("earlier", REPEATED)
def test_what_more_than_one_attempt_may_have_made_is_listed_later(earlier):
    single = earlier == event(retry_count=1)
    assert settled_at(earlier, NOW) == (0 if single else NOW + 10.5)


def test_the_wait_of_another_state_says_nothing_of_the_attempts():
    assert settled_at(event(retry_count=1, waited="Create Role"), NOW) == 0
