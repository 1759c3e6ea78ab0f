"""Mistakes made on purpose in deliveries: the checks of their promises must notice them."""

import pytest
from botocore.exceptions import ClientError

import send_webhook
import start_delivery
from channelwright.aws import executions
from channelwright.webhooks import outcome, schedule
from tests.reliability.mutation import code, constant, machine
from tests.statemachine.interpreter import DELIVER
from tests.statemachine.tasks import StuckError
from tests.statemachine.webhooks import delivering, event, said

DAY = 24 * 3600


@pytest.fixture
def webhooks(stage, monkeypatch):
    with delivering(stage, monkeypatch) as made:
        yield made


# ---- The promises ----


def delivered_once(webhooks):
    """An event that is reported twice, also while it waits, arrives once."""
    webhooks.answers = [said(503)]
    webhooks.announce(one := event())
    webhooks.clock.sleep(2)
    for _ in range(2):
        webhooks.announce(one)
        webhooks.clock.run_down()
    assert [each.headers["webhook-id"] for each in webhooks.requests] == [one["id"]] * 2


def all_arrive(webhooks):
    """Each of several events arrives."""
    events = [event("1"), event("2"), event("1", "campaign.created")]
    for one in events:
        webhooks.announce(one)
    webhooks.clock.run_down()
    assert sorted(each["id"] for each in webhooks.received) == sorted(one["id"] for one in events)


def persistent(webhooks):
    """A receiver that is down for three days gets the event, ten times at most."""
    webhooks.answers = [said(500)] * 9
    began = webhooks.clock.now()
    assert webhooks.deliver().status == "SUCCEEDED"
    assert len(webhooks.received) == 10
    assert webhooks.clock.now() - began > 3 * DAY


def polite(webhooks):
    """A receiver is not asked earlier than it wants."""
    webhooks.answers = [said(429, "Retry-After: 3000")]
    webhooks.deliver()
    first, second = (int(one.headers["webhook-timestamp"]) for one in webhooks.requests)
    assert second - first >= 3000


def told(webhooks):
    """Whoever runs the bot hears of an event that was given up, and of its reason."""
    webhooks.answers = [said(500)] * 99
    run = webhooks.deliver(one := event())
    assert (run.status, len(webhooks.received)) == ("FAILED", 10)
    [letter] = webhooks.stage.interpreter.queues.dead_letters
    assert (letter["event"]["id"], "500" in letter["reason"]) == (one["id"], True)


def switched_off(webhooks):
    """A receiver that answers 410 gets nothing more, and the operator hears of it once."""
    webhooks.answers = [said(410)]
    for number in range(3):
        assert webhooks.deliver(event(str(number))).status == "SUCCEEDED"
    assert len(webhooks.received) == 1
    assert len(webhooks.stage.interpreter.queues.dead_letters) == 1


def elsewhere(webhooks):
    """Another URL is on."""
    webhooks.answers = [said(410)]
    webhooks.deliver(event("1"))
    webhooks.move_to(f"{webhooks.url}&v=2")
    webhooks.deliver(event("2"))
    assert len(webhooks.received) == 2


def survives(webhooks):
    """A sender that dies for good delays an event, and ends none but after ten attempts."""
    webhooks.stage.lambdas.deaths["send_webhook"] = [("before", "Runtime.ExitError")] * 10
    assert webhooks.deliver().status == "SUCCEEDED"
    assert len(webhooks.received) == 1


def ends(webhooks):
    """Senders that stay dead end a delivery in the end."""
    webhooks.stage.lambdas.deaths["send_webhook"] = [("before", "Runtime.ExitError")] * 150
    began = webhooks.clock.now()
    assert webhooks.deliver().error == "GivenUp"
    assert webhooks.clock.now() - began < 12 * DAY


def repeated_quietly(webhooks):
    """A sender that died after its work is no failure when it comes again."""
    webhooks.stage.lambdas.deaths["send_webhook"] = [("after", "Runtime.ExitError")]
    assert webhooks.deliver().status == "SUCCEEDED"
    webhooks.clock.run_down()
    assert webhooks.stage.lambdas.errors == []


def patient(webhooks):
    """A table or a queue that fails for a moment costs nothing."""
    webhooks.stage.interpreter.queues.failures = 5
    assert webhooks.deliver().status == "SUCCEEDED"
    assert len(webhooks.received) == 1


PROMISES = (
    *(delivered_once, all_arrive, persistent, polite, told, switched_off, elsewhere, survives),
    *(ends, repeated_quietly, patient),
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_the_promise_is_kept(webhooks, promise):
    promise(webhooks)


# ---- The mistakes ----


def changed(change):
    return machine(change, DELIVER)


def of(title, **values):
    return changed(lambda states: states[title].update(values))


MISTAKES = {
    "an execution has a name of its own": (
        code(start_delivery.handler, "name=name", "name=name + str(id(event))"),
        delivered_once,
    ),
    "a second report is an error": (
        code(start_delivery.handler, "exceptions.ExecutionAlreadyExists", "exceptions.InvalidName"),
        delivered_once,
    ),
    "the events of an interaction have one name": (
        code(executions.delivery_of, 'event_id.replace(".", "-")', 'event_id.partition(".")[0]'),
        all_arrive,
    ),
    "the last waits are missing": (
        constant(schedule, "ATTEMPTS", 4),
        persistent,
    ),
    "the attempt is not counted": (
        changed(
            lambda states: states["Send Webhook"]["Parameters"]["MessageBody"].update(
                {"attempt.$": "States.MathAdd(0, 1)"}
            )
        ),
        told,
    ),
    "there is no wait": (of("How Did It End?", Default="Look Up Switch"), persistent),
    "the wait is the machine's own": (
        changed(
            lambda states: states.update(
                {"Wait for Next Attempt": {"Type": "Wait", "Seconds": 5, "Next": "Look Up Switch"}}
            )
        ),
        polite,
    ),
    "Retry-After is not heard": (
        code(outcome.Attempt.answered, "schedule.asked(retry_after, now)", "0"),
        polite,
    ),
    "nobody hears of it": (
        changed(
            lambda states: (
                states["How Did It End?"].update(Default="Given Up")
                or [
                    rule.update(Next="Given Up")
                    for rule in states["How Did It End?"]["Choices"]
                    if rule["Next"] == "Give Up"
                ]
            )
        ),
        told,
    ),
    "the switch is not looked up": (
        of(
            "Is It Off?",
            Default="Send Webhook",
            Choices=[{"Variable": "$.switch.Nothing", "IsPresent": True, "Next": "Switched Off"}],
        ),
        switched_off,
    ),
    "the switch is not written": (
        changed(
            lambda states: states["How Did It End?"]["Choices"][1].update(Next="Tell Operator")
        ),
        switched_off,
    ),
    "each event that is kept back tells the operator": (
        changed(lambda states: states["Is It Off?"]["Choices"][0].update(Next="Tell Operator")),
        switched_off,
    ),
    "the switch is every URL's": (
        changed(
            lambda states: [
                states[title]["Parameters"][name].update(id={"S": "webhook-off"})
                for title, name in (("Look Up Switch", "Key"), ("Switch Off", "Item"))
            ]
        ),
        elsewhere,
    ),
    "the state waits for ever": (of("Send Webhook", TimeoutSeconds=99 * DAY), ends),
    "a timeout ends it": (
        changed(lambda states: states["Send Webhook"]["Catch"][0].update(Next="Given Up")),
        survives,
    ),
    "a timeout is no attempt": (
        changed(
            lambda states: states["Not Sent"]["Parameters"].update(
                {"attempt.$": "States.MathAdd($.delivery.attempt, 0)"}
            )
        ),
        ends,
    ),
    "an outcome that nobody waits for is an error": (
        code(send_webhook._tell, "        _step_functions.exceptions.InvalidToken,\n", ""),
        repeated_quietly,
    ),
    "a queue that fails ends it": (
        changed(lambda states: states["Not Sent"]["Parameters"].update(next="give_up")),
        patient,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_is_noticed(webhooks, mistake):
    mutation, promise = MISTAKES[mistake]
    with mutation(webhooks.stage), pytest.raises((AssertionError, StuckError, ClientError)):
        promise(webhooks)
    webhooks.stage.lambdas.errors.clear()  # a mistake may break a handler
