"""`make up`: run the local stack in the background, until `make down`.

With DISCORD_API_BASE_URL, DISCORD_PUBLIC_KEY and DISCORD_BOT_TOKEN set, it serves an application on
a server that speaks Discord's API, instead of a simulated one. The deployment sets that
application's endpoint and commands only if DISCORD_REGISTER=true is set, too.
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
from dataclasses import replace
from pathlib import Path

from local import background
from local.child import PROJECT, ChildError
from local.emulator import forget_aws_settings
from local.page.page import Page
from local.private import private
from local.sam import DeploymentError
from local.settings import SettingsError, api_base_url
from local.stack import Discord, Endpoints, Stack
from local.terminal import Steps, console

SHOWN = (
    *("page_url", "interactions_url", "discord_api_base_url", "aws_endpoint_url"),
    "webhook_receiver_url",
)
FOREIGN = ("DISCORD_API_BASE_URL", "DISCORD_PUBLIC_KEY", "DISCORD_BOT_TOKEN")


def discord_settings(environ: Mapping[str, str]) -> Discord | None:
    """Return the Discord set in the environment, or None to simulate one.

    Raises SettingsError if its settings are incomplete or invalid.
    """
    given = {name: environ.get(name, "").strip() for name in FOREIGN}
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(FOREIGN):
        return None
    if missing:
        raise SettingsError(
            f"{', '.join(missing)} must be set too: to use your own Discord, set all of "
            f"{', '.join(FOREIGN)}; to use a simulated one, set none"
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
    """Start a stack in `folder`, replacing any other; return the content of its stack.json.

    Raises SettingsError if a setting is invalid, ChildError if the stack could not be started.
    """
    discord_settings(environ)
    with private(folder):
        return start_instead(folder, environ)


def start_instead(folder: Path, environ: Mapping[str, str]) -> dict[str, str | None]:
    """Do the work of `up`, with valid settings."""
    if background.stop(folder):
        console.print("Stopped the running stack to replace it.")
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
    """Show the steps of a starting stack until it is up.

    Raises ChildError, with the stack's log, if it ends instead.
    """
    assert process.stdout
    with Steps() as steps, process.stdout as lines:
        for line in lines:
            steps.tell(line.rstrip())
        process.wait()
        if not background.description(folder).exists():
            raise ChildError(log.read_text().strip() or "the local stack ended without output")


def abandon(process: subprocess.Popen[str], folder: Path) -> None:
    """Stop a starting stack, even if it has not yet claimed `folder`."""
    if not background.stop(folder):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def serve(folder: Path, environ: Mapping[str, str]) -> None:
    """Run as the stack of `folder`, in the background, until SIGTERM or until a part fails."""
    if os.fork():
        os._exit(0)  # Our parent is now init, so the caller need not wait for us.
    background.claim(folder)
    forget_aws_settings()
    try:
        discord = discord_settings(environ)
        with Stack(folder, discord, journal=True, webhooks=True) as stack, Page(stack) as page:
            describe(replace(stack.endpoints, page_url=page.url), folder)
            os.dup2(2, 1)  # Close stdout: this tells the caller that the stack is up.
            while True:
                stack.check()
                time.sleep(1)
    finally:
        background.description(folder).unlink(missing_ok=True)


def describe(endpoints: Endpoints, folder: Path) -> None:
    """Write stack.json atomically."""
    file = background.description(folder)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(endpoints.as_dict(), indent=2) + "\n")
    draft.replace(file)


def exit_on(*signals: signal.Signals) -> None:
    """Make signals end the process like Ctrl-C: every `finally` and `with` is honoured."""
    for number in signals:
        signal.signal(number, lambda received, _: sys.exit(128 + received))


def main() -> None:
    """Start the stack, or with `--serve FOLDER`, run as the stack."""
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
        "The local stack is up; `make down` stops it. Open the page in a browser to use the bot;\n"
        "README.md explains it. The emulator and the simulated Discord log to .local/*.log."
    )
    for name in SHOWN:
        console.print(f"  {name:<21} {described[name]}")
    console.print(f"  everything else: {background.description(background.FOLDER)}")


if __name__ == "__main__":
    main()
