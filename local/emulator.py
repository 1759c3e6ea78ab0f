"""The AWS emulator (ministack) as a child process on 127.0.0.1, and clients that talk to it."""

import os
import socket
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.child import Child, minimal_environment
from local.polling import wait_until

REGION = "eu-central-1"
# With an account number as access key id, ministack grants the account's root user: full access.
ACCESS_KEY_ID = "000000000000"
SECRET_ACCESS_KEY = "local"
FORK_WORKERS, JOURNAL = "FORK_WORKERS", "JOURNAL"
# Hides the developer's profiles, credentials and options.
NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Return whether a process listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def forget_aws_settings() -> None:
    """Hide the developer's AWS settings from this process.

    boto3 reads them even if a client needs none: it refuses a missing profile, and some options
    together with a custom endpoint.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(NO_FILES)


def client(service: str, endpoint_url: str) -> Any:
    """Return a boto3 client of the emulator that ignores the caller's proxy settings."""
    session: Any = boto3.Session(ACCESS_KEY_ID, SECRET_ACCESS_KEY, region_name=REGION)
    return session.client(
        service,
        endpoint_url=endpoint_url,
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )


class Emulator:
    """A running emulator."""

    def __init__(
        self,
        folder: Path,
        wait_scale: float = 1.0,
        *,
        fork_workers: bool = False,
        journal: Path | None = None,
    ) -> None:
        """Start the emulator, with its files and log in `folder`, and wait until it answers.

        `wait_scale` multiplies the seconds of the state machine's waits and retries.
        `fork_workers` spares Lambda's cold starts the import of libraries (emulator_forks.py).
        `journal` is the file to which it writes what the executions do (emulator_journal.py).
        Raises ChildError if it ends, TimeoutError if it does not answer.
        """
        port = free_port()
        self.endpoint_url = f"http://127.0.0.1:{port}"
        environment = minimal_environment(folder) | {
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCESS_KEY_ID,
            "AUTH": "true",  # Enforce the functions' own roles.
            "IOT_MTLS_ENABLED": "0",  # IoT would listen on every interface.
            "DOCKER_HOST": f"unix://{folder}/no-docker",
            "SFN_WAIT_SCALE": str(wait_scale),
            FORK_WORKERS: "1" if fork_workers else "",
            JOURNAL: str(journal or ""),
        }
        log = folder / "emulator.log"
        self.child = Child("The emulator", ["local.emulator_process"], environment, log)

        def ready() -> bool:
            self.child.check()
            return answers(port)

        try:
            wait_until(ready, "The emulator answers")
        except BaseException:
            self.child.stop()
            raise

    def client(self, service: str) -> Any:
        """Return a boto3 client of this emulator."""
        return client(service, self.endpoint_url)

    def stop(self) -> None:
        """Stop the emulator and its Lambda workers."""
        self.child.stop()
