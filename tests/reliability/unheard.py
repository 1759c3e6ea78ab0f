"""Tells whether nobody could be told how an interaction ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelwright.campaign.deadlines import REMOVAL_SECONDS
from channelwright.discord.snowflake import created_at
from start_campaign import AGAIN_SECONDS
from tests.reliability.deliveries import MAX_RECEIVES
from tests.reliability.discord_respected import BARS, LONGEST_WAIT_SECONDS, NOT_THERE_YET
from tests.reliability.refused import MOST_TRIES, dies_for_good, invocations, is_faulted
from tests.reliability.unfollowed import is_unfollowed

if TYPE_CHECKING:
    from tests.reliability.answered import Answered
    from tests.reliability.promises import Campaign

# The starter needs these to say that nothing was started.
STARTERS = {"start_campaign", "DescribeExecution"}
# A command's starter also says it if it cannot ask whether an earlier delivery has started it.
STARTERS_OF_COMMANDS = {"start_campaign"}
LAST_EDITS = ("report summary", "report failure", "report rejection", "report answer")
# A private answer can only be edited, while its token lives.
ANSWER_SECONDS = 890
# The bot's guess for the bar, if Discord names no wait: the last word does not come before it.
A_MINUTE = 60
# A last word is tried until so many seconds before the end: a wait has whole seconds.
A_MARGIN = 2


def nothing_could_be_said(campaign: Campaign | Answered) -> bool:
    """Tell whether both ways to notify the game master are closed, even in the end."""
    outcome, request = campaign.outcome, campaign.request
    if is_unfollowed(campaign) or _is_starter_dead(campaign):
        return True
    token, application = request["interaction_token"], request["application_id"]
    edit = f"/webhooks/{application}/{token}/messages/@original"
    edit_closed = is_faulted(outcome, "PATCH", edit) or not outcome.discord.interaction(
        campaign.id
    ).token_alive(campaign.ended)
    post = f"/channels/{request['channel_id']}/messages"
    post_closed = is_faulted(outcome, "POST", post) or bool(
        outcome.people.did & {"kick", "take_send_messages", "take_view_channel", "time_out"}
    )
    edit_closed = edit_closed or _refused_at_last(campaign, "PATCH", edit)
    edit_closed = edit_closed or dies_for_good(campaign, *LAST_EDITS)
    post_closed = post_closed or _refused_at_last(campaign, "POST", post) or "private" in request
    post_closed = post_closed or dies_for_good(campaign, "write_in_channel")
    return edit_closed and post_closed


def _is_starter_dead(campaign: Campaign | Answered) -> bool:
    """Tell whether nothing was started, because the starter died, or could not ask whether it was.

    If only the start fails, the starter itself has the last word.
    """
    dead = {death.function for death in campaign.outcome.schedule.deaths}
    has_dead_letter = campaign.id in campaign.outcome.dead_letters
    starters = STARTERS_OF_COMMANDS if "kind" in campaign.request else STARTERS
    return has_dead_letter and not campaign.runs and bool(dead & starters)


def starter_was_limited(campaign: Campaign) -> bool:
    """Tell whether Discord limited the starter for longer than SQS waits.

    SQS must then not deliver the message again.
    """
    return any(
        call.function == "" and call.status == 429 and (call.retry_after or 0) > AGAIN_SECONDS
        for call in campaign.outcome.calls
    )


def _refused_at_last(campaign: Campaign | Answered, method: str, path: str) -> bool:
    """Tell whether the bot may stop: Discord refused, limits too long, or all tries failed."""
    tries = [
        call
        for call in campaign.outcome.calls
        if (call.method, call.path) == (method, path)
        and call.body.get("nonce", campaign.id).startswith(campaign.id)
        # A bar whose Lambda died may come after the last word.
        and not (call.lost and call.function in BARS)
    ]
    if not tries:
        return False
    last = tries[-1]
    is_private = "private" in campaign.request
    patience = created_at(campaign.id) + (ANSWER_SECONDS if is_private else REMOVAL_SECONDS)
    is_bar = method == "PATCH" and last.function not in LAST_EDITS
    wait = last.retry_after or A_MINUTE if is_bar else max(last.retry_after or 0, A_MARGIN)
    too_long = last.status == 429 and (wait > LONGEST_WAIT_SECONDS or last.at + wait >= patience)
    # The final message may have come before, and an earlier edit after it.
    heard = (n for n, call in enumerate(tries) if call.status == 200 and call.readable)
    since = max(heard, default=-1)
    its_own = [call for call in tries[since + 1 :] if call.function == last.function]
    # SQS retries the starter, but not after its last word.
    once = 1 if campaign.id in campaign.outcome.dead_letters else MAX_RECEIVES
    enough = MOST_TRIES if last.function else once
    enough -= sum(one.lost for one in invocations(campaign) if one.function == last.function)
    not_there_yet = method == "PATCH" and last.code in NOT_THERE_YET
    vain = [call for call in its_own if call.scripted or call.code in NOT_THERE_YET]
    patient = bool(its_own) and len(its_own) >= enough and vain == its_own and not not_there_yet
    refused = last.refused and not not_there_yet
    if last.function and its_own and vain == its_own:  # one Lambda may ask a few times
        patient = patient or len({call.began for call in its_own}) >= enough
    return refused or too_long or patient
