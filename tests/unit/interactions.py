"""Interactions as Discord sends them, and the interaction Lambda's answers."""

import json

from nacl.signing import SigningKey

import interaction
from local.simulator import ManualClock, Simulator

KEY = SigningKey(bytes(range(32)))
NOW = 1_700_000_000
DISCORD = Simulator(ManualClock(NOW))


def build(command="add-campaign", options=None, **how):
    """Return an interaction as Discord sends it, by default the game master's in #general."""
    return json.loads(DISCORD.build_interaction(command, options, **how).body)


COMMAND = build(options={"name": "  Curse of Strahd "}, overrides={"locale": "de"})


def signed(raw: bytes, timestamp: str = str(NOW), **event):
    signature = KEY.sign(timestamp.encode() + raw).signature.hex()
    return {
        "headers": {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp},
        "body": raw.decode(),
        "isBase64Encoded": False,
        **event,
    }


def ask(payload) -> dict:
    answer = interaction.handler(signed(json.dumps(payload).encode()), None)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    said = json.loads(answer["body"])
    DISCORD.receive(payload["id"], said)
    assert not DISCORD.interaction(payload["id"]).invalidated
    return said


def change(**changes):
    return {**COMMAND, **changes}


def named(name):
    [option] = COMMAND["data"]["options"]
    return change(data=COMMAND["data"] | {"options": [option | {"value": name}]})


def refused(payload, queue) -> str:
    """Check that a command is refused in an ephemeral message; return the reasons."""
    answer = ask(payload)
    assert answer["type"] == 4
    assert answer["data"]["flags"] == 64
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    assert queue() == []
    return reasons(answer)


def reasons(answer) -> str:
    """Return why nothing was created; every such answer has the form of a rejection."""
    content: str = answer["data"]["content"]
    assert content.startswith("❌ ")
    assert content.endswith("\n\nNothing was created.")
    assert len(content) <= 2000
    return content.removeprefix("❌ ").removesuffix("\n\nNothing was created.")
