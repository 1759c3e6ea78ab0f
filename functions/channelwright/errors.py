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

from typing import Final

from channelwright.messages import refusal


class ChannelwrightError(Exception):
    """The base of all errors that the project raises."""


class OutcomeKnown(ChannelwrightError):
    """Asking again would give the same answer."""


class DiscordRefused(OutcomeKnown):
    """Discord refused: `action` ("create the role"), HTTP `status`, Discord's `code` and `detail`.

    Source of the codes: Discord docs, Topics > Opcodes and Status Codes > JSON.
    """

    def __init__(self, action: str, status: int, code: int, detail: str):
        super().__init__(refusal(action, status, code, detail))
        self.status = status
        self.code = code
        self.detail = detail


class RateLimitTooLong(OutcomeKnown):
    """Discord wants a longer wait than there is time."""


class DeadlineExceeded(OutcomeKnown):
    """The interaction is too old to make anything for it."""


class NameTaken(ChannelwrightError):
    """Another campaign of that name was asked for at the same time, and was quicker."""


class CampaignIncomplete(OutcomeKnown):
    """The list of channels does not show everything that was made."""


class EarlierOutcomeUnknown(ChannelwrightError):
    """The outcome of this attempt is known, but an earlier one may have done it."""


class RateLimited(ChannelwrightError):
    """Discord wants a wait; the message is the UTC second to try again."""


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
