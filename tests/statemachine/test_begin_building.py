"""The first edit and the first create run side by side; either of them may fail."""

import pytest

from channelwright.discord.edits import FIRST_EDIT_SECONDS, UNKNOWN_OUTCOME_SECONDS
from tests.statemachine.reports import edit, said_at

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
ROLE = {"method": "POST", "path": "/roles$"}
LIMITED = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}


def test_they_are_branches_of_one_state(stage):
    run = stage.run()
    begin = run.states.index("Begin Building")
    assert set(run.states[begin + 1 : begin + 3]) == {"Create Role", "Report Progress at Start"}
    assert run.states[begin + 3] == "Create Category"


def test_what_both_say_is_handed_on(stage):
    """The next state gets the role and the state of the message."""
    run = stage.run()
    entered = next(event for name, event in stage.lambdas.calls if name == "create_category")
    assert entered["campaign"]["role"]["id"] == run.output["role_id"]
    building = [event["building"] for _, event in stage.lambdas.calls if "building" in event]
    assert [one["edits"].get("left") for one in building] == [None, 4, 3]


@pytest.mark.parametrize("progress", [None, ("before", "Runtime.ExitError")])
def test_a_role_that_is_limited_begins_it_again(stage, progress):
    """The bar is not shown a second time: nobody knows whether the first edit arrived."""
    stage.discord.faults.add(**ROLE, status=429, body=LIMITED)
    stage.lambdas.deaths["report"] = [progress]
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Begin Building") == 2
    assert run.states.count("Wait for Discord") == 2  # once for the role, once for late edits
    assert len(said_at(stage, "(0/10)")) == (progress is None)
    names = [role["name"] for role in stage.discord.snapshot()["roles"]]
    assert names.count("My Campaign Members") == 1


def test_the_first_edit_of_a_branch_that_was_stopped_does_not_stand_at_the_end(stage):
    """Step Functions stops the branch when the role is limited, but the Lambda goes on."""
    stage.discord.faults.add(**ROLE, status=429, body=LIMITED)
    stage.discord.faults.add(path="@original", body_contains="(0/10)", connection="timeout")
    came = []

    def come(name, event):
        if name == "report" and event["says"] == "summary" and said_at(stage, "Created: My"):
            edit(stage, "Late: (0/10)")
            came.append(True)

    stage.lambdas.on_invoke = come
    assert stage.run().output["status"] == "created"
    assert came == [True]
    assert stage.messages[-2] == "Late: (0/10)"
    assert stage.messages[-1].startswith("✅ **Campaign Created")


def test_a_role_that_is_refused_is_told_after_the_first_edit_and_again(stage):
    stage.discord.faults.add(**ROLE, status=403, body=FORBIDDEN)
    request = stage.request()
    began = stage.clock.now()
    run = stage.interpreter.run(request)
    assert run.error == "CampaignFailed"
    assert run.states[-3:] == ["Report Progress at Start", "Remove Campaign", "Campaign Failed"]
    told = [at - began for at in said_at(stage, "Could not create campaign")]
    assert len(told) == 2
    assert FIRST_EDIT_SECONDS <= told[0] < FIRST_EDIT_SECONDS + 1
    assert UNKNOWN_OUTCOME_SECONDS <= told[1] < UNKNOWN_OUTCOME_SECONDS + 1
    assert stage.messages[-1].endswith("Nothing was left behind.")
    stage.assert_nothing_left()


def test_of_an_undoing_nothing_is_said_while_the_first_edit_may_be_on_its_way(stage):
    """It could be one edit too many, and delay the final message."""
    stage.discord.faults.add(**ROLE, status=403, body=FORBIDDEN)
    run = stage.run()
    assert run.removal.states[:2] == ["Claim Campaign", "Report Removal"]
    assert "Undoing" not in "".join(stage.messages)
    assert 429 not in {call["status"] for call in stage.discord.requests}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_role_of_which_nobody_knows_is_looked_for_beside_a_bar_that_stands(stage, when):
    stage.lambdas.deaths["create_role"] = [(when, "Lambda.Unknown")]
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Begin Building") == 1
    assert len(said_at(stage, "(0/10)")) == 1
    roles = [role["id"] for role in stage.discord.snapshot()["roles"]]
    assert len(roles) == len(stage.before[0]) + 1
    assert run.output["role_id"] in roles
