"""Each build gets one removal, which it starts itself, or EventBridge's net if it cannot."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_sfn,
)

import start_removal
from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from tests.statemachine import operators
from tests.statemachine.operators import (
    FORBIDDEN,
    Operator,
    assert_removed,
    refuse_a_channel,
)

REFUSED = "Discord refused to create the channel **dice-rolls**"


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    return Operator(stage)


class Broken:
    """Step Functions that fails so many times, and then works."""

    def __init__(self, client, times, code="ThrottlingException"):
        self._client = client
        self._left = times
        self._code = code

    def start_execution(self, **given):
        self._left -= 1
        if self._left >= 0:
            metadata = {"HTTPStatusCode": 400, "RequestId": "1"}
            error = {"Code": self._code, "Message": "?"}
            raise ClientError(
                {"Error": error, "ResponseMetadata": metadata},  # type: ignore[typeddict-item]
                "StartExecution",
            )
        return self._client.start_execution(**given)

    def __getattr__(self, name):
        return getattr(self._client, name)


@pytest.fixture
def broken(operator, monkeypatch):
    """Return a function that breaks the build's call to start its removal."""

    def set_broken(times, **how):
        client = Broken(operator.client, times, **how)
        monkeypatch.setattr(state_task_service_sfn, "boto_client_for", lambda **_: client)

    return set_broken


# ---- A build that failed ----


def test_the_build_starts_it_and_the_net_does_no_more(stage, operator):
    refuse_a_channel(stage)
    run = operator.run()
    assert_removed(stage, run.removal, REFUSED)
    said, asked = list(stage.messages), len(stage.discord.requests)
    operator.notify()
    operator.notify()
    assert operator.executions == ["", REMOVAL_SUFFIX]
    assert (stage.messages, len(stage.discord.requests)) == (said, asked)


def test_the_net_may_be_told_while_the_removal_runs(stage, operator):
    """EventBridge reports the end before the removal is done."""
    refuse_a_channel(stage)

    def tell(name, event):
        if name == "find_created" and event["removal"]["next"] == "look":
            operator.notify()

    stage.lambdas.on_invoke = tell
    assert_removed(stage, operator.run().removal, REFUSED)
    assert operator.executions == ["", REMOVAL_SUFFIX]


def test_a_name_that_is_taken_is_as_good(stage, operator):
    """Another caller was first: the build tries once, and ends as if it had started the removal."""
    stage.discord.faults.add(method="PUT", status=403, body=FORBIDDEN, times=2)

    def be_first(name, _event):
        if name == "complete_campaign":
            build = operator.client.describe_execution(executionArn=operator.arn())
            start_removal._start(
                f"{stage.asked}{REMOVAL_SUFFIX}", start_removal._input(build, "ABORTED")
            )

    stage.lambdas.on_invoke = be_first
    run = operator.run()
    assert run.error == "CampaignFailed"
    assert "give you the campaign's role" in run.cause
    failed = [event for event in run.history if "taskFailedEventDetails" in event]
    assert len(failed) == 1
    assert failed[0]["taskFailedEventDetails"]["error"].endswith("ExecutionAlreadyExistsException")
    assert run.removal.status == "SUCCEEDED"
    stage.assert_nothing_left()
    operator.notify()
    assert operator.executions == ["", REMOVAL_SUFFIX]


def test_a_start_that_fails_for_a_while_is_tried_again(stage, operator, broken):
    refuse_a_channel(stage)
    broken(times=4)
    assert_removed(stage, operator.run().removal, REFUSED)


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDenied", "InternalServerError"])
def test_where_the_build_cannot_start_it_the_net_does(stage, operator, broken, code):
    """The cause is still the build's failure, not that of the start."""
    refuse_a_channel(stage)
    broken(times=9, code=code)
    run = stage.interpreter.finish(stage.interpreter.start(stage.request()))
    assert run.error == "CampaignFailed"
    assert REFUSED in run.cause
    assert operator.executions == [""]
    assert_removed(stage, operator.remove(), REFUSED)
    assert operator.executions == ["", REMOVAL_SUFFIX]


def test_the_net_hands_on_what_the_build_does(stage, operator, broken):
    """The net differs only because it has read the history, and an edit may be on its way."""
    refuse_a_channel(stage)
    operator.run()
    own = operator.given()
    broken(times=9)
    stage.interpreter.finish(stage.interpreter.start(stage.request("Another")))
    operator.notify()
    read = operator.given()
    assert own.keys() == read.keys()
    for part in ("known", "removal", "request", "reply"):
        assert own[part].keys() == read[part].keys()
    assert own["waves"] == read["waves"]
    assert (own["edits"]["late_until"], own["until"]) == (0, 0)
    assert own["edits"]["left"] == read["edits"]["left"] + 1
    assert (read["edits"]["late_until"], read["until"]) > (stage.clock.now(), stage.clock.now())


# ---- A build that was stopped ----


def test_being_told_twice_starts_one_removal(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    operator.notify()
    assert_removed(stage, operator.remove())
    said = list(stage.messages)
    operator.notify()
    assert operator.executions == ["", REMOVAL_SUFFIX]
    assert stage.messages == said


def test_a_start_of_the_net_that_fails_is_lambdas_to_repeat(stage, operator, monkeypatch):
    operator.stop_at("create_category")
    operator.run()
    client = Broken(start_removal._step_functions, times=2)
    monkeypatch.setattr(start_removal, "_step_functions", client)
    for _ in range(2):
        with pytest.raises(ClientError, match="ThrottlingException"):
            operator.notify()
        assert operator.executions == [""]
    assert_removed(stage, operator.remove())


class NoHistory:
    """Step Functions that does not show histories."""

    def __init__(self, client, error):
        self._client = client
        self._error = error

    def get_paginator(self, _operation):
        return self

    def paginate(self, **_):
        yield {"events": []}
        raise self._error

    def __getattr__(self, name):
        return getattr(self._client, name)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://states"),
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetExecutionHistory"),
    ],
)
def test_without_the_history_no_removal_begins_that_would_know_too_little(
    stage, operator, monkeypatch, error
):
    operator.stop_at("complete_campaign")
    operator.run()
    with monkeypatch.context() as hidden:
        client = NoHistory(start_removal._step_functions, error)
        hidden.setattr(start_removal, "_step_functions", client)
        with pytest.raises(type(error)):
            operator.notify()
    assert operator.executions == [""]
    assert_removed(stage, operator.remove())


@pytest.mark.parametrize("error", ["Operator", "CampaignFailed", "MessageNotDelivered"])
def test_the_error_that_an_operator_gives_with_a_stop_does_not_hide_that_it_was_one(
    stage, operator, monkeypatch, error
):
    """AWS reports the operator's error, moto does not."""
    operator.stop_at("create_category")
    operator.run()
    client = start_removal._step_functions
    described = client.describe_execution(executionArn=operator.arn()) | {"error": error}
    with monkeypatch.context() as told:
        told.setattr(client, "describe_execution", lambda **_: described)
        operator.notify()
    assert_removed(stage, operator.finish())


# ---- A removal that ended ----


def test_a_removal_that_was_stopped_is_started_again_once(stage, operator):
    refuse_a_channel(stage)
    operator.stop_at("find_created")
    assert operator.run().removal.status == "ABORTED"
    assert operator.metric(REMOVAL_SUFFIX) is None, "a second removal follows"
    operator.notify(REMOVAL_SUFFIX)
    operator.notify(REMOVAL_SUFFIX)
    assert_removed(stage, operator.finish(AGAIN_SUFFIX), REFUSED)
    operator.notify(REMOVAL_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]
    assert operator.metric(AGAIN_SUFFIX) == "CampaignsRolledBack"


def test_a_second_removal_that_was_stopped_is_a_persons(stage, operator):
    refuse_a_channel(stage)
    operator.stop_at("find_created")
    operator.run()
    operator.stop_at("find_created", execution=AGAIN_SUFFIX)
    assert operator.remove_again().status == "ABORTED"
    for suffix in ("", REMOVAL_SUFFIX, AGAIN_SUFFIX):
        operator.notify(suffix)
    assert operator.executions == ["", REMOVAL_SUFFIX, AGAIN_SUFFIX]
    metrics = [operator.metric(suffix) for suffix in operator.executions]
    assert metrics == [None, None, "CampaignsNotUndone"]


def test_a_removal_that_could_not_remove_all_is_not_started_again(stage, operator):
    refuse_a_channel(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.run().removal.error == "CampaignNotUndone"
    operator.notify()
    operator.notify(REMOVAL_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX]
    assert operator.metric(REMOVAL_SUFFIX) == "CampaignsNotUndone"


def test_one_that_removed_all_but_could_not_say_so_is_not_started_again(stage, operator):
    refuse_a_channel(stage)
    stage.discord.faults.add(path="@original", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)
    assert operator.run().removal.error == "FailureNotDelivered"
    operator.notify()
    operator.notify(REMOVAL_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX]
    assert operator.metric(REMOVAL_SUFFIX) == "CampaignsRolledBack"


# ---- Ends without a removal ----


@pytest.mark.parametrize("taken", [False, True], ids=["created", "rejected"])
def test_of_a_last_word_that_was_not_delivered_nothing_is_removed(stage, operator, taken):
    if taken:
        assert stage.run().output["status"] == "created"
    stage.discord.faults.add(
        path="@original",
        body_contains="Could not" if taken else "Created: My",
        status=503,
        times=None,
    )
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)
    assert operator.run().error == "MessageNotDelivered"
    standing = stage.standing()
    operator.notify()
    assert operator.executions == [""]
    assert stage.standing() == standing != stage.before
    assert operator.metric() is None


def test_an_execution_that_nobody_knows_is_an_error(stage, operator):
    stage.request()
    told = {"detail": {"executionArn": operator.arn(), "status": "ABORTED"}}
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        start_removal.handler(told, None)
