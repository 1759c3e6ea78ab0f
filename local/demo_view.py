"""The demo's output as text: Discord's messages and channels, and Step Functions' states."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from local.execution import Execution, Visit

Json = Mapping[str, Any]
CATEGORY, VOICE, FORUM = 4, 2, 15
ICONS = {VOICE: "🔊", FORUM: "💬"}
VIEW_CHANNEL = 1 << 10
MARKUP = re.compile(
    r"\\(?P<typed>[^\w\s])|\*\*(?P<bold>(?:\\.|.)+?)\*\*"
    r"|<#(?P<channel>\d+)>|<@&(?P<role>\d+)>|<@(?P<user>\d+)>"
)
# Discord docs: Components > Component Object > Component Types; Button > Button Styles.
BUTTON = 2
BUTTON_COLORS = {1: "blue", 2: "bright_black", 3: "green", 4: "red", 5: "bright_black"}
EPHEMERAL = 1 << 6
ONLY_YOU = "Only you can see this"
WEBHOOK_LINES = 14
THINKING = Text("Channelwright is thinking…", style="italic dim")


def names(things: Iterable[Json]) -> dict[str, str]:
    """Return the names of things by their ids."""
    return {thing["id"]: thing["name"] for thing in things}


def message(version: Json, guild: Json) -> Text:
    """Return a version of a message as Discord shows it, with its menus and buttons."""
    text = written(version["content"], guild)
    for number, one in enumerate(controls(version)):
        text.append(" " if number else "\n\n")
        if one["type"] == BUTTON:
            text.append(f"[ {one['label']} ]", f"white on {BUTTON_COLORS[one['style']]}")
        else:
            text.append(f"[ {one['placeholder']} ▾ ]", "white on bright_black")
    if version["flags"] & EPHEMERAL:
        text.append(f"\n\n{ONLY_YOU}", style="dim")
    return text


def webhook(one: Json) -> Text:
    """Return a webhook that came: its headers, and the beginning of its body."""
    body = json.dumps(one["event"], indent=2, ensure_ascii=False).splitlines()
    headers = "".join(f"webhook-{name}: {one[name]}\n" for name in ("id", "timestamp", "signature"))
    return Text.assemble(
        ("POST /webhooks\n", "bold"), f"{headers}\n", "\n".join(body[:WEBHOOK_LINES]), "\n  …"
    )


def controls(version: Json) -> list[Json]:
    """Return the menus and buttons below a version of a message."""
    return [control for row in version["components"] for control in row["components"]]


def written(content: str, guild: Json) -> Text:
    """Return a message's text, with bold words, and names for mentions."""
    known = {
        "channel": names(guild["channels"]),
        "role": names(guild["roles"]),
        "user": names(guild["members"]),
    }
    text, end = Text(), 0
    for match in MARKUP.finditer(content):
        text.append(content[end : match.start()])
        kind, what = str(match.lastgroup), match[match.lastgroup or 0]
        if kind == "typed":
            text.append(what)
        elif kind == "bold":
            text.append(re.sub(r"\\(.)", r"\1", what), style="bold")
        else:
            sign = "#" if kind == "channel" else "@"
            text.append(sign + known[kind].get(what, "unknown"), style="bright_blue")
        end = match.end()
    return text.append(content[end:])


def bubble(content: Text) -> Panel:
    """Return a message in a frame, as a terminal shows it."""
    return Panel(content, title="Channelwright", title_align="left", border_style="blue", width=92)


def seen_by(channel: Json, guild: Json) -> str:
    """Return who can see a channel: everyone, or the roles and people let in by name."""
    if len(channel["visible_to"]) == len(guild["members"]):
        return "everyone"
    known = names(guild["roles"]) | names(m for m in guild["members"] if not m["bot"])
    return ", ".join(
        ("@" if overwrite["type"] == 0 else "") + known[overwrite["id"]]
        for overwrite in channel["permission_overwrites"]
        if int(overwrite["allow"]) & VIEW_CHANNEL and overwrite["id"] in known
    )


def channel_line(channel: Json, guild: Json) -> Text:
    """Return one line of the channel list."""
    who = seen_by(channel, guild)
    text = Text()
    if channel["type"] == CATEGORY:
        text.append(channel["name"], style="bold")
    else:
        text.append(f"{ICONS.get(channel['type'], '#')} {channel['name']}")
    if who != "everyone":
        text.append(" 🔒")
    return text.append(f"  {who}", style="dim")


def server(guild: Json) -> Tree:
    """Return a server's channel list."""
    tree = Tree(Text(guild["name"], style="bold"), guide_style="dim")
    order = sorted(guild["channels"], key=lambda c: (c["type"] == VOICE, c["position"], c["id"]))
    for parent in (channel for channel in order if channel["parent_id"] is None):
        branch = tree.add(channel_line(parent, guild))
        for channel in order:
            if channel["parent_id"] == parent["id"]:
                branch.add(channel_line(channel, guild))
    return tree


def way(path: list[Visit], since: datetime) -> Table:
    """Return the path through a state machine: one line per state, with its start and duration."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("at", justify="right", style="dim")
    table.add_column("state")
    table.add_column("took", justify="right")
    for visit in path:
        at = (visit.began - since).total_seconds()
        table.add_row(f"{at:.2f} s", state(visit), f"{visit.duration.total_seconds():.2f} s")
    return table


def end(done: Execution, path: list[Visit]) -> Text:
    """Return how an execution ended, and after how many states."""
    entered = sum(max(1, visit.tasks) for visit in path)
    error = f" with {done.error}" if done.error else ""
    return Text(
        f"{done.status}{error} after {entered} recorded states and tasks "
        "(AWS also records Pass and Wait states inside others)",
        style="dim",
    )


def state(visit: Visit) -> Text:
    """Return a state's title, with this visit's number of tasks and failures."""
    text = Text("   " * visit.depth + visit.name, style="" if visit.kind == "Task" else "dim")
    if visit.tasks > 1:
        text.append(f" ×{visit.tasks}", style="bold")
    if visit.failed:
        text.append(f" {visit.failed} failed" if visit.tasks > 1 else " failed", style="red")
    if visit.kind == "Fail":
        text.stylize("red")
    return text
