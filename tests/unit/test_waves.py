"""Waves of channels: how they are cut and handed out, and their outcomes."""

from hypothesis import given
from hypothesis import strategies as st

from channelwright.campaign import layout, waves
from channelwright.discord import edits


def channels(count):
    return [
        {"name": f"c{n}", "type": "text", "topic": "", "gm_only": False, "position": n}
        for n in range(count)
    ]


def made(wave):
    return [{"ok": True, "id": str(one["position"]), **one} for one in wave]


@given(st.integers(1, 50), st.integers(1, 10))
def test_waves_hold_every_channel_once_in_order(count, size):
    planned = waves.cut(channels(count), size)
    assert [*waves.flat(planned)] == channels(count)
    assert all(len(wave) == size for wave in planned[:-1])
    assert 1 <= len(planned[-1]) <= size


def test_the_default_layout_in_waves_of_four():
    assert [len(wave) for wave in waves.cut(layout.load(), 4)] == [4, 4, 2]


def test_the_first_wave_is_made_before_anything_is_known_of_the_message():
    planned = waves.cut(channels(3), 2)
    building = {"number": 0, "wave": planned[0], "made": [], "edits": edits.ON_ITS_WAY}
    assert waves.first(planned, edits.ON_ITS_WAY) == building


def test_the_next_wave_is_made_when_the_one_before_has_become_something():
    planned = waves.cut(channels(5), 2)
    building = waves.first(planned, edits.ON_ITS_WAY)
    second = waves.after(building, planned, made(planned[0]), edits.NONE_YET)
    assert second == {
        "number": 1,
        "wave": planned[1],
        "made": [[], made(planned[0])],
        "edits": edits.NONE_YET,
    }
    third = waves.after(second, planned, made(planned[1]), edits.ON_ITS_WAY)
    assert (third["number"], third["wave"], third["edits"]) == (2, planned[2], {})
    assert third["made"] == [[[], made(planned[0])], made(planned[1])]
    assert building == waves.first(planned, edits.ON_ITS_WAY)  # the argument is unchanged


@given(st.integers(1, 50), st.integers(1, 10))
def test_what_has_become_of_every_channel_is_told_in_order(count, size):
    planned = waves.cut(channels(count), size)
    building = waves.first(planned, edits.ON_ITS_WAY)
    for wave in planned[:-1]:
        assert building["wave"] == wave
        building = waves.after(building, planned, made(wave), None)
    assert building["number"] == len(planned) - 1
    both = [building["made"], made(planned[-1])]  # the state machine's data at the end
    assert list(waves.flat(both)) == made(channels(count))


def test_however_deep_they_lie_channels_are_found():
    one, other = made(channels(2))
    assert list(waves.flat([])) == list(waves.flat([[], [[], []]])) == []
    assert list(waves.flat([[[[], [one]], []], [other]])) == [one, other]
