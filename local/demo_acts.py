"""The demo's acts: a game master's view, and Step Functions' executions."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.live import Live
from rich.rule import Rule
from rich.text import Text

from local import demo_checks, demo_view, execution
from local.demo_checks import DemoError, expect
from local.execution import Execution, Visit
from local.polling import wait_until
from local.simulated_discord import SimulatedDiscord
from local.stack import Stack
from local.terminal import console

PATIENCE = 120  # seconds for what one command, or one press, begins
INTERVAL = 0.1  # seconds between two looks
DEFERRED = 5  # Discord docs, Interactions > Receiving and Responding: the message follows

Json = dict[str, Any]


@dataclass(frozen=True)
class Campaign:
    """A created campaign; `before` is its server as it was without it."""

    id: str
    name: str
    guild_id: str
    before: Json


class Demo:
    """The acts, on one stack."""

    def __init__(self, stack: Stack, simulator: SimulatedDiscord, channels: int) -> None:
        """Use a running stack, a simulated Discord and a layout of so many channels."""
        self.discord = simulator
        self.channels = channels
        self.builds = stack.endpoints.state_machine_arn
        self.removals = stack.endpoints.removal_state_machine_arn
        self.deletions = self.builds.replace("add-campaign", "delete-campaign")
        self.changes = self.builds.replace("add-campaign", "change-members")
        self.archivings = self.builds.replace("add-campaign", "archive-campaign")
        self.stepfunctions = stack.client("stepfunctions")
        self.receiver = stack.receiver
        self.created: list[Campaign] = []

    def act(self, campaign: str, fault: str = "") -> None:
        """Request a campaign in a new server, show the events and check the outcome.

        `fault` is the name of a channel that Discord refuses.

        Raises DemoError if the outcome is not the expected one.
        """
        announce(
            f"Discord refuses #{fault}: everything is undone" if fault else "Create a campaign"
        )
        guild_id = self.discord.new_guild()
        before = self.discord.guild(guild_id)
        if fault:
            self.discord.refuse(json.dumps(fault))
        options = {"name": campaign}
        sent = self.discord.command("add-campaign", options, guild_id=guild_id)
        did(f" /add-campaign name:{campaign}")
        check_deferred(sent)
        ended = self.watch(sent["id"], guild_id, self.builds, f"{sent['id']}-remove")
        self.discord.forgive()
        after = self.show_server(guild_id)
        self.show_ways(ended, "The campaign's execution", "Its removal, started by Remove Campaign")
        answer = self.discord.versions(sent["id"])[-1]
        if fault:
            demo_checks.check_undone(before, after, ended, answer)
            return
        demo_checks.check_created(campaign, before, after, ended, answer, wanted=self.channels)
        self.created.append(Campaign(sent["id"], campaign, guild_id, before))

    def show_webhook(self, campaign: Campaign) -> None:
        """Show the webhook about a created campaign, which a receiver has verified.

        Raises DemoError if it does not come.
        """
        announce("A web page elsewhere hears of it: a signed webhook")
        receiver = self.receiver
        assert receiver
        came = wait_until(
            lambda: demo_checks.webhooks_about(campaign.id, receiver.received()),
            "a webhook arrives",
            PATIENCE,
        )
        console.print(demo_view.webhook(came[0]), Text(), sep="\n")
        demo_checks.check_webhook(came)

    def add_players(self, campaign: Campaign) -> None:
        """Add two players with the summary's menu, show the events and check that they are in.

        Raises DemoError if the outcome is not the expected one.
        """
        announce(f"Two players join {campaign.name}")
        menu = demo_view.controls(self.discord.versions(campaign.id)[-1])[0]
        guild = self.discord.guild(campaign.guild_id)
        others = [one for one in guild["members"] if one["id"] != guild["owner_id"]]
        chosen = [one for one in others if not one["bot"]]
        sent = self.discord.press(campaign.id, menu["custom_id"], [one["id"] for one in chosen])
        did(f"chooses {' and '.join(one['name'] for one in chosen)} in {menu['placeholder']}")
        ended = self.watch(sent["id"], campaign.guild_id, self.changes)
        after = self.show_server(campaign.guild_id)
        self.show_ways(ended, "The change's execution")
        answer = self.discord.versions(sent["id"])[-1]
        demo_checks.check_added(chosen, campaign.before, after, ended, answer)

    def archive(self, campaign: Campaign) -> None:
        """Archive a campaign and restore it, show the events and check that all is as before.

        Raises DemoError if the outcome is not the expected one.
        """
        announce(f"{campaign.name} is put to rest, and wakes up again")
        lively = self.discord.guild(campaign.guild_id)
        asked = {"guild_id": campaign.guild_id}
        for way, check in (
            ("archive", demo_checks.check_archived),
            ("unarchive", demo_checks.check_restored),
        ):
            command = f"campaign {way}"
            options = {"campaign": self.discord.complete(command, "campaign", **asked)}
            sent = self.discord.command(command, options, **asked)
            did(f" /{command} campaign:{campaign.name}")
            check_deferred(sent)
            ended = self.watch(sent["id"], campaign.guild_id, self.archivings)
            self.show_ways(ended, "Its execution")
            answer = self.discord.versions(sent["id"])[-1]
            check(lively, self.discord.guild(campaign.guild_id), ended, answer)
            console.print()

    def delete(self, campaign: Campaign) -> None:
        """Delete a campaign after its preview, show the events and check that nothing is left.

        Raises DemoError if the outcome is not the expected one.
        """
        announce(f"Delete {campaign.name}: a preview, and its red button")
        asked, looked = self.preview(campaign)
        [button] = demo_view.controls(self.discord.versions(asked)[-1])
        sent = self.discord.press(asked, button["custom_id"])
        did(f"presses {button['label']}")
        removal = f"{campaign.id}-remove-by-{sent['id']}"
        ended = self.watch(sent["id"], campaign.guild_id, self.deletions, removal, first=None)
        after = self.show_server(campaign.guild_id)
        self.show_ways(
            looked + ended,
            "The preview's execution",
            "The press's execution",
            "The removal, started by Remove Campaign",
        )
        answer = self.discord.versions(sent["id"])[-1]
        demo_checks.check_deleted(campaign.before, after, ended, answer)
        listed = self.discord.command("campaign list", {}, guild_id=campaign.guild_id)
        nothing = "no campaigns" in listed["response"]["data"]["content"]
        expect(nothing, "/campaign list knows no campaigns here")

    def preview(self, campaign: Campaign) -> tuple[str, list[Execution]]:
        """Ask for the deletion of a campaign and check its preview.

        Returns the interaction's id and its ended execution.

        Raises DemoError if the outcome is not the expected one.
        """
        where = {"guild_id": campaign.guild_id}
        options = {"campaign": self.discord.complete("campaign delete", "campaign", **where)}
        sent = self.discord.command("campaign delete", options, **where)
        did(f" /campaign delete campaign:{campaign.name}")
        check_deferred(sent)
        ended = self.watch(sent["id"], campaign.guild_id, self.deletions)
        console.print()
        shown = self.discord.versions(sent["id"])[-1]
        standing = self.discord.guild(campaign.guild_id)
        demo_checks.check_previewed(campaign.before, standing, ended, shown)
        console.print()
        return sent["id"], ended

    def watch(
        self,
        interaction_id: str,
        guild_id: str,
        machine: str,
        removal: str = "",
        first: Text | None = demo_view.THINKING,
    ) -> list[Execution]:
        """Show the bot's message as it changes, until the interaction's execution has ended.

        `first` is what Discord itself shows until then.

        Returns the ended execution and the `removal` of this name, if the execution has started it.

        Raises DemoError if they do not end in time.
        """
        shown, deadline = 0, time.monotonic() + PATIENCE
        with message_box(first) as show:
            while time.monotonic() < deadline:
                ended = self.ended(machine, interaction_id, removal)
                versions = self.discord.versions(interaction_id)
                for version in versions[shown:]:
                    show(demo_view.message(version, self.discord.guild(guild_id)))
                shown = len(versions)
                if ended:
                    return ended
                time.sleep(INTERVAL)
        raise DemoError(f"it was not finished within {PATIENCE} s")

    def ended(self, machine: str, name: str, removal: str) -> list[Execution]:
        """Return an execution, and its removal if there is one, once both have ended."""
        first = execution.find(self.stepfunctions, machine, name)
        if not first or first.status == "RUNNING":
            return []
        second = execution.find(self.stepfunctions, self.removals, removal) if removal else None
        if not second:
            return [first]
        return [] if second.status == "RUNNING" else [first, second]

    def show_server(self, guild_id: str) -> Json:
        """Show a server's channel list, and return the server."""
        guild = self.discord.guild(guild_id)
        console.print(Text(), demo_view.server(guild), Text(), sep="\n")
        return guild

    def show_ways(self, ended: list[Execution], *titles: str) -> None:
        """Show each execution's path, with times since the start of the first execution."""
        paths = [self.path(done) for done in ended]
        for title, done, path in zip(titles, ended, paths, strict=False):
            console.print(Text.assemble((title, "bold"), (f"  {done.name}", "dim")))
            console.print(demo_view.way(path, since=paths[0][0].began))
            console.print(demo_view.end(done, path), Text(), sep="\n")

    def path(self, done: Execution) -> list[Visit]:
        """Return an execution's path through its state machine."""
        events = execution.history(self.stepfunctions, done.arn)
        return execution.visits(events, execution.machine(self.stepfunctions, done.arn))


def announce(title: str) -> None:
    """Show the title of an act."""
    console.print(Rule(title, style="magenta"), Text(), sep="")


def did(what: str) -> None:
    """Show what the game master did."""
    console.print(Text.assemble(("gamemaster", "bold"), f" {what}\n"))


def check_deferred(sent: Json) -> None:
    """Check that the bot has accepted a command; raises DemoError."""
    if sent["status"] != 200:
        raise DemoError(f"the bot answered with {sent['status']}: {sent['response']}")
    if sent["response"]["type"] != DEFERRED:
        raise DemoError(f"the bot refused the command:\n{sent['response']['data']['content']}")


@contextmanager
def message_box(first: Text | None) -> Iterator[Callable[[Text], object]]:
    """Yield a function that shows a message: in place on a terminal, one by one elsewhere."""
    if not console.is_terminal:
        if first:
            console.print(first, Text(), sep="\n")
        yield lambda text: console.print(text, Text(), sep="\n")
        return
    with Live(demo_view.bubble(first or Text()), console=console, auto_refresh=False) as live:
        yield lambda text: live.update(demo_view.bubble(text), refresh=True)
