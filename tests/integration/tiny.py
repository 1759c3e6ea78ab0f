"""An emulator of our own with one tiny function on it."""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.emulator import Emulator

HANDLER = """
import os, sys, time

class RateLimited(Exception):
    pass

def handler(event, context):
    match event["do"]:
        case "raise":
            raise RateLimited("until then")
        case "die":
            os._exit(3)
        case "sleep":
            open(event["began"], "w").close()
            time.sleep(600)
        case "tell":
            return {
                "pid": os.getpid(),
                "group": os.getpgid(0),
                "at home": os.path.samefile(".", sys.path[0]),
                "arguments": sys.argv,
                "path": sys.path,
                "environment": dict(os.environ),
                "local": "local" in sys.modules,
            }
        case "fail first":
            if event["state"]["RetryCount"] == 0:
                raise RateLimited("until then")
            return event["state"]["Name"]
"""
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)


@contextmanager
def running(folder: Path, *, fork_workers: bool = False) -> Iterator[Emulator]:
    """Run an emulator with the function tiny; its workers are forked if `fork_workers`."""
    emulator = Emulator(folder, fork_workers=fork_workers)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("tiny.py", HANDLER)
    try:
        role = emulator.client("iam").create_role(RoleName="tiny", AssumeRolePolicyDocument=TRUST)
        emulator.client("lambda").create_function(
            FunctionName="tiny",
            Runtime=f"python3.{sys.version_info.minor}",
            Handler="tiny.handler",
            Role=role["Role"]["Arn"],
            Timeout=20,
            Code={"ZipFile": archive.getvalue()},
        )
        yield emulator
    finally:
        emulator.stop()


def invoke(emulator: Emulator, **event: str) -> Any:
    """Invoke tiny with an event and return its answer."""
    payload = json.dumps(event).encode()
    answer = emulator.client("lambda").invoke(FunctionName="tiny", Payload=payload)
    return json.loads(answer["Payload"].read())
