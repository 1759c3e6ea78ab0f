"""The modules of `functions/` that read the clock or sleep; a simulation gives them its own clock.

Log lines and signatures keep the true time, and so do the modules that set the bot up.
"""

from typing import Final

CLOCKED: Final = (
    "channelwright.aws.parameter",
    "channelwright.discord.client",
    "channelwright.discord.delivery",
    "channelwright.discord.limited",
    "channelwright.discord.webhook",
    "channelwright.pace.limiter",
    "channelwright.pace.outage",
    "channelwright.pace.places",
    "channelwright.records.claims",
    "channelwright.records.look",
    "channelwright.records.lookup",
    "channelwright.records.store",
    "complete_campaign",
    "create_category",
    "create_channel",
    "create_role",
    "find_created",
    "interaction",
    "plan_archive",
    "plan_campaign",
    "preview_deletion",
    "report",
    "start_campaign",
    "start_removal",
    "sweep_servers",
    "write_archive",
)
