"""Signatures: the signer and the time."""

from collections.abc import Iterator

import cryptography_vectors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from channelwright.discord import signature

KEY = SigningKey(bytes(range(32)))
PUBLIC = KEY.verify_key.encode().hex()
BODY = '{"type":1,"name":"Стра́д 🎲"}'.encode()
SIGNATURE = KEY.sign(b"1700000000" + BODY).signature.hex()


GROUP_ORDER = (1 << 252) + 27742317777372353535851937790883648493


def published() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the 1,024 vectors of Ed25519's authors: a public key, a message and its signature.

    A line is `secret key + public key:public key:message:signature + message:`, all in hex.
    """
    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as lines:
        for line in lines:
            _, public_key, message, signed, _ = line.split(":")
            yield public_key, bytes.fromhex(message), bytes.fromhex(signed)[:64]


def test_the_published_vectors():
    vectors = list(published())
    assert len(vectors) == 1024
    for public_key, message, signed in vectors:
        assert signature.is_valid(public_key, signed.hex(), "", message)
        assert not signature.is_valid(public_key, signed.hex(), "0", message)
        assert not signature.is_valid(PUBLIC, signed.hex(), "", message)


def test_a_published_signature_in_another_form_is_none():
    """RFC 8032, 5.1.7: a valid signature's second half is below the group's order."""
    for public_key, message, signed in published():
        again = int.from_bytes(signed[32:], "little") + GROUP_ORDER
        other = signed[:32] + again.to_bytes(32, "little")
        assert not signature.is_valid(public_key, other.hex(), "", message)


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
        ("1030", True),
        ("1031", False),
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
