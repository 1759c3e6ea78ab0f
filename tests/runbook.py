"""Runs the runbook's commands in a shell, with a fake `aws` and a fake time."""

import os
import subprocess
from pathlib import Path

RUNBOOK = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
# The fake `aws` prints nothing about an unknown execution.
PLAYED = """
output() { test "$1" = RemovalStateMachineArn && echo "$MACHINE"; }
date() { echo "$NOW"; }
aws() {
    case "$2" in
    describe-execution) test "$4" = "$KNOWN" && printf '%s\\n' "$KNOWN_INPUT" ;;
    start-execution) shift 2 && printf '%s\\n' "$@" ;;
    esac
}
"""


def commands(after: str) -> str:
    """Return the first commands that the runbook has after these words."""
    assert after in RUNBOOK
    return RUNBOOK.partition(after)[2].partition("```sh\n")[2].partition("```")[0]


def start_execution(
    after: str, *, machine: str, interaction_id: str, known: str, known_input: str, now: float
) -> dict[str, str]:
    """Return the options that the commands after these words pass to StartExecution.

    The commands may describe one execution: its ARN is `known`, its input is `known_input`.
    """
    script = PLAYED + commands(after).replace("<interaction id>", interaction_id)
    played = {"MACHINE": machine, "KNOWN": known, "KNOWN_INPUT": known_input, "NOW": str(int(now))}
    ran = subprocess.run(
        ["sh", "-euc", script],
        env={"PATH": os.environ["PATH"]} | played,
        capture_output=True,
        text=True,
        check=True,
    )
    given = ran.stdout.splitlines()
    options = dict(zip(given[::2], given[1::2], strict=True))
    assert set(options) == {"--state-machine-arn", "--name", "--input"}
    return {
        "stateMachineArn": options["--state-machine-arn"],
        "name": options["--name"],
        "input": options["--input"],
    }
