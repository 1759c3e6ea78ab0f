"""What can go wrong. The class names are the error names in the state machine.

    ChannelwrightError           its message is written for the user
    ├── OutcomeKnown             nothing was done, or it is known what
    │   ├── DiscordRefused       4xx: asking again would not help
    │   ├── RateLimitTooLong     Discord wants a longer wait than there is time
    │   ├── DeadlineExceeded     the interaction is too old to build anything for it
    │   └── CampaignIncomplete   something that was made is gone
    ├── NameTaken                another campaign of that name was quicker; our role was made
    ├── EarlierOutcomeUnknown    this attempt was refused, but an earlier one may have done it
    ├── RateLimited              its message is the UTC second to try again
    ├── DiscordUnavailable       5xx, half an answer: it may have been done
    └── NoAnswer                 it may have been done, and may still be done

Every other error of a state (a Lambda that died or timed out, a mistake of ours) is an unknown
outcome, too: it may have done its work.
"""

from collections.abc import Sequence
from typing import Final, Literal

from channelwright.messages import refusal, wait_too_long

Scope = Literal["user", "shared", "global", "cloudflare"]
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


class RateLimitTooLong(OutcomeKnown):
    """Discord wants a longer wait than there is time; `scope` as in `RateLimited`."""

    def __init__(self, action: str, seconds: float, scope: Scope):
        super().__init__(wait_too_long(action, seconds, everything=scope in EVERYTHING))
        self.scope = scope


class DeadlineExceeded(OutcomeKnown):
    """The interaction is too old to make anything for it."""


class NameTaken(ChannelwrightError):
    """Another campaign of that name was asked for at the same time, and was quicker."""


class CampaignIncomplete(OutcomeKnown):
    """The list of channels does not show everything that was made."""


class EarlierOutcomeUnknown(ChannelwrightError):
    """The outcome of this attempt is known, but an earlier one may have done it."""


class RateLimited(ChannelwrightError):
    """Discord wants a wait; the message is the UTC second to try again.

    `scope` says what is limited: the bot in one place ("user"), everybody there ("shared"), the
    bot everywhere ("global"), or, before Discord is reached, our address ("cloudflare").
    Source: Discord docs, Topics > Rate Limits > Header Format; Global Rate Limits.
    """

    def __init__(self, until: str, scope: Scope):
        super().__init__(until)
        self.scope = scope


class DiscordUnavailable(ChannelwrightError):
    """Discord said that it is broken: it may have done what was asked."""


class NoAnswer(ChannelwrightError):
    """Discord did not answer: it may have done what was asked, and may still do it."""


OUTCOME_KNOWN: Final = frozenset(cls.__name__ for cls in OutcomeKnown.__subclasses__())
# Their messages are sentences for the user.
OURS: Final = OUTCOME_KNOWN | {
    "DiscordUnavailable",
    "EarlierOutcomeUnknown",
    "NameTaken",
    "NoAnswer",
}


def to_heed(failures: Sequence[ChannelwrightError]) -> ChannelwrightError:
    """Return, of calls that failed side by side, the failure after which to ask again the latest.

    A limit comes first, and the longest of them: who is told another would ask again too early.
    """
    if too_long := [one for one in failures if isinstance(one, RateLimitTooLong)]:
        return too_long[0]
    if limits := [one for one in failures if isinstance(one, RateLimited)]:
        return max(limits, key=str)
    return failures[0]
