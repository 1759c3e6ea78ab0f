"""The benchmark's interpreter: paths, intrinsic functions, rules, and errors of states."""

import pytest

from bench.thousand_aws import START_EXECUTION, StepFunctions
from bench.thousand_clock import VirtualClock
from bench.thousand_machine import StateError
from bench.thousand_paths import evaluate, fill, holds, placed

CAUSE = '{"errorMessage": "|2026-11-23T15:04:06Z|Create Role|", "errorType": "RateLimited"}'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$.made[*].failure", ["refused"]),
        ("$.made[*].ok", [True, False]),
        ("$.made[1].failure", "refused"),
        ("$.nothing", None),
        ("$$.State.Name", "Here"),
        ("States.MathAdd($.number, 1)", 3),
        ("States.ArrayGetItem($.waves, States.MathAdd($.number, -1))", "b"),
        ("States.Array($.waves, States.Array($.number))", [["a", "b"], [2]]),
        ("States.ArrayContains($.made[*].ok, false)", True),
        ("States.ArrayGetItem(States.StringSplit($.cause, '|'), 2)", "Create Role"),
        ("States.StringSplit('a,b.c', ',.')", ["a", "b", "c"]),
        ("States.Format('{}: not ({}), {}', $.number, $.waves[0], '|')", "2: not (a), |"),
        ("States.JsonToString(States.Array($.nothing, 'x'))", '[null,"x"]'),
        ("States.JsonMerge($.made[0], $.made[1], false)", {"ok": False, "failure": "refused"}),
    ],
)
def test_a_path_or_a_function_has_its_value(expression, value):
    data = {
        "made": [{"ok": True}, {"ok": False, "failure": "refused"}],
        "nothing": None,
        "number": 2,
        "waves": ["a", "b"],
        "cause": CAUSE,
    }
    assert evaluate(expression, data, {"State": {"Name": "Here"}}) == value


@pytest.mark.parametrize("path", ["$.lacks", "$.nothing.at", "$.list[2]", "$.list.name"])
def test_a_path_that_leads_nowhere_is_an_error(path):
    data = {"nothing": None, "list": [1, 2]}
    with pytest.raises(KeyError):
        evaluate(path, data, {})
    with pytest.raises(KeyError):
        holds({"Variable": path, "StringEquals": "x"}, data)
    with pytest.raises(KeyError):
        holds({"Not": {"Variable": path, "BooleanEquals": True}}, data)
    assert holds({"Variable": path, "IsPresent": False}, data)


def test_rules_of_a_choice():
    data = {"number": 1, "last": 1, "first": 0, "yes": True, "name": "a"}
    equals = {"Variable": "$.number", "NumericEqualsPath": "$.last"}
    assert holds(equals, data)
    assert not holds({"Not": equals}, data)
    assert not holds(equals | {"NumericEqualsPath": "$.first"}, data)
    assert holds({"Variable": "$.yes", "BooleanEquals": True}, data)
    assert not holds({"Variable": "$.yes", "BooleanEquals": False}, data)
    assert holds({"Variable": "$.name", "StringEquals": "a"}, data)
    with pytest.raises(KeyError):  # our files do not use this rule
        holds({"Variable": "$.number", "NumericGreaterThan": 0}, data)


def test_a_template_is_filled_and_a_result_placed():
    template = {"a.$": "$.x.y", "b": [{"c.$": "$.x"}], "d": {"e": None}}
    assert fill(template, {"x": {"y": 1}}, {}) == {"a": 1, "b": [{"c": {"y": 1}}], "d": {"e": None}}
    assert placed({"x": {"y": 1}}, "$.x.z", 2) == {"x": {"y": 1, "z": 2}}
    assert placed({"x": 1}, "$", 2) == 2
    assert placed({"x": 1}, None, 2) == {"x": 1}


def task(resource, **more):
    return {"Type": "Task", "Resource": resource, "Parameters": {"of.$": "$"}, **more}


def branch(state):
    return {"StartAt": "Inner", "States": {"Inner": state}}


def run(states, data, work, **machines):
    """Run the states, beginning with "First", until every execution has ended."""
    clock = VirtualClock()
    definitions = {"main": {"StartAt": "First", "States": states}, **machines}
    step_functions = StepFunctions(clock, definitions, work)
    clock.spawn(
        lambda: step_functions.start_execution(stateMachineArn="main", name="1", input=data)
    )
    clock.run()
    return step_functions.executions


def test_a_parallels_branches_have_all_data_and_its_result_is_joined():
    parallel = {
        "Type": "Parallel",
        "Branches": [
            branch(task("one", ResultPath="$.made", End=True)),
            branch(task("two", ResultSelector={"other.$": "$"}, End=True)),
        ],
        "ResultSelector": {"both.$": "States.JsonMerge($[0], $[1], false)"},
        "OutputPath": "$.both",
        "End": True,
    }
    seen = []

    def work(resource, payload):
        seen.append(payload)
        return resource

    (execution,) = run({"First": parallel}, '{"x": 1}', work).values()
    assert execution.output == {"x": 1, "made": "one", "other": "two"}
    assert seen == [{"of": {"x": 1}}, {"of": {"x": 1}}]
    assert execution.states == ["First", "Inner", "Inner"]


@pytest.mark.parametrize(
    ("error", "ends"), [("Known", ["Told", {"Error": "Known", "Cause": "why"}]), ("Other", "Other")]
)
def test_a_parallel_catches_by_the_name_of_its_branchs_error(error, ends):
    parallel = {
        "Type": "Parallel",
        "Branches": [branch(task("fails", End=True)), branch(task("works", End=True))],
        "Catch": [{"ErrorEquals": ["Known"], "ResultPath": "$.why", "Next": "Told"}],
        "End": True,
    }
    told = {"Type": "Pass", "Parameters": {"why.$": "$.why"}, "End": True}

    def work(resource, _payload):
        if resource == "fails":
            raise StateError(error, "why")

    (execution,) = run({"First": parallel, "Told": told}, "{}", work).values()
    if error == "Known":
        assert [execution.states[-1], execution.output["why"]] == ends
    else:
        assert (execution.status, execution.error) == ("FAILED", ends)


def test_a_task_is_retried_by_its_rules_and_knows_how_often():
    counts = []
    rules = [
        {"ErrorEquals": ["Never"], "MaxAttempts": 0},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 2},
    ]
    parameters = {"count.$": "$$.State.RetryCount", "redriven.$": "$$.Execution.RedriveCount"}
    state = task("fails", Parameters=parameters, Retry=rules, End=True)

    def work(_resource, payload):
        counts.append(payload)
        raise StateError("Never" if len(counts) == 3 else "Once", "")

    (execution,) = run({"First": state}, "{}", work).values()
    assert counts == [{"count": count, "redriven": 0} for count in range(3)]
    assert execution.error == "Never"
    assert execution.transitions == 3
    assert 15 < execution.ended_at - execution.started_at < 16


def test_a_state_starts_the_other_machine_once_on_the_same_clock():
    start = {
        "Type": "Task",
        "Resource": START_EXECUTION,
        "Parameters": {
            "StateMachineArn": "other",
            "Name.$": "States.Format('{}-remove', $$.Execution.Name)",
            "Input": {"x.$": "$.x"},
        },
        "ResultPath": None,
    }
    taken = {"ErrorEquals": ["StepFunctions.ExecutionAlreadyExistsException"]}
    states = {
        "First": start | {"Next": "Again"},
        "Again": start | {"Catch": [taken | {"ResultPath": "$.why", "Next": "End"}], "End": True},
        "End": {"Type": "Fail", "Error": "Ended", "CausePath": "States.JsonToString($.x)"},
    }
    works = branch(task("works", End=True))
    one, other = run(states, '{"x": [7]}', lambda _, payload: payload, other=works).values()
    assert (one.status, one.error, one.output) == ("FAILED", "Ended", "[7]")
    assert (other.name, other.status, other.output) == ("1-remove", "SUCCEEDED", {"of": {"x": [7]}})
    assert one.started_at < other.started_at < one.ended_at
