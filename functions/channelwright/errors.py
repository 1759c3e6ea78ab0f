"""The errors of the project. Their class names are the error names in the state machines.

Any other error of a state (a Lambda that died or timed out, a bug) has an unknown outcome, too: the
state may have done its work.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from channelwright.words.refusals import TOKEN_NOT_READ, refusal

Scope = Literal["user", "shared", "global", "cloudflare"]
Attempt = Literal["first", "again"]
# Scopes that limit every call, not only the one that was limited.
EVERYTHING: Final[frozenset[Scope]] = frozenset({"global", "cloudflare"})


class ChannelwrightError(Exception):
    """Base of the project's errors; its message is written for the user."""


class OutcomeKnown(ChannelwrightError):
    """Nothing was done, or what was done is known; a retry would give the same answer."""


class DiscordRefused(OutcomeKnown):
    """Discord refused `action` ("create the role") with a 4xx `status`, its `code` and `detail`.

    For an invalid form body (50035), `fields` names the wrong fields.
    Source of the codes: Discord docs, Topics > Opcodes and Status Codes > JSON.
    """

    def __init__(
        self, action: str, status: int, code: int, detail: str, fields: frozenset[str] = frozenset()
    ):
        super().__init__(refusal(action, status, code, detail))
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields


class OutOfTime(OutcomeKnown):
    """Discord requires a longer wait than there is time, or none is left.

    `limited_until` is the end of that wait in Unix seconds; 0 if Discord requires none.
    """

    def __init__(self, why: str, limited_until: float = 0):
        super().__init__(why)
        self.limited_until = limited_until


class KeptPrivate(OutcomeKnown):
    """The user chose a private message, so nothing is written in the channel."""


class CampaignRejected(ChannelwrightError):
    """The user has to change something first, so nothing was created; one line per reason."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__("\n".join(reasons))


class NameTaken(ChannelwrightError):
    """A concurrent request for a campaign of the same name came first; our role was created."""


class CampaignIncomplete(OutcomeKnown):
    """Something that the bot created is gone: Discord's lists do not show it."""


class EarlierOutcomeUnknown(ChannelwrightError):
    """An attempt was refused, but an earlier one may have succeeded."""


class BotTokenNotRead(ChannelwrightError):
    """The bot's token could not be read, so Discord was not called; `why` is for the operator.

    An earlier attempt may have read it.
    """

    def __init__(self, why: str):
        super().__init__(TOKEN_NOT_READ)
        self.why = why


class RecordNotRead(ChannelwrightError):
    """The campaigns' table did not answer, so nothing was deleted."""


class RateLimited(ChannelwrightError):
    """Discord requires a wait `until` a UTC second; the message names the `state` that waits.

    The message reads `|2026-11-23T15:04:06Z|Create Role|first|1|`. An intrinsic function of the
    state machine splits the error's cause there, for a Wait state and for the way back. `attempt`
    is "again" if an earlier attempt may have done the work; Discord did nothing in this one.
    `times` counts how often in a row Discord limited the state.

    `scope` is what is limited: the bot in one place ("user"), everybody there ("shared"), the bot
    everywhere ("global"), or our IP address before the call reaches Discord ("cloudflare").
    Source: Discord docs, Topics > Rate Limits > Header Format; Global Rate Limits.
    """

    def __init__(self, until: str, scope: Scope):
        super().__init__(until)
        self.until = until
        self.scope = scope
        self.state = ""
        self.attempt: Attempt = "first"
        self.times = 0

    @property
    def ends_at(self) -> float:
        """Return `until` in Unix seconds."""
        return datetime.fromisoformat(self.until).timestamp()

    def __str__(self) -> str:
        return f"|{self.until}|{self.state}|{self.attempt}|{self.times}|"


class EarlierEditUnknown(RateLimited):
    """The message is edited, but an earlier edit may still arrive: edit it again after `until`."""


class EarlierChangeUnknown(RateLimited):
    """A write of a stopped execution may still arrive: plan after `until`."""


class EditClosed(ChannelwrightError):
    """Discord takes no edit in time, and the message in the channel failed: retry that alone."""


class ChannelClosed(ChannelwrightError):
    """Discord takes no message in the channel in time, and the edit failed: retry that alone."""


class DiscordUnavailable(ChannelwrightError):
    """Discord answered 5xx or half an answer: the call may have succeeded."""


class NoAnswer(ChannelwrightError):
    """Discord did not answer: the call may have succeeded, or may still succeed."""


OUTCOME_KNOWN: Final = frozenset(cls.__name__ for cls in OutcomeKnown.__subclasses__())
# The messages of these errors are sentences for the user.
OURS: Final = OUTCOME_KNOWN | {
    "BotTokenNotRead",
    "CampaignRejected",
    "DiscordUnavailable",
    "EarlierOutcomeUnknown",
    "NameTaken",
    "NoAnswer",
    "RecordNotRead",
}


def to_heed(failures: Sequence[ChannelwrightError]) -> ChannelwrightError:
    """Return the failure that decides, of calls that failed in parallel.

    A final failure comes first: it must not be retried, and the others need not be. The longest
    rate limit comes next: a retry after a shorter one would come too early.
    """
    if final := [one for one in failures if isinstance(one, OutcomeKnown)]:
        return final[0]
    if limits := [one for one in failures if isinstance(one, RateLimited)]:
        return max(limits, key=lambda one: one.until)
    return failures[0]
