"""Every role grants the permissions that were reviewed here, and no others.

The emulator enforces the functions' roles (tests/integration/test_permissions.py shows that each
permission is needed). Only this file checks what it does not enforce: the state machines' roles,
and the permissions to log, to trace, to read a queue and to invoke a function.
"""

import re

import pytest

from local.child import PROJECT
from tests.contract.machines import (
    ADD,
    ARCHIVE,
    DELETE,
    DELIVER,
    MEMBERS,
    RECORD,
    REMOVE,
    SHOW,
    TEXTS,
)
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

OURS = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:"
BUILDS, REMOVALS, RECORDINGS, DELETIONS, DESCRIPTIONS, CHANGES, ARCHIVINGS = (
    OURS % "states" + f"execution:${{AWS::StackName}}-{machine}:*"
    for machine in (ADD, REMOVE, RECORD, DELETE, SHOW, MEMBERS, ARCHIVE)
)

LOGS = {
    "logs:CreateLogStream LogGroup.Arn",
    "logs:PutLogEvents LogGroup.Arn",
    "xray:PutTelemetryRecords *",
    "xray:PutTraceSegments *",
}
TOKEN = {"ssm:GetParameter " + OURS % "ssm" + "parameter${DiscordBotTokenParameter}"}
START = {
    "states:StartExecution AddCampaign",
    "states:StartExecution DeleteCampaign",
    "states:StartExecution ShowCampaign",
    "states:StartExecution ChangeMembers",
    "states:StartExecution ArchiveCampaign",
} | {
    f"states:DescribeExecution {executions}"
    for executions in (BUILDS, DELETIONS, DESCRIPTIONS, CHANGES, ARCHIVINGS)
}
LOOK, READ = (
    {f"states:{action} {executions}" for executions in (BUILDS, REMOVALS)}
    for action in ("DescribeExecution", "GetExecutionHistory")
)
CLAIMS = {
    f"states:DescribeExecution {executions}"
    for executions in (BUILDS, REMOVALS, DELETIONS, CHANGES, ARCHIVINGS)
}
EVENTS = {"events:PutEvents " + OURS % "events" + "event-bus/default"}
KEEP = {"sqs:SendMessage TasksDeadLetterQueue.Arn"}
PLACES = {"dynamodb:GetItem LimiterTable.Arn", "dynamodb:PutItem LimiterTable.Arn"}
SLOTS = {"dynamodb:UpdateItem LimiterTable.Arn"}


def records(*verbs):
    return {f"dynamodb:{verb} CampaignsTable.Arn" for verb in verbs}


QUEUES = ("TasksQueue", "PriorityQueue")
TAKE = ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")
DELIVER_TO_LOG = {
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
}


def invoke(machine):
    functions = re.findall(r"\$\{(\w+Function)Arn\}", TEXTS[machine])
    return {f"lambda:InvokeFunction {function}.Arn" for function in functions}


REVIEWED = {
    "InteractionFunctionRole": LOGS
    | records("Query")
    | {f"sqs:SendMessage {queue}.Arn" for queue in QUEUES},
    "StartCampaignFunctionRole": LOGS
    | TOKEN
    | START
    | {f"sqs:{verb} {queue}.Arn" for verb in TAKE for queue in QUEUES}
    | PLACES,
    "StartRemovalFunctionRole": LOGS
    | LOOK
    | KEEP
    | READ
    | {"states:StartExecution RemoveCampaign", f"states:StopExecution {RECORDINGS}"},
    "RecordOutcomeFunctionRole": LOGS
    | LOOK
    | {f"states:DescribeExecution {RECORDINGS}"}
    | KEEP
    | PLACES,
    "PlanCampaignFunctionRole": LOGS
    | TOKEN
    | SLOTS
    | {"dynamodb:GetItem LimiterTable.Arn"}
    | records("Query", "PutItem")
    | CLAIMS,
    "PreviewDeletionFunctionRole": LOGS | TOKEN | SLOTS | records("GetItem", "UpdateItem") | CLAIMS,
    "DescribeCampaignFunctionRole": LOGS | TOKEN | SLOTS | records("GetItem") | CLAIMS,
    "PlanArchiveFunctionRole": LOGS
    | TOKEN
    | SLOTS
    | records("GetItem", "UpdateItem", "PutItem")
    | CLAIMS,
    "WriteArchiveFunctionRole": LOGS | TOKEN | SLOTS | records("GetItem"),
    "CheckArchiveFunctionRole": LOGS | TOKEN | SLOTS | records("GetItem"),
    "RemoveControlsFunctionRole": LOGS | TOKEN | SLOTS,
    "PlanMembersFunctionRole": LOGS | TOKEN | SLOTS | records("GetItem", "UpdateItem") | CLAIMS,
    "ChangeMemberFunctionRole": LOGS | TOKEN | SLOTS,
    "CompleteMembersFunctionRole": LOGS,
    "CreateRoleFunctionRole": LOGS | TOKEN | SLOTS,
    "CreateCategoryFunctionRole": LOGS | TOKEN | SLOTS,
    "CreateChannelFunctionRole": LOGS | TOKEN | SLOTS,
    "CompleteCampaignFunctionRole": LOGS | TOKEN | SLOTS,
    "ReportFunctionRole": LOGS,
    "WriteInChannelFunctionRole": LOGS | TOKEN,
    "FindCreatedFunctionRole": LOGS | TOKEN | SLOTS,
    "DeleteCreatedFunctionRole": LOGS | TOKEN | SLOTS,
    "RegisterApplicationFunctionRole": LOGS | TOKEN,
    "SweepServersFunctionRole": LOGS
    | TOKEN
    | SLOTS
    | KEEP
    | records("Scan", "UpdateItem", "DeleteItem"),
    "StartDeliveryFunctionRole": LOGS | KEEP | {"states:StartExecution DeliverWebhook"},
    # Neither the bot's token nor a table.
    "SendWebhookFunctionRole": LOGS
    | {f"sqs:{verb} WebhooksQueue.Arn" for verb in TAKE}
    | {"ssm:GetParameter " + OURS % "ssm" + "parameter${WebhookSecretParameter}"}
    | {"states:SendTaskSuccess *"},
    "DeliverWebhookRole": DELIVER_TO_LOG | KEEP | PLACES | {"sqs:SendMessage WebhooksQueue.Arn"},
    "SweepServersScheduleRole": KEEP | {"lambda:InvokeFunction SweepServersFunction.Arn"},
    "AddCampaignRole": invoke(ADD)
    | DELIVER_TO_LOG
    | EVENTS
    | records("PutItem")
    | {"states:StartExecution RemoveCampaign", "states:StartExecution RecordCampaign"},
    "RemoveCampaignRole": invoke(REMOVE)
    | DELIVER_TO_LOG
    | EVENTS
    | records("UpdateItem", "DeleteItem"),
    "RecordCampaignRole": DELIVER_TO_LOG | records("PutItem"),
    "ChangeMembersRole": invoke(MEMBERS) | DELIVER_TO_LOG | EVENTS | records("UpdateItem"),
    "ShowCampaignRole": invoke(SHOW) | DELIVER_TO_LOG,
    "ArchiveCampaignRole": invoke(ARCHIVE)
    | DELIVER_TO_LOG
    | EVENTS
    | records("UpdateItem", "DeleteItem"),
    "DeleteCampaignRole": invoke(DELETE)
    | DELIVER_TO_LOG
    | records("UpdateItem")
    | {"states:StartExecution RemoveCampaign"},
}
# These actions have no resource-level permissions. Source: AWS docs, Service Authorization
# Reference > AWS X-Ray, AWS Step Functions; Step Functions > Using CloudWatch Logs to log execution
# history.
WITHOUT_RESOURCE = re.compile(
    r"xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets)"
    r"|states:SendTaskSuccess"
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
        if {grant} == EVENTS:
            continue  # the account's bus
        names = set(re.findall(r"\$\{([\w:]+)", resource)) | {resource.split(".")[0]}
        parameters = {"DiscordBotTokenParameter", "WebhookSecretParameter"}
        assert names & {*RESOURCES, "AWS::StackName", *parameters}, grant


SCHEDULES = of_type("AWS::Scheduler::Schedule")


def test_every_function_state_machine_and_schedule_has_a_role_of_its_own():
    machines = of_type("AWS::StepFunctions::StateMachine")
    users = [role_of(function) for function in FUNCTIONS.values()]
    users += [role_of(machine, "RoleArn") for machine in machines.values()]
    users += [role_of(one["Target"], "RoleArn") for one in SCHEDULES.values()]
    assert sorted(users) == sorted(ROLES)


MACHINES = of_type("AWS::StepFunctions::StateMachine")
FILES = {
    "AddCampaign": ADD,
    "RemoveCampaign": REMOVE,
    "RecordCampaign": RECORD,
    "DeleteCampaign": DELETE,
    "ShowCampaign": SHOW,
    "ChangeMembers": MEMBERS,
    "ArchiveCampaign": ARCHIVE,
    "DeliverWebhook": DELIVER,
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_taken_on_by_its_own_service(role):
    machines = {role_of(machine, "RoleArn"): machine for machine in MACHINES.values()}
    schedules = {role_of(one["Target"], "RoleArn") for one in SCHEDULES.values()}
    service = "states" if role in machines else "scheduler" if role in schedules else "lambda"
    [statement] = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
    if service != "lambda":
        condition = statement["Condition"]
        assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        # AWS docs, EventBridge Scheduler > Confused deputy prevention: the group, no schedule.
        named = OURS % service + "schedule-group/default"
        if service == "states":
            named = OURS % service + f"stateMachine:{spelled(machines[role]['StateMachineName'])}"
        assert spelled(condition["ArnEquals"]["aws:SourceArn"]) == named


@pytest.mark.parametrize("machine", MACHINES)
def test_a_state_machine_may_invoke_and_start_what_it_calls(machine):
    given, text = MACHINES[machine]["DefinitionSubstitutions"], TEXTS[FILES[machine]]
    may = {grant for grant in grants(role_of(MACHINES[machine], "RoleArn")) if "*" not in grant}
    called = {spelled(arn): arn for name, arn in given.items() if name.endswith("Arn")}
    queues = [spelled(url) for name, url in given.items() if name.endswith("QueueUrl")]
    tables = [name for name in ("CampaignsTable", "LimiterTable") if f"{name}Name" in given]
    verbs = re.findall(r"arn:aws:states:::dynamodb:(\w+)", text)
    assert may == {
        f"{'states:StartExecution' if 'Ref' in arn else 'lambda:InvokeFunction'} {name}"
        for name, arn in called.items()
    } | {f"sqs:SendMessage {queue}.Arn" for queue in queues} | {
        f"dynamodb:{verb[0].upper() + verb[1:]} {table}.Arn" for table in tables for verb in verbs
    } | (EVENTS if "arn:aws:states:::events:putEvents" in text else set())


@pytest.mark.parametrize("function", ["StartRemovalFunction", "RecordOutcomeFunction"])
def test_who_hears_of_an_end_may_describe_the_execution(function):
    pattern = of_type("AWS::Events::Rule")[f"{function}ExecutionEnded"]["EventPattern"]
    heard = {spelled(arn) for arn in pattern["detail"]["stateMachineArn"]}
    described = {
        OURS % "states" + f"execution:${{AWS::StackName}}-{FILES[machine]}:*" for machine in heard
    }
    may = grants(f"{function}Role")
    assert {f"states:DescribeExecution {executions}" for executions in described} <= may


def test_nobody_reads_a_history_but_the_net():
    """A history contains an interaction's token."""
    readers = {role for role in ROLES if "GetExecutionHistory" in str(grants(role))}
    assert readers == {"StartRemovalFunctionRole"}


def test_the_net_reads_the_history_of_whatever_it_is_told_the_end_of():
    """It reads the histories of exactly those executions that it may describe."""
    granted = [one.split(" ", 1) for one in grants("StartRemovalFunctionRole")]
    reads, looks = (
        {resource for action, resource in granted if action == f"states:{verb}"}
        for verb in ("GetExecutionHistory", "DescribeExecution")
    )
    assert reads == looks == {BUILDS, REMOVALS}


@pytest.mark.parametrize("mapping", of_type("AWS::Lambda::EventSourceMapping").values())
def test_who_is_fed_from_a_queue_may_read_it(mapping):
    queue = spelled(mapping["EventSourceArn"])
    role = role_of(FUNCTIONS[spelled(mapping["FunctionName"])])
    reads = {f"sqs:{verb} {queue}" for verb in ("ReceiveMessage", "DeleteMessage")}
    assert reads | {f"sqs:GetQueueAttributes {queue}"} <= grants(role)


BY_THE_API = {"InteractionPermission", "InteractionAliasPermission"}


def test_functions_are_invoked_by_this_stacks_api_and_rules_alone():
    """CloudFormation and the state machines need no such permission: they use roles."""
    sources = {}
    for name, permission in of_type("AWS::Lambda::Permission").items():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert "FunctionUrlAuthType" not in permission
        sources[name] = (permission["Principal"], spelled(permission["SourceArn"]))
    api = OURS % "execute-api" + "${HttpApi}/*/POST/interactions"
    for name in BY_THE_API:
        assert sources.pop(name) == ("apigateway.amazonaws.com", api)
    rules = of_type("AWS::Events::Rule")
    for principal, source in sources.values():
        assert principal == "events.amazonaws.com"
        assert source.removesuffix(".Arn") in rules


def test_a_rule_reaches_what_it_may():
    """For the API's target, see test_warm.py."""
    invoked = {
        spelled(permission["SourceArn"]).removesuffix(".Arn"): spelled(permission["FunctionName"])
        for name, permission in of_type("AWS::Lambda::Permission").items()
        if name not in BY_THE_API
    }
    for name, rule in of_type("AWS::Events::Rule").items():
        [target] = rule["Targets"]
        assert invoked.pop(name) == spelled(target["Arn"]).removesuffix(".Arn")
    assert invoked == {}


def test_who_keeps_what_fails_may_send_it_there():
    configs = of_type("AWS::Lambda::EventInvokeConfig")
    assert len(configs) == 4
    kept = [
        (
            spelled(config["DestinationConfig"]["OnFailure"]["Destination"]),
            role_of(FUNCTIONS[spelled(config["FunctionName"])]),
        )
        for config in configs.values()
    ]
    targets = [one["Target"] for one in SCHEDULES.values()]
    kept += [
        (spelled(target["DeadLetterConfig"]["Arn"]), role_of(target, "RoleArn"))
        for target in targets
    ]
    for queue, role in kept:
        assert f"sqs:SendMessage {queue}" in grants(role)


def test_a_schedule_may_invoke_what_it_calls():
    for one in SCHEDULES.values():
        called = spelled(one["Target"]["Arn"])
        assert f"lambda:InvokeFunction {called}" in grants(role_of(one["Target"], "RoleArn"))


def test_the_architecture_lists_the_functions_that_may_read_the_token():
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.partition("may read the bot's token")[2].partition("\n[")[0]
    readers = {
        function["Handler"].removesuffix(".handler")
        for function in FUNCTIONS.values()
        if TOKEN & set(grants(role_of(function)))
    }
    assert set(re.findall(r"`(\w+)`", told)) == readers
