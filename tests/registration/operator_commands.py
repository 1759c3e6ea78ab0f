"""Run `make doctor` and `make register` as an operator does."""

import os
import subprocess
import sys

from local.child import PROJECT
from local.doctor import examine


def wrong(settings: dict[str, str], **changes: str) -> list[str]:
    """Return the lines that report a problem."""
    lines = [str(finding) for finding in examine(settings | changes)]
    assert not any(settings["DISCORD_BOT_TOKEN"] in line for line in lines)
    assert all("\n" not in line for line in lines)
    found = [line for line in lines if line.startswith("✗")]
    assert all(line.partition(". ")[2] for line in found), "each problem says what to do"
    return found


def run(settings: dict[str, str], command: str = "doctor") -> subprocess.CompletedProcess[str]:
    """Run a command on a machine that knows nothing of AWS: no region, no credentials."""
    others = ("AWS_", "DISCORD_", "INTERACTIONS_")
    own = {k: v for k, v in os.environ.items() if not k.startswith(others)}
    return subprocess.run(
        [sys.executable, "-m", f"local.{command}"],
        cwd=PROJECT,
        env=own | {"HOME": "/nowhere", "PYTHONPATH": "functions"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


NOT_DISCORD = (
    "✗ {url} does not answer like Discord's API. Check DISCORD_API_BASE_URL (the default is "
    "https://discord.com/api/v10) and the network. {said}"
)
SOMETHING_ELSE = "When asked to {action}, it answered something else."


PARTS = {"id": "1", "name": "A", "verify_key": "ab", "interactions_endpoint_url": None}
