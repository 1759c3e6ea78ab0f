"""A build of the bot on its own stack, which creates campaigns on request.

Started in the folder of any revision, it imports only that revision's `local`. Each line of its
input requests a campaign (JSON: `latency` in seconds per call, and `faults` for the simulated
Discord), and is answered by a line, `Made`.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypedDict

from local.background import FOLDER
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack

PATIENCE = 600  # seconds for one campaign
LAST_WORDS = ("✅", "❌")

Json = dict[str, Any]


class Made(TypedDict):
    """The outcome of a command given at `asked_at`, in Unix seconds.

    `calls` are the simulator's records of Discord calls.
    """

    asked_at: float
    calls: list[Json]


def make(stack: Stack, latency: float, faults: list[Json]) -> Made:
    """Request a campaign in a new server, and wait until all executions have ended.

    It counts as alone: the limiter forgets earlier campaigns.
    """
    discord = stack.simulator
    assert discord
    stack.client("dynamodb").delete_item(
        TableName=f"{STACK_NAME}-limiter", Key={"id": {"S": "schedule"}}
    )
    discord.control("PUT", "settings", {"latency_ms": latency * 1000})
    where = discord.control("POST", "guilds", {})
    where = {key: where[key] for key in ("guild_id", "channel_id")}
    discord.control("DELETE", "requests")
    for fault in faults:
        discord.control("POST", "faults", fault)
    asked_at = time.time()
    sent = discord.command("add-campaign", {"name": "Curse of Strahd"}, **where)
    assert sent["response"] == {"type": 5}, sent

    def is_over() -> bool:
        versions = discord.versions(sent["id"])
        return bool(versions) and versions[-1]["content"].startswith(LAST_WORDS)

    wait_until(is_over, "the last word", PATIENCE)
    wait_until(lambda: not running(stack), "the end of all executions", PATIENCE)
    discord.forgive()
    return {"asked_at": asked_at, "calls": discord.control("GET", "requests")}


def running(stack: Stack) -> bool:
    """Return whether an execution of any of the build's machines is running."""
    stepfunctions = stack.client("stepfunctions")
    return any(
        stepfunctions.list_executions(
            stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
        )["executions"]
        for machine in stepfunctions.list_state_machines()["stateMachines"]
    )


def main() -> None:
    """Start the stack, and serve requests until the input ends."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder,
        Stack(Path(folder), tell=lambda _: None) as stack,
    ):
        for line in sys.stdin:
            print(json.dumps(make(stack, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
