"""What can go wrong. The class names are the error names in the state machines.

    ChannelwrightError           its message is written for the user
    ├── OutcomeKnown             nothing was done, or it is known what
    │   ├── DiscordRefused       4xx: asking again would not help
    │   ├── OutOfTime            Discord wants a longer wait than there is time, or none is left
    │   └── CampaignIncomplete   something that was made is gone
    ├── CampaignRejected         the user has to change something first; nothing was made
    ├── NameTaken                another campaign of that name was quicker; our role was made
    ├── EarlierOutcomeUnknown    this attempt was refused, but an earlier one may have done it
    ├── BotTokenNotRead          our own token was not to be had, so Discord was asked for nothing
    ├── RateLimited              Discord wants a wait: until when, and which state has to wait
    │   └── EarlierEditUnknown   edited, but an earlier edit may still come: edit again then
    ├── DiscordUnavailable       5xx, half an answer: it may have been done
    └── NoAnswer                 it may have been done, and may still be done

Every other error of a state (a Lambda that died or timed out, a mistake of ours) is an unknown
outcome, too: it may have done its work.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from channelwright.words.refusals import refusal, token_not_read

Scope = Literal["user", "shared", "global", "cloudflare"]
Attempt = Literal["first", "again"]
# The scopes that concern every call, not only the one that was limited.
EVERYTHING: Final[frozenset[Scope]] = frozenset({"global", "cloudflare"})


class ChannelwrightError(Exception):
    """The base of all errors that the project raises."""


class OutcomeKnown(ChannelwrightError):
    """Asking again would give the same answer."""


class DiscordRefused(OutcomeKnown):
    """Discord refused: `action` ("create the role"), HTTP `status`, Discord's `code` and `detail`.

    Of an invalid form body (50035) `fields` are the names of the wrong fields.
    Source of the codes: Discord docs, Topics > Opcodes and Status Codes > JSON.
    """

    def __init__(
        self,
        action: str,
        status: int,
        code: int,
        detail: str,
        fields: frozenset[str] = frozenset(),
    ):
        super().__init__(refusal(action, status, code, detail))
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields


class OutOfTime(OutcomeKnown):
    """No time is left: Discord wants a longer wait, or the interaction is too old."""


class CampaignRejected(ChannelwrightError):
    """The campaign cannot be created as things are; the message has a line for each reason."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__("\n".join(reasons))


class NameTaken(ChannelwrightError):
    """Another campaign of that name was asked for at the same time, and was quicker."""


class CampaignIncomplete(OutcomeKnown):
    """The list of channels does not show everything that was made."""


class EarlierOutcomeUnknown(ChannelwrightError):
    """The outcome of this attempt is known, but an earlier one may have done it."""


class BotTokenNotRead(ChannelwrightError):
    """The bot's token was not to be had, so Discord was asked for nothing; `why`, for an operator.

    An earlier attempt may have had it.
    """

    def __init__(self, why: str):
        super().__init__(token_not_read())
        self.why = why


class RateLimited(ChannelwrightError):
    """Discord wants a wait `until` a UTC second; the message names the `state` that has to wait.

    It reads `|2026-11-23T15:04:06Z|Create Role|first|1|`: an intrinsic function of the state
    machine splits the error's cause there, for a Wait state and for the way back. `attempt` is
    "again" if an earlier one may have done the work: Discord did nothing at this one. `times` is
    how often in a row Discord limited the state.

    `scope` says what is limited: the bot in one place ("user"), everybody there ("shared"), the
    bot everywhere ("global"), or, before Discord is reached, our address ("cloudflare").
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
        """`until` in Unix seconds."""
        return datetime.fromisoformat(self.until).timestamp()

    def __str__(self) -> str:
        return f"|{self.until}|{self.state}|{self.attempt}|{self.times}|"


class EarlierEditUnknown(RateLimited):
    """The message is edited, but an earlier edit may still come after it: edit it again then."""


class DiscordUnavailable(ChannelwrightError):
    """Discord said that it is broken: it may have done what was asked."""


class NoAnswer(ChannelwrightError):
    """Discord did not answer: it may have done what was asked, and may still do it."""


OUTCOME_KNOWN: Final = frozenset(cls.__name__ for cls in OutcomeKnown.__subclasses__())
# Their messages are sentences for the user.
OURS: Final = OUTCOME_KNOWN | {
    "BotTokenNotRead",
    "CampaignRejected",
    "DiscordUnavailable",
    "EarlierOutcomeUnknown",
    "NameTaken",
    "NoAnswer",
}


def to_heed(failures: Sequence[ChannelwrightError]) -> ChannelwrightError:
    """Return, of calls that failed side by side, the failure that decides.

    One that is final comes first: the others need not be asked again, and it must not be. Then
    comes the longest limit: whoever is told another would ask again too early.
    """
    if final := [one for one in failures if isinstance(one, OutcomeKnown)]:
        return final[0]
    if limits := [one for one in failures if isinstance(one, RateLimited)]:
        return max(limits, key=lambda one: one.until)
    return failures[0]
