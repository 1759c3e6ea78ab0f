"""The custom resource creates, updates and deletes a registration at a Discord, over HTTP."""

import pytest

from channelwright.commands.table import DEFINITIONS
from channelwright.discord.permissions import INVITED_WITH
from channelwright.setup.registered import same_commands
from local.simulator.bot_client import BotClient
from tests.registration.servers import Endpoint
from tests.registration.stack import ELSEWHERE, Stack


def test_create_sets_the_endpoint_and_registers_the_commands(stack: Stack, endpoint: Endpoint):
    answer = stack.request("Create")
    application_id = stack.simulator.info["application_id"]
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {
        "ApplicationId": application_id,
        "InviteUrl": f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={INVITED_WITH}",
    }
    # The endpoint comes first: if it is refused, no one sees a command that does nothing.
    assert stack.writes() == [("PATCH", "/applications/@me"), ("PUT", stack.commands_path)]
    url, commands = stack.standing()
    assert url == endpoint.url
    assert [command["name"] for command in commands] == [c["name"] for c in DEFINITIONS]


def test_what_is_as_it_should_be_is_not_written_again(stack: Stack):
    first = stack.request("Create")
    stack.writes()
    for kind in ("Create", "Update"):
        again = stack.request(kind)
        assert (again["Status"], again["Data"]) == ("SUCCESS", first["Data"])
        assert stack.writes() == []


def test_update_writes_what_has_changed_and_that_alone(stack: Stack, bot: BotClient):
    stack.request("Create")
    bot.call("PUT", stack.commands_path, [DEFINITIONS[0] | {"description": "An older one."}])
    stack.writes()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == [("PUT", stack.commands_path)]
    assert same_commands(stack.standing()[1])

    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    stack.writes()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == [("PATCH", "/applications/@me")]


def test_delete_takes_back_what_is_still_this_stacks(stack: Stack):
    stack.request("Create")
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.standing() == (None, [])
    assert stack.request("Delete")["Status"] == "SUCCESS"


def test_delete_leaves_another_stacks_endpoint_and_commands_alone(stack: Stack):
    stack.request("Create")
    stack.simulator.world.application.fields["interactions_endpoint_url"] = ELSEWHERE
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == []
    url, commands = stack.standing()
    assert url == ELSEWHERE
    assert same_commands(commands)


def test_delete_removes_the_commands_when_discord_has_removed_the_endpoint(
    stack: Stack, bot: BotClient
):
    stack.request("Create")
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == [("PUT", stack.commands_path)]
    assert stack.standing() == (None, [])


def test_delete_leaves_others_commands_when_there_is_no_endpoint(stack: Stack, bot: BotClient):
    stack.request("Create")
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    bot.call("PUT", stack.commands_path, [{"name": "other", "description": "Another's."}])
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == []


def test_an_entry_point_command_stays_whatever_becomes_of_the_stack(stack: Stack, bot: BotClient):
    """Discord refuses a list without its Entry Point command."""
    launch = stack.enable_activities()
    for kind in ("Create", "Update"):
        bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
        assert stack.request(kind)["Status"] == "SUCCESS"
        assert stack.entry_points() == [launch]
        assert same_commands(stack.standing()[1])
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == []
    answer = stack.request("Delete")
    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", "Done.")
    assert stack.standing()[0] is None
    assert len(stack.standing()[1]) == 1
    assert stack.entry_points() == [launch]


def test_activities_may_be_enabled_after_the_deployment(stack: Stack, bot: BotClient):
    stack.request("Create")
    stack.writes()
    launch = stack.enable_activities()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == []
    # Discord has removed the endpoint, but the commands are recognized as ours, and go.
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.entry_points() == [launch]
    assert len(stack.standing()[1]) == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "body": {"message": "No.", "code": 50240}},
        {"status": 429, "body": {"message": "Slow.", "retry_after": 3600, "global": False}},
        {"status": 503},
        {"connection": "reset"},
    ],
)
def test_delete_unsets_the_endpoint_whatever_the_commands_do(stack: Stack, method: str, fault):
    stack.request("Create")
    stack.simulator.faults.add(method=method, path="commands", times=None, **fault)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "commands" in answer["Reason"]
    stack.simulator.faults.clear()
    url, commands = stack.standing()
    assert url is None
    assert same_commands(commands)
    # The next Delete finishes the work.
    assert stack.request("Delete")["Reason"] == "Done."
    assert stack.standing() == (None, [])


def test_delete_removes_the_commands_whatever_the_endpoint_does(stack: Stack):
    stack.request("Create")
    stack.simulator.faults.add(method="PATCH", status=503, times=None)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "interactions endpoint URL" in answer["Reason"]
    stack.simulator.faults.clear()
    assert stack.standing() == (stack.properties["InteractionsUrl"], [])


def test_delete_succeeds_whatever_discord_does(stack: Stack, store_token):
    stack.request("Create")
    stack.simulator.faults.add(status=503, times=None)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "did not answer" in answer["Reason"]
    stack.simulator.faults.clear()
    store_token("no-token")
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.request("Delete", ResourceProperties={})["Status"] == "SUCCESS"
    assert stack.request("Delete", ResourceProperties=None)["Status"] == "SUCCESS"
