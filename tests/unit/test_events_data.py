"""An event's data: everything that it must have, in less than 20 kB."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.campaign import layout
from channelwright.campaign.ownership import Thing
from channelwright.events import data
from tests.statemachine.bus import MOST_BYTES, schema

ID = "1" * 20
RECORD = {
    "guild_id": ID,
    "campaign_id": ID,
    "name": "龍" * 80,
    "status": "created",
    "version": 2,
    "game_master": ID,
    "layout": "default",
    "role": ID,
    "category": ID,
}


def event(type_, values):
    """Return an event as a state machine wraps it."""
    return {
        "version": 1,
        "id": f"{ID}-remove-by-{ID}.{type_}",
        "type": type_,
        "occurred_at": "2026-11-29T12:00:00.000Z",
        "stack": "s" * 43,
        "data": values,
    }


def of_removal(removed):
    """Return the data that the states *Announce …* of remove_campaign.asl.json put."""
    who = {"guild_id": ID, "campaign_id": ID, "name": "龍" * 80, "user_id": ID}
    return who | {key: value for key, value in removed.items() if key != "type"}


def thing(name, kind="channel"):
    return Thing(kind=kind, id=ID, name=name, link=f"https://discord.com/channels/{ID}/{ID}")


@given(st.lists(st.text("a龍🐉", min_size=100, max_size=100), max_size=52), st.booleans())
def test_what_is_left_is_named_as_far_as_there_is_room(names, is_deletion):
    left = [thing(name) for name in names]
    removed = data.removed(left, is_deletion=is_deletion, checked=True)
    assert [(one["kind"], one["id"]) for one in removed["left"]] == [("channel", ID)] * len(left)
    named = [one["name"] for one in removed["left"] if "name" in one]
    assert named == ([] if removed["names_omitted"] else names)
    told = event(removed["type"], of_removal(removed))
    schema(removed["type"]).validate(told)
    assert data.size(told) < MOST_BYTES


@pytest.mark.parametrize(("letter", "is_omitted"), [("a", False), ("🐉", True)])
def test_names_are_omitted_only_if_they_are_too_long(letter, is_omitted):
    left = [thing(letter * 100) for _ in range(52)]
    removed = data.removed(left, is_deletion=False, checked=True)
    assert removed["names_omitted"] is is_omitted


def test_the_longest_layout_fits_with_all_keys(tmp_path):
    """An id, a key and a kind are never omitted, so the layout has a limit."""
    many = [("🐉" * 68 + f"{n:02}", "forum") for n in range(layout.CHANNELS)]
    assert len(many) == len(_loaded(tmp_path, many))
    with pytest.raises(layout.LayoutError, match=r"the channels' names take 1[0-9]{4} bytes"):
        _loaded(tmp_path, [(name + "🐉", kind) for name, kind in many])
    channels = [{"id": ID, "key": key, "kind": kind, "gm_only": False} for key, kind in many]
    created = data.created(RECORD | {"co_gms": [ID], "channels": channels})
    told = event("campaign.created", created)
    schema("campaign.created").validate(told)
    assert data.size(told) < MOST_BYTES


def _loaded(folder, channels):
    path = folder / "long.toml"
    path.write_text(
        "".join(
            f'[[channels]]\nname = "{name}"\ntype = "{kind}"\ndescription = ""\n'
            for name, kind in channels
        ),
        encoding="utf-8",
    )
    return layout.load(path)


RESULTS = st.sampled_from(["added", "already", "removed", "absent", "bot", "gone", "failed"])
CHANGES = st.builds(lambda user, result: {"user_id": user, "result": result}, st.just(ID), RESULTS)


@given(
    st.lists(CHANGES, max_size=25),
    st.sampled_from([{}, {"as": "co-gm"}, {"as": "game-master"}]),
    st.lists(st.sampled_from(["1", "2", "3"]), unique=True),
)
def test_members_changed_if_somebody_did_or_somebody_else_leads(results, as_what, co_gms):
    record = RECORD | {"co_gms": ["1"]}
    request = {"user_id": ID, "change": "add"} | as_what
    told = data.members_changed(record, request, results, (ID, co_gms))
    effective = [one for one in results if one["result"] in {"added", "removed"}]
    assert (told is not None) == bool(effective or co_gms != ["1"])
    if told:
        schema("campaign.members_changed").validate(event("campaign.members_changed", told))
        assert len(told["changes"]) == len(effective)
        assert data.size(event("campaign.members_changed", told)) < MOST_BYTES


STATUSES = ["archiving", "archived", "unarchiving", "created"]


@pytest.mark.parametrize("way", ["archive", "unarchive"])
@pytest.mark.parametrize("status", STATUSES)
def test_an_archiving_is_told_if_it_reached_its_aim(way, status):
    """One that turned back ends as `created`; whatever could not be restored stays."""
    asked = {"guild_id": ID, "campaign_id": ID, "campaign_name": "龍" * 80, "user_id": ID}
    told = data.archived(asked | {"way": way}, status)
    reached = (way, status) in {("archive", "archived"), ("unarchive", "created")}
    assert (told is not None) == reached
    if told:
        assert told["type"] == f"campaign.{way}d"
        schema(told["type"]).validate(event(told["type"], told["data"]))
        assert data.size(event(told["type"], told["data"])) < MOST_BYTES


def test_a_schema_refuses_what_is_not_an_event():
    told = event("campaign.created", data.created(RECORD | {"channels": []}))
    assert not schema("campaign.created").is_valid(told), "a campaign has channels"
    for missing in told:
        less = {key: value for key, value in told.items() if key != missing}
        assert not schema("campaign.created").is_valid(less)
    assert json.loads(json.dumps(told)) == told
