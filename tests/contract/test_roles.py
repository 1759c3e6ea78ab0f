"""Every role may do what was reviewed here, and nothing else.

The emulator enforces the functions' roles (tests/integration/test_permissions.py shows that each
permission is needed). What it does not enforce is held here alone: the state machine's role, the
permissions to log and to trace, to read a queue, and to invoke a function.
"""

import re

import pytest

from tests.contract.roles import (
    FUNCTIONS,
    RESOURCES,
    ROLES,
    grants,
    of_type,
    role_of,
    spelled,
    statements,
)
from tests.statemachine.interpreter import DEFINITION

OURS = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:"
EXECUTIONS = OURS % "states" + "execution:${AWS::StackName}-add-campaign:*"

LOGS = {
    "logs:CreateLogStream LogGroup.Arn",
    "logs:PutLogEvents LogGroup.Arn",
    "xray:PutTelemetryRecords *",
    "xray:PutTraceSegments *",
}
TOKEN = {"ssm:GetParameter " + OURS % "ssm" + "parameter${DiscordBotTokenParameter}"}
START = {"states:StartExecution AddCampaign", f"states:DescribeExecution {EXECUTIONS}"}
KEEP = {"sqs:SendMessage TasksDeadLetterQueue.Arn"}
SLOTS = {"dynamodb:UpdateItem LimiterTable.Arn"}
QUEUES = ("TasksQueue", "PriorityQueue")
INVOKED = set(re.findall(r"\$\{(\w+)Arn\}", DEFINITION.read_text(encoding="utf-8")))

REVIEWED = {
    "InteractionFunctionRole": LOGS | {f"sqs:SendMessage {queue}.Arn" for queue in QUEUES},
    "StartCampaignFunctionRole": LOGS
    | TOKEN
    | START
    | {
        f"sqs:{verb} {queue}.Arn"
        for verb in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")
        for queue in QUEUES
    }
    | {"dynamodb:GetItem LimiterTable.Arn", "dynamodb:PutItem LimiterTable.Arn"},
    "CleanUpCampaignFunctionRole": LOGS | START | KEEP,
    "RecordOutcomeFunctionRole": LOGS | KEEP | {f"states:DescribeExecution {EXECUTIONS}"},
    "PlanCampaignFunctionRole": LOGS | TOKEN | SLOTS | {"dynamodb:GetItem LimiterTable.Arn"},
    "ReportRejectionFunctionRole": LOGS | TOKEN,
    "ReportProgressFunctionRole": LOGS,
    "CreateRoleFunctionRole": LOGS | TOKEN | SLOTS,
    "CreateCategoryFunctionRole": LOGS | TOKEN | SLOTS,
    "AssignRoleFunctionRole": LOGS | TOKEN | SLOTS,
    "CreateChannelFunctionRole": LOGS | TOKEN | SLOTS,
    "CompleteCampaignFunctionRole": LOGS | TOKEN | SLOTS,
    "ReportCompletionFunctionRole": LOGS | TOKEN,
    "ReportRollbackFunctionRole": LOGS,
    "RecallCreatedFunctionRole": LOGS | {f"states:GetExecutionHistory {EXECUTIONS}"},
    "FindCreatedFunctionRole": LOGS | TOKEN | SLOTS,
    "DeleteCreatedFunctionRole": LOGS | TOKEN | SLOTS,
    "ReportFailureFunctionRole": LOGS | TOKEN,
    "RegisterApplicationFunctionRole": LOGS | TOKEN,
    "AddCampaignRole": {f"lambda:InvokeFunction {function}.Arn" for function in INVOKED}
    | {
        "logs:CreateLogDelivery *",
        "logs:DeleteLogDelivery *",
        "logs:DescribeLogGroups *",
        "logs:DescribeResourcePolicies *",
        "logs:GetLogDelivery *",
        "logs:ListLogDeliveries *",
        "logs:PutResourcePolicy *",
        "logs:UpdateLogDelivery *",
        "xray:GetSamplingRules *",
        "xray:GetSamplingTargets *",
        "xray:PutTelemetryRecords *",
        "xray:PutTraceSegments *",
    },
}
# For these AWS has no resource that a policy could name. Source: AWS docs, Service Authorization
# Reference > AWS X-Ray; Step Functions > Using CloudWatch Logs to log execution history.
WITHOUT_RESOURCE = re.compile(
    r"xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets)"
    r"|logs:(\w+LogDelivery|ListLogDeliveries|\w+ResourcePolic(y|ies)|DescribeLogGroups)"
)


def test_every_role_was_reviewed():
    assert set(ROLES) == set(REVIEWED)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_was_reviewed_and_nothing_else(role):
    assert grants(role) == REVIEWED[role]


@pytest.mark.parametrize("role", ROLES)
def test_nothing_else_gives_a_role_permissions(role):
    assert "ManagedPolicyArns" not in ROLES[role]
    for _, _, statement in statements(role):
        assert set(statement) == {"Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
    for type_ in ("Policy", "ManagedPolicy", "RolePolicy", "UserPolicy", "GroupPolicy"):
        assert of_type(f"AWS::IAM::{type_}") == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_permission_names_something_of_this_stack(role):
    for grant in grants(role):
        action, resource = grant.split(" ", 1)
        assert "*" not in action
        if WITHOUT_RESOURCE.fullmatch(action):
            assert resource == "*"
            continue
        names = set(re.findall(r"\$\{([\w:]+)", resource)) | {resource.split(".")[0]}
        assert names & {*RESOURCES, "AWS::StackName", "DiscordBotTokenParameter"}, grant


def test_every_function_and_state_machine_has_a_role_of_its_own():
    machines = of_type("AWS::StepFunctions::StateMachine")
    users = [role_of(function) for function in FUNCTIONS.values()]
    users += [role_of(machine, "RoleArn") for machine in machines.values()]
    assert sorted(users) == sorted(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_taken_on_by_its_own_service(role):
    service = "states" if role == "AddCampaignRole" else "lambda"
    [statement] = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
    if service == "states":
        condition = statement["Condition"]
        assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        [machine] = of_type("AWS::StepFunctions::StateMachine").values()
        named = OURS % "states" + f"stateMachine:{spelled(machine['StateMachineName'])}"
        assert spelled(condition["ArnEquals"]["aws:SourceArn"]) == named


def test_the_state_machine_may_invoke_what_it_calls():
    [machine] = of_type("AWS::StepFunctions::StateMachine").values()
    given = machine["DefinitionSubstitutions"].values()
    invokes = {grant for grant in grants("AddCampaignRole") if grant.startswith("lambda:")}
    assert invokes == {f"lambda:InvokeFunction {spelled(arn)}" for arn in given}


@pytest.mark.parametrize("mapping", of_type("AWS::Lambda::EventSourceMapping").values())
def test_who_is_fed_from_a_queue_may_read_it(mapping):
    queue = spelled(mapping["EventSourceArn"])
    role = role_of(FUNCTIONS[spelled(mapping["FunctionName"])])
    reads = {f"sqs:{verb} {queue}" for verb in ("ReceiveMessage", "DeleteMessage")}
    assert reads | {f"sqs:GetQueueAttributes {queue}"} <= grants(role)


def test_functions_are_invoked_by_this_stacks_api_and_rules_alone():
    """CloudFormation and the state machine invoke with roles."""
    sources = {}
    for name, permission in of_type("AWS::Lambda::Permission").items():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert "FunctionUrlAuthType" not in permission
        sources[name] = (permission["Principal"], spelled(permission["SourceArn"]))
    api = OURS % "execute-api" + "${HttpApi}/*/POST/interactions"
    assert sources.pop("InteractionPermission") == ("apigateway.amazonaws.com", api)
    rules = of_type("AWS::Events::Rule")
    for principal, source in sources.values():
        assert principal == "events.amazonaws.com"
        assert source.removesuffix(".Arn") in rules


def test_a_rule_reaches_what_it_may():
    """What the API calls: test_warm.py."""
    invoked = {
        spelled(permission["SourceArn"]).removesuffix(".Arn"): spelled(permission["FunctionName"])
        for name, permission in of_type("AWS::Lambda::Permission").items()
        if name != "InteractionPermission"
    }
    for name, rule in of_type("AWS::Events::Rule").items():
        [target] = rule["Targets"]
        assert invoked.pop(name) == spelled(target["Arn"]).removesuffix(".Arn")
    assert invoked == {}


def test_who_keeps_what_fails_may_send_it_there():
    configs = of_type("AWS::Lambda::EventInvokeConfig")
    assert len(configs) == 2
    for config in configs.values():
        queue = spelled(config["DestinationConfig"]["OnFailure"]["Destination"])
        role = role_of(FUNCTIONS[spelled(config["FunctionName"])])
        assert f"sqs:SendMessage {queue}" in grants(role)
