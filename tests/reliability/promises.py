"""The promises, checked against the server, the messages and the executions' ends alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from channelwright.campaign import layout
from local.simulator.guild import Channel, Role
from tests.reliability import (
    archives,
    deletions,
    discord_respected,
    events,
    guests,
    in_time,
    left,
    memberships,
    records,
    unheard,
)
from tests.reliability.alike import looks_like_ours
from tests.reliability.catalogue import REFUSED_CHANNEL
from tests.reliability.excuses import excused
from tests.reliability.play import Outcome
from tests.reliability.schedule import Schedule
from tests.reliability.unfollowed import is_unfollowed
from tests.reliability.unnoticed import went_unnoticed
from tests.reliability.whole import mistakes
from tests.reliability.words import kind, last_words

LAYOUT = layout.load()
# Outages of up to so many seconds must end well.
MINUTES = 200


class Campaign:
    """The result of one interaction."""

    def __init__(self, outcome: Outcome, request: dict[str, Any]):
        self.outcome = outcome
        self.request = request
        self.id = request["interaction_id"]
        guild = outcome.people.guild
        made = {
            entry.target_id
            for entry in guild.audit_log
            if entry.action.endswith("_create") and (entry.reason or "").endswith(self.id)
        }
        self.made = made
        self.roles: list[Role] = [role for role in guild.roles.values() if role.id in made]
        self.channels: list[Channel] = [c for c in guild.channels.values() if c.id in made]
        self.words = last_words(outcome, request)
        self.runs = outcome.runs[self.id]
        self.kind = kind(self.words)
        if self.kind == "summary" and self._was_undone_unheard():
            self.kind = ""

    @property
    def ended(self) -> float:
        """When (Unix seconds) nothing could come of it any more."""
        return self.outcome.discord.clock.now()

    @property
    def left(self) -> list[Any]:
        return [*self.roles, *self.channels]

    @property
    def is_whole(self) -> bool:
        return not mistakes(self, LAYOUT)

    def _was_undone_unheard(self) -> bool:
        """Tell whether nobody could be told that the campaign was undone after its summary."""
        ended = self.runs[-1].error if len(self.runs) > 1 else None
        is_silent = ended in {"CampaignNotUndone", "FailureNotDelivered"}
        return is_silent and unheard.nothing_could_be_said(self)

    @property
    def what_happened(self) -> str:
        if self.kind == "summary":
            return "created"
        if not self.kind:
            return "untold, " + (
                "whole" if self.is_whole else "something left" if self.left else "nothing left"
            )
        if self.left:
            return "left"
        return "rejected" if self.kind == "rejection" else "undone" if self.made else "failed"


def broken(outcome: Outcome) -> list[str]:
    """Return the promises that a run has broken; an empty list if none."""
    found: list[str] = []
    for request in _of_campaigns(outcome):
        campaign = Campaign(outcome, request)
        found += all_or_nothing(campaign)
        found += always_heard(campaign)
        found += no_secret(campaign)
        found += guests.are_named(campaign)
        found += progress_decides_nothing(campaign)
        found += outages_end_well(campaign)
        found += records.broken(campaign)
        found += events.broken(campaign)
    found += events.told(outcome)
    found += once_a_name(outcome)
    found += deletions.broken(outcome)
    found += memberships.broken(outcome)
    found += archives.broken(outcome)
    found += [f"an execution that nobody expects: {name}" for name in outcome.strangers]
    found += bystanders(outcome)
    found += in_time.broken(outcome)
    found += discord_respected.broken(outcome)
    found += slips(outcome)
    return found


def _of_campaigns(outcome: Outcome) -> list[dict[str, Any]]:
    return [one for one in outcome.requests if "campaign_id" not in one]


def all_or_nothing(campaign: Campaign) -> Iterator[str]:
    build, *removals = campaign.runs or [None]
    if build and build.error == "MessageNotDelivered" and removals:
        yield "removed, though only its last word was not delivered"
    if campaign.made and not campaign.runs:
        yield "made something without an execution of the interaction's name"
    if campaign.kind == "summary":
        yield from (f"the summary is not true: {one}" for one in mistakes(campaign, LAYOUT))
        return
    if not campaign.kind and campaign.is_whole:
        return  # always_heard checks this
    for thing in campaign.left:
        yield from left.mistakes(campaign, thing)


def always_heard(campaign: Campaign) -> Iterator[str]:
    ended = [run.error or run.status for run in campaign.runs]
    if campaign.kind == "summary" and campaign.runs and campaign.runs[0].status != "SUCCEEDED":
        # If no removal could be started, the campaign stands, and the operator has the evidence.
        no_removal = is_unfollowed(campaign) and len(campaign.runs) == 1
        if campaign.runs[0].error != "MessageNotDelivered" and not no_removal:
            yield f"the summary stands, but the execution ended as {campaign.runs[0].error}"
    elif campaign.kind == "rejection" and campaign.left:
        yield "says that nothing was created, but something stands"
    if campaign.kind:
        yield from _true_about_what_is_left(campaign)
        return
    keeps_evidence = campaign.id in campaign.outcome.dead_letters
    limited = unheard.starter_was_limited(campaign)
    # A failed build is no evidence: its removal reports the failure.
    as_if_told = not ended or ended[-1] in {"SUCCEEDED", "CampaignFailed"}
    if as_if_told and not keeps_evidence and not limited:
        yield f"untold, and the execution ended as {ended}"
    if not unheard.nothing_could_be_said(campaign):
        yield f"untold, though Discord would have delivered it: {campaign.words[:40]!r}"


def _true_about_what_is_left(campaign: Campaign) -> Iterator[str]:
    nothing = "Nothing was left behind." in campaign.words
    if nothing and not all(left.is_excused(campaign, thing) for thing in campaign.left):
        yield "says that nothing was left behind"
    unnoticed = went_unnoticed(campaign.outcome, campaign.id, campaign.words)
    says_left = "Left behind:" in campaign.words and not campaign.left
    alike = any(
        id_ in campaign.words and looks_like_ours(campaign.outcome, id_, was)
        for id_, was in campaign.outcome.people.others.items()
    )
    if says_left and not (
        excused("Gone after a refusal", unnoticed)
        or excused("A channel or category like ours", alike)
    ):
        yield "says that something was left behind, but nothing was"


def progress_decides_nothing(campaign: Campaign) -> Iterator[str]:
    """A campaign is built even if showing its progress fails."""
    schedule = campaign.outcome.schedule
    befallen = {death.function for death in schedule.deaths}
    befallen |= {str(fault.get("body_contains"))[-4:] for fault in schedule.faults}
    else_ = replace(schedule, deaths=(), faults=(), wave_size=Schedule().wave_size)
    nothing_else = else_ == Schedule() and befallen <= {"report progress", "/10)"}
    if nothing_else and campaign.kind != "summary":
        yield "undone for its progress alone"


def outages_end_well(campaign: Campaign) -> Iterator[str]:
    """After minutes of failures, of Discord or the edge, a campaign is whole or undone."""
    schedule = campaign.outcome.schedule
    outages = [fault for fault in schedule.faults if "seconds" in fault]
    others = [fault for fault in schedule.faults if fault not in (*outages, REFUSED_CHANNEL)]
    nothing_else = not (others or schedule.deaths or schedule.acts or schedule.lates)
    if not outages or not nothing_else or sum(fault["seconds"] for fault in outages) > MINUTES:
        return
    if not campaign.kind or (campaign.kind != "summary" and campaign.left):
        yield f"an outage did not end well: {campaign.what_happened}"


def once_a_name(outcome: Outcome) -> Iterator[str]:
    standing = [
        request["campaign_name"]
        for request in _of_campaigns(outcome)
        if Campaign(outcome, request).kind == "summary"
    ]
    for name in {name for name in standing if standing.count(name) > 1}:
        yield f"two campaigns of the name {name} stand"


def bystanders(outcome: Outcome) -> Iterator[str]:
    people = outcome.people
    ours = {e.target_id for e in people.guild.audit_log if e.action.endswith("_create")}
    for id_, was in people.others.items():
        now = people.state(id_)
        changed = sorted(key for key in was if was[key] != now.get(key))
        if now and now.get("parent_id") is None and was.get("parent_id") in ours:
            changed.remove("parent_id")
        if now and now.get("overwrites") == _without(
            was.get("overwrites"), ours - people.guild.roles.keys()
        ):
            changed = [key for key in changed if key != "overwrites"]
        changed = [key for key in changed if key not in people.asked_to_change(id_)]
        like_ours = changed and looks_like_ours(outcome, id_, was)
        if changed and not excused("A channel or category like ours", like_ours):
            yield f"a bystander is changed: {was['name']} ({id_}): {changed if now else 'deleted'}"


def _without(overwrites: dict[str, Any] | None, gone: set[str]) -> dict[str, Any]:
    """Return overwrites without those that vanish with a deleted role."""
    return {id_: one for id_, one in (overwrites or {}).items() if id_ not in gone}


def no_secret(campaign: Campaign) -> Iterator[str]:
    secrets = {
        "the interaction's token": campaign.request["interaction_token"],
        "the bot's token": campaign.outcome.discord.info["bot_token"],
    }
    for run in campaign.runs:
        said = f"{run.error} {run.cause} {run.output}"
        yield from (f"the execution says {name}" for name, one in secrets.items() if one in said)
    yield from (
        f"the message says {name}" for name, one in secrets.items() if one in campaign.words
    )


def slips(outcome: Outcome) -> Iterator[str]:
    """Report errors that the bot does not define: a KeyError would count as an unknown outcome."""
    from channelwright import errors

    for name in sorted(
        set(outcome.slips)
        - errors.OURS
        - {"EarlierChangeUnknown", "EarlierEditUnknown", "RateLimited"}
    ):
        yield f"a handler slipped: {name}"
