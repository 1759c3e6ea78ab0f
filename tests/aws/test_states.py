"""AWS runs every state as moto's interpreter does."""

import json

import pytest
from botocore import session as sessions
from botocore.validate import ParamValidator

from tests.aws import account
from tests.aws.visits import STATES, visits

# For these types, a mock says how the call, the items or the branches end.
MOCKED = {"Task", "Map", "Parallel"}


@pytest.fixture(scope="module")
def visited():
    return visits()


def test_every_request_is_one_that_the_api_knows(visited):
    """Checked against botocore's model, without an account."""
    model = sessions.get_session().get_service_model("stepfunctions").operation_model("TestState")
    for visit in visited:
        report = ParamValidator().validate(visit.request, model.input_shape)
        assert not report.has_errors(), f"{visit}: {report.generate_report()}"
        for name in ("definition", "input", "context"):
            json.loads(visit.request.get(name, "null"))
        # AWS allows a context only beside a mock.
        type_ = json.loads(visit.request["definition"])["Type"]
        assert ("mock" in visit.request) == (type_ in MOCKED), visit
        assert ("context" in visit.request) == (type_ == "Task"), visit
        assert visit.answer["status"] in model.output_shape.members["status"].enum


def test_every_state_is_visited(visited):
    """Waits are left out: they would take too long."""
    asked = {(visit.machine, visit.name) for visit in visited}
    assert asked == {key for key, state in STATES.items() if state["Type"] != "Wait"}
    assert {visit.answer["status"] for visit in visited} == {"SUCCEEDED", "CAUGHT_ERROR", "FAILED"}


def test_every_way_out_of_a_state_is_taken(visited):
    """A Map catches nothing: its items do."""
    taken = {(visit.machine, visit.name, visit.answer.get("nextState")) for visit in visited}
    for (machine, name), state in STATES.items():
        ways = {state.get("Next"), state.get("Default")}
        ways |= {rule["Next"] for rule in state.get("Choices", [])}
        ways |= {catcher["Next"] for catcher in state.get("Catch", [])}
        if state["Type"] != "Wait":
            assert {(machine, name, way) for way in ways - {None}} <= taken


def test_of_a_map_it_is_seen_what_its_items_are_given(visited):
    maps = [visit for visit in visited if STATES[visit.machine, visit.name]["Type"] == "Map"]
    assert {visit.name for visit in maps} == {"Create Channels", "Delete All Created"}
    for visit in visited:
        assert (visit.items is not None) == (visit in maps), visit
    for visit in maps:
        selector = STATES[visit.machine, visit.name]["ItemSelector"]
        fields = {field.removesuffix(".$") for field in selector}
        assert visit.items, visit
        assert all(set(item) == fields for item in visit.items), visit
        assert len(visit.items) == len(json.loads(visit.request["mock"]["result"]))


def test_of_what_fails_inside_it_is_seen_where(visited):
    """TestState rejects an errorCausedByState that is not inside the tested state."""
    told = {
        (visit.name, visit.request["stateConfiguration"]["errorCausedByState"])
        for visit in visited
        if "errorCausedByState" in visit.request.get("stateConfiguration", {})
    }
    assert told == {("Begin Building", "Create Role")}


def test_aws_agrees(visited):
    client = account.session().client("stepfunctions")
    for visit in visited:
        said = client.test_state(**visit.request)
        answer = {key: said[key] for key in visit.answer if key in said}
        if "output" in answer:
            answer["output"] = json.loads(answer["output"])
        assert answer == visit.answer, visit
        if visit.items is not None:
            assert json.loads(said["inspectionData"]["afterItemSelector"]) == visit.items, visit
