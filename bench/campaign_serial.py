"""The serial design: one SQS message per channel, processed one by one, with an edit after each.

This is how older bots work, at its fastest: only the calls to Discord and the queue take time, not
Lambda or the emulator. It learns of limits only from Discord's answers: after a 429, it waits for
Retry-After.
"""

import json
import time
from typing import Any

from bench.campaign_stage import Stage
from channelwright.campaign import deadlines, layout, things
from channelwright.campaign.campaign import Campaign
from channelwright.discord import calls, webhook
from channelwright.discord.client import Discord
from channelwright.words import messages


def seconds(stage: Stage, latency: float) -> float:
    """Create a campaign; return the seconds from the interaction to the final message."""
    stage.discord.control("PUT", "settings", {"latency_ms": latency * 1000})
    where = stage.discord.control("POST", "guilds", {})
    asked = {
        "command": "add-campaign",
        "options": {"name": "Curse of Strahd"},
        "guild_id": where["guild_id"],
        "channel_id": where["channel_id"],
    }
    interaction = json.loads(stage.discord.control("POST", "interactions/build", asked)["body"])
    sqs = stage.stack.client("sqs")
    queue = sqs.create_queue(QueueName="serial")["QueueUrl"]
    began = time.time()
    response = {"response": {"type": 5}}
    stage.discord.control("POST", f"interactions/{interaction['id']}/response", response)
    reply = {
        "application_id": interaction["application_id"],
        "interaction_token": interaction["token"],
    }
    deadline = deadlines.build_deadline(interaction["id"])
    info = stage.stack.endpoints
    bot = Discord(
        info.discord_api_base_url, token=stage.discord.info["bot_token"], deadline=deadline
    )
    editor = Discord(info.discord_api_base_url, token=None, deadline=deadline)
    made = _begin(bot, interaction, stage.discord.info["bot_user_id"])
    for planned in layout.load():
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps([made, planned]))
    channels: list[Any] = []
    while len(channels) < len(layout.load()):
        (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
        made, planned = json.loads(message["Body"])
        channel = bot.create(things.create_channel(made, planned))
        channels.append({**planned, "id": channel["id"]})
        webhook.edit(editor, calls.edit_original(reply, _said(made, channels)))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return time.time() - began


def _begin(bot: Discord, interaction: dict[str, Any], bot_user_id: str) -> Campaign:
    made: Campaign = {
        "interaction_id": interaction["id"],
        "guild_id": interaction["guild_id"],
        "user_id": interaction["member"]["user"]["id"],
        "name": "Curse of Strahd",
        "bot_user_id": bot_user_id,
        "in_company": False,
    }
    role = bot.create(things.create_role(made))
    made["role"] = {"id": role["id"], "name": role["name"], "repeated": False, "settled_at": 0}
    category = bot.create(things.create_category(made))
    made["category"] = {
        "id": category["id"],
        "name": category["name"],
        "repeated": False,
        "settled_at": 0,
    }
    bot.send(things.assign_role(made))
    return made


def _said(made: Campaign, channels: list[Any]) -> str:
    if len(channels) < len(layout.load()):
        return messages.progress(made["name"], len(channels), len(layout.load()), channels[-1:])
    return messages.summary(made["name"], made["role"]["id"], channels, instead_of_forum=False)
