"""Parameter Store allows an account 40 reads a second; a throttled reader has done nothing."""

import pytest
from botocore.exceptions import ClientError

from channelwright.aws import bot_token, parameter
from channelwright.discord import edits
from tests.statemachine import operators
from tests.statemachine.operators import Operator

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")
READERS = ["plan_campaign", "create_role", "create_category", "create_channel", "complete_campaign"]


class Store:
    """Parameter Store that throttles the next `refuses` reads."""

    def __init__(self, client):
        self._client = client
        self.refuses = 0

    def get_parameter(self, **asked):
        if self.refuses > 0:
            self.refuses -= 1
            raise THROTTLED
        return self._client.get_parameter(**asked)


@pytest.fixture
def store(monkeypatch):
    store = Store(parameter._ssm)
    monkeypatch.setattr(parameter, "_ssm", store)
    return store


def refuse_at(stage, store, function, times):
    """Let a function in a new container be throttled so many times."""

    def begin(name, _event):
        if name == function and begin.left:
            begin.left -= 1
            bot_token.forget()
            store.refuses = times

    begin.left = 1
    stage.lambdas.on_invoke = begin


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("function", READERS)
def test_it_is_read_again_soon(stage, store, function, times):
    began = stage.clock.now()
    refuse_at(stage, store, function, times)
    run = stage.run()
    assert run.output["status"] == "created"
    assert 0 < stage.clock.now() - began < 15 < edits.UNKNOWN_OUTCOME_SECONDS


def test_what_is_removed_is_as_patient(stage, store):
    operators.refuse_a_channel(stage)
    refuse_at(stage, store, "delete_created", 2)
    assert stage.run().removal.status == "SUCCEEDED"
    stage.assert_nothing_left()


@pytest.mark.parametrize("function", READERS)
def test_whoever_never_gets_it_is_told_so_and_nothing_is_left(stage, store, monkeypatch, function):
    """When the removal begins, the token can be read again."""
    operators.use(monkeypatch, stage)

    def begin(name, _event):
        bot_token.forget()
        store.refuses = 1 if name == function else 0

    stage.lambdas.on_invoke = begin
    run = Operator(stage).run()
    assert run.error == "CampaignFailed"
    assert run.removal.status == "SUCCEEDED"
    assert "The bot could not read its own token. Try again" in stage.messages[-1]
    stage.assert_nothing_left()
