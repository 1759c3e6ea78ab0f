"""The runbook's permissions boundary: every role has it, and it permits only the roles' work.

Source: AWS docs, IAM > Permissions boundaries for IAM entities; Service Authorization Reference >
AWS Identity and Access Management.
"""

import json
import re
from fnmatch import fnmatchcase

import pytest

from tests.contract.deployed import PSEUDO, deployed, of_type
from tests.runbook import RUNBOOK

ACCOUNT, STACK_NAME = PSEUDO["AWS::AccountId"], PSEUDO["AWS::StackName"]
TOLD = RUNBOOK.partition("\n## Deploy from GitHub\n")[2].partition("\n## ")[0]
_, BOUNDARY, DEPLOYS = (
    json.loads(text.replace("<account>", ACCOUNT).replace("<stack>", STACK_NAME))["Statement"]
    for text in re.findall(r"```json\n(.*?)```", TOLD, re.DOTALL)
)
ARN = f"arn:aws:iam::{ACCOUNT}:policy/bounds-{STACK_NAME}"
STACK = deployed(PermissionsBoundary=ARN, WebhookUrl="https://hooks.example.com/x")
ROLES = of_type(STACK, "AWS::IAM::Role")
# For each type, the property with the name, and the ARN's service and form of the name.
ARNS = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb", "table/{}"),
    "AWS::Lambda::Function": ("FunctionName", "lambda", "function:{}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs", "log-group:{}:*"),
    "AWS::SQS::Queue": ("QueueName", "sqs", "{}"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "states", "stateMachine:{}"),
}


def listed(value):
    return value if isinstance(value, list) else [value]


def arn(resource):
    """Return the ARN of a policy's resource, which may be unresolved: `<TasksQueue.Arn>`."""
    # CloudFormation names a table after its stack. Source: AWS docs, CloudFormation > Name type.
    resource = resource.replace("<CampaignsTable>", f"{STACK_NAME}-CampaignsTable-1A2B3C4D5E6F")
    if not resource.startswith("<"):
        return resource
    named = STACK[re.sub(r"[<>]|\.Arn", "", resource)]
    key, service, form = ARNS[named["Type"]]
    name = form.format(named["Properties"][key])
    return f"arn:aws:{service}:{PSEUDO['AWS::Region']}:{ACCOUNT}:{name}"


def allowed(statements, action, resource):
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(one["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(one["Resource"]))
        for one in statements
    )


def test_every_role_is_bound_if_a_boundary_is_given():
    assert {role["PermissionsBoundary"] for role in ROLES.values()} == {ARN}
    assert not any(
        "PermissionsBoundary" in role for role in of_type(deployed(), "AWS::IAM::Role").values()
    )


@pytest.mark.parametrize("name", ROLES)
def test_a_bound_role_can_do_its_work(name):
    for policy in ROLES[name]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    assert allowed(BOUNDARY, action, arn(resource)), (action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{STACK_NAME}-x"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:other"),
        ("ssm:GetParameter", f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/other/token"),
        ("ssm:PutParameter", f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/{STACK_NAME}/token"),
        ("sqs:ReceiveMessage", f"arn:aws:sqs:eu-central-1:{ACCOUNT}:other-tasks"),
        ("logs:GetLogEvents", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/other:*"),
        ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ],
)
def test_a_bound_role_can_do_nothing_else(action, resource):
    assert not allowed(BOUNDARY, action, resource)


def test_the_role_that_deploys_makes_no_role_without_it():
    conditions = {
        action: statement.get("Condition", {}).get("StringEquals", {})
        for statement in DEPLOYS
        for action in listed(statement["Action"])
    }
    for action in ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "DeleteRolePolicy"):
        assert conditions[f"iam:{action}"] == {"iam:PermissionsBoundary": ARN}
    trusted = {
        statement["Principal"]["Service"]
        for role in ROLES.values()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
    }
    assert set(conditions["iam:PassRole"]["iam:PassedToService"]) == trusted
    # With these, it could remove the boundary, or extend its own permissions.
    widening = ("AttachRolePolicy", "CreatePolicyVersion", "DeleteRolePermissionsBoundary")
    for action in widening:
        assert not allowed(DEPLOYS, f"iam:{action}", f"arn:aws:iam::{ACCOUNT}:role/{STACK_NAME}-x")


def test_the_role_that_deploys_cannot_change_itself():
    assert f"such as `deploy-{'<stack>'}`" in TOLD
    own = f"arn:aws:iam::{ACCOUNT}:role/deploy-{STACK_NAME}"
    assert not any(fnmatchcase(own, one["Resource"]) for one in DEPLOYS)
