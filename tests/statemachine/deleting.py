"""A server with a campaign, and people who delete it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import interaction
import start_campaign
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.pace import table
from channelwright.records import attributes, store
from local.simulator.guild import Role
from tests.dynamodb_endpoint import dynamodb_endpoint
from tests.statemachine.conftest import Stage
from tests.statemachine.interpreter import DELETE, SHOW

# The states of a command that only shows a preview.
LOOKED = ["Preview Deletion", "Is It Confirmed?", "Report Preview"]


class Deleting:
    """A server with a campaign, and what its people do to delete it."""

    def __init__(self, stage, *, run=True):
        self.stage = stage
        self.before = stage.standing()
        if run:
            stage.run("Curse of Strahd")
            stage.clock.sleep(LISTS_LAG_SECONDS)
        [self.record] = store.of_guild(stage.discord.guild().id)
        self.guild = stage.discord.guild()

    def command(self, **build):
        """Run /campaign delete, and return the execution that shows the preview."""
        options = {"campaign": self.record["campaign_id"]}
        signed = self.stage.discord.build_interaction("campaign delete", options, **build)
        return self.ask(signed)

    def show(self, **build):
        """Run /campaign show, and return the execution that shows the campaign."""
        options = {"campaign": self.record["campaign_id"]}
        return self.ask(
            self.stage.discord.build_interaction("campaign show", options, **build), SHOW
        )

    def ask(self, signed, machine=DELETE):
        answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
        self.answer = json.loads(answer["body"])
        self.stage.discord.receive(signed.id, self.answer)
        self.asked = signed.id
        [message] = self.stage._queue.take()
        attributes = {"ApproximateReceiveCount": "1"}
        body = {"body": json.dumps(message), "attributes": attributes, "eventSourceARN": ""}
        start_campaign.handler({"Records": [body]}, None)
        interpreter = self.stage.interpreter
        return interpreter.finish(interpreter.execution_arn(signed.id, machine))

    def press(self, **build):
        """Press the red button of the preview that was shown last."""
        return self.ask(press_below(self.stage, self.asked, **build))

    def undo(self, **build):
        """Press *Undo* below the campaign's summary."""
        summary = self.record["campaign_id"]
        return self.ask(press_below(self.stage, summary, f"1:undo:{summary}", **build))

    def keep(self, record):
        """Put a record in the place of the campaign's."""
        item = {"TableName": os.environ["CAMPAIGNS_TABLE"], "Item": attributes.item(record)}
        table.dynamodb().put_item(**item)

    def removal(self):
        name = f"{self.record['campaign_id']}-remove-by-{self.asked}"
        return self.stage.interpreter.finish(self.stage.interpreter.execution_arn(name))

    @property
    def shown(self):
        return self.stage.discord.messages(self.asked)[-1]

    @property
    def said(self):
        return self.shown["content"]


def press_below(stage, id_, custom_id="", **build):
    """Return a press of a button below the message that answers an interaction.

    Without its id, it is the only one.
    """
    if not custom_id:
        [row] = stage.discord.messages(id_)[-1]["components"]
        [button] = row["components"]
        custom_id = button["custom_id"]
    return stage.discord.build_press(id_, custom_id, **build)


def new_member(stage, held=0):
    """Add a member to the server who holds these permissions; return the user's id."""
    guild = stage.discord.guild()
    if held:
        guild.roles["77"] = Role("77", "Helpers", held, 2)
    return stage.discord.add_member("helper", role_ids=["77"] if held else []).user.id


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
