"""Deliveries of events: sent, sent again after waits, switched off, given up."""

import itertools
import json

import pytest
from botocore.exceptions import ClientError

from channelwright.aws import log
from channelwright.webhooks.address import fingerprint
from channelwright.webhooks.schedule import ATTEMPTS, WAITS
from tests.statemachine.bus import schema
from tests.statemachine.company import DOWN, Table
from tests.statemachine.interpreter import DELIVER
from tests.statemachine.operators import refuse_a_channel
from tests.statemachine.queues import WEBHOOKS
from tests.statemachine.webhooks import delivering, event, said

HOUR, DAY = 3600, 24 * 3600
SENT = ["Look Up Switch", "Is It Off?", "Send Webhook", "How Did It End?"]
AGAIN = [*SENT, "Wait for Next Attempt"]
OFF = [*SENT, "Switch Off", "Tell Operator", "Switched Off"]
GIVEN_UP = ["Give Up", "Given Up"]


@pytest.fixture
def webhooks(stage, monkeypatch):
    with delivering(stage, monkeypatch) as made:
        yield made


# ---- It arrives ----


def test_an_event_is_delivered(webhooks):
    run = webhooks.deliver(one := event())
    assert (run.status, run.states) == ("SUCCEEDED", [*SENT, "Delivered"])
    assert webhooks.received == [one]
    assert run.output["reason"] == "Attempt 1 of 10: The receiver answered 204."
    assert webhooks.stage.interpreter.queues.dead_letters == []


def test_the_events_of_campaigns_are_delivered_as_they_were_put(webhooks):
    webhooks.stage.run("Curse of Strahd \N{DRAGON}")
    refuse_a_channel(webhooks.stage)
    webhooks.stage.run("Another")
    put = webhooks.stage.bus.events
    assert webhooks.stage.bus.types == ["campaign.created", "campaign.failed"]
    for one in put:
        assert webhooks.deliver(one).status == "SUCCEEDED"
    assert webhooks.received == put
    for one in webhooks.received:
        schema(one["type"]).validate(one)


def test_a_failure_is_sent_again_after_a_visible_wait(webhooks):
    webhooks.answers = [said(500), said(302, "Location: https://example.com/"), said(400)]
    run = webhooks.deliver(one := event())
    assert run.states == [*AGAIN * 3, *SENT, "Delivered"]
    assert webhooks.clock.waits == list(WAITS[:3])
    assert webhooks.received == [one] * 4
    times = [int(each.headers["webhook-timestamp"]) for each in webhooks.requests]
    assert [after - before for before, after in itertools.pairwise(times)] == [*WAITS[:3]]
    assert {each.headers["webhook-id"] for each in webhooks.requests} == {one["id"]}


def test_a_receiver_says_when_it_wants_to_hear_again(webhooks):
    webhooks.answers = [
        said(429, "Retry-After: 1200"),
        said(503, "Retry-After: 999999"),
        said(503, "Retry-After: 1"),
    ]
    webhooks.deliver()
    assert webhooks.clock.waits == [1200, DAY, WAITS[2]]


def test_a_secret_that_is_not_there_yet_is_waited_for(webhooks, monkeypatch):
    monkeypatch.setenv("WEBHOOK_SECRET_PARAMETER", "/channelwright/nothing-yet")
    put = lambda: monkeypatch.setenv("WEBHOOK_SECRET_PARAMETER", "/channelwright/webhook-secret")  # noqa: E731
    webhooks.clock.spawn(put, 60)
    run = webhooks.deliver()
    assert run.status == "SUCCEEDED"
    assert len(webhooks.received) == 1
    assert webhooks.clock.waits == list(WAITS[:2])


# ---- It is given up ----


def test_an_event_is_given_up_after_three_days_and_the_operator_hears_of_it(webhooks):
    webhooks.answers = [said(500)] * 99
    began = webhooks.clock.now()
    run = webhooks.deliver(one := event())
    assert run.states == [*AGAIN * 9, *SENT, *GIVEN_UP]
    assert (run.status, run.error) == ("FAILED", "GivenUp")
    assert len(webhooks.received) == ATTEMPTS
    assert webhooks.clock.waits == list(WAITS)
    assert 3 * DAY < webhooks.clock.now() - began < 4 * DAY
    reason = "Attempt 10 of 10: The receiver answered 500. This was the last attempt."
    assert run.cause == reason
    told = {"id": one["id"], "type": one["type"]}
    [letter] = webhooks.stage.interpreter.queues.dead_letters
    assert letter == {"webhook": "given up", "event": told, "reason": reason}


def test_an_event_that_was_given_up_can_be_sent_again(webhooks):
    webhooks.answers = [said(500)] * ATTEMPTS
    webhooks.deliver(one := event())
    run = webhooks.send_again(one, "by-hand")
    assert (run.status, run.states) == ("SUCCEEDED", [*SENT, "Delivered"])
    assert {each.headers["webhook-id"] for each in webhooks.requests} == {one["id"]}


# ---- It is switched off ----


def test_a_receiver_that_wants_nothing_more_gets_nothing_more(webhooks):
    webhooks.answers = [said(410)]
    first, second = event("1"), event("2")
    run = webhooks.deliver(first)
    assert run.states == OFF
    assert run.status == "SUCCEEDED"
    run = webhooks.deliver(second)
    assert run.states == ["Look Up Switch", "Is It Off?", "Switched Off"]
    assert webhooks.received == [first]
    [letter] = webhooks.stage.interpreter.queues.dead_letters
    assert (letter["webhook"], letter["event"]["id"]) == ("switched off", first["id"])
    assert "wants no more webhooks" in letter["reason"]


def test_an_event_that_waits_is_not_sent_to_a_url_that_was_switched_off(webhooks):
    webhooks.answers = [said(500), said(500), said(410)]
    webhooks.announce(waiting := event("1"))
    webhooks.clock.sleep(200)
    webhooks.deliver(event("2"))
    run = webhooks.finish(waiting)
    assert run.states[-3:] == ["Look Up Switch", "Is It Off?", "Switched Off"]
    assert len(webhooks.received) == 3


def test_another_url_is_on(webhooks):
    webhooks.answers = [said(410)]
    webhooks.deliver(event("1"))
    webhooks.move_to(f"{webhooks.url}&v=2")
    assert webhooks.deliver(second := event("2")).states == [*SENT, "Delivered"]
    assert webhooks.received[-1] == second
    webhooks.move_to(webhooks.url)
    assert webhooks.deliver(event("3")).states[-1] == "Switched Off"


def test_what_a_url_that_was_switched_off_did_not_get_can_be_sent_to_another_one(webhooks):
    """The execution's input names the old URL, so its switch has to go (docs/operations.md)."""
    webhooks.answers = [said(410)]
    webhooks.deliver(one := event())
    webhooks.move_to(f"{webhooks.url}&v=2")
    assert webhooks.send_again(one, "too-early").states[-1] == "Switched Off"
    webhooks.switch_on()
    assert webhooks.send_again(one, "by-hand").states == [*SENT, "Delivered"]
    assert webhooks.requests[-1].line.split()[1].endswith("&v=2")


def test_a_switch_that_cannot_be_written_is_told_all_the_same(webhooks, monkeypatch):
    webhooks.answers = [said(410)]
    broken = Table(works_for=1, breaks_with=DOWN)
    monkeypatch.setattr("channelwright.pace.table._client", broken)
    run = webhooks.deliver()
    assert (run.status, run.states) == ("SUCCEEDED", OFF)
    [letter] = webhooks.stage.interpreter.queues.dead_letters
    assert letter["webhook"] == "switched off"


def test_a_url_that_changes_while_an_event_waits_is_used_from_then_on(webhooks):
    old = webhooks.url
    webhooks.answers = [said(500), said(410)]
    webhooks.announce(one := event())
    webhooks.clock.sleep(2)
    webhooks.move_to(new := f"{webhooks.url}&v=2")
    assert webhooks.finish(one).states == [*AGAIN, *OFF]
    assert [each.line.split()[1][-4:] for each in webhooks.requests] == [old[-4:], "&v=2"]
    [switch] = webhooks.switches
    assert switch["id"]["S"] == f"webhook-off-{fingerprint(new)}"


def test_a_table_that_does_not_answer_keeps_nothing_back(webhooks, monkeypatch):
    webhooks.answers = [said(410)]
    webhooks.deliver(event("1"))
    monkeypatch.setattr("channelwright.pace.table._client", Table(breaks_with=DOWN))
    assert webhooks.deliver(event("2")).states == [*SENT, "Delivered"]


# ---- EventBridge ----


def test_a_duplicated_event_is_delivered_once(webhooks):
    webhooks.answers = [said(500)]
    one = event()
    webhooks.announce(one)
    webhooks.clock.sleep(2)
    webhooks.announce(one)  # while it waits
    webhooks.finish(one)
    webhooks.announce(one)  # after its end
    webhooks.clock.run_down()
    assert webhooks.received == [one] * 2


def test_a_duplicate_after_the_url_has_changed_delivers_nothing_either(webhooks):
    one = event()
    webhooks.deliver(one)
    webhooks.move_to(f"{webhooks.url}&v=2")
    webhooks.announce(one)
    webhooks.clock.run_down()
    assert webhooks.received == [one]


def test_events_that_come_late_and_in_another_order_are_all_delivered(webhooks):
    older, newer = event("1"), event("2") | {"occurred_at": "2026-11-29T18:04:07.123Z"}
    webhooks.answers = [said(500)]
    webhooks.announce(newer)
    webhooks.clock.sleep(DAY)
    webhooks.announce(older)
    for one in (older, newer):
        assert webhooks.finish(one).status == "SUCCEEDED"
    assert webhooks.received == [newer, newer, older]


def test_what_is_no_event_of_ours_becomes_a_dead_letter(webhooks):
    with pytest.raises(KeyError):
        webhooks.announce({"stack": "channelwright"})


def test_the_log_has_no_link_to_an_execution_that_could_not_be_started(
    webhooks, monkeypatch, lines
):
    monkeypatch.setenv("DELIVER_WEBHOOK_ARN", f"{webhooks.stage.interpreter.arns[DELIVER]}-gone")
    with pytest.raises(ClientError):
        webhooks.announce(event())
    [line] = lines
    assert (line["level"], line["interaction_id"]) == ("ERROR", "1450000000000000000")
    assert "execution" not in line


# ---- The senders ----


def test_a_slow_receiver_keeps_two_senders_busy_and_no_more(webhooks):
    webhooks.seconds = 15
    events = [event(str(number)) for number in range(9)]
    began = webhooks.clock.now()
    for one in events:
        webhooks.announce(one)
    for one in events:
        assert webhooks.finish(one).status == "SUCCEEDED"
    assert webhooks.most_at_once == 2
    assert webhooks.clock.now() - began == 15 * 5
    assert len(webhooks.received) == 9


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sender_that_dies_sends_again(webhooks, when):
    webhooks.stage.lambdas.deaths["send_webhook"] = [(when, "Runtime.ExitError")]
    run = webhooks.deliver(one := event())
    assert (run.status, run.states) == ("SUCCEEDED", [*SENT, "Delivered"])
    webhooks.clock.run_down()
    # Nobody waits for the second outcome of one that had done its work; it is no error.
    assert webhooks.received == [one] * (1 if when == "before" else 2)
    assert webhooks.stage.lambdas.errors == []


def test_a_sender_that_always_dies_is_a_dead_letter_and_a_failed_attempt(webhooks):
    webhooks.stage.lambdas.deaths["send_webhook"] = [("before", "Runtime.ExitError")] * 10
    began = webhooks.clock.now()
    run = webhooks.deliver(one := event())
    assert run.states == [*SENT[:3], "Not Sent", *AGAIN[3:], *SENT, "Delivered"]
    assert webhooks.clock.now() - began == DAY + HOUR
    assert webhooks.received == [one]
    [letter] = webhooks.stage.interpreter.queues.dead_letters
    assert letter["event"] == one
    assert run.output["attempt"] == 3


def test_a_dead_letter_of_a_sender_that_died_can_be_moved_back(webhooks):
    webhooks.stage.lambdas.deaths["send_webhook"] = [("before", "Runtime.ExitError")] * 10
    queues = webhooks.stage.interpreter.queues

    def redrive():
        message = queues.dead_letters.pop()
        queues.send_message(QueueUrl=WEBHOOKS, MessageBody=json.dumps(message))

    webhooks.clock.spawn(redrive, 2 * HOUR)
    assert webhooks.deliver().states == [*SENT, "Delivered"]


def test_senders_of_which_nothing_is_heard_are_given_up(webhooks):
    webhooks.stage.lambdas.deaths["send_webhook"] = [("before", "Runtime.ExitError")] * 999
    run = webhooks.deliver()
    assert run.states.count("Send Webhook") == ATTEMPTS
    assert run.states[-3:] == ["How Did It End?", *GIVEN_UP]
    assert run.cause == "Attempt 10: nothing was heard of it (States.Timeout)."
    assert webhooks.received == []


def test_a_queue_that_takes_nothing_for_a_moment_is_tried_again(webhooks):
    webhooks.stage.interpreter.queues.failures = 2
    assert webhooks.deliver().states == [*SENT, "Delivered"]


def test_a_queue_that_takes_nothing_for_long_is_waited_for(webhooks):
    webhooks.stage.interpreter.queues.failures = 5
    run = webhooks.deliver()
    assert run.states == [*SENT[:3], "Not Sent", *AGAIN[3:], *SENT, "Delivered"]
    assert webhooks.clock.waits == [HOUR]
    assert len(webhooks.received) == 1


def test_a_dead_letter_is_tried_for_a_day(webhooks):
    webhooks.answers = [said(410)]
    queues = webhooks.stage.interpreter.queues
    queues.on_send = lambda url, sent=queues.on_send: (sent(url), setattr(queues, "failures", 20))
    run = webhooks.deliver()
    assert run.states[-1] == "Switched Off"
    assert len(queues.dead_letters) == 1


# ---- Nothing is told that is secret ----


def test_no_state_and_no_line_of_the_log_has_a_secret_the_query_or_the_data(webhooks, lines):
    webhooks.answers = [said(500), said(410)]
    one = event() | {"data": {"name": "Curse of Strahd"}}
    run = webhooks.deliver(one)
    outputs = json.dumps([run.output, webhooks.stage.interpreter.queues.dead_letters])
    for secret in ("whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "of-the-receiver"):
        assert secret not in outputs + json.dumps(run.history, default=str) + lines.text
    assert "Strahd" not in outputs + lines.text
    assert log.console("x", "deliver-webhook").endswith("deliver-webhook:x")
