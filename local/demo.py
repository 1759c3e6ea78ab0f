"""`make demo`: a game master's view, and Step Functions' executions, on a temporary stack.

Two acts: first a campaign is created; then Discord refuses one channel, and a second execution
undoes everything.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.live import Live
from rich.rule import Rule
from rich.text import Text

from local import demo_view, execution
from local.background import FOLDER
from local.child import PROJECT, ChildError
from local.emulator import forget_aws_settings
from local.execution import Execution, Visit
from local.private import private
from local.sam import DeploymentError
from local.simulated_discord import SimulatedDiscord
from local.simulator.contract import DOCUMENT
from local.stack import Stack
from local.terminal import Steps, console
from local.up import exit_on

PATIENCE = 120  # seconds for one campaign
LATENCY = 400  # milliseconds for each call to Discord: slow enough to see the bar move
DEFERRED = 5  # Discord docs, Interactions > Receiving and Responding: the message follows
LAYOUT = PROJECT / "functions" / "channelwright" / "layouts" / "default.toml"


class DemoError(RuntimeError):
    """The demo's outcome is not the expected one."""


class Demo:
    """The acts, on one stack."""

    def __init__(self, stack: Stack, simulator: SimulatedDiscord) -> None:
        """Use a running stack with a simulated Discord."""
        self.discord = simulator
        self.builds = stack.endpoints.state_machine_arn
        self.removals = stack.endpoints.removal_state_machine_arn
        self.stepfunctions = stack.client("stepfunctions")

    def act(self, campaign: str, fault: str = "") -> None:
        """Request a campaign in a new server, show the events and check the outcome.

        `fault` is the name of a channel that Discord refuses.

        Raises DemoError if the outcome is not the expected one.
        """
        title = f"Discord refuses #{fault}: everything is undone" if fault else "Create a campaign"
        console.print(Rule(title, style="magenta"), Text(), sep="")
        guild_id = self.discord.new_guild()
        before = self.discord.guild(guild_id)
        if fault:
            self.discord.refuse(json.dumps(fault))
        options = {"name": campaign}
        sent = self.discord.command("add-campaign", options, guild_id=guild_id)
        console.print(Text.assemble(("gamemaster", "bold"), f"  /add-campaign name:{campaign}\n"))
        if sent["status"] != 200:
            raise DemoError(f"the bot answered with {sent['status']}: {sent['response']}")
        if sent["response"]["type"] != DEFERRED:
            raise DemoError(f"the bot refused the command:\n{sent['response']['data']['content']}")
        ended = self.watch(sent["id"], guild_id)
        self.discord.forgive()
        after = self.discord.guild(guild_id)
        console.print(Text(), demo_view.server(after), Text(), sep="\n")
        self.show_ways(ended)
        answer = self.discord.versions(sent["id"])[-1]["content"]
        if fault:
            check_undone(before, after, ended, answer)
        else:
            check_created(campaign, before, after, ended, answer)

    def watch(self, interaction_id: str, guild_id: str) -> list[Execution]:
        """Show the bot's message as it changes, until all executions have ended.

        Returns the ended executions: the campaign's and, if it failed, its removal's.

        Raises DemoError if they do not end in time.
        """
        shown, deadline = 0, time.monotonic() + PATIENCE
        with message_box() as show:
            while time.monotonic() < deadline:
                ended = self.ended(interaction_id)
                versions = self.discord.versions(interaction_id)
                for version in versions[shown:]:
                    show(demo_view.message(version["content"], self.discord.guild(guild_id)))
                shown = len(versions)
                if ended:
                    return ended
                time.sleep(0.05)
        raise DemoError(f"the campaign was not finished within {PATIENCE} s")

    def ended(self, interaction_id: str) -> list[Execution]:
        """Return the executions of an interaction once all have ended; none before."""
        build = execution.find(self.stepfunctions, self.builds, interaction_id)
        if not build or build.status == "RUNNING":
            return []
        if build.status == "SUCCEEDED":
            return [build]
        removal = execution.find(self.stepfunctions, self.removals, f"{interaction_id}-remove")
        return [build, removal] if removal and removal.status != "RUNNING" else []

    def show_ways(self, ended: list[Execution]) -> None:
        """Show each execution's path, with times since the start of the first execution."""
        paths = [self.path(done) for done in ended]
        titles = ["The campaign's execution", "Its removal, started by Remove Campaign"]
        for title, done, path in zip(titles, ended, paths, strict=False):
            console.print(Text.assemble((title, "bold"), (f"  {done.name}", "dim")))
            console.print(demo_view.way(path, since=paths[0][0].began))
            console.print(demo_view.end(done, path), Text(), sep="\n")

    def path(self, done: Execution) -> list[Visit]:
        """Return an execution's path through its state machine."""
        events = execution.history(self.stepfunctions, done.arn)
        return execution.visits(events, execution.machine(self.stepfunctions, done.arn))


@contextmanager
def message_box() -> Iterator[Any]:
    """Yield a function that shows a message: in place on a terminal, one by one elsewhere."""
    if not console.is_terminal:
        console.print(demo_view.THINKING, Text(), sep="\n")
        yield lambda text: console.print(text, Text(), sep="\n")
        return
    with Live(demo_view.bubble(demo_view.THINKING), console=console, auto_refresh=False) as live:
        yield lambda text: live.update(demo_view.bubble(text), refresh=True)


def channel_names() -> list[str]:
    """Return the names of a campaign's channels."""
    return [channel["name"] for channel in tomllib.loads(LAYOUT.read_text("utf-8"))["channels"]]


def ids(guild: dict[str, Any]) -> set[str]:
    """Return the ids of a server's roles and channels."""
    return {thing["id"] for kind in ("roles", "channels") for thing in guild[kind]}


def expect(ok: object, what: str) -> None:
    """Tick off a fact.

    Raises DemoError if it is not `ok`.
    """
    if not ok:
        raise DemoError(f"this should be true, but is not: {what}")
    console.print(f"[green]✓[/] {what}")


def check_created(
    campaign: str,
    before: dict[str, Any],
    after: dict[str, Any],
    ended: list[Execution],
    answer: str,
) -> None:
    """Check that the campaign was created; raises DemoError."""
    made = [channel for channel in after["channels"] if channel["id"] not in ids(before)]
    categories = [c for c in made if c["type"] == demo_view.CATEGORY]
    children = [c for c in made if categories and c["parent_id"] == categories[0]["id"]]
    roles = [role for role in after["roles"] if role["id"] not in ids(before)]
    expect([done.status for done in ended] == ["SUCCEEDED"], "the campaign's execution succeeded")
    expect([c["name"] for c in categories] == [campaign], "there is one new category")
    wanted = len(channel_names())
    expect(len(made) - 1 == len(children) == wanted, f"it holds {wanted} new channels")
    expect(
        len(roles) == 1 and roles[0]["members"] == [after["owner_id"]],
        "there is one new role, and the game master has it",
    )
    expect(answer.startswith(f"✅ **Campaign Created: {campaign}**"), "the message says so")


def check_undone(
    before: dict[str, Any], after: dict[str, Any], ended: list[Execution], answer: str
) -> None:
    """Check that nothing was left behind; raises DemoError."""
    build, removal = ended
    expect(build.error == "CampaignFailed", "the campaign's execution failed, as it should")
    expect(removal.status == "SUCCEEDED", "its removal succeeded")
    expect(ids(after) == ids(before), "the server is back to its original state")
    expect("Nothing was left behind." in answer, "the message says so")


def perform(acts: list[tuple[str, str]], wait_scale: float) -> None:
    """Start a stack and run the acts; `wait_scale` multiplies the state machines' waits.

    Raises DemoError, or any error from starting the stack.
    """
    forget_aws_settings()
    with (
        private(FOLDER),
        tempfile.TemporaryDirectory(prefix="demo-", dir=FOLDER) as folder,
        Steps() as steps,
    ):
        with Stack(Path(folder), wait_scale=wait_scale, tell=steps.tell) as stack:
            steps.finish()
            console.print()
            assert stack.simulator
            stack.simulator.control("PUT", "settings", {"latency_ms": LATENCY})
            demo = Demo(stack, stack.simulator)
            for campaign, fault in acts:
                demo.act(campaign, fault)
                console.print()
            if os.environ.get(DOCUMENT):
                wrong = stack.simulator.take_violations()
                expect(not wrong, "\n".join(["Discord's document allows every request", *wrong]))
        console.print("All checks passed. This stack is gone; `make up` starts one that stays.")


def main() -> None:
    """Run the demo; if it fails, exit with 1 and the reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", help="run one act only, with this campaign name")
    parser.add_argument(
        "--fault", default="", metavar="CHANNEL", help="run one act only: Discord refuses this"
    )
    parser.add_argument(
        "--wait-scale", type=float, default=1.0, help="multiply the state machines' waits by this"
    )
    options = parser.parse_args()
    names = channel_names()
    if options.fault and options.fault not in names:
        parser.error(f"no channel {options.fault!r} in the layout; it has {', '.join(names)}")
    acts = [("Curse of Strahd", ""), ("Storm King's Thunder", names[len(names) // 2])]
    if options.name or options.fault:
        acts = [(options.name or "Curse of Strahd", options.fault)]
    exit_on(signal.SIGTERM, signal.SIGHUP)
    try:
        perform(acts, options.wait_scale)
    except KeyboardInterrupt:
        console.print("Stopped.")
        sys.exit(130)
    except (DemoError, ChildError, DeploymentError, TimeoutError) as error:
        sys.exit(f"The demo failed: {error}")


if __name__ == "__main__":
    main()
