"""Delete Created: delete one role, category or channel of the campaign."""

from typing import Any, Final

from channelwright import calls, connect, log
from channelwright.campaign import Campaign, rollback_deadline
from channelwright.errors import DiscordRefused
from channelwright.rollback import Deletion

# Discord docs, Topics > Opcodes and Status Codes > JSON: what it says of a channel that the bot
# may not see.
MISSING_ACCESS: Final = 50001


@log.invocation
def handler(event: dict[str, Any], _context: object) -> Deletion:
    """Delete the `thing` of `campaign`; that it is gone already is as good.

    If somebody has hidden it from the bot, that is told, for no list shows it.

    Raises:
        ChannelwrightError: it was not deleted, or it is not known whether it was.

    """
    campaign: Campaign = event["campaign"]
    discord = connect.as_bot(rollback_deadline(campaign["interaction_id"]))
    id_ = event["thing"]["id"]
    try:
        discord.delete(calls.delete(campaign, event["thing"]))
    except DiscordRefused as refused:
        if refused.code != MISSING_ACCESS:
            raise
        return {"id": id_, "gone": False, "hidden": True}
    return {"id": id_, "gone": True}
