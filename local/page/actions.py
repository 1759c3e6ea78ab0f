"""The actions of people on the page: commands, presses and messages, sent as Discord sends them."""

import json
from typing import Any

import requests
from botocore.exceptions import ParamValidationError

from local.page.server import Action
from local.simulated_discord import SimulatedDiscord
from local.simulator.interactions import AUTOCOMPLETE

WHERE = ("guild_id", "channel_id", "user_id")

Json = dict[str, Any]


class People:
    """People in the simulated Discord."""

    def __init__(self, discord: SimulatedDiscord) -> None:
        """Use a running simulator."""
        self._discord = discord

    def actions(self) -> dict[str, Action]:
        """Return what the page can do."""
        return {
            "send": self.send,
            "complete": self.complete,
            "press": self.press,
            "write": self.write,
        }

    def send(self, said: Json) -> Json:
        """Send a `command` with its `options`, as a user in a channel; return the answer."""
        return self._answered("interactions", self._command(said))

    def complete(self, said: Json) -> list[Json]:
        """Return the bot's choices for the last of the `options`, which the user is typing."""
        typed = self._command(said) | {"type": AUTOCOMPLETE}
        response = self._answered("interactions", typed)["response"]
        choices: list[Json] = response["data"]["choices"] if response else []
        return choices

    def press(self, said: Json) -> Json:
        """Press a button of a message, or choose `values` in a menu."""
        fields = ("custom_id", "user_id", "values")
        given = {name: said[name] for name in fields if said.get(name) is not None}
        return self._answered(f"messages/{int(said['message_id'])}/press", given)

    def write(self, said: Json) -> None:
        """Write a message in a channel."""
        user_id, channel_id = int(said["user_id"]), int(said["channel_id"])
        path = f"users/{user_id}/channels/{channel_id}/messages"
        self.control(path, {"content": said["content"]})

    def refuse(self, name: str) -> None:
        """Let Discord refuse every channel of a name."""
        self._discord.refuse(json.dumps(name))

    def control(self, path: str, body: Json, method: str = "POST") -> Any:
        """Call the simulator; raises ValueError, with its reason, if it refuses or is gone."""
        try:
            return self._discord.control(method, path, body)
        except requests.HTTPError as error:
            raise ValueError(reason(error.response)) from None
        except requests.RequestException:
            raise ValueError("the simulated Discord does not answer") from None

    def _command(self, said: Json) -> Json:
        where = {name: said[name] for name in WHERE}
        return {"command": str(said["command"]), "options": said.get("options", {}), **where}

    def _answered(self, path: str, body: Json) -> Json:
        """Return the bot's answer, without the interaction's token."""
        delivered = self.control(path, body)
        return {name: delivered[name] for name in ("id", "status", "response")}


def stop(stepfunctions: Any, said: Json) -> None:
    """Stop an execution, as an operator would; raises ValueError if it does not run."""
    try:
        stepfunctions.stop_execution(executionArn=str(said["arn"]), cause="stopped on the page")
    except stepfunctions.exceptions.ClientError as error:
        raise ValueError(error.response["Error"]["Message"]) from None
    except ParamValidationError as error:
        raise ValueError(str(error)) from None


def reason(answer: requests.Response) -> str:
    """Return why the simulator refused a call."""
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"the simulator answered with {answer.status_code}"
