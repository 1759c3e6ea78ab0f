"""Priority: servers on the list, and holders of an active entitlement to the SKU."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.pace.priority import comes_first

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
SKU = "1019475255913222144"
GUILD = "1015034326372454400"
# Discord docs, Resources > Entitlement > Entitlement Example.
ENTITLEMENT = {
    "id": "1019653849998299136",
    "sku_id": SKU,
    "application_id": "1019370614521200640",
    "user_id": "771129655544643584",
    "type": 8,
    "deleted": False,
    "consumed": False,
    "starts_at": "2026-11-14T17:00:18.704163+00:00",
    "ends_at": "2026-12-14T17:00:18.704163+00:00",
    "guild_id": GUILD,
}


def entitled(**changes):
    return {"guild_id": GUILD, "entitlements": [{**ENTITLEMENT, **changes}]}


def test_nobody_comes_first_unless_the_operator_says_so():
    assert not comes_first(entitled(), "", "", NOW)
    assert not comes_first({}, "", "", NOW)
    assert not comes_first({"guild_id": ""}, "", "", NOW)


@pytest.mark.parametrize("guilds", [GUILD, f"1,{GUILD}", f"1, {GUILD}, 2"])
def test_a_server_on_the_list_comes_first(guilds):
    assert comes_first({"guild_id": GUILD}, guilds, "", NOW)


@pytest.mark.parametrize("guilds", ["", "1", f"{GUILD}0", GUILD[:-1], ","])
def test_a_server_that_is_not_on_it_does_not(guilds):
    assert not comes_first({"guild_id": GUILD}, guilds, "", NOW)


def test_an_active_entitlement_comes_first():
    assert comes_first(entitled(), "", SKU, NOW)


def test_a_test_entitlement_has_no_end():
    assert comes_first(entitled(starts_at=None, ends_at=None), "", SKU, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"sku_id": "1"},
        {"deleted": True},
        {"consumed": True},
        {"ends_at": "2026-11-24T11:59:59+00:00"},
        {"ends_at": "2026-11-24T12:00:00Z"},
        {"starts_at": "2026-11-24T12:00:01+00:00"},
        {"ends_at": "soon"},
        {"starts_at": 5},
    ],
)
def test_an_entitlement_that_is_not_active_or_not_ours_does_not(changes):
    assert not comes_first(entitled(**changes), "", SKU, NOW)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(anything, st.fixed_dictionaries({}, optional=dict.fromkeys(ENTITLEMENT, anything)))
def test_nothing_that_anybody_sends_breaks_it(guild_id, entitlement):
    for entitlements in (entitlement, [entitlement], [{**entitlement, "sku_id": SKU}], None):
        answer = comes_first({"guild_id": guild_id, "entitlements": entitlements}, "1", SKU, NOW)
        assert answer in {True, False}
