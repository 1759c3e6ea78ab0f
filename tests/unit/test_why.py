"""Why a campaign failed, in the user's words."""

import json

import pytest

from channelwright.campaign import last_word
from channelwright.errors import OURS
from channelwright.words import refusals


def failed(error, message="A sentence."):
    cause = json.dumps({"errorMessage": message, "errorType": error, "stackTrace": []})
    return {"Error": error, "Cause": cause}


def wave_failed(*failures):
    return {"Error": "WaveFailed", "failures": list(failures)}


def test_these_are_our_own_errors():
    assert {
        "BotTokenNotRead",
        "CampaignIncomplete",
        "CampaignRejected",
        "DiscordRefused",
        "DiscordUnavailable",
        "EarlierOutcomeUnknown",
        "KeptPrivate",
        "NameTaken",
        "NoAnswer",
        "RecordNotRead",
        "OutOfTime",
    } == OURS


@pytest.mark.parametrize("error", sorted(OURS))
def test_our_own_errors_say_it_in_their_own_words(error):
    assert last_word.why(failed(error), "1000") == "A sentence."
    wave = wave_failed(failed("Sandbox.Timedout", "no"), failed(error), failed("KeyError"))
    assert last_word.why(wave, "1000") == "A sentence."


def test_of_two_sentences_the_first_is_said():
    wave = wave_failed(failed("DiscordRefused", "First."), failed("DiscordUnavailable", "Second."))
    assert last_word.why(wave, "1000") == "First."


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ({"Error": "ABORTED", "Cause": ""}, refusals.STOPPED),
        ({"Error": "TIMED_OUT"}, refusals.TIMED_OUT),
        ({"Error": "States.Runtime", "Cause": "x"}, refusals.unexpected("1000")),
        ({"Error": "FAILED", "Cause": ""}, refusals.unexpected("1000")),
        ({"Error": "", "Cause": ""}, refusals.unexpected("1000")),
        # The cause names a moment and a state; it is no sentence for users.
        (failed("RateLimited", "|2026-01-01T00:00:00Z|x|first|"), refusals.unexpected("1000")),
        (
            failed("EarlierEditUnknown", "|2026-01-01T00:00:00Z|x|first|"),
            refusals.unexpected("1000"),
        ),
        (failed("KeyError", "campaign"), refusals.unexpected("1000")),
        (wave_failed(failed("KeyError")), refusals.unexpected("1000")),
        (wave_failed(), refusals.unexpected("1000")),
    ],
)
def test_other_failures_are_said_in_the_users_words(failure, said):
    assert last_word.why(failure, "1000") == said
