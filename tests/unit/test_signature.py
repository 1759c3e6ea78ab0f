"""Who signed, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from channelwright import signature

KEY = SigningKey(bytes(range(32)))
PUBLIC = KEY.verify_key.encode().hex()
BODY = '{"type":1,"name":"Стра́д 🎲"}'.encode()
SIGNATURE = KEY.sign(b"1700000000" + BODY).signature.hex()


def test_a_good_signature():
    assert signature.is_valid(PUBLIC, SIGNATURE, "1700000000", BODY)


@given(st.integers(0, 511))
def test_one_flipped_bit_in_the_signature(bit):
    raw = bytearray(bytes.fromhex(SIGNATURE))
    raw[bit // 8] ^= 1 << bit % 8
    assert not signature.is_valid(PUBLIC, raw.hex(), "1700000000", BODY)


@pytest.mark.parametrize("bad", ["", "00", "zz" * 64, SIGNATURE[:-2], SIGNATURE + "00", "é" * 128])
def test_what_is_no_signature(bad):
    assert not signature.is_valid(PUBLIC, bad, "1700000000", BODY)


def test_another_timestamp_or_body():
    assert not signature.is_valid(PUBLIC, SIGNATURE, "1700000001", BODY)
    assert not signature.is_valid(PUBLIC, SIGNATURE, "1700000000", BODY + b" ")


@pytest.mark.parametrize(
    ("timestamp", "fresh"),
    [
        ("1000", True),
        ("700", True),
        ("699", False),
        ("1300", True),
        ("1301", False),
        ("", False),
        ("-1000", False),
        ("1e3", False),
        ("1000.0", False),
        ("１０００", False),
        ("9" * 5000, False),
    ],
)
def test_freshness(timestamp, fresh):
    assert signature.is_fresh(timestamp, 1000.0) is fresh
