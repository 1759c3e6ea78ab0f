"""`sam build` and `sam deploy` against the emulator, exactly as against AWS."""

import fcntl
import hashlib
import json
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from local.bytecode import add_bytecode
from local.child import PROJECT
from local.emulator import client
from local.private import private
from local.sam import DeploymentError, sam, sam_environment

STACK_NAME = "channelwright"
BUILD = PROJECT / ".local" / "build"
SOURCES = ("template.yaml", "samconfig.toml", "functions", "statemachine")
ARCHITECTURES = {"arm64": "arm64", "aarch64": "arm64"}


def platform_parameters() -> dict[str, str]:
    """Return the template parameters that make the functions run on this machine."""
    return {
        "PythonRuntime": f"python3.{sys.version_info.minor}",
        "Architecture": ARCHITECTURES.get(platform.machine(), "x86_64"),
    }


@contextmanager
def build_folder() -> Iterator[TextIO]:
    """Lock the only build folder, so that no other process builds or deploys while we build."""
    with private(BUILD.parent), (BUILD.parent / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def fingerprint() -> str:
    """Return a digest of everything that a build depends on."""
    digest = hashlib.sha256(json.dumps(platform_parameters()).encode())
    for source in SOURCES:
        path = PROJECT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(PROJECT)).encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def build(env: dict[str, str]) -> bool:
    """Build the functions; return False if the last build had the same sources."""
    stamp = BUILD.parent / "build.stamp"
    sources = fingerprint()
    if (BUILD / "template.yaml").exists() and stamp.exists() and stamp.read_text() == sources:
        return False
    stamp.unlink(missing_ok=True)
    sam("build", platform_parameters(), env)
    add_bytecode(BUILD)
    stamp.write_text(sources)
    return True


def deploy(endpoint_url: str, parameters: dict[str, str]) -> None:
    """Build the template if necessary and deploy it to the emulator.

    Raises DeploymentError if sam fails, with the first failed resource, if CloudFormation knows it.
    """
    env = sam_environment(endpoint_url)
    with build_folder() as lock:
        build(env)
        fcntl.flock(lock, fcntl.LOCK_SH)  # others may deploy, too, but not build
        try:
            sam("deploy", platform_parameters() | parameters, env)
        except DeploymentError as error:
            raise DeploymentError(f"{first_failure(endpoint_url)}{error}") from None


def first_failure(endpoint_url: str) -> str:
    """Return a line about the first failed resource; sam's output shows only the rollback."""
    cloudformation = client("cloudformation", endpoint_url)
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK_NAME)
    try:
        events = [event for page in pages for event in page["StackEvents"]]
    except cloudformation.exceptions.ClientError:
        return ""  # There is no stack.
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    # The newest event comes first.
    return "".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}\n"
        for event in failed[-1:]
    )
