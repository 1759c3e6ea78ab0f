"""AWS makes of every state what moto's interpreter makes of it."""

import json

import pytest
from botocore import session as sessions
from botocore.validate import ParamValidator

from tests.aws import account
from tests.aws.visits import STATES, visits


@pytest.fixture(scope="module")
def visited():
    return visits()


def test_every_request_is_one_that_the_api_knows(visited):
    """By botocore's model, without an account."""
    model = sessions.get_session().get_service_model("stepfunctions").operation_model("TestState")
    for visit in visited:
        report = ParamValidator().validate(visit.request, model.input_shape)
        assert not report.has_errors(), f"{visit.name}: {report.generate_report()}"
        for name in ("definition", "input", "context"):
            json.loads(visit.request.get(name, "null"))
        # Only a task, a Map or a Parallel may have a mock, and only what has one a context.
        is_task = json.loads(visit.request["definition"])["Type"] == "Task"
        assert is_task == ("mock" in visit.request) == ("context" in visit.request)
        assert visit.answer["status"] in model.output_shape.members["status"].enum


def test_every_task_is_visited(visited):
    names = {visit.name.partition(": ")[2] for visit in visited}
    tasks = {name for name, state in STATES.items() if state["Type"] == "Task"}
    assert tasks - names <= {
        # The same function as its namesake, in the scenarios that are left out.
        "Report Completion in Channel",
        "Report Rejection in Channel",
    }
    assert {visit.answer["status"] for visit in visited} == {"SUCCEEDED", "CAUGHT_ERROR", "FAILED"}


def test_aws_agrees(visited):
    client = account.session().client("stepfunctions")
    for visit in visited:
        said = client.test_state(**visit.request)
        answer = {key: said[key] for key in visit.answer if key in said}
        if "output" in answer:
            answer["output"] = json.loads(answer["output"])
        assert answer == visit.answer, visit.name
