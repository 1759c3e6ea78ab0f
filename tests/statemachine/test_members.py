"""`/campaign add`, `remove` and `leave`: who may, for whom, and what Discord and the record say."""

import pytest

from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.discord import permissions
from local.simulator.guild import Overwrite
from tests.statemachine.deleting import new_member
from tests.statemachine.interpreter import MEMBERS
from tests.statemachine.members import MANAGER, assert_released, people_of

CHANGED = [
    "Plan Members",
    "Is It Allowed?",
    "Change Members",
    "Change Member",
    "Complete Members",
    "Record Members",
    "Has Anything Changed?",
    "Announce Members",
    "Report Members",
]
WAITED = ["Plan Members", "Read Rate Limit", "Wait for Discord", "Who Had to Wait?"]
REFUSED = ["Plan Members", "Is It Allowed?", "Report Members"]


@pytest.fixture
def people(stage, monkeypatch):
    with people_of(stage, monkeypatch) as people:
        yield people


def test_a_player_gets_the_role(people):
    run = people.run("add", people.player)
    assert run.states == CHANGED
    assert people.deleting.answer == {"type": 5, "data": {"flags": 64}}
    assert people.said == f"👥 **Curse of Strahd**\n✅ <@{people.player}> is a player."
    assert people.has_role(people.player)
    assert people.sees(people.player) == set()
    assert people.record.get("co_gms") == []
    assert_released(people)


def test_a_co_gm_sees_what_the_game_master_sees(people):
    people.run("add", people.player, "co-gm")
    assert people.said.endswith(f"✅ <@{people.player}> is a co-GM.")
    assert people.has_role(people.player)
    assert people.sees(people.player) == people.whole() <= people.sees(people.master)
    assert people.record["co_gms"] == [people.player]
    assert_released(people)


def test_asked_twice_is_as_good_as_once(people):
    for as_what in (None, "co-gm"):
        people.run("add", people.player, as_what)
        before = people.stage.discord.snapshot()["channels"]
        people.stage.discord.clear_requests()
        people.run("add", people.player, as_what)
        assert people.said.endswith("already.")
        put = [one for one in people.stage.discord.requests if one["method"] == "PUT"]
        # Discord may show a member as it was before, so the role is given anyway.
        assert ["/roles/" in one["path"] for one in put] == [True]
        assert people.stage.discord.snapshot()["channels"] == before
    assert people.record["co_gms"] == [people.player]


def test_a_player_can_become_a_co_gm(people):
    people.run("add", people.player)
    people.run("add", people.player, "co-gm")
    assert people.said.endswith("is a co-GM.")
    assert people.sees(people.player) == people.whole()


def test_who_is_removed_loses_the_role_and_the_overwrites(people):
    people.run("add", people.player, "co-gm")
    people.stage.clock.sleep(LISTS_LAG_SECONDS)
    run = people.run("remove", people.player)
    assert run.states == CHANGED
    assert people.said.endswith(f"<@{people.player}> was removed.")
    assert not people.has_role(people.player)
    assert people.sees(people.player) == set()
    assert people.record["co_gms"] == []
    people.run("remove", people.player)
    assert people.said.endswith(f"<@{people.player}> is not in this campaign.")


def test_who_changes_leaders_at_once_waits_until_lists_show_the_last_change(people):
    people.run("add", people.player, "co-gm")
    before = people.stage.clock.now()
    run = people.run("remove", people.player)
    assert run.states == [*WAITED, *CHANGED]
    assert people.stage.clock.now() - before >= LISTS_LAG_SECONDS - 1
    assert people.sees(people.player) == set()


@pytest.mark.parametrize(("as_what", "waits"), [("co-gm", True), (None, False)])
def test_the_creation_counts_as_a_change(stage, monkeypatch, as_what, waits):
    stage.run("Curse of Strahd")
    with people_of(stage, monkeypatch, run=False) as people:
        run = people.run("add", people.player, as_what)
    assert run.states == [*(WAITED if waits else []), *CHANGED]


def test_who_changes_players_at_once_does_not(people):
    for change in ("add", "remove", "add", "remove"):
        assert people.run(change, people.player).states == CHANGED


def test_who_is_removed_keeps_what_people_have_given(people):
    """A player's overwrite is a moderator's business."""
    channel = people.guild.channels[people.record["channels"][0]["id"]]
    channel.overwrites[people.player] = Overwrite(people.player, 1, 0, permissions.SPEAK)
    people.run("add", people.player)
    people.run("remove", people.player)
    assert people.player in channel.overwrites


def test_who_leaves_is_removed(people):
    people.run("add", people.player)
    people.run("leave", user_id=people.player)
    assert people.said.endswith("✅ You have left the campaign.")
    assert not people.has_role(people.player)


def test_the_game_master_is_told_how_to_hand_over_before_leaving(people):
    assert people.run("leave").states == REFUSED
    assert "Hand it over first: `/campaign add`" in people.said
    assert people.has_role(people.master)
    assert_released(people)


def test_who_hands_over_stays_as_a_co_gm(people):
    people.run("add", people.player, "game-master")
    assert f"<@{people.player}> is the game master." in people.said
    assert people.said.endswith(f"<@{people.master}> is a co-GM now.")
    assert people.record["game_master"] == people.player
    assert people.record["co_gms"] == [people.master]
    assert people.sees(people.player) == people.whole()
    people.run("leave")
    assert people.sees(people.master) == set()
    assert people.record["co_gms"] == []


def test_a_co_gm_who_becomes_the_game_master_is_no_co_gm(people):
    people.run("add", people.player, "co-gm")
    people.run("add", people.player, "game-master")
    assert people.record["co_gms"] == [people.master]


@pytest.mark.parametrize(
    ("held", "is_co_gm", "what", "allowed"),
    [
        (0, False, ("add", None), False),
        (0, True, ("add", None), True),
        (0, True, ("add", "co-gm"), False),
        (0, True, ("add", "game-master"), False),
        (MANAGER, False, ("add", "co-gm"), True),
        (MANAGER, False, ("add", "game-master"), False),
        (permissions.MANAGE_ROLES, False, ("add", None), False),
        (0, False, ("remove", None), False),
        (0, True, ("remove", None), True),
    ],
)
def test_who_may_change_players_and_co_gms(people, held, is_co_gm, what, allowed):
    asker = new_member(people.stage, held)
    if is_co_gm:
        people.run("add", asker, "co-gm")
        people.stage.clock.sleep(LISTS_LAG_SECONDS)
    change, as_what = what
    run = people.run(change, people.player, as_what, user_id=asker)
    assert (run.states == REFUSED) == (not allowed)
    assert people.said.startswith("❌ Only") == (not allowed)
    assert_released(people)


def test_a_co_gm_may_not_remove_a_co_gm(people):
    people.run("add", people.player, "co-gm")
    people.run("add", people.other, "co-gm")
    people.run("remove", people.other, user_id=people.player)
    assert "can add and remove co-GMs" in people.said
    assert people.sees(people.other)


def test_nobody_removes_the_game_master(people):
    people.run("remove", people.master)
    assert people.said.startswith(f"❌ <@{people.master}> is the game master.")
    assert people.has_role(people.master)


def test_a_manager_hands_over_when_the_game_master_has_left(people):
    manager = new_member(people.stage, MANAGER)
    del people.guild.members[people.master]
    people.run("add", people.player, "game-master", user_id=manager)
    assert f"<@{people.player}> is the game master." in people.said
    assert people.said.endswith(f"<@{people.master}> was removed.")
    assert people.record["game_master"] == people.player
    assert people.record["co_gms"] == []
    assert people.sees(people.master) == set(), "who comes back sees nothing"


def test_who_is_no_member_and_who_is_a_bot(people):
    people.run("add", people.stage.discord.world.bot.id)
    assert people.said.endswith("is a bot.")
    run_with = people.player
    people.stage.lambdas.on_invoke = lambda name, _: (
        people.guild.members.pop(run_with, None) if name == "change_member" else None
    )
    people.run("add", run_with, "co-gm")
    assert people.said.endswith("is not in this server.")
    assert people.record["co_gms"] == []


def test_a_co_gm_who_has_left_the_server_can_be_removed(people):
    people.run("add", people.player, "co-gm")
    asked = {"who": people.player, "campaign": people.record["campaign_id"]}
    signed = people.stage.discord.build_interaction("campaign remove", asked)
    del people.guild.members[people.player]
    people.deleting.ask(signed, MEMBERS)
    assert people.said.endswith("was removed.")
    assert people.sees(people.player) == set()
    assert people.record["co_gms"] == []


def test_without_the_role_nobody_can_be_added(people):
    del people.guild.roles[people.record["role"]]
    assert people.run("add", people.player).states == REFUSED
    assert "Somebody has deleted the role" in people.said


# ---- The menu ----


def test_the_summarys_menu_adds_many_at_once(people):
    run = people.choose(people.player, people.other)
    assert run.status == "SUCCEEDED"
    assert people.deleting.answer == {"type": 5, "data": {"flags": 64}}
    assert people.said.count("is a player.") == 2
    assert people.has_role(people.player)
    assert people.has_role(people.other)


# ---- No escalation ----


def test_a_role_that_somebody_gave_power_is_not_given_by_who_could_not_give_it(people):
    people.run("add", people.other, "co-gm")
    people.guild.roles[people.record["role"]].permissions = permissions.MANAGE_CHANNELS
    run = people.run("add", people.player, user_id=people.other)
    assert run.states == REFUSED
    assert "gives more than this campaign, because somebody changed it: Manage Ch" in people.said
    assert not people.has_role(people.player)
    people.run("remove", people.other)
    assert "was removed" in people.said, "taking it is no escalation"


def test_nor_is_one_that_opens_a_channel_outside_of_the_campaign(people):
    people.run("add", people.other, "co-gm")
    outside = people.guild.channels[people.stage.discord.info["channel_id"]]
    role = people.record["role"]
    outside.overwrites[role] = Overwrite(role, 0, permissions.VIEW_CHANNEL, 0)
    people.run("add", people.player, user_id=people.other)
    assert f"<#{outside.id}>" in people.said
    assert not people.has_role(people.player)


@pytest.mark.parametrize(("held", "allowed"), [(MANAGER, True), (0, False)])
def test_who_could_give_it_in_discord_may(people, held, allowed):
    """The helpers' role is above the campaign's, so its members could give that."""
    asker = new_member(people.stage, held)
    people.run("add", asker, "co-gm")
    people.guild.roles[people.record["role"]].permissions = permissions.MANAGE_CHANNELS
    people.run("add", people.player, user_id=asker)
    assert people.has_role(people.player) == allowed


def test_the_servers_owner_always_may(people):
    assert people.guild.owner_id == people.master
    people.guild.roles[people.record["role"]].permissions = permissions.ADMINISTRATOR
    people.run("add", people.player)
    assert people.has_role(people.player)
