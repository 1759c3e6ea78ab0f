"""`make demo`: a game master's view, and Step Functions' executions, on a temporary stack.

Acts: a campaign is created; Discord refuses a channel of another one, and a second execution undoes
everything; a receiver gets a webhook about the first campaign; players join it; it is archived and
restored; it is deleted after its preview.
"""

import argparse
import os
import signal
import sys
import tempfile
import tomllib
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from local.background import FOLDER
from local.child import PROJECT, ChildError
from local.demo_acts import Demo
from local.demo_checks import DemoError, expect
from local.emulator import forget_aws_settings
from local.page.page import Page
from local.private import private
from local.sam import DeploymentError
from local.simulator.contract import DOCUMENT
from local.stack import Stack
from local.terminal import Steps, console
from local.up import exit_on

LATENCY = 400  # milliseconds for each call to Discord: slow enough to see the bar move
LAYOUT = PROJECT / "functions" / "channelwright" / "layouts" / "default.toml"


def channel_names() -> list[str]:
    """Return the names of a campaign's channels."""
    return [channel["name"] for channel in tomllib.loads(LAYOUT.read_text("utf-8"))["channels"]]


@contextmanager
def shown(stack: Stack) -> Iterator[None]:
    """Open the page of a stack in the user's browser; at the end, wait for Ctrl-C."""
    with Page(stack) as page:
        console.print(f"The page: {page.url}\n")
        webbrowser.open(page.url)
        yield
        console.print("The page stays until you press Ctrl-C.")
        with suppress(KeyboardInterrupt):
            signal.pause()


def perform(
    acts: list[tuple[str, str]], *, wait_scale: float, fork_workers: bool, browser: bool
) -> None:
    """Start a stack, run the acts, and then the rest of the created campaigns' lives.

    `wait_scale` and `fork_workers` are the stack's. `browser` shows everything on a page, too.

    Raises DemoError, or any error from starting the stack.
    """
    forget_aws_settings()
    with (
        private(FOLDER),
        tempfile.TemporaryDirectory(prefix="demo-", dir=FOLDER) as folder,
        Steps() as steps,
    ):
        with Stack(
            Path(folder),
            wait_scale=wait_scale,
            fork_workers=fork_workers,
            journal=browser,
            webhooks=True,
            tell=steps.tell,
        ) as stack:
            steps.finish()
            console.print()
            with shown(stack) if browser else nullcontext():
                play(stack, acts)
        console.print("All checks passed. This stack is gone; `make up` starts one that stays.")


def play(stack: Stack, acts: list[tuple[str, str]]) -> None:
    """Run the acts on a stack; raises DemoError if one has another outcome."""
    assert stack.simulator
    stack.simulator.control("PUT", "settings", {"latency_ms": LATENCY})
    demo = Demo(stack, stack.simulator, len(channel_names()))
    for campaign, fault in acts:
        demo.act(campaign, fault)
        console.print()
    for created in demo.created:
        demo.show_webhook(created)
        console.print()
        demo.add_players(created)
        console.print()
        demo.archive(created)
        demo.delete(created)
        console.print()
    if os.environ.get(DOCUMENT):
        wrong = stack.simulator.take_violations()
        expect(not wrong, "\n".join(["Discord's document allows every request", *wrong]))


def main() -> None:
    """Run the demo; if it fails, exit with 1 and the reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", help="only one campaign, of this name")
    parser.add_argument(
        "--fault", default="", metavar="CHANNEL", help="only one campaign: Discord refuses this"
    )
    parser.add_argument(
        "--wait-scale", type=float, default=1.0, help="multiply the state machines' waits by this"
    )
    parser.add_argument(
        "--fork-workers", action="store_true", help="start Lambdas faster than AWS does"
    )
    parser.add_argument("--browser", action="store_true", help="show it in a browser, too")
    options = parser.parse_args()
    names = channel_names()
    if options.fault and options.fault not in names:
        parser.error(f"no channel {options.fault!r} in the layout; it has {', '.join(names)}")
    acts = [("Curse of Strahd", ""), ("Storm King's Thunder", names[len(names) // 2])]
    if options.name or options.fault:
        acts = [(options.name or "Curse of Strahd", options.fault)]
    exit_on(signal.SIGTERM, signal.SIGHUP)
    try:
        perform(
            acts,
            wait_scale=options.wait_scale,
            fork_workers=options.fork_workers,
            browser=options.browser,
        )
    except KeyboardInterrupt:
        console.print("Stopped.")
        sys.exit(130)
    except (DemoError, ChildError, DeploymentError, TimeoutError) as error:
        sys.exit(f"The demo failed: {error}")


if __name__ == "__main__":
    main()
