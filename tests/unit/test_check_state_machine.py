"""The lint of the state machines finds what AWS would refuse, and passes the rest."""

import json
from typing import Any

import pytest

from local import check_state_machine
from local.check_state_machine import problems

PASS = {"Type": "Pass", "End": True}
LONGEST = "x" * 80


def machine(start: str, **states: Any) -> str:
    return json.dumps({"StartAt": start, "States": states})


def task(*, retry: Any = (), catch: Any = (), **fields: Any) -> dict[str, Any]:
    """Return a final task with a retrier and a catcher for each of these lists of errors."""
    state = {"Type": "Task", "Resource": "${SomeFunctionArn}", "End": True, **fields}
    if retry:
        state["Retry"] = [{"ErrorEquals": errors} for errors in retry]
    if catch:
        state["Catch"] = [{"ErrorEquals": errors, "Next": "Caught"} for errors in catch]
    return state


def looped(start: str, **states: Any) -> dict[str, Any]:
    """Return a Map with a state machine in it."""
    return {"Type": "Map", "ItemProcessor": json.loads(machine(start, **states)), "End": True}


def parallel(*branches: str) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": [json.loads(each) for each in branches], "End": True}


def choice(then: str, otherwise: str) -> dict[str, Any]:
    rule = {"Variable": "$.a", "IsPresent": True, "Next": then}
    return {"Type": "Choice", "Choices": [rule], "Default": otherwise}


def calling(call: str) -> str:
    return machine("A", A={**PASS, "Parameters": {"deep": [{"text.$": call}]}})


def in_parameters(problem: str) -> str:
    return f'State "A": Parameters.deep[0].text.$: {problem}'


@pytest.mark.parametrize(
    "good",
    [
        machine("A", A=PASS),
        machine("A", A={"Type": "Pass", "Next": "B"}, B=PASS),
        machine(LONGEST, **{LONGEST: PASS}),
        machine("A", A=task(retry=[["X", "Y"], ["X"], ["States.ALL"]])),
        machine("A", A=task(retry=[["States.ALL"]], catch=[["X"], ["States.ALL"]]), Caught=PASS),
        machine("A", A=choice("B", "C"), B={"Type": "Pass", "Next": "A"}, C=PASS),
        machine("A", A=looped("B", B=looped("C", C=PASS))),
        machine("A", A=parallel(machine("B", B=PASS), machine("C", C=PASS))),
        machine("A", A={**PASS, "Parameters": {"a": "States.Format(", "Path": "States.Format("}}),
        machine("A", A={**PASS, "Comment": "States.Format("}),
    ],
)
def test_a_good_machine_has_no_problems(good):
    assert problems(good) == []


def test_one_machine_may_start_another():
    parameters = {
        "StateMachineArn": "${RemoveCampaignArn}",
        "Name.$": "States.Format('{}-undo', $$.Execution.Name)",
        "Input": {"reply.$": "$.reply"},
    }
    start = task(Resource="arn:aws:states:::states:startExecution", Parameters=parameters)
    assert problems(machine("A", A=start)) == []


def test_a_task_needs_a_function():
    """A task's resource is no state machine; the substitution's name tells the two apart."""
    assert problems(machine("A", A=task(Resource="${RemoveCampaignArn}"))) != []


@pytest.mark.parametrize(
    "put",
    [
        lambda name: machine(name, **{name: PASS}),
        lambda name: machine("A", A=looped(name, **{name: PASS})),
    ],
)
def test_a_name_is_too_long(put):
    name = LONGEST + "x"
    problem = f'State "{name}": its name has 81 characters: shorten it to 80 at most'
    assert problems(put(name)) == [problem]
    assert problems(put(LONGEST)) == []


@pytest.mark.parametrize(
    ("retriers", "wrong"),
    [
        ([["States.ALL"], ["X"]], [0]),
        ([["States.ALL"], ["States.ALL"]], [0]),
        ([["X"], ["States.ALL", "Y"]], [1]),
        ([["X", "States.ALL"], ["Y"], ["States.ALL"], ["Z"]], [0, 2]),
    ],
)
def test_the_retrier_of_all_errors_is_the_last_and_of_nothing_else(retriers, wrong):
    assert problems(machine("A", A=task(retry=retriers))) == [
        f'State "A": States.ALL in Retry[{number}] must stand alone in the last retrier: move it'
        for number in wrong
    ]


@pytest.mark.parametrize("catchers", [[["States.ALL"], ["X"]], [["X", "States.ALL"]]])
def test_the_catcher_of_all_errors_is_the_last_and_of_nothing_else(catchers):
    found = problems(machine("A", A=task(catch=catchers), Caught=PASS))
    assert any("States.A.Catch[0]: States.ALL can only appear" in problem for problem in found)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        *(
            (f"States.{function}({arguments})", f"States.{function} has {many}")
            for function, arguments, many in [
                ("StringToJson", "", "0 argument(s): it takes 1"),
                ("StringToJson", "$.a, $.b", "2 argument(s): it takes 1"),
                ("JsonToString", "", "0 argument(s): it takes 1"),
                ("ArrayLength", "", "0 argument(s): it takes 1"),
                ("ArrayUnique", "", "0 argument(s): it takes 1"),
                ("Base64Encode", "", "0 argument(s): it takes 1"),
                ("Base64Decode", "", "0 argument(s): it takes 1"),
                ("ArrayContains", "$.a", "1 argument(s): it takes 2"),
                ("ArrayContains", "$.a, 1, 2", "3 argument(s): it takes 2"),
                ("ArrayGetItem", "$.a", "1 argument(s): it takes 2"),
                ("ArrayPartition", "$.a", "1 argument(s): it takes 2"),
                ("StringSplit", "'a,b'", "1 argument(s): it takes 2"),
                ("MathAdd", "1", "1 argument(s): it takes 2"),
                ("Hash", "$.a", "1 argument(s): it takes 2"),
                ("JsonMerge", "$.a, $.b", "2 argument(s): it takes 3"),
                ("ArrayRange", "1, 2", "2 argument(s): it takes 3"),
                ("MathRandom", "1", "1 argument(s): it takes 2 or 3"),
                ("MathRandom", "1, 2, 3, 4", "4 argument(s): it takes 2 or 3"),
                ("UUID", "1", "1 argument(s): it takes 0"),
                ("Format", "", "no template: add one"),
                ("Format", "'{}'", "0 value(s): '{}' takes 1"),
                ("Format", "'{} {}', $.a", "1 value(s): '{} {}' takes 2"),
                ("Format", "'a', $.a", "1 value(s): 'a' takes 0"),
                ("Format", r"'\{}{}', $.a, $.b", r"2 value(s): '\{}{}' takes 1"),
            ]
        ),
        ("States.Array(States.UUID(1))", "States.UUID has 1 argument(s): it takes 0"),
        ("States.Nonsense($.a)", "AWS has no function States.Nonsense: use another"),
    ],
)  # fmt: skip
def test_a_function_has_its_arguments(call, problem):
    assert in_parameters(problem) in problems(calling(call))


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        ("States.Array(1,)", "''"),
        ("States.Format('{}' $.a)", '''"'{}' $.a"'''),
        ('States.Format("{}", $.a)', """'"{}"'"""),
        ("States.Array(a)", "'a'"),
    ],
)
def test_an_argument_is_one(call, argument):
    problem = f"{argument} is not an argument: use a path, a 'string', a literal or a call"
    assert problems(calling(call)) == [in_parameters(problem)]


@pytest.mark.parametrize(
    "call",
    [
        "States.Array($.a",
        "States.Array('a)",
        "States.Array($.a))",
        "States.Array($.a[0)",
        "States.Array($.a), States.Array($.b)",
    ],
)
def test_what_a_call_opens_it_closes(call):
    problem = f"{call} is not a call: write States.Name(argument, ...), close brackets and quotes"
    assert in_parameters(problem) in problems(calling(call))


def test_a_call_is_said_once_and_where_it_is():
    inner = {**PASS, "Parameters": {"id.$": "States.UUID(1)"}}
    found = problems(machine("A", A=looped("B", B=looped("C", C=inner))))
    assert found == ['State "C": Parameters.id.$: States.UUID has 1 argument(s): it takes 0']


def test_a_brace_of_a_template_is_escaped():
    found = problems(calling("States.Format('{a}: {}', $.a)"))
    problem = r"States.Format: in '{a}: {}', escape a brace that is not part of {} with \\"
    assert found == [in_parameters(problem)]


@pytest.mark.parametrize(
    "call",
    [
        "States.Array()",
        "States.Array(1, -2, true, false, 'a, (b) [c', $, $$.Execution.Name)",
        "States.ArrayContains($[*].ok, false)",
        "States.ArrayGetItem(States.StringSplit($.a['b, c'], ','), 0)",
        "States.UUID()",
        "States.MathRandom(1, 2)",
        "States.MathRandom(1, 2, $.seed)",
        "States.Format('nothing')",
        "States.Format('{} {}', $.a, States.JsonToString($.b))",
        "States.Format($.template, $.a)",
        r"States.Format('\{\} {}', $.a)",
    ],
)
def test_a_good_call_passes(call):
    assert problems(calling(call)) == []


@pytest.mark.parametrize("field", ["CausePath", "ErrorPath"])
def test_a_failure_is_told_with_a_text(field):
    def told(call: str) -> list[str]:
        return problems(machine("A", A={"Type": "Fail", field: call}))

    assert told("$.cause") == []
    assert told("States.Format('{}: {}', $.a, States.JsonToString($.b))") == []
    assert told("States.Format('{}')") == [
        f"State \"A\": {field}: States.Format has 0 value(s): '{{}}' takes 1"
    ]
    (problem,) = told("States.StringToJson($.cause)")
    assert problem.startswith(f'State "A": {field}: States.StringToJson gives no text: use Array')


@pytest.mark.parametrize(
    "states",
    [
        {"B": PASS},
        {"B": {"Type": "Wait", "Seconds": 1, "Next": "B"}},
        {"B": choice("B", "B")},
        {"B": choice("A", "A")},
    ],
)
def test_nothing_leads_to_a_state(states):
    problem = 'State "B": unreachable from "A": remove it, or add a transition'
    assert problems(machine("A", A=PASS, **states)) == [problem]
    inner = problems(machine("M", M=looped("A", A=PASS, **states)))
    assert inner == [problem]


def test_a_catcher_that_nothing_leads_to_leads_nowhere():
    lost = problems(machine("A", A=PASS, B=task(catch=[["X"]]), Caught=PASS))
    assert lost == [
        f'State "{name}": unreachable from "A": remove it, or add a transition'
        for name in ("B", "Caught")
    ]


@pytest.mark.parametrize(
    "twice",
    [
        machine("B", B=looped("A", A=looped("C", C=looped("A", A=PASS)))),
        machine("A", A=looped("B", B=looped("A", A=PASS))),
        machine("A", A=looped("A", A=PASS)),
        machine("B", B=parallel(machine("A", A=PASS), machine("A", A=PASS))),
    ],
)
def test_a_name_is_given_once_in_the_whole_machine(twice):
    assert problems(twice) == ['State "A": 2 states have this name: rename all but one']


def test_a_name_is_given_once_in_one_object():
    """A parser silently keeps the last of two."""
    twice = machine("A", A=PASS).replace('"Pass"', '"Pass", "Comment": "a", "Comment": "b"')
    assert problems(twice) == ['"Comment" is in one object twice: rename or remove one']
    twice = machine("A", A=PASS, B=PASS).replace('"B"', '"A"')
    assert problems(twice) == ['"A" is in one object twice: rename or remove one']


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (machine("Z", A=PASS), "StartAt value Z not found"),
        (
            machine("A", A={"Type": "Pass", "Next": "Z"}),
            '"Z", referenced at State Machine.States.A',
        ),
        (machine("A", A=choice("Z", "B"), B=PASS), "A.Choices[0].Next"),
        (machine("A", A=choice("B", "Z"), B=PASS), "A.Default"),
        (machine("A", A=task(catch=[["X"]])), 'No state found named "Caught"'),
        (
            machine("A", A=looped("B", B={"Type": "Pass", "Next": "A"})),
            "ItemProcessor.States.B.Next",
        ),
        (machine("A", A=looped("Z", B=PASS)), "StartAt value Z not found"),
    ],
)
def test_what_is_named_is_there(broken, place):
    """statelint finds these; if it stops, our own checks have to."""
    assert any(place in problem for problem in problems(broken))


@pytest.mark.parametrize(
    "odd", ["[]", "{}", '{"StartAt": "B", "States": {"A": 1, "B": {"Branches": [1]}}}']
)
def test_anything_else_is_left_to_the_linters(odd):
    assert isinstance(problems(odd), list)


def test_the_command_names_file_and_state(tmp_path, monkeypatch, capsys):
    good, bad = tmp_path / "good.asl.json", tmp_path / "bad.asl.json"
    good.write_text(machine("A", A=PASS))
    bad.write_text(machine("A", A=PASS, B=PASS))
    monkeypatch.setattr("sys.argv", ["check_state_machine", str(good), str(bad)])
    with pytest.raises(SystemExit) as ended:
        check_state_machine.main()
    assert ended.value.code == 1
    problem = 'State "B": unreachable from "A": remove it, or add a transition'
    assert capsys.readouterr().out == f"{bad}: {problem}\n"
