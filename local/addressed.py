"""The stack that a command of `make` works on: one on AWS, or the running local one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from local import background, emulator
from local.deployment import STACK_NAME

Client = Callable[[str], Any]


class NoStackError(Exception):
    """There is no such stack; the message says what to do."""


def clients(stack: str, folder: Path) -> Client:
    """Return what makes clients for a stack on AWS or, if `stack` is empty, the one in `folder`.

    Raises NoStackError if the local stack does not run.
    """
    if stack:
        # A session of its own: boto3's default one keeps the credentials of whoever was first.
        session: Any = boto3.Session()
        return session.client  # type: ignore[no-any-return]
    if not background.running_pid(folder) or not background.description(folder).exists():
        raise NoStackError("The local stack does not run. Name a stack on AWS with STACK=.")
    told = json.loads(background.description(folder).read_text(encoding="utf-8"))
    return lambda service: emulator.client(service, told["aws_endpoint_url"])


def outputs(client: Client, stack: str) -> dict[str, str]:
    """Return a stack's outputs by their names; `stack` is empty for the local one."""
    answer = client("cloudformation").describe_stacks(StackName=stack or STACK_NAME)
    [described] = answer["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}
