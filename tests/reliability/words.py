"""The last word: the message that the game master reads at the end."""

from typing import Any

from tests.reliability.play import Outcome


def last_words(outcome: Outcome, request: dict[str, Any]) -> str:
    """Return the last message about an interaction, without its address; "" if there is none.

    It is the deferred message, or one that the bot wrote in the channel. A final message counts
    even if the bar moves once more after it.
    """
    id_ = request["interaction_id"]
    said = [(v["at"], v["content"]) for v in outcome.discord.messages(id_) if v["content"]][-1:]
    asked_for = {
        call.body["content"]
        for call in outcome.calls
        if call.path.endswith("/messages") and call.body["nonce"].startswith(id_)
    }
    said += [
        (message.created_at, message.content.partition("\n")[2])
        for messages in outcome.discord.world.messages.values()
        for message in messages
        if message.interaction_id is None and message.content in asked_for
    ]
    in_order = sorted(said, key=lambda one: (bool(kind(one[1])), one[0]))  # of equals the last
    return in_order[-1][1] if in_order else ""


def kind(words: str) -> str:
    """Return a message's kind: "summary", "failure", "rejection", or "" if it is not final."""
    if words.startswith("✅ **Campaign Created"):
        return "summary"
    if not words.startswith("❌ **Could not create campaign"):
        return ""
    return "rejection" if words.endswith("Nothing was created.") else "failure"


def names(words: str, thing: Any) -> bool:
    """Tell whether a message names a thing: by its id or, for a category, by its name."""
    return thing.id in words or (getattr(thing, "type", None) == 4 and f"**{thing.name}**" in words)
