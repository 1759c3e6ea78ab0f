"""A benchmark's process creates campaigns on its stack, and has others undone."""

from bench import before, builds_child


def test_a_campaign_is_made_and_another_undone(stack):
    made = builds_child.make(stack, 0.0, [])
    assert before.making_seconds(made) > 0
    assert sum(call["method"] == "POST" for call in made["calls"]) == 12

    _, refusal, _ = before.UNDONE[before.REFUSED]
    undone = builds_child.make(stack, 0.0, [before.LAST_CHANNEL | refusal])
    assert before.undoing_seconds(undone) > 0
    assert 403 in {call["status"] for call in undone["calls"]}
    assert not builds_child.running(stack)
    assert stack.simulator.control("GET", "faults") == []
