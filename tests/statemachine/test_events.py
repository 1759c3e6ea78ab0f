"""The events of campaigns; the bus judges every event of every test by its schema."""

import json

import pytest

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from channelwright.pace import table
from channelwright.records import store
from tests.statemachine import operators
from tests.statemachine.archiving import people_who_archive
from tests.statemachine.company import AnswersLost, WithoutRecords, use_from
from tests.statemachine.deleting import people_who_delete
from tests.statemachine.members import people_of
from tests.statemachine.operators import Operator, refuse_a_channel

REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}


@pytest.fixture
def deleting(stage, monkeypatch):
    with people_who_delete(stage, monkeypatch) as deleting:
        stage.bus.events.clear()
        yield deleting


@pytest.fixture
def people(stage, monkeypatch):
    with people_of(stage, monkeypatch) as people:
        stage.bus.events.clear()
        yield people


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as archiving:
        stage.bus.events.clear()
        yield archiving


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    return Operator(stage)


def heard(stage):
    """Return the type and the data of the only event."""
    [event] = stage.bus.events
    return event["type"], event["data"]


# ---- A campaign is created, or fails ----


def test_others_hear_of_a_campaign_when_it_stands_and_is_recorded(stage):
    run = stage.run("Curse of Strahd")
    [record] = store.of_guild(stage.discord.guild().id)
    [event] = stage.bus.events
    assert event == {
        "version": 1,
        "id": f"{stage.asked}.campaign.created",
        "type": "campaign.created",
        "occurred_at": event["occurred_at"],
        "stack": "channelwright",
        "data": {
            "guild_id": stage.discord.guild().id,
            "campaign_id": stage.asked,
            "name": "Curse of Strahd",
            "game_master": stage.discord.info["owner_id"],
            "co_gms": [],
            "layout": "default",
            "role_id": run.output["role_id"],
            "category_id": run.output["category_id"],
            "channels": record["channels"],
        },
    }
    assert [one["id"] for one in event["data"]["channels"]] == run.output["channel_ids"]


def test_a_rejection_is_nobodys_business(stage):
    stage.run()
    stage.bus.events.clear()
    assert stage.run().output["status"] == "rejected"
    assert stage.bus.events == []


def test_others_hear_of_a_failed_build_from_its_removal(stage):
    refuse_a_channel(stage)
    stage.run("Curse of Strahd")
    assert stage.bus.events[0]["id"] == f"{stage.asked}-remove.campaign.failed"
    assert heard(stage) == (
        "campaign.failed",
        {
            "guild_id": stage.discord.guild().id,
            "campaign_id": stage.asked,
            "name": "Curse of Strahd",
            "user_id": stage.discord.info["owner_id"],
            "left": [],
            "checked": True,
            "names_omitted": False,
        },
    )


def test_others_hear_of_a_plan_that_failed(stage):
    stage.discord.faults.add(path=r"/guilds/\d+$", **REFUSED)
    stage.run()
    type_, data = heard(stage)
    assert (type_, data["left"], data["checked"]) == ("campaign.failed", [], True)


def test_others_hear_what_is_left(stage):
    refuse_a_channel(stage)
    stage.discord.faults.add(method="DELETE", path="/roles/", times=None, **REFUSED)
    run = stage.run()
    assert run.removal.error == "CampaignNotUndone"
    _, data = heard(stage)
    [role] = [
        one for one in stage.discord.snapshot()["roles"] if one["name"] == "My Campaign Members"
    ]
    assert data["left"] == [{"kind": "role", "id": role["id"], "name": role["name"]}]
    assert data["checked"]


def test_a_removal_that_could_not_look_says_so(stage):
    refuse_a_channel(stage)
    stage.discord.faults.add(
        method="GET", path=r"/guilds/\d+/channels$", skip=1, times=None, **REFUSED
    )
    stage.run()
    _, data = heard(stage)
    assert (data["left"], data["checked"]) == ([], False)


def test_though_nobody_can_look_others_hear_of_the_failure(stage):
    refuse_a_channel(stage)
    stage.lambdas.deaths["find_created"] = [("before", "Runtime.ExitError")] * 99
    run = stage.run()
    assert run.removal.error == "CampaignNotUndone"
    type_, data = heard(stage)
    assert (type_, data["left"], data["checked"]) == ("campaign.failed", [], False)


def test_others_hear_of_a_stopped_build_from_its_removal(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    operator.remove()
    assert heard(stage)[0] == "campaign.failed"


def test_others_hear_of_a_stopped_removal_from_the_next_one(stage, operator):
    refuse_a_channel(stage)
    operator.stop_at("find_created")
    operator.run()
    operator.remove_again()
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]
    [event] = stage.bus.events
    assert event["id"] == f"{stage.asked}{AGAIN_SUFFIX}.campaign.failed"


# ---- A campaign is deleted ----


def test_others_hear_of_a_deletion(deleting):
    deleting.command()
    assert deleting.stage.bus.events == []
    deleting.press()
    deleting.removal()
    type_, data = heard(deleting.stage)
    assert (type_, data["name"], data["left"]) == ("campaign.deleted", "Curse of Strahd", [])
    assert data["campaign_id"] == deleting.record["campaign_id"]
    [event] = deleting.stage.bus.events
    assert event["id"] == f"{data['campaign_id']}-remove-by-{deleting.asked}.campaign.deleted"


def test_others_hear_of_an_undo(deleting):
    deleting.undo()
    deleting.press()
    deleting.removal()
    assert heard(deleting.stage)[0] == "campaign.deleted"


def test_others_hear_what_a_deletion_has_left(deleting):
    deleting.stage.discord.faults.add(method="DELETE", path="/roles/", times=None, **REFUSED)
    deleting.command()
    deleting.press()
    deleting.removal()
    type_, data = heard(deleting.stage)
    assert type_ == "campaign.deleted"
    assert [one["id"] for one in data["left"]] == [deleting.record["role"]]


@pytest.mark.parametrize("is_refused", [False, True])
def test_the_channel_that_goes_last_is_not_left(deleting, is_refused):
    inside = deleting.record["channels"][0]["id"]
    if is_refused:
        deleting.stage.discord.faults.add(method="DELETE", path=inside, times=None, **REFUSED)
    deleting.command(channel_id=inside)
    deleting.press()
    deleting.removal()
    _, data = heard(deleting.stage)
    assert [one["id"] for one in data["left"]] == ([inside] if is_refused else [])


def test_though_nobody_can_look_others_hear_of_the_deletion(deleting):
    deleting.stage.lambdas.deaths["find_created"] = [("before", "Runtime.ExitError")] * 99
    deleting.command()
    deleting.press()
    deleting.removal()
    type_, data = heard(deleting.stage)
    assert (type_, data["checked"]) == ("campaign.deleted", False)


# ---- Members change ----


def test_others_hear_who_has_joined(people):
    people.choose(people.player, people.other)
    type_, data = heard(people.stage)
    assert type_ == "campaign.members_changed"
    assert data == {
        "guild_id": people.guild.id,
        "campaign_id": people.record["campaign_id"],
        "name": "Curse of Strahd",
        "user_id": people.master,
        "changes": [
            {"user_id": people.player, "change": "added"},
            {"user_id": people.other, "change": "added"},
        ],
        "added_as": "player",
        "game_master": people.master,
        "co_gms": [],
    }


def test_others_hear_who_leads(people):
    people.run("add", people.player, "game-master")
    _, data = heard(people.stage)
    assert data["changes"] == [{"user_id": people.player, "change": "added"}]
    assert (data["game_master"], data["co_gms"]) == (people.player, [people.master])


def test_others_hear_who_leads_though_nothing_changed_at_discord(people):
    """The record was not written when the player became a co-GM."""
    people.run("add", people.player, "co-gm")
    record = people.record
    people.deleting.keep({**record, "co_gms": []})
    people.stage.bus.events.clear()
    people.run("add", people.player, "co-gm")
    _, data = heard(people.stage)
    assert (data["changes"], data["co_gms"]) == ([], [people.player])


def test_others_hear_who_has_left(people):
    people.run("add", people.player)
    people.stage.bus.events.clear()
    people.run("leave", user_id=people.player)
    assert heard(people.stage)[1]["changes"] == [{"user_id": people.player, "change": "removed"}]


@pytest.mark.parametrize("what", ["add", "remove"])
def test_if_nothing_changes_others_hear_nothing(people, what):
    """The first is in already, the second is absent."""
    people.run("add", people.player)
    people.stage.bus.events.clear()
    people.run(what, people.player if what == "add" else people.other)
    assert people.stage.bus.events == []


def test_one_who_is_refused_others_do_not_hear_of(people):
    people.stage.discord.faults.add(method="PUT", path=people.player, times=None, **REFUSED)
    people.choose(people.player, people.other)
    assert heard(people.stage)[1]["changes"] == [{"user_id": people.other, "change": "added"}]


def test_others_hear_of_a_change_that_was_not_recorded(people):
    """Discord has it, and the same command would find nothing to change."""
    people.stage.interpreter.lambdas.on_invoke = _erase_at(people, "complete_members")
    people.run("add", people.player)
    assert people.record["version"] == people.deleting.record["version"]
    assert heard(people.stage)[1]["changes"] == [{"user_id": people.player, "change": "added"}]


def _erase_at(people, function):
    """Take the claim away when a function begins, so that the record cannot be written."""
    record = people.record

    def erase(name, _event):
        if name == function:
            people.deleting.keep(record)

    return erase


# ---- A campaign is archived, and brought back ----


def test_others_hear_of_an_archive_and_of_the_way_back(archiving):
    for way in ("archive", "unarchive"):
        run = archiving.archive(way)
        assert run.states[-3:] == ["Has Anything Changed?", "Announce Archive", "Report Archive"]
        [event] = archiving.stage.bus.events
        assert event["id"] == f"{archiving.people.asked}.campaign.{way}d"
        assert heard(archiving.stage) == (
            f"campaign.{way}d",
            {
                "guild_id": archiving.guild.id,
                "campaign_id": archiving.record["campaign_id"],
                "name": "Curse of Strahd",
                "user_id": archiving.record["game_master"],
            },
        )
        archiving.stage.bus.events.clear()


def test_of_an_archiving_that_turned_back_others_hear_nothing(archiving):
    archiving.stage.discord.faults.add(method="PUT", path="/permissions/", skip=2, **REFUSED)
    archiving.archive()
    assert archiving.status == "created"
    assert archiving.stage.bus.events == []


def test_of_an_archive_that_is_restored_in_part_others_hear_when_all_is(archiving):
    archiving.archive()
    archiving.stage.bus.events.clear()
    archiving.stage.discord.faults.add(method="PUT", path="/permissions/", times=None, **REFUSED)
    archiving.unarchive()
    assert (archiving.status, archiving.stage.bus.events) == ("unarchiving", [])
    archiving.stage.discord.faults.clear()
    archiving.unarchive()
    assert heard(archiving.stage)[0] == "campaign.unarchived"


def test_of_what_is_archived_already_others_hear_nothing(archiving):
    archiving.archive()
    archiving.stage.bus.events.clear()
    archiving.archive()
    assert archiving.stage.bus.events == []


def test_of_an_archive_that_was_not_recorded_others_hear_when_it_is(archiving):
    """The record says "archiving" until the same command finishes it."""
    client = table.dynamodb()
    use_from(archiving.stage, "check_archive", WithoutRecords(client, "update_item"))
    archiving.archive()
    table._client = client
    archiving.stage.lambdas.on_invoke = lambda *_: None
    assert (archiving.status, archiving.stage.bus.events) == ("archiving", [])
    archiving.archive()
    assert heard(archiving.stage)[0] == "campaign.archived"


def test_if_only_the_answer_to_the_record_is_lost_others_hear_of_an_archive(archiving):
    client = AnswersLost(table.dynamodb(), "update_item")
    use_from(archiving.stage, "check_archive", client)
    archiving.archive()
    assert heard(archiving.stage)[0] == "campaign.archived"
    assert archiving.said.startswith("📦 **Campaign Archived: Curse of Strahd**")


# ---- An event cannot be put, or is put twice ----


def fail(stage, how, times=3):
    stage.bus.failures = [how] * times


@pytest.mark.parametrize("how", ["error", "entry"])
def test_that_nobody_can_hear_changes_nothing_for_a_campaign(stage, how):
    fail(stage, how)
    run = stage.run()
    assert run.output["status"] == "created"
    assert "Campaign Created" in stage.messages[-1]
    assert stage.bus.events == []


@pytest.mark.parametrize("how", ["error", "entry"])
@pytest.mark.parametrize("is_stuck", [False, True])
def test_that_nobody_can_hear_changes_nothing_for_a_removal(stage, how, is_stuck):
    refuse_a_channel(stage)
    if is_stuck:
        stage.discord.faults.add(method="DELETE", path="/roles/", times=None, **REFUSED)
    fail(stage, how)
    run = stage.run()
    assert run.removal.error == ("CampaignNotUndone" if is_stuck else None)
    assert stage.bus.events == []


def test_that_nobody_can_hear_changes_nothing_for_members(people):
    fail(people.stage, "error")
    run = people.run("add", people.player)
    assert run.states[-1] == "Report Members"
    assert people.has_role(people.player)
    assert people.stage.bus.events == []


def test_that_nobody_can_hear_changes_nothing_for_an_archive(archiving):
    fail(archiving.stage, "error")
    run = archiving.archive()
    assert run.states[-1] == "Report Archive"
    assert (archiving.status, archiving.stage.bus.events) == ("archived", [])


def test_a_brief_failure_is_retried(stage):
    fail(stage, "error", times=2)
    stage.run()
    assert stage.bus.types == ["campaign.created"]


def test_an_event_whose_answer_was_lost_comes_twice_and_is_the_same(stage):
    fail(stage, "lost", times=1)
    stage.run()
    first, second = stage.bus.events
    assert first == second


# ---- No event tells a secret ----


def test_no_event_has_a_token(deleting):
    stage = deleting.stage
    stage.run("Another")
    deleting.command()
    deleting.press()
    deleting.removal()
    told = json.dumps(stage.bus.events)
    assert stage.bus.types == ["campaign.created", "campaign.deleted"]
    assert stage.discord.info["bot_token"] not in told
    tokens = [one.token for one in stage.discord.world.interactions.values()]
    assert len(tokens) > 3
    assert not any(token in told for token in tokens)
