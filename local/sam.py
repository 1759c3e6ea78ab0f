"""The SAM CLI, confined to the emulator: `python -m local.sam ARGUMENT...`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from local.background import FOLDER
from local.child import PROJECT, VENV_BIN
from local.emulator import ACCESS_KEY_ID, NO_FILES, REGION, SECRET_ACCESS_KEY
from local.private import private

SAM = (sys.executable, "-m", "local.sam_process")
NOWHERE = "http://127.0.0.1:9"  # the endpoint of what needs no emulator
# Variables that could point sam at a real account, or its pip at another Python's packages.
FOREIGN_SETTINGS = ("AWS_", "SAM_", "PYTHON", "VIRTUAL_ENV", "DISCORD_")


class DeploymentError(RuntimeError):
    """`sam build` or `sam deploy` failed; the message ends with its output."""


def sam_environment(endpoint_url: str) -> dict[str, str]:
    """Return an environment in which sam can reach only the emulator."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_SETTINGS)}
    for name in ("no_proxy", "NO_PROXY"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1"]))
    return (
        kept
        | NO_FILES
        | {
            "PATH": f"{VENV_BIN}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.2",
            "__SAM_CLI_APP_DIR": str(sam_settings()),
        }
    )


def sam_settings() -> Path:
    """Return sam's settings folder, in which it has just checked for a newer version."""
    folder = FOLDER / "sam"
    with private(FOLDER):
        folder.mkdir(exist_ok=True)
        (folder / "metadata.json").write_text(json.dumps({"lastVersionCheck": time.time()}))
    return folder


def sam(command: str, parameters: dict[str, str], env: dict[str, str]) -> None:
    """Run `sam COMMAND --config-env local` with template parameters.

    Raises DeploymentError if it fails.
    """
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    result = subprocess.run(
        [*SAM, command, "--config-env", "local", "--parameter-overrides", *overrides],
        cwd=PROJECT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        tail = "\n".join(result.stdout.splitlines()[-25:])
        raise DeploymentError(f"sam {command} failed:\n{tail}")


def main() -> None:
    """Run sam with our arguments and without an emulator."""
    with private(FOLDER):
        command = ["sam", *sys.argv[1:]]
        sys.exit(subprocess.call(command, cwd=PROJECT, env=sam_environment(NOWHERE)))


if __name__ == "__main__":
    main()
