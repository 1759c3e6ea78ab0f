"""A server with a campaign, and people who delete it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import interaction
import start_campaign
from channelwright.records import store
from tests.dynamodb_endpoint import dynamodb_endpoint
from tests.statemachine.conftest import Stage
from tests.statemachine.interpreter import DELETE

# The states of a command that only shows a preview.
LOOKED = ["Preview Deletion", "Is It Confirmed?", "Report Preview"]


class Deleting:
    """A server with a campaign, and what its people do to delete it."""

    def __init__(self, stage, *, run=True):
        self.stage = stage
        self.before = stage.standing()
        if run:
            stage.run("Curse of Strahd")
        [self.record] = store.of_guild(stage.discord.guild().id)
        self.guild = stage.discord.guild()

    def command(self, **build):
        """Run /campaign delete, and return the execution that shows the preview."""
        options = {"campaign": self.record["campaign_id"]}
        signed = self.stage.discord.build_interaction("campaign delete", options, **build)
        return self.ask(signed)

    def ask(self, signed):
        answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
        self.answer = json.loads(answer["body"])
        self.stage.discord.receive(signed.id, self.answer)
        self.asked = signed.id
        [message] = self.stage._queue.take()
        attributes = {"ApproximateReceiveCount": "1"}
        body = {"body": json.dumps(message), "attributes": attributes, "eventSourceARN": ""}
        start_campaign.handler({"Records": [body]}, None)
        machine = self.stage.interpreter.arns[DELETE].replace(":stateMachine:", ":execution:")
        return self.stage.interpreter.finish(f"{machine}:{signed.id}")

    def press(self, **build):
        """Press the red button of the preview that was shown last."""
        [row] = self.shown["components"]
        [button] = row["components"]
        signed = self.stage.discord.build_press(self.asked, button["custom_id"], **build)
        return self.ask(signed)

    def removal(self):
        name = f"{self.record['campaign_id']}-remove-by-{self.asked}"
        return self.stage.interpreter.finish(self.stage.interpreter.execution_arn(name))

    @property
    def shown(self):
        return self.stage.discord.messages(self.asked)[-1]

    @property
    def said(self):
        return self.shown["content"]


@contextmanager
def people_who_delete(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, run: bool = True
) -> Iterator[Deleting]:
    """Set the starter, the table's endpoint and, if it has to `run`, a campaign."""
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "_step_functions", stage.interpreter.direct)
    with dynamodb_endpoint() as url:
        monkeypatch.setenv("DYNAMODB_URL", url)
        yield Deleting(stage, run=run)
