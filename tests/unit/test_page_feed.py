"""The feed of the page: whoever was away gets all that changed, and nothing twice."""

import json

from local.page.feed import RETRY, Feed


def read(feed: Feed, number: int = 0) -> tuple[int, dict[str, object]]:
    last, changes = feed.since(number, 0)
    return last, {name: json.loads(text) for name, text in changes}


def test_a_reader_gets_each_document_once_in_its_present_form():
    feed = Feed()
    feed.put({"a": 1, "b": 1})
    feed.put({"a": 2})
    last, seen = read(feed)
    assert seen == {"a": 2, "b": 1}
    assert read(feed, last) == (last, {})


def test_a_reader_who_was_away_misses_no_change_and_no_removal():
    feed = Feed()
    feed.put({"a": 1, "b": 1, "c": 1})
    last, _ = read(feed)
    feed.put({"a": None, "b": 2})
    feed.put({"b": 3, "d": 1})
    assert read(feed, last)[1] == {"a": None, "b": 3, "d": 1}


def test_an_equal_document_is_no_change():
    feed = Feed()
    feed.put({"a": {"x": 1}})
    last, _ = read(feed)
    feed.put({"a": {"x": 1}, "never": None})
    assert read(feed, last) == (last, {})


def test_the_changes_come_in_the_order_in_which_they_happened():
    feed = Feed()
    feed.put({"a": 1, "b": 1})
    feed.put({"a": 2})
    assert [name for name, _ in feed.since(0, 0)[1]] == ["b", "a"]


def test_a_stream_has_events_with_numbers_and_ends_with_the_feed():
    feed = Feed()
    feed.put({"a": "x\ny"})
    stream = feed.stream(0, patience=0)
    assert next(stream) == RETRY
    assert next(stream) == b'id: 1\ndata: [["a","x\\ny"]]\n\n'
    assert next(stream) == b":\n\n"
    assert feed.readers == 1
    feed.close()
    assert list(stream) == []
    assert feed.readers == 0
