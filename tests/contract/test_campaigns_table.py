"""The campaigns' table in the template, which the emulator does not create as it is."""

import pytest

from tests.contract.deployed import deployed, of_type
from tests.contract.roles import spelled

STACK = deployed()
TABLE = STACK["CampaignsTable"]
EARLIER = deployed(CampaignsTableName="earlier")


def test_the_table_outlives_its_stack_but_no_failed_creation():
    """Source: AWS docs, CloudFormation > DeletionPolicy attribute."""
    assert TABLE["DeletionPolicy"] == "RetainExceptOnCreate"
    assert TABLE["UpdateReplacePolicy"] == "Retain"
    assert "TableName" not in TABLE["Properties"], "a stack could not be deployed again"


def test_the_table_costs_nothing_unused_and_can_be_restored():
    properties = TABLE["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_a_record_is_found_by_its_server_and_its_id():
    keys = [(key["AttributeName"], key["KeyType"]) for key in TABLE["Properties"]["KeySchema"]]
    assert keys == [("guild_id", "HASH"), ("campaign_id", "RANGE")]


@pytest.mark.parametrize("stack", [STACK, EARLIER], ids=["of the stack", "an earlier one"])
def test_everybody_knows_the_same_table(stack):
    named = {
        machine["DefinitionSubstitutions"].get("CampaignsTableName")
        for machine in of_type(stack, "AWS::StepFunctions::StateMachine").values()
    }
    named |= {
        function["Environment"]["Variables"].get("CAMPAIGNS_TABLE")
        for function in of_type(stack, "AWS::Lambda::Function").values()
    }
    table = "<CampaignsTable>" if stack is STACK else "earlier"
    assert named - {None} == {table}
    allowed = {
        statement["Resource"].rpartition("/")[2]
        for role in of_type(stack, "AWS::IAM::Role").values()
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if ":table/" in str(statement["Resource"])
    }
    assert allowed == {table}


def test_a_stack_with_an_earlier_table_creates_none():
    assert "CampaignsTable" not in EARLIER


def test_a_role_is_granted_the_table_by_either_name():
    either = {"Fn::If": ["CreatesCampaignsTable", {"Ref": "CampaignsTable"}, {"Ref": "X"}]}
    assert spelled({"Fn::Sub": ["arn:${Table}", {"Table": either}]}) == "CampaignsTable.Arn"
