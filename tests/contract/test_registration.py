"""The custom resource in the template has what its code relies on."""

from channelwright.setup import custom_resource
from tests.contract.test_state_machine import RESOURCES, TEMPLATE

REGISTRATION = RESOURCES["Registration"]
FUNCTION = RESOURCES["RegisterApplicationFunction"]


def test_it_comes_after_all_that_answers_an_interaction():
    assert set(REGISTRATION["DependsOn"]) == {
        "InteractionsRoute",
        "DefaultStage",
        "InteractionPermission",
        "InteractionAliasPermission",
        "TasksEventSourceMapping",
        "PriorityEventSourceMapping",
    }


def test_it_looks_again_when_the_code_has_changed():
    """A version's logical id changes with the code, but ServiceToken must not change."""
    assert FUNCTION["Properties"]["AutoPublishAlias"]
    assert REGISTRATION["Properties"]["Code"] == {"Ref": "RegisterApplicationFunction.Version"}
    token = {"Fn::GetAtt": ["RegisterApplicationFunction", "Arn"]}
    assert REGISTRATION["Properties"]["ServiceToken"] == token


def test_a_function_that_dies_is_invoked_again_before_cloudformation_gives_up():
    """Lambda retries a failed asynchronous invocation after a minute."""
    timeout = FUNCTION["Properties"]["Timeout"]
    assert REGISTRATION["Properties"]["ServiceTimeout"] >= 60 + 2 * timeout


def test_there_is_time_to_try_and_time_to_answer():
    kept = custom_resource.ANSWER_SECONDS + custom_resource.LAST_CALL_SECONDS
    assert FUNCTION["Properties"]["Timeout"] >= 60 + kept
    attempt = custom_resource.CONNECT_SECONDS + custom_resource.READ_SECONDS
    assert custom_resource.ATTEMPTS * attempt < custom_resource.ANSWER_SECONDS


def test_it_can_be_turned_off():
    assert TEMPLATE["Parameters"]["RegisterWithDiscord"]["Default"] == "true"
    for part in (REGISTRATION, FUNCTION):
        assert part["Condition"] == "RegistersWithDiscord"
    for name, output in TEMPLATE["Outputs"].items():
        needs_it = "Registration" in str(output["Value"])
        assert needs_it == (output.get("Condition") == "RegistersWithDiscord"), name
