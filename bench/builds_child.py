"""A build of the bot on a stack of its own, which makes campaigns as it is told.

Started in the folder of any revision: of ours it imports what that has of `local`, and nothing
else. Each line of its input asks for a campaign (JSON: `latency` in seconds a call, and `faults`
as the simulated Discord takes them), and is answered by a line, `Made`.
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
    """What became of a command that was given at `asked_at`, in Unix seconds.

    `calls` are the simulator's records of Discord calls.
    """

    asked_at: float
    calls: list[Json]


def make(stack: Stack, latency: float, faults: list[Json]) -> Made:
    """Ask for a campaign in a new server, and wait until all is over.

    It has no company: the limiter forgets who was there before.
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
    """Tell whether an execution runs, of whatever machines the build has."""
    stepfunctions = stack.client("stepfunctions")
    return any(
        stepfunctions.list_executions(
            stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
        )["executions"]
        for machine in stepfunctions.list_state_machines()["stateMachines"]
    )


def main() -> None:
    """Start the stack, and do what the input says until it ends."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)  # of whatever build this is
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder,
        Stack(Path(folder), tell=lambda _: None) as stack,
    ):
        for line in sys.stdin:
            print(json.dumps(make(stack, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
