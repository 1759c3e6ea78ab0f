"""The acts of `make demo`, one by one, on a stack."""

import pytest
import requests

from local import demo


def test_the_demo_waits_for_nothing_where_the_bot_refuses_at_once(stack):
    acts = demo.Demo(stack, stack.simulator, channels=10)
    with pytest.raises(demo.DemoError, match="the command:\n❌ The campaign's name has 81 char"):
        acts.act("x" * 81)


def test_the_demo_fails_if_a_deletion_leaves_something(stack, table):
    acts = demo.Demo(stack, stack.simulator, channels=10)
    acts.act("Curse of Strahd")
    table.keep_the_role()
    with pytest.raises(demo.DemoError, match="the server has nothing left of the campaign"):
        acts.delete(acts.created[0])


def test_the_demo_opens_its_page_and_waits_for_whoever_looks(monkeypatch, stack):
    opened, waited = [], []

    def pause():
        waited.append(requests.get(opened[0], timeout=30).status_code)
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("signal.pause", pause)
    with demo.shown(stack):
        assert waited == []
    assert waited == [200]
    with pytest.raises(requests.ConnectionError):
        requests.get(opened[0], timeout=30)
