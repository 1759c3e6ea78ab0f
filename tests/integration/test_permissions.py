"""Every permission of a function is needed: the function fails without it, and works with it.

Without a permission on the limiter's table the function works, too, but its log names the lack.

The tests take permissions away and give them back at run time. The emulator does not enforce those
to log, to trace, to read a queue and to send dead letters; tests/contract/test_roles.py does.
"""

import base64
import copy
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from local.deployment import STACK_NAME
from local.stack import Stack
from tests.contract.roles import FUNCTIONS, listed, role_of, spelled, statements
from tests.integration import invocations
from tests.integration.table import Table
from tests.registration.servers import CloudFormation
from tests.serving import serving

Json = dict[str, Any]

# Lambda itself uses these permissions of a function's role.
NOT_ENFORCED = re.compile(
    r"(logs|xray):.*|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes) .*"
    r"|sqs:SendMessage TasksDeadLetterQueue\.Arn"
)


class Permission(NamedTuple):
    """An action on a resource, and its place in the role of a function."""

    function: str
    action: str
    resource: str
    policy: str
    statement: int
    which: int  # index in the statement's resources

    def __str__(self) -> str:
        return f"{self.function}: {self.action} {self.resource}"


def permissions() -> Iterator[Permission]:
    """Yield the permissions of the functions' roles that the emulator enforces."""
    for function in FUNCTIONS.values():
        name = spelled(function["FunctionName"]).removeprefix("${AWS::StackName}-")
        for policy, number, statement in statements(role_of(function)):
            for action in listed(statement["Action"]):
                for which, resource in enumerate(listed(statement["Resource"])):
                    one = Permission(name, action, spelled(resource), policy, number, which)
                    if not NOT_ENFORCED.fullmatch(f"{action} {one.resource}"):
                        yield one


class Functions:
    """The deployed functions, and an event for each."""

    def __init__(self, stack: Stack, events: dict[str, Any], told: CloudFormation) -> None:
        self.lambda_ = stack.client("lambda")
        self.iam = stack.client("iam")
        self.events = events
        self.told = told

    def role(self, function: str) -> str:
        arn: str = self._configuration(function)["Role"]
        return arn.rpartition("/")[2]

    def begin_anew(self, function: str) -> None:
        """Replace a function's workers, which remember the bot token; any update does so."""
        timeout = self._configuration(function)["Timeout"]
        name = f"{STACK_NAME}-{function}"
        self.lambda_.update_function_configuration(FunctionName=name, Timeout=timeout)

    def _configuration(self, function: str) -> Json:
        answer: Json = self.lambda_.get_function_configuration(
            FunctionName=f"{STACK_NAME}-{function}"
        )
        return answer

    def know_priority(self) -> None:
        """Configure the function interaction with the SKU that has priority."""
        name = f"{STACK_NAME}-interaction"
        variables = self._configuration("interaction")["Environment"]["Variables"]
        variables["PRIORITY_SKU_ID"] = invocations.PRIORITY_SKU
        self.lambda_.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}
        )

    def ask(self, function: str, purpose: str = "") -> tuple[bool, str]:
        """Invoke a function; return whether it did its work, and its answer with its log."""
        event = self.events.get(f"{function} {purpose}", self.events.get(function))
        assert event is not None, f"tests/integration/invocations.py has no event for {function}"
        event = event() if callable(event) else event
        self.told.answers.clear()
        answer = self.lambda_.invoke(
            FunctionName=f"{STACK_NAME}-{function}", Payload=json.dumps(event), LogType="Tail"
        )
        said = answer["Payload"].read().decode()
        log = base64.b64decode(answer["LogResult"]).decode()
        return "FunctionError" not in answer and self._did_it(function, said), said + log

    def _did_it(self, function: str, said: str) -> bool:
        match function:
            case "interaction":
                body = json.loads(json.loads(said)["body"])
                return body == {"type": 5} or "❌" not in body["data"]["content"]
            case "register-application":
                return [answer["Status"] for answer in self.told.answers] == ["SUCCESS"]
        return True

    @contextmanager
    def without(self, permission: Permission) -> Iterator[None]:
        """Take a permission from its function's role within the context."""
        role = {"RoleName": self.role(permission.function), "PolicyName": permission.policy}
        policy = self.iam.get_role_policy(**role)["PolicyDocument"]
        less = _without(policy, permission)
        if less["Statement"]:
            self.iam.put_role_policy(**role, PolicyDocument=json.dumps(less))
        else:
            self.iam.delete_role_policy(**role)
        try:
            yield
        finally:
            self.iam.put_role_policy(**role, PolicyDocument=json.dumps(policy))


def _without(policy: Json, permission: Permission) -> Json:
    """Return a policy without an action on a resource; the others of the statement stay."""
    less = copy.deepcopy(policy)
    statement = less["Statement"].pop(permission.statement)
    actions, resources = listed(statement["Action"]), listed(statement["Resource"])
    actions.remove(permission.action)
    elsewhere = [one for which, one in enumerate(resources) if which != permission.which]
    for kept, where in ((actions, resources), ([permission.action], elsewhere)):
        if kept and where:
            less["Statement"].append({"Effect": "Allow", "Action": kept, "Resource": where})
    return less


@pytest.fixture(scope="module")
def functions(stack: Stack) -> Iterator[Functions]:
    told = CloudFormation()
    assert stack.simulator
    table = Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))
    with serving(told) as url:
        events = invocations.of_campaigns(stack, table, f"{url}/answer?signature=s3cret")
        functions = Functions(stack, events, told)
        functions.know_priority()
        yield functions


STOP_NOBODY = {"AskAboutCommands", "ClaimCampaigns", "ReadWebhookSecret"}
NEED_THE_TABLE = {
    *("ListCampaigns", "ClaimDeletions", "ReadCampaigns", "ClaimForMembers", "SweepCampaigns"),
    *("ClaimAndKeepSnapshots", "ReadSnapshots"),
}


@pytest.mark.parametrize("permission", list(permissions()), ids=str)
def test_a_permission_is_needed(functions: Functions, permission: Permission):
    functions.begin_anew(permission.function)
    purpose = f"{permission.action} {permission.resource}"
    with functions.without(permission):
        did_it, said = functions.ask(permission.function, purpose)
        # A table that does not answer stops nobody, nor does a question about a claim, or about an
        # earlier start. A webhook without its secret is a failed attempt.
        stops_nobody = permission.policy in STOP_NOBODY
        is_a_tables = permission.action.startswith("dynamodb:")
        needs_the_table = permission.policy in NEED_THE_TABLE
        is_optional = (is_a_tables and not needs_the_table) or stops_nobody
        assert did_it == is_optional, said
        assert "AccessDenied" in said
    did_it, said = functions.ask(permission.function, purpose)
    assert did_it, said
    assert "AccessDenied" not in said


def test_who_may_nothing_works(functions: Functions):
    did_it, said = functions.ask("report")
    assert did_it, said
