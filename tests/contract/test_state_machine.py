"""The state machines, the template, the files and the errors use the same names."""

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest
import yaml

import record_outcome
import report
import start_campaign
import start_removal
from channelwright import errors
from channelwright.archive import snapshot
from channelwright.aws import executions, parameter
from channelwright.campaign import deadlines, known
from channelwright.discord import client as discord
from channelwright.discord import webhook
from channelwright.pace import table
from tests.contract.deployed import ROOT, TEMPLATE
from tests.contract.machines import (
    ADD,
    ARCHIVE,
    DELETE,
    DELIVER,
    FUNCTIONS,
    MACHINES,
    MEMBERS,
    RECORD,
    REMOVE,
    RESOURCES,
    SHOW,
    STATES,
    TASKS,
    TEXTS,
    file_of,
    state,
)
from tests.contract.roles import grants
from tests.statemachine.interpreter import DEFINITIONS

HANDLERS = {path.stem for path in (ROOT / "functions").glob("*.py")}
# The state machines' logical ids in the template.
LOGICAL_IDS = {
    ADD: "AddCampaign",
    REMOVE: "RemoveCampaign",
    RECORD: "RecordCampaign",
    DELETE: "DeleteCampaign",
    SHOW: "ShowCampaign",
    MEMBERS: "ChangeMembers",
    ARCHIVE: "ArchiveCampaign",
    DELIVER: "DeliverWebhook",
}
# One function edits the deferred message for all of these.
REPORTS = {
    (ADD, "Report Rejection"),
    (ADD, "Report Progress at Start"),
    (ADD, "Report Progress"),
    (ADD, "Report Completion"),
    (REMOVE, "Report Removal"),
    (REMOVE, "Report Failure"),
    (DELETE, "Report Preview"),
    (SHOW, "Report Description"),
    (MEMBERS, "Report Members"),
    (ARCHIVE, "Report Archive"),
}
# AWS's own errors that the definitions name.
AWS_ERRORS = {
    "States.ALL",
    "States.Timeout",
    "Lambda.TooManyRequestsException",
    "ExecutionAlreadyExists",
    "StepFunctions.ExecutionAlreadyExistsException",
    "DynamoDB.ConditionalCheckFailedException",
}
MOST_STATES = 128
MOST_LINES = 2090
LONGEST_LINE = 140
DYNAMODB = "arn:aws:states:::dynamodb:"
SQS = "arn:aws:states:::sqs:sendMessage"


# ---- A box is a file ----


@pytest.mark.parametrize("box", FUNCTIONS, ids=str)
def test_a_box_leads_to_the_file_of_the_same_name(box):
    function = FUNCTIONS[box]
    if box[:2] in REPORTS:
        assert function == "Report"
    elif box.title == "Find Blindly":
        assert function == "FindCreated"
    elif box.title == "Delete Last Channel":
        assert function == "DeleteCreated"
    else:
        assert function == "".join(word.capitalize() for word in box.title.split())
    assert file_of(function) in HANDLERS
    resource = RESOURCES[f"{function}Function"]["Properties"]
    assert resource["Handler"] == f"{file_of(function)}.handler"


def test_every_report_is_a_box_and_its_file_names_them():
    assert {box[:2] for box, function in FUNCTIONS.items() if function == "Report"} == REPORTS
    named = set(re.findall(r"\*([\w ]+)\*", re.sub(r"\s+", " ", inspect.getdoc(report))))
    assert named == {title for _, title in REPORTS} - {"Report Progress at Start"}


START = "arn:aws:states:::states:startExecution"


def test_a_box_that_starts_a_machine_names_it():
    starts = {box[:2]: task for box, task in TASKS.items() if task["Resource"] == START}
    assert {box: task["Parameters"]["StateMachineArn"] for box, task in starts.items()} == {
        (ADD, "Remove Campaign"): "${RemoveCampaignArn}",
        (ADD, "Record Later"): "${RecordCampaignArn}",
        (DELETE, "Remove Campaign"): "${RemoveCampaignArn}",
    }
    assert DEFINITIONS[REMOVE].name == "remove_campaign.asl.json"
    assert DEFINITIONS[RECORD].name == "record_campaign.asl.json"
    assert DEFINITIONS[DELETE].name == "delete_campaign.asl.json"
    assert DEFINITIONS[SHOW].name == "show_campaign.asl.json"
    assert DEFINITIONS[MEMBERS].name == "change_members.asl.json"
    assert DEFINITIONS[ARCHIVE].name == "archive_campaign.asl.json"


PUT_EVENTS = "arn:aws:states:::events:putEvents"
ANNOUNCES = {box[:2]: task for box, task in TASKS.items() if task["Resource"] == PUT_EVENTS}


def test_what_calls_no_function_and_starts_no_machine_writes_the_record_or_announces():
    others = {
        box[:2]: task
        for box, task in TASKS.items()
        if box not in FUNCTIONS and box.machine != DELIVER
    }
    writes = {box: one for box, one in others.items() if one["Resource"] not in {START, PUT_EVENTS}}
    verbs = {box: task["Resource"].removeprefix(DYNAMODB) for box, task in writes.items()}
    assert verbs == {
        (ADD, "Record Campaign"): "putItem",
        (RECORD, "Record Campaign"): "putItem",
        (DELETE, "Release Campaign"): "updateItem",
        (DELETE, "Record End"): "updateItem",
        (MEMBERS, "Record Members"): "updateItem",
        (MEMBERS, "Release Campaign"): "updateItem",
        (MEMBERS, "Record End"): "updateItem",
        (REMOVE, "Claim Campaign"): "updateItem",
        (REMOVE, "Release Campaign"): "updateItem",
        (REMOVE, "Forget Campaign"): "deleteItem",
        (REMOVE, "Forget Snapshot"): "deleteItem",
        (ARCHIVE, "Release Campaign"): "updateItem",
        (ARCHIVE, "Record End"): "updateItem",
        (ARCHIVE, "Record Archive"): "updateItem",
        (ARCHIVE, "Forget Snapshot"): "deleteItem",
    }
    for box, task in writes.items():
        assert task["Parameters"]["TableName"] == "${CampaignsTableName}"
        # Whoever does not have the claim changes nothing, but for the removal, which takes it, and
        # whoever notes its own end. The snapshot has no claim of its own.
        condition = task["Parameters"].get("ConditionExpression", "")
        without = {"Claim Campaign", "Forget Snapshot", "Record End"}
        assert ("claimed_by = :claim" in condition) == (box[1] not in without)
        # The record decides nothing about what stands: its failure stops nobody.
        caught = [rule["ErrorEquals"] for rule in task["Catch"]]
        assert ["States.ALL"] in caught
        assert task["ResultPath"] is None


def test_a_delivery_has_a_queue_a_switch_and_dead_letters():
    tasks = {box.title: task for box, task in TASKS.items() if box.machine == DELIVER}
    assert {title: task["Resource"] for title, task in tasks.items()} == {
        "Look Up Switch": f"{DYNAMODB}getItem",
        "Send Webhook": f"{SQS}.waitForTaskToken",
        "Switch Off": f"{DYNAMODB}putItem",
        "Tell Operator": SQS,
        "Give Up": SQS,
    }
    # Another item of the table is the schedule of all campaigns.
    key = {"S.$": "States.Format('webhook-off-{}', $.delivery.url)"}
    assert tasks["Look Up Switch"]["Parameters"]["Key"] == {"id": key}
    assert tasks["Switch Off"]["Parameters"]["Item"]["id"] == key
    assert tasks["Send Webhook"]["Parameters"]["QueueUrl"] == "${WebhooksQueueUrl}"
    for title in ("Tell Operator", "Give Up"):
        assert tasks[title]["Parameters"]["QueueUrl"] == "${TasksDeadLetterQueueUrl}"
        assert not {"event.$", "token"} & set(tasks[title]["Parameters"]["MessageBody"])


@pytest.mark.parametrize("box", ANNOUNCES, ids=" - ".join)
def test_an_event_is_in_one_form_and_stops_nobody(box):
    task = ANNOUNCES[box]
    assert box[1].startswith("Announce ")
    [entry] = task["Parameters"]["Entries"]
    assert entry["Source"] == "channelwright"
    [type_, path] = [entry.get("DetailType"), entry.get("DetailType.$")]
    identified = (
        f"'{{}}.{type_}', $$.Execution.Name" if type_ else f"'{{}}.{{}}', $$.Execution.Name, {path}"
    )
    named = {"type": type_} if type_ else {"type.$": path}
    detail = {key: value for key, value in entry["Detail"].items() if not key.startswith("data")}
    assert detail == named | {
        "version": 1,
        "id.$": f"States.Format({identified})",
        "occurred_at.$": "$$.State.EnteredTime",
        "stack": "${StackName}",
    }
    assert (task["ResultPath"], task["TimeoutSeconds"]) == (None, 5)
    [caught] = task["Catch"]
    assert caught == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": task["Next"]}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_is_of_its_file(machine):
    properties = RESOURCES[LOGICAL_IDS[machine]]["Properties"]
    assert properties["DefinitionUri"] == str(DEFINITIONS[machine].relative_to(ROOT))
    assert properties["Name"] == {"Fn::Sub": "${AWS::StackName}-" + machine}


def test_there_are_no_other_machines():
    types = {name: resource["Type"] for name, resource in RESOURCES.items()}
    machines = {name for name, type_ in types.items() if type_ == "AWS::Serverless::StateMachine"}
    assert machines == set(LOGICAL_IDS.values())
    assert set(DEFINITIONS.values()) == set((ROOT / "statemachine").glob("*"))


def test_every_handler_has_a_function_and_the_other_way_round():
    handlers = {
        resource["Properties"]["Handler"].removesuffix(".handler")
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert handlers == HANDLERS


def test_a_handler_behind_a_state_is_a_task():
    """A task refuses a redriven execution, and names its state in the error if it has to wait."""
    behind_states = {file_of(function) for function in FUNCTIONS.values()}
    for handler in HANDLERS:
        source = (ROOT / "functions" / f"{handler}.py").read_text(encoding="utf-8")
        assert ("@task\ndef handler(event" in source) == (handler in behind_states), handler
        assert ("@log.invocation\ndef handler(event" in source) != (handler in behind_states)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_substitution_is_given_and_used(machine):
    used = set(re.findall(r"\$\{(\w+)\}", TEXTS[machine]))
    given = RESOURCES[LOGICAL_IDS[machine]]["Properties"]["DefinitionSubstitutions"]
    assert used == set(given)
    for key, value in given.items():
        if key == "CampaignsTableName":
            table = {"Ref": "CampaignsTable"}, {"Ref": "CampaignsTableName"}
            assert value == {"Fn::If": ["CreatesCampaignsTable", *table]}
            continue
        if key == "StackName":
            assert value == {"Ref": "AWS::StackName"}
            continue
        if key == "LimiterTableName" or key.endswith("QueueUrl"):
            assert value == {"Ref": key.removesuffix("Name").removesuffix("Url")}
            continue
        name = key.removesuffix("Arn")
        is_function = name.endswith("Function")
        assert value == ({"Fn::GetAtt": [name, "Arn"]} if is_function else {"Ref": name})


@pytest.mark.parametrize("machine", MACHINES)
def test_a_name_is_one_states(machine):
    titles = [box.title for box in STATES if box.machine == machine]
    assert len(titles) == len(set(titles))


def test_all_together_can_be_read_at_a_sitting():
    lines = [line for text in TEXTS.values() for line in text.splitlines()]
    assert len(STATES) <= MOST_STATES
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= LONGEST_LINE


# ---- An error is a class ----


def test_every_error_name_is_a_class_of_ours_or_aws():
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ChannelwrightError)
    }
    for box, one in STATES.items():
        for rule in [*one.get("Retry", []), *one.get("Catch", [])]:
            assert set(rule["ErrorEquals"]) <= classes | AWS_ERRORS, box


def ends(machine):
    fails = [one for box, one in STATES.items() if box.machine == machine and one["Type"] == "Fail"]
    return {one["Error"] for one in fails}


def test_every_end_is_known_to_those_who_are_told_of_it():
    assert ends(ADD) == {known.BUILDS_END, start_removal.NOTHING_TO_REMOVE}
    assert ends(REMOVE) == start_removal.REMOVALS_ENDS
    assert ends(ADD) | ends(REMOVE) | ends(RECORD) <= set(record_outcome.OUTCOMES)


def test_an_end_is_called_by_its_error():
    for box, one in STATES.items():
        if one["Type"] == "Fail":
            assert box.title.replace(" ", "") == one["Error"]


def test_a_snapshot_is_forgotten_by_the_key_under_which_it_is_kept():
    key = state(ARCHIVE, "Forget Snapshot")["Parameters"]["Key"]["campaign_id"]["S.$"]
    assert key == f"States.Format('{snapshot.KEY}{{}}', $.request.campaign_id)"
    removals = state(REMOVE, "Forget Snapshot")["Parameters"]["Key"]["campaign_id"]["S.$"]
    of_campaign = state(REMOVE, "Forget Campaign")["Parameters"]["Key"]["campaign_id"]["S.$"]
    assert removals == f"States.Format('{snapshot.KEY}{{}}', {of_campaign})"


def test_a_removal_is_named_by_those_who_start_it():
    name = state(ADD, "Remove Campaign")["Parameters"]["Name.$"]
    assert name == f"States.Format('{{}}{executions.REMOVAL_SUFFIX}', $$.Execution.Name)"
    name = state(DELETE, "Remove Campaign")["Parameters"]["Name.$"]
    assert name == (
        f"States.Format('{{}}{executions.DELETION}{{}}', $.request.campaign_id, $$.Execution.Name)"
    )
    name = state(ADD, "Record Later")["Parameters"]["Name.$"]
    assert name == f"States.Format('{{}}{executions.RECORD_SUFFIX}', $$.Execution.Name)"


# ---- The template knows what the code does ----


def test_only_those_that_need_the_bot_token_may_read_it():
    ways = ("as_bot(", "delivery.edit_or_write", "delivery.write_")
    for logical_id, resource in RESOURCES.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        source = (ROOT / "functions" / f"{properties['Handler'].split('.')[0]}.py").read_text()
        variables = properties.get("Environment", {}).get("Variables", {})
        needs_it = any(way in source for way in ways)
        assert needs_it == ("DISCORD_BOT_TOKEN_PARAMETER" in variables), logical_id
        may = any("{DiscordBotTokenParameter}" in grant for grant in grants(f"{logical_id}Role"))
        assert needs_it == may, logical_id


def test_whoever_edits_the_message_cannot_read_the_bots_token():
    variables = RESOURCES["ReportFunction"]["Properties"].get("Environment", {})
    assert "DISCORD_BOT_TOKEN_PARAMETER" not in str(variables)


def test_the_starters_know_their_machines():
    variables = {
        name: RESOURCES[f"{name}Function"]["Properties"]["Environment"]["Variables"]
        for name in ("StartCampaign", "StartRemoval")
    }
    assert variables["StartCampaign"]["STATE_MACHINE_ARN"] == {"Ref": "AddCampaign"}
    assert variables["StartRemoval"]["REMOVE_CAMPAIGN_ARN"] == {"Ref": "RemoveCampaign"}
    assert variables["StartRemoval"]["RECORD_CAMPAIGN_ARN"] == {"Ref": "RecordCampaign"}


def test_the_starter_knows_the_last_receive():
    given = RESOURCES["StartCampaignFunction"]["Properties"]["Environment"]["Variables"]
    queue = RESOURCES["TasksQueue"]["Properties"]["RedrivePolicy"]
    assert int(given["MAX_RECEIVES"]) == queue["maxReceiveCount"]


def test_the_queue_gives_the_starter_six_times_its_timeout():
    visibility = RESOURCES["TasksQueue"]["Properties"]["VisibilityTimeout"]
    assert visibility >= 6 * RESOURCES["StartCampaignFunction"]["Properties"]["Timeout"]
    assert visibility >= start_campaign.AGAIN_SECONDS
    receives = RESOURCES["TasksQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    assert (receives - 1) * visibility < deadlines.BUILD_SECONDS, "the last comes too late to build"


def test_the_starter_lives_until_all_that_hangs_has_been_given_up():
    config = start_campaign.CONFIG
    ask = _longest(config.connect_timeout + config.read_timeout, config.retries)
    ssm = parameter.CONNECT_SECONDS + parameter.READ_SECONDS
    read_token = _longest(ssm, {"mode": "standard", "total_max_attempts": parameter.ATTEMPTS})
    edit = sum(webhook.TIMEOUT)
    write = discord.CONNECT_SECONDS + discord.READ_SECONDS
    look = start_campaign.LAG_SECONDS + start_campaign.LOOK_AGAIN_SECONDS + ask
    reserve = 2 * table.TIMEOUT_SECONDS  # to connect and to read; there is no retry
    # Reserve a turn, start, check whether it has started, edit the message, read the token, write
    # in the channel.
    longest = reserve + ask + look + edit + read_token + write
    assert longest + 3 < RESOURCES["StartCampaignFunction"]["Properties"]["Timeout"]


def _longest(attempt, retries):
    """Before the n-th retry, botocore's standard mode waits up to 2^(n-1) seconds."""
    assert retries["mode"] == "standard"
    attempts = retries["total_max_attempts"]
    return attempts * attempt + sum(2**n for n in range(attempts - 1))


# ---- The code ----


def test_the_import_rule():
    """Handlers import no handler, and few modules import a library."""
    shared = ROOT / "functions" / "channelwright"
    allowed = {
        "discord/client.py": {"requests"},
        "discord/answers.py": {"requests"},
        "discord/tls.py": {"requests"},
        "setup/custom_resource.py": {"requests"},
        "aws/parameter.py": {"boto3", "botocore"},
        "pace/table.py": {"boto3", "botocore"},
        "records/claims.py": {"boto3", "botocore"},
        "records/marks.py": {"boto3", "botocore"},
        "discord/signature.py": {"nacl"},
    }
    standard = set(sys.stdlib_module_names) | {"channelwright"}
    others = {
        path.relative_to(shared).as_posix(): _imports(path) - standard
        for path in shared.rglob("*.py")
    }
    assert {name: found for name, found in others.items() if found} == allowed
    for path in (ROOT / "functions").glob("*.py"):
        assert not _imports(path) & HANDLERS, path.name
        assert not _imports(path) & {"local", "tests", "requests"}, path.name


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_the_template_is_yaml_that_everybody_reads():
    assert yaml.compose((ROOT / "template.yaml").read_text(encoding="utf-8"))
    assert TEMPLATE["Resources"]
