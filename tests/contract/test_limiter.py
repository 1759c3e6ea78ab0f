"""The limiter in the template: each function's access to its table, and the two queues."""

import pytest

from channelwright.pace import table
from tests.contract.roles import grants, role_of
from tests.contract.test_state_machine import HANDLERS, RESOURCES, ROOT, TEMPLATE

FUNCTIONS = {
    resource["Properties"]["Handler"].removesuffix(".handler"): resource["Properties"]
    for resource in RESOURCES.values()
    if resource["Type"] == "AWS::Serverless::Function"
}
# A handler's calls, and the actions on the table that each call needs.
USES = {
    "reserve_turn(": {"dynamodb:GetItem", "dynamodb:PutItem"},
    "limiter.look_up(": {"dynamodb:GetItem"},
    "limiter.give_back(": {"dynamodb:GetItem", "dynamodb:PutItem"},
    "places.": {"dynamodb:GetItem", "dynamodb:PutItem"},
    "in_company=": {"dynamodb:UpdateItem"},
}


def granted(properties) -> set[str]:
    tables = [grant.split(" ") for grant in grants(role_of(properties)) if "dynamodb:" in grant]
    assert {resource for _, resource in tables} <= {"LimiterTable.Arn", "CampaignsTable.Arn"}
    return {action for action, resource in tables if resource == "LimiterTable.Arn"}


@pytest.mark.parametrize("handler", sorted(HANDLERS))
def test_each_function_may_do_to_the_table_what_it_does_and_no_more(handler):
    source = (ROOT / "functions" / f"{handler}.py").read_text(encoding="utf-8")
    needed = set().union(*(actions for use, actions in USES.items() if use in source))
    assert granted(FUNCTIONS[handler]) == needed


def test_every_function_knows_the_table_and_the_rate():
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    table = RESOURCES["LimiterTable"]["Properties"]
    assert variables["LIMITER_TABLE"] == table["TableName"]
    assert variables["CALLS_PER_SECOND"] == {"Ref": "CallsPerSecond"}
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]


def test_the_table_costs_nothing_while_nobody_uses_it():
    assert RESOURCES["LimiterTable"]["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_two_queues_differ_in_their_names_alone():
    tasks, priority = (
        {**RESOURCES[name]["Properties"]} for name in ("TasksQueue", "PriorityQueue")
    )
    assert tasks.pop("QueueName") != priority.pop("QueueName")
    assert tasks == priority
    mappings = [
        {**RESOURCES[name]["Properties"]}
        for name in ("TasksEventSourceMapping", "PriorityEventSourceMapping")
    ]
    for mapping, queue in zip(mappings, ("TasksQueue", "PriorityQueue"), strict=True):
        assert mapping.pop("EventSourceArn") == {"Fn::GetAtt": [queue, "Arn"]}
    assert mappings[1].pop("Enabled")["Fn::If"][0] == "KnowsPriority"
    for mapping in mappings:
        del mapping["ScalingConfig"]
    assert mappings[0] == mappings[1]


def starters():
    return int(FUNCTIONS["start_campaign"]["Environment"]["Variables"]["STARTERS"])


def test_no_more_write_the_schedule_at_once_than_can_succeed():
    """If starters read the same schedule, one of them writes it and the others try again.

    So the last one needs as many attempts as there are writes: each starter writes once, or twice
    if it gives its turn back.
    """
    assert 2 * starters() <= table.ATTEMPTS


def test_the_starter_knows_how_many_of_it_there_are():
    normal, priority = (
        RESOURCES[name]["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name in ("TasksEventSourceMapping", "PriorityEventSourceMapping")
    )
    condition, beside_priority, alone = normal["Fn::If"]
    assert condition == "KnowsPriority"
    assert alone == beside_priority + priority == starters()


def test_the_starter_has_time_to_keep_the_pace_without_the_table():
    slowest = 60 / TEMPLATE["Parameters"]["CampaignsPerMinute"]["MinValue"]
    assert starters() * slowest < FUNCTIONS["start_campaign"]["Timeout"]
