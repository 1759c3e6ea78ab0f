"""The starter starts one execution per interaction, however often SQS delivers."""

import json
import os
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import start_campaign
from channelwright.campaign import request as requests
from channelwright.campaign.request import NOTHING_YET, NotARequest
from channelwright.discord import edits, snowflake
from channelwright.pace import limiter
from channelwright.pace.schedule import Ticket, Turn
from tests import tables

ID = "175928847299117063"
MADE = snowflake.created_at(ID)
TOKEN = "the-interaction-token"
FIELDS = requests.FIELDS[None]
FIELDS_OF_DELETIONS = requests.FIELDS["deletion"]


@pytest.fixture
def step_functions(monkeypatch):
    with mock_aws():
        client = boto3.client("stepfunctions")
        arn = client.create_state_machine(
            name="add-campaign",
            definition='{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/states",
        )["stateMachineArn"]
        monkeypatch.setenv("STATE_MACHINE_ARN", arn)
        monkeypatch.setenv("MAX_RECEIVES", "3")
        clock = SimpleNamespace(time=lambda: MADE + 60)
        monkeypatch.setattr(start_campaign, "time", clock)
        monkeypatch.setattr(limiter, "time", clock)
        monkeypatch.setattr("channelwright.pace.outage.time", clock)
        tables.create()
        yield client


def executions(client):
    [machine] = client.list_state_machines()["stateMachines"]
    return client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]


def deliver(receives=1, **message):
    given = dict.fromkeys(FIELDS, "1")
    body = json.dumps({**given, "interaction_id": ID, "interaction_token": TOKEN, **message})
    receive(body, receives)
    return body


def receive(body, receives=1):
    attributes = {"ApproximateReceiveCount": str(receives)}
    record = {"body": body, "attributes": attributes, "eventSourceARN": "tasks"}
    start_campaign.handler({"Records": [record]}, None)


def test_the_execution_is_named_with_the_interaction(step_functions):
    deliver()
    [execution] = executions(step_functions)
    assert execution["name"] == ID


def input_of_the_one_execution(client):
    [execution] = executions(client)
    described = client.describe_execution(executionArn=execution["executionArn"])
    return json.loads(described["input"])


def test_the_message_becomes_a_request_and_what_a_reply_needs(step_functions):
    message = json.loads(deliver(locale="de"))
    given = input_of_the_one_execution(step_functions)
    assert given["reply"] == {"application_id": "1", "interaction_token": TOKEN}
    assert given["request"] | given["reply"] == message
    # The token is a secret: most states get only the request.
    assert TOKEN not in json.dumps(given | {"reply": None})


def test_an_execution_knows_of_the_beginning_that_nothing_is_there(step_functions):
    deliver()
    given = input_of_the_one_execution(step_functions)
    assert set(given) == {"request", "reply", "turn", *requests.NOTHING_YET}
    assert (
        given["campaign"] is given["failure"] is given["completed"] is given["rate_limit"] is None
    )
    assert given["building"] == {"made": [], "edits": edits.NONE_YET}
    assert (given["waves"], given["made"], given["says"]) == ([], {"channels": []}, "rejection")


def test_whoever_need_not_wait_has_a_turn_that_has_begun(step_functions):
    """The turn began with the command, so nothing waits, whatever AWS's clocks show."""
    deliver()
    turn = input_of_the_one_execution(step_functions)["turn"]
    assert turn["in_company"] is False
    assert "reserved" not in turn
    assert MADE - 1 <= datetime.fromisoformat(turn["begins_at"]).timestamp() < MADE


def test_whoever_has_to_wait_has_a_turn_to_come():
    begins_at = MADE // 1 + 80.5
    ticket = Ticket(priority=True, place=7.5, seconds=0.06, promised=begins_at)
    message = {**dict.fromkeys(FIELDS, "1"), "interaction_id": ID}
    turn = Turn(begins_at, 20.5, in_company=True, ticket=ticket)
    given = requests.execution_input(message, turn)["turn"]
    assert datetime.fromisoformat(given["begins_at"]).timestamp() == MADE // 1 + 81
    assert given["in_company"] is True
    assert Ticket.of(given["reserved"]) == ticket
    # Without the limiter's table there is nothing to give back.
    unreserved = requests.execution_input(message, replace(turn, ticket=None))["turn"]
    assert unreserved == {key: given[key] for key in ("begins_at", "in_company")}


def test_a_second_delivery_starts_nothing(step_functions):
    deliver()
    deliver()
    assert len(executions(step_functions)) == 1


def test_the_same_name_with_another_input_starts_nothing_either(step_functions):
    deliver()
    deliver(locale="de")
    assert len(executions(step_functions)) == 1


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"interaction_id": null}', '"x"'])
def test_what_is_no_campaign_goes_back_to_the_queue_without_a_word_of_it(body, step_functions):
    with pytest.raises(NotARequest, match="the message on the queue does not ask for a campaign"):
        receive(body)


@pytest.mark.parametrize("describes", [True, False])
def test_the_last_delivery_of_a_command_asks_and_starts_all_the_same(
    step_functions, monkeypatch, caplog, describes
):
    monkeypatch.setenv("DELETE_CAMPAIGN_ARN", os.environ["STATE_MACHINE_ARN"])
    asked = []

    class Client:
        exceptions = step_functions.exceptions
        start_execution = staticmethod(step_functions.start_execution)

        def describe_execution(self, **request):
            asked.append(request["executionArn"])
            if not describes:
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, "DescribeExecution")
            return step_functions.describe_execution(**request)

    monkeypatch.setattr(start_campaign, "_step_functions", Client())
    message = dict.fromkeys(FIELDS_OF_DELETIONS, "1") | {"kind": "deletion", "interaction_id": ID}
    receive(json.dumps(message), receives=2)
    assert asked == []
    receive(json.dumps(message | {"interaction_id": str(int(ID) + 1)}), receives=3)
    assert len(executions(step_functions)) == 2
    assert len(asked) == 1
    assert ("does not say whether it has started" in caplog.text) is not describes


def test_a_start_that_fails_goes_back_to_the_queue(step_functions, monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:x")
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver()


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("value", [None, 7, ["7"], {"S": "7"}, f"{TOKEN}/../7?", "LACKS"])
def test_a_message_with_a_field_of_another_form_goes_back_to_the_queue(
    field, value, step_functions
):
    message = {**dict.fromkeys(FIELDS, "7"), "interaction_id": ID, field: value}
    if value == "LACKS":
        del message[field]
    if field == "campaign_name" and isinstance(value, str) and value != "LACKS":
        pytest.skip("a name may be anything: the plan judges it")
    with pytest.raises(NotARequest, match=f"its {field} is missing or malformed") as caught:
        receive(json.dumps(message))
    assert TOKEN not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert executions(step_functions) == []


def test_what_is_no_campaign_is_told_to_nobody_even_the_last_time(step_functions):
    with pytest.raises(NotARequest, match="its application_id is missing"):
        receive(json.dumps({"interaction_id": ID}), receives=3)


def test_whatever_else_a_message_says_reaches_no_execution(step_functions):
    """For example, the fields in which a removal names another campaign's category and role."""
    of_a_removal = {"mode": "remove", "of": "1", "campaign": {"role": {"id": "7"}}, "waves": [[1]]}
    deliver(**of_a_removal, member={"roles": ["7"]}, known={"made": []}, failure={"Error": "x"})
    [started] = executions(step_functions)
    described = step_functions.describe_execution(executionArn=started["executionArn"])
    given = json.loads(described["input"])
    assert set(given["request"]) | set(given["reply"]) == set(FIELDS)
    assert {key: given[key] for key in NOTHING_YET if key != "building"} == {
        key: value for key, value in NOTHING_YET.items() if key != "building"
    }
