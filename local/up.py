"""`make up`: the local stack in the background, until `make down`.

With DISCORD_API_BASE_URL, DISCORD_PUBLIC_KEY and DISCORD_BOT_TOKEN it serves the application of a
server that speaks Discord's API, instead of a simulated one. With DISCORD_REGISTER=true, too, the
deployment sets that application's endpoint and commands; else nothing is registered there.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from local import background
from local.child import PROJECT, ChildError
from local.emulator import forget_aws_settings
from local.private import private
from local.sam import DeploymentError
from local.settings import SettingsError, api_base_url
from local.stack import Discord, Endpoints, Stack
from local.terminal import Steps, console

FOREIGN = ("DISCORD_API_BASE_URL", "DISCORD_PUBLIC_KEY", "DISCORD_BOT_TOKEN")


def discord_settings(environ: Mapping[str, str]) -> Discord | None:
    """Return the Discord that the environment names, or None to simulate one.

    Raises SettingsError if it names one only in part, or what cannot be one.
    """
    given = {name: environ.get(name, "").strip() for name in FOREIGN}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(FOREIGN):
        return None
    if missing:
        raise SettingsError(
            f"{', '.join(missing)} must be set too: for a Discord of your own give all of "
            f"{', '.join(FOREIGN)}; for a simulated one give none"
        )
    if not re.fullmatch(r"[0-9a-fA-F]{64}", given["DISCORD_PUBLIC_KEY"]):
        raise SettingsError("DISCORD_PUBLIC_KEY must be 64 hexadecimal digits")
    return Discord(
        api_base_url(given),
        given["DISCORD_PUBLIC_KEY"].lower(),
        given["DISCORD_BOT_TOKEN"],
        environ.get("DISCORD_APPLICATION_ID", "").strip() or None,
        register=environ.get("DISCORD_REGISTER", "").strip().lower() == "true",
    )


def up(folder: Path, environ: Mapping[str, str]) -> dict[str, str | None]:
    """Replace the stack of `folder` by a new one; return what its stack.json says.

    Raises SettingsError for the environment, ChildError if the stack could not be started.
    """
    discord_settings(environ)
    with private(folder):
        return replace(folder, environ)


def replace(folder: Path, environ: Mapping[str, str]) -> dict[str, str | None]:
    """Do what `up` does, with settings that make sense."""
    if background.stop(folder):
        console.print("The stack that was running is stopped: this one replaces it.")
    log = folder / "stack.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "local.up", "--serve", str(folder)],
            cwd=PROJECT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        follow(process, folder, log)
    except BaseException:
        abandon(process, folder)
        raise
    described: dict[str, str | None] = json.loads(background.description(folder).read_text())
    return described


def follow(process: subprocess.Popen[str], folder: Path, log: Path) -> None:
    """Show the steps of a starting stack until it runs.

    Raises ChildError, with what it said last, if it ends instead.
    """
    assert process.stdout
    with Steps() as steps, process.stdout as lines:
        for line in lines:
            steps.tell(line.rstrip())
        process.wait()
        if not background.description(folder).exists():
            raise ChildError(log.read_text().strip() or "the local stack ended without a word")


def abandon(process: subprocess.Popen[str], folder: Path) -> None:
    """End a stack that is being started, even if it is not yet known as that of `folder`."""
    if not background.stop(folder):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def serve(folder: Path, environ: Mapping[str, str]) -> None:
    """Be the stack of `folder`, in the background, until SIGTERM or until a part of it fails."""
    if os.fork():
        os._exit(0)  # Whoever started us need not wait for us: our parent is init.
    background.claim(folder)
    forget_aws_settings()
    try:
        with Stack(folder, discord_settings(environ)) as stack:
            describe(stack.endpoints, folder)
            os.dup2(2, 1)  # Whoever follows our output sees its end: the stack is up.
            while True:
                stack.check()
                time.sleep(1)
    finally:
        background.description(folder).unlink(missing_ok=True)


def describe(endpoints: Endpoints, folder: Path) -> None:
    """Write stack.json, whole or not at all."""
    file = background.description(folder)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(endpoints.as_dict(), indent=2) + "\n")
    draft.replace(file)


def exit_on(*signals: signal.Signals) -> None:
    """Make signals end the process as Ctrl-C does: with every `finally` and `with` honoured."""
    for number in signals:
        signal.signal(number, lambda received, _: sys.exit(128 + received))


def main() -> None:
    """Start the stack, or (`--serve FOLDER`) be it."""
    exit_on(signal.SIGTERM, signal.SIGHUP)
    try:
        if sys.argv[1:2] == ["--serve"]:
            serve(Path(sys.argv[2]), os.environ)
            return
        described = up(background.FOLDER, os.environ)
    except KeyboardInterrupt:
        console.print("Stopped.")
        sys.exit(130)
    except (SettingsError, ChildError, DeploymentError, RuntimeError, TimeoutError) as error:
        sys.exit(f"The local stack did not start: {error}")
    console.print(
        "The local stack is up; `make down` stops it. README says how to send it a command and\n"
        "read the bot's log; .local/*.log are those of the emulator and of the simulated Discord."
    )
    for name in ("interactions_url", "discord_api_base_url", "aws_endpoint_url"):
        console.print(f"  {name:<21} {described[name]}")
    console.print(f"  and everything else in {background.description(background.FOLDER)}")


if __name__ == "__main__":
    main()
