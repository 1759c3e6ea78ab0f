"""The demo's expectations at the end of each act."""

from typing import Any

from local.demo_view import CATEGORY, EPHEMERAL, written
from local.execution import Execution
from local.terminal import console

Json = dict[str, Any]
SAYS_SO = "the message says so"
SEND_MESSAGES = 1 << 11


class DemoError(RuntimeError):
    """The demo's outcome is not the expected one."""


def ids(guild: Json) -> set[str]:
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
    campaign: str, before: Json, after: Json, ended: list[Execution], answer: Json, *, wanted: int
) -> None:
    """Check that the campaign was created, with the `wanted` channels; raises DemoError."""
    made = [channel for channel in after["channels"] if channel["id"] not in ids(before)]
    categories = [c for c in made if c["type"] == CATEGORY]
    children = [c for c in made if categories and c["parent_id"] == categories[0]["id"]]
    roles = [role for role in after["roles"] if role["id"] not in ids(before)]
    expect([done.status for done in ended] == ["SUCCEEDED"], "the campaign's execution succeeded")
    expect([c["name"] for c in categories] == [campaign], "there is one new category")
    expect(len(made) - 1 == len(children) == wanted, f"it holds {wanted} new channels")
    expect(
        len(roles) == 1 and roles[0]["members"] == [after["owner_id"]],
        "there is one new role, and the game master has it",
    )
    says = written(answer["content"], after).plain
    expect(says.startswith(f"✅ Campaign Created: {campaign}\n"), SAYS_SO)


def webhooks_about(campaign_id: str, received: list[Json]) -> list[Json]:
    """Return the genuine webhooks about a campaign."""
    events = [(one, one["event"]) for one in received if one["event"]]
    return [one for one, event in events if event["data"].get("campaign_id") == campaign_id]


def check_webhook(came: list[Json]) -> None:
    """Check that a campaign's webhook came once, and is genuine; raises DemoError."""
    [one] = came
    expect(one["event"]["type"] == "campaign.created", "the receiver got campaign.created, once")
    expect(not one["wrong"], "its signature is right, says the specification's own library")


def check_undone(before: Json, after: Json, ended: list[Execution], answer: Json) -> None:
    """Check that nothing was left behind; raises DemoError."""
    expect(ended[0].error == "CampaignFailed", "the campaign's execution failed, as it should")
    expect([done.status for done in ended[1:]] == ["SUCCEEDED"], "its removal succeeded")
    expect(ids(after) == ids(before), "the server is back to its original state")
    expect("Nothing was left behind." in answer["content"], SAYS_SO)


def check_added(
    people: list[Json], before: Json, after: Json, ended: list[Execution], answer: Json
) -> None:
    """Check that people have a campaign's role; raises DemoError."""
    [role] = [role for role in after["roles"] if role["id"] not in ids(before)]
    expect([done.status for done in ended] == ["SUCCEEDED"], "the change's execution succeeded")
    expect({one["id"] for one in people} <= {*role["members"]}, "they have the campaign's role")
    named = all(f"<@{one['id']}> is a player" in answer["content"] for one in people)
    expect(named, SAYS_SO)


def overwrites(guild: Json) -> dict[str, list[Json]]:
    """Return the permission overwrites of each of a server's channels, in their order."""
    return {one["id"]: one["permission_overwrites"] for one in guild["channels"]}


def check_archived(lively: Json, after: Json, ended: list[Execution], answer: Json) -> None:
    """Check that a campaign's category and channels are read-only; raises DemoError."""
    before, now = overwrites(lively), overwrites(after)
    changed = [each for id_, each in now.items() if each != before[id_]]
    denied = [any(int(one["deny"]) & SEND_MESSAGES for one in each) for each in changed]
    expect([done.status for done in ended] == ["SUCCEEDED"], "its execution succeeded")
    expect(changed and all(denied), f"{len(changed)} channels are read-only, its category included")
    expect("Campaign Archived" in answer["content"], SAYS_SO)


def check_restored(lively: Json, after: Json, ended: list[Execution], answer: Json) -> None:
    """Check that every permission is as it was before the archive; raises DemoError."""
    expect([done.status for done in ended] == ["SUCCEEDED"], "its execution succeeded")
    same = all(
        sorted(each, key=str) == sorted(overwrites(lively)[id_], key=str)
        for id_, each in overwrites(after).items()
    )
    expect(same, "every permission is as it was before")
    expect("Campaign Unarchived" in answer["content"], SAYS_SO)


def check_previewed(before: Json, after: Json, ended: list[Execution], shown: Json) -> None:
    """Check that a preview has all that a campaign added, and only its reader sees it.

    Raises DemoError.
    """
    made = ids(after) - ids(before)
    expect([done.status for done in ended] == ["SUCCEEDED"], "the preview's execution succeeded")
    named = all(f"{id_}>" in shown["content"] for id_ in made)
    expect(named, f"the preview names all {len(made)} roles and channels of the campaign")
    expect(shown["flags"] & EPHEMERAL, "only the game master sees it")
    expect(len(shown["components"]) == 1, "it has a button, and nothing is deleted yet")


def check_deleted(before: Json, after: Json, ended: list[Execution], answer: Json) -> None:
    """Check that a campaign's deletion has left nothing of it; raises DemoError."""
    expect(ids(after) == ids(before), "the server has nothing left of the campaign")
    statuses = [done.status for done in ended]
    expect(
        statuses == ["SUCCEEDED", "SUCCEEDED"], "the press's execution and its removal succeeded"
    )
    expect(answer["content"].startswith("✅ **Campaign Deleted: "), SAYS_SO)
    expect(not answer["components"], "its button is gone")
