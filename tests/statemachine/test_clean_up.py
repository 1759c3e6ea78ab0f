"""Executions that end from outside: stopped, timed out, broken. What they made is cleaned up.

As on AWS, a Lambda goes on when its execution is stopped, and nobody learns what it made.
"""

import io
import itertools
import json
import threading

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped

import clean_up_campaign
import find_created
from channelwright import layout, messages
from local.simulator.guild import Channel
from tests import runbook
from tests.statemachine import interpreter, threads

STOPPED = "Whoever runs this bot stopped it. Ask them, or try again."
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
LAYOUT = [channel["name"] for channel in layout.load()]
FIRST_WAVE, LAST_WAVE = LAYOUT[0], LAYOUT[8]


class Operator:
    """Stops executions, and plays EventBridge when they have ended."""

    def __init__(self, stage, client):
        self.stage = stage
        self.client = client
        self.late = None
        self._is_time = lambda _name, _event: False
        self._invoke = stage.lambdas.invoke
        self._at_work = 0
        self._change = threading.Condition()
        stage.lambdas.invoke = self._counted

    def stop_at(self, function, channel=None, *, late=False):
        """Stop the execution while `function` runs (for `channel`); it goes on, unheard.

        With `late` it does not go on before `go_on`.
        """
        times = itertools.count()  # its `next` is one step, whichever thread is quicker

        def is_time(name, event):
            meant = name == function and channel in {None, event.get("channel", {}).get("name")}
            return meant and next(times) == 0

        self._is_time = is_time
        self.late = threading.Event() if late else None

    def _counted(self, **call):
        name = call["FunctionName"].rsplit(":", 1)[1]
        with self._change:
            self._at_work += 1
        if self._is_time(name, json.loads(call["Payload"])):
            self.client.stop_execution(executionArn=self.arn)
            siblings = 9 if name == "create_channel" else 1
            self.stage.lambdas.deaths[name] = [("after", "Lambda.Unknown")] * siblings
            if self.late:
                threading.Thread(target=self._work, args=(call, self.late), daemon=True).start()
                body = json.dumps({"errorType": "Lambda.Unknown", "errorMessage": "?"}).encode()
                return {"FunctionError": "Unhandled", "Payload": io.BytesIO(body)}
        return self._work(call)

    def _work(self, call, not_before=None):
        try:
            assert not_before is None or not_before.wait(60)
            return self._invoke(**call)
        finally:
            with self._change:
                self._at_work -= 1
                self._change.notify_all()

    def wait_for_lambdas(self, still=0):
        with self._change:
            assert self._change.wait_for(lambda: self._at_work <= still, timeout=60)

    def go_on(self):
        """Let the late Lambda do its work, called from within another one."""
        self.late.set()
        self.wait_for_lambdas(still=1)

    @property
    def arn(self):
        machine = self.stage.interpreter._arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{self.stage.asked}"

    def run(self):
        """Run a campaign to its end, and to that of the Lambdas that outlive it."""
        run = self.stage.run()
        self.wait_for_lambdas(still=1 if self.late else 0)
        return run

    def notify(self, arn=None):
        """Play EventBridge."""
        clean_up_campaign.handler({"detail": {"executionArn": arn or self.arn}}, None)

    def clean_up(self):
        """Notify, and run the clean-up to its end."""
        self.notify()
        return self.stage.interpreter.finish(f"{self.arn}-rollback")

    @property
    def executions(self):
        """The names of this campaign's executions."""
        listed = self.client.list_executions(stateMachineArn=self.stage.interpreter._arn)
        names = [execution["name"] for execution in listed["executions"]]
        return sorted(name for name in names if name.startswith(self.stage.asked))


def _set_error(environment, error):
    # moto takes it for an error that an execution cannot go on after a stop: it is none.
    if not isinstance(environment.program_state(), ProgramStopped):
        _moto_set_error(environment, error)


_moto_set_error = Environment.set_error


@pytest.fixture
def operator(stage, monkeypatch):
    monkeypatch.setattr(Environment, "set_error", _set_error)
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter._arn)
    return Operator(stage, boto3.client("stepfunctions"))


def refuse_a_channel(stage):
    """Let the second wave fail, so that the execution itself rolls back."""
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN, times=None
    )


def wait_for_discord(stage):
    """Let two deletions wait, for longer than a Lambda sleeps."""
    wait = {"message": "You are being rate limited.", "retry_after": 20.0, "global": False}
    stage.discord.faults.add(
        method="DELETE", status=429, body=wait, headers={"Retry-After": "20"}, times=2
    )


def assert_cleaned_up(stage, run, why=STOPPED):
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert stage.messages[-1] == (
        f"❌ **Could not create campaign: My Campaign**\n{why}\n\nNothing was left behind."
    )


# ---- Stopped by an operator ----

STOPS = [
    ("plan_campaign", None),
    ("report_progress", None),
    ("create_role", None),
    ("create_category", None),
    ("assign_role", None),
    ("create_channel", FIRST_WAVE),
    ("create_channel", LAST_WAVE),
    ("complete_campaign", None),
    ("report_completion", None),
    ("report_rollback", None),
    ("recall_created", None),
    ("find_created", None),
    ("delete_created", None),
    ("report_failure", None),
]
OF_THE_ROLLBACK = {name for name, _ in STOPS[-5:]}


@pytest.mark.parametrize(("function", "channel"), STOPS)
def test_an_execution_that_was_stopped_is_cleaned_up(stage, operator, function, channel):
    if function in OF_THE_ROLLBACK:
        refuse_a_channel(stage)
    operator.stop_at(function, channel)
    assert operator.run().status == "ABORTED"
    assert_cleaned_up(stage, operator.clean_up())
    assert stage.in_channel == []


@pytest.mark.parametrize(
    ("function", "channel"),
    [("create_role", None), ("create_category", None), ("create_channel", LAST_WAVE)],
)
def test_what_a_lambda_makes_after_a_first_look_is_found(stage, operator, function, channel):
    """It may be at work for as long as a Lambda lives: the second look comes later than that."""
    looks = []

    def on_look(name, _event):
        if name == "find_created":
            looks.append(stage.clock.now())
            if len(looks) == 2:
                operator.go_on()

    operator.stop_at(function, channel, late=True)
    assert operator.run().status == "ABORTED"
    stage.lambdas.on_invoke = on_look
    assert_cleaned_up(stage, operator.clean_up())
    assert looks[1] - looks[0] > 45
    names = {"create_role": "My Campaign Members", "create_category": "My Campaign"}
    deleted = [e["thing"]["name"] for name, e in stage.lambdas.calls if name == "delete_created"]
    assert (channel or names[function]) in deleted


def test_a_stop_before_anything_was_made_needs_no_look(stage, operator):
    operator.stop_at("plan_campaign")
    operator.run()
    run = operator.clean_up()
    assert_cleaned_up(stage, run)
    assert "Find Created" not in run.states


def test_a_campaign_that_was_stopped_long_ago_is_told_of_in_the_channel(stage, operator):
    """The deferred message cannot be edited any more."""
    operator.stop_at("create_channel", LAST_WAVE)
    operator.run()
    said = list(stage.messages)
    stage.clock.sleep(15 * 60)
    run = operator.clean_up()
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert stage.messages == said
    assert stage.in_channel == [
        f"<@{stage.discord.info['owner_id']}>\n"
        f"❌ **Could not create campaign: My Campaign**\n{STOPPED}\n\nNothing was left behind."
    ]


def test_a_clean_up_that_begins_late_is_as_patient_as_any(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    stage.clock.sleep(26 * 60)
    wait_for_discord(stage)
    run = operator.clean_up()
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()


def test_a_clean_up_of_two_campaigns_at_once_takes_each_for_its_own(stage, operator):
    assert stage.run("Another Campaign").status == "SUCCEEDED"
    with_another = stage.standing()
    operator.stop_at("complete_campaign")
    assert operator.run().status == "ABORTED"
    assert operator.clean_up().status == "SUCCEEDED"
    assert stage.standing() == with_another


def test_what_the_history_recorded_is_found_wherever_it_was_moved(stage, operator):
    """It bears no marks any more, and no state knows the channels of a Map that was stopped."""
    operator.stop_at("create_channel", LAST_WAVE)
    operator.run()
    guild = stage.discord.guild()
    general = guild.channels[stage.discord.info["channel_id"]]
    for channel in guild.channels.values():
        if channel.parent_id and channel.name == FIRST_WAVE and channel is not general:
            channel.name, channel.parent_id = "moved", general.parent_id
    next(c for c in guild.channels.values() if c.name == "My Campaign").name = "Renamed"
    next(r for r in guild.roles.values() if r.name == "My Campaign Members").color = 0
    assert {"moved", "Renamed"} <= stage.standing()[1]
    assert_cleaned_up(stage, operator.clean_up())


def test_what_others_put_in_is_left_alone_and_named(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    guild = stage.discord.guild()
    category = next(c for c in guild.channels.values() if c.name == "My Campaign")
    theirs = str(2**63)
    guild.channels[theirs] = Channel(
        theirs, guild.id, 0, "house-rules", 9, created_by="1", parent_id=category.id
    )
    run = operator.clean_up()
    assert run.status == "SUCCEEDED", run.cause
    roles, channels = stage.standing()
    assert (roles, channels - stage.before[1]) == (stage.before[0], {"house-rules"})
    assert stage.messages[-1].endswith(
        "Left alone, because the bot does not know it as its own:\n"
        f"- the channel <#{theirs}> (**house-rules**)\n"
        "Nothing else was left behind."
    )


# ---- What a clean-up cannot do ----


def test_what_a_clean_up_cannot_delete_is_named_and_the_clean_up_has_failed(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    stage.discord.faults.add(
        method="DELETE", path="/roles/", status=403, body=FORBIDDEN, times=None
    )
    run = operator.clean_up()
    assert run.error == "CampaignNotUndone"
    assert stage.standing()[0] - stage.before[0] == {"My Campaign Members"}
    assert STOPPED in stage.messages[-1]
    assert "(**My Campaign Members**)\nPlease remove this by hand." in stage.messages[-1]


@pytest.mark.parametrize(
    ("function", "channel", "path"),
    [
        ("create_channel", LAST_WAVE, "/channels/"),
        ("create_category", None, "/channels/"),
        ("create_role", None, "/roles/"),
    ],
)
def test_what_no_state_recorded_and_cannot_be_deleted_is_named(
    stage, operator, function, channel, path
):
    operator.stop_at(function, channel)
    operator.run()
    name = channel or {"create_category": "My Campaign"}.get(function, "My Campaign Members")
    things = [*stage.discord.guild().roles.values(), *stage.discord.guild().channels.values()]
    [stuck] = [thing.id for thing in things if thing.name == name]
    stage.discord.faults.add(
        method="DELETE", path=f"{path}{stuck}$", status=403, body=FORBIDDEN, times=None
    )
    run = operator.clean_up()
    standing = stage.standing()[0] | stage.standing()[1]
    assert standing - stage.before[0] - stage.before[1] == {name}
    assert f"(**{name}**)" in stage.messages[-1] or f"**{name}**\n" in stage.messages[-1]
    assert "Nothing was left behind." not in stage.messages[-1]
    assert run.error == "CampaignNotUndone"


def test_a_history_that_cannot_be_read_is_admitted(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    stage.lambdas.deaths["recall_created"] = [("before", "ClientError")] * 6
    run = operator.clean_up()
    assert run.error == "CampaignNotUndone"
    assert "Discord did not let the bot look for what it had made." in stage.messages[-1]
    assert "Nothing was left behind." not in stage.messages[-1]


# ---- Which ends need a clean-up ----


def test_being_told_twice_starts_one_clean_up(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    operator.notify()
    assert_cleaned_up(stage, operator.clean_up())
    said = list(stage.messages)
    operator.notify()
    assert operator.executions == [stage.asked, f"{stage.asked}-rollback"]
    assert [name for name, _ in stage.lambdas.calls].count("recall_created") == 1
    assert stage.messages == said


def test_a_clean_up_that_failed_is_started_again(stage, operator):
    operator.stop_at("complete_campaign")
    operator.run()
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.clean_up().error == "CampaignNotUndone"
    assert_cleaned_up_a_day_later(
        stage, operator, "**A clean-up that failed**", known=f"{operator.arn}-rollback"
    )


def test_a_campaign_that_was_not_undone_is_cleaned_up_by_hand(stage, operator):
    refuse_a_channel(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.run().error == "CampaignNotUndone"
    assert_cleaned_up_a_day_later(
        stage, operator, "**A campaign that undid itself in part**", known=operator.arn
    )


def assert_cleaned_up_a_day_later(stage, operator, after, known):
    """With the runbook's commands after these words, and as patient as any clean-up."""
    stage.discord.faults.clear()
    stage.clock.sleep(24 * 3600)
    before = len(operator.executions)
    by_hand = operator.client.start_execution(
        **runbook.start_execution(
            after,
            machine=stage.interpreter._arn,
            interaction_id=stage.asked,
            known=known,
            known_input=operator.client.describe_execution(executionArn=known)["input"],
            now=stage.clock.now(),
        )
    )["executionArn"]
    wait_for_discord(stage)
    run = stage.interpreter.finish(by_hand)
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert stage.in_channel[-1].endswith(f"{STOPPED}\n\nNothing was left behind.")
    operator.notify(by_hand)
    assert len(operator.executions) == before + 1, "it is no campaign's end"


def test_an_execution_that_rolled_back_itself_needs_none(stage, operator):
    refuse_a_channel(stage)
    assert operator.run().error == "CampaignFailed"
    operator.notify()
    assert operator.executions == [stage.asked]


def test_one_that_rolled_back_but_could_not_say_so_needs_none(stage, operator):
    refuse_a_channel(stage)
    stage.discord.faults.add(path="@original", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)
    assert operator.run().error == "FailureNotDelivered"
    operator.notify()
    assert operator.executions == [stage.asked]


def test_a_campaign_that_stands_though_its_summary_was_not_delivered_is_left_alone(stage, operator):
    stage.discord.faults.add(path="@original", body_contains="Created: My", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)
    assert operator.run().error == "MessageNotDelivered"
    standing = stage.standing()
    operator.notify()
    assert operator.executions == [stage.asked]
    assert stage.standing() == standing != stage.before


def test_a_clean_up_that_ended_from_outside_is_a_persons(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    clean_up = f"{operator.arn}-rollback"

    def stop_it(name, _event):
        if name == "find_created":
            operator.client.stop_execution(executionArn=clean_up)

    stage.lambdas.on_invoke = stop_it
    assert operator.clean_up().status == "ABORTED"
    operator.notify(clean_up)
    assert operator.executions == [stage.asked, f"{stage.asked}-rollback"]


def test_an_execution_that_nobody_knows_is_an_error(stage, operator):
    stage.request()
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        operator.notify()


# ---- Broken and timed out ----


@pytest.mark.parametrize("function", ["create_role", "create_category", "complete_campaign"])
def test_an_error_that_no_state_catches_is_cleaned_up(stage, operator, function):
    """A rate limit without a time to wait for: States.Runtime, which States.ALL does not match."""
    stage.lambdas.deaths[function] = [("after", "RateLimited")]
    run = operator.run()
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert stage.standing() != stage.before
    assert_cleaned_up(stage, operator.clean_up(), messages.unexpected(stage.asked))


def test_an_error_that_no_state_of_the_rollback_catches_is_cleaned_up(stage, operator, monkeypatch):
    refuse_a_channel(stage)
    with monkeypatch.context() as slip:
        slip.setattr(find_created, "handler", lambda _event, _context: {"next": "look again"})
        run = operator.run()
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert_cleaned_up(stage, operator.clean_up(), messages.unexpected(stage.asked))


def test_an_execution_that_took_too_long_is_cleaned_up(stage, operator, monkeypatch):
    """moto's time-out is by the real clock, so that this execution has a second, and a thread."""
    monkeypatch.setattr(threads.program, "threading", threading)
    definition = json.loads(interpreter.definition()) | {"TimeoutSeconds": 1}
    machine = operator.client.create_state_machine(
        name=f"quick-{stage.discord.info['guild_id']}",
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/states",
    )["stateMachineArn"]
    monkeypatch.setattr(stage.interpreter, "_arn", machine)
    ended = threading.Event()

    def hang(name, event):
        if name == "create_channel" and event["channel"]["name"] == LAST_WAVE:
            assert ended.wait(60)

    stage.lambdas.on_invoke = hang
    run = stage.run()
    ended.set()
    operator.wait_for_lambdas()
    assert run.status == "TIMED_OUT"
    timed_out = "It took far too long. Try again; if it stays, tell whoever runs this bot."
    monkeypatch.setenv("STATE_MACHINE_ARN", machine)
    assert_cleaned_up(stage, operator.clean_up(), timed_out)


@pytest.mark.parametrize("error", ["Operator", "CampaignFailed"])
def test_the_error_that_an_operator_gives_with_a_stop_does_not_hide_that_it_was_one(
    stage, operator, monkeypatch, error
):
    """AWS tells of it, moto does not."""
    operator.stop_at("create_category")
    operator.run()
    client = clean_up_campaign._step_functions
    described = client.describe_execution(executionArn=operator.arn) | {"error": error}
    monkeypatch.setattr(client, "describe_execution", lambda **_: described)
    assert_cleaned_up(stage, operator.clean_up())
