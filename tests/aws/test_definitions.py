"""AWS accepts the state machines' definitions.

Source: AWS docs, Step Functions API Reference > ValidateStateMachineDefinition. It creates nothing.
"""

import json

import pytest
from botocore import session as sessions
from botocore.validate import ParamValidator

from tests.aws import account
from tests.statemachine.interpreter import DEFINITIONS, definition


def request(machine):
    """Return the API's request: the definition with its ARNs filled in, as CloudFormation does."""
    return {"definition": definition(machine), "type": "STANDARD", "severity": "WARNING"}


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_the_request_is_one_that_the_api_knows(machine):
    """Checked against botocore's model, without an account."""
    service = sessions.get_session().get_service_model("stepfunctions")
    model = service.operation_model("ValidateStateMachineDefinition")
    report = ParamValidator().validate(request(machine), model.input_shape)
    assert not report.has_errors(), report.generate_report()
    assert {"result", "diagnostics"} <= set(model.output_shape.required_members)
    assert "${" not in request(machine)["definition"]
    json.loads(request(machine)["definition"])


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_aws_would_take_it(machine):
    """If AWS rejects a definition, the assertion shows its warnings, too."""
    client = account.session().client("stepfunctions")
    said = client.validate_state_machine_definition(**request(machine))
    assert said["result"] == "OK", said["diagnostics"]
