"""A server with a campaign, and people who archive it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

import interaction
from channelwright.archive import shelf, snapshot
from channelwright.discord.permissions import SEND_MESSAGES, VIEW_CHANNEL
from channelwright.pace import table
from channelwright.records import store
from local.simulator.guild import Channel, Overwrite, Role
from tests.statemachine import operators
from tests.statemachine.conftest import Stage
from tests.statemachine.deleting import Deleting, people_who_delete
from tests.statemachine.direct import backend
from tests.statemachine.interpreter import ARCHIVE

# The bits that an archived channel denies, as Discord documents them.
DENIED = (1 << 11) | (1 << 38) | (1 << 35) | (1 << 36) | (1 << 6) | (1 << 20) | (1 << 21)


def forget_snapshot(guild_id: str, campaign_id: str) -> None:
    """Delete a campaign's snapshot, as only a person can."""
    key = {"guild_id": {"S": guild_id}, "campaign_id": {"S": snapshot.KEY + campaign_id}}
    table.dynamodb().delete_item(TableName=os.environ["CAMPAIGNS_TABLE"], Key=key)


class Archiving:
    """People who archive the campaign, and Discord's view of it."""

    def __init__(self, people: Deleting):
        self.people, self.stage, self.guild = people, people.stage, people.guild
        self.record = people.record
        self.category = self.record["category"]
        self.channels = {one["key"]: one["id"] for one in self.record["channels"]}
        self.before = self.shown()

    def archive(self, way="archive", **build):
        """Run /campaign archive, and return the execution."""
        return self.people.ask(self.signed(way, **build), ARCHIVE)

    def unarchive(self, **build):
        return self.archive("unarchive", **build)

    def signed(self, way, **build):
        options = {"campaign": self.record["campaign_id"]}
        return self.stage.discord.build_interaction(f"campaign {way}", options, **build)

    def answer_to(self, command, options):
        """Return the text that answers a command at once."""
        signed = self.stage.discord.build_interaction(command, options)
        answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
        return json.loads(answer["body"])["data"]["content"]

    @property
    def said(self):
        return self.people.said

    @property
    def status(self):
        [record] = store.of_guild(self.guild.id)
        return record["status"]

    @property
    def snapshot(self):
        return shelf.get(self.guild.id, self.record["campaign_id"])

    def shown(self):
        """Return the channels' overwrites, and the order of the categories."""
        channels = self.guild.channels.values()
        overwrites = {
            one.id: {id_: (o.type, o.allow, o.deny) for id_, o in one.overwrites.items()}
            for one in channels
        }
        categories = sorted((one.position, int(one.id)) for one in channels if one.type == 4)
        return overwrites, [str(id_) for _, id_ in categories]

    def of(self, key):
        """Return the overwrites of a channel, by its name in the layout."""
        return self.guild.channels[self.channels[key]].overwrites

    def allow(self, key, id_, bits, *, kind=0, deny=0):
        """Let somebody change a channel's overwrite (`key`: its name in the layout) by hand."""
        self.of(key)[id_] = Overwrite(id_, kind, bits, deny)

    def let_roles_write(self, count):
        """Give so many new roles an overwrite of their own in each channel."""
        ids = [str(n) for n in range(100, 100 + count)]
        self.guild.roles |= {id_: Role(id_, f"Role {id_}", 0, 1) for id_ in ids}
        for one in self.channels.values():
            rows = {id_: Overwrite(id_, 0, VIEW_CHANNEL | SEND_MESSAGES, 0) for id_ in ids}
            self.guild.channels[one].overwrites |= rows

    def writes(self):
        """Return the calls that changed something, since the last `forget`."""
        return [
            (one["method"], one["path"], one["status"])
            for one in self.stage.discord.requests
            if one["method"] != "GET" and "/webhooks/" not in one["path"]
        ]

    def moves(self):
        """Return the calls that moved a channel, since the last `forget`."""
        return [one for one in self.writes() if one[0] == "PATCH"]

    def forget(self):
        self.stage.discord.clear_requests()


@contextmanager
def people_who_archive(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archiving]:
    """Set a server with a campaign between two other categories."""
    with people_who_delete(stage, monkeypatch) as people:
        guild = people.guild
        guild.channels[people.record["category"]].position = 1
        for id_, name, position in (("11", "Above", 0), ("12", "Below", 2), ("13", "Last", 3)):
            guild.channels[id_] = Channel(id_, guild.id, 4, name, position, created_by="1")
        yield Archiving(people)


def stop_in(archiving: Archiving, monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """Let an operator stop the next execution that enters a state of this title."""
    operators.use(monkeypatch, archiving.stage)
    entered = CommonStateField._get_state_entered_event_details
    stopped: list[str] = []

    def enter(state, env):
        if state.name == title and not stopped:
            [running] = [
                one
                for machine in backend().state_machines
                for one in machine.executions
                if one.exec_status == "RUNNING"
            ]
            running.stop(stop_date=None, error=None, cause=None)
            stopped.append(running.name)
        return entered(state, env)

    monkeypatch.setattr(CommonStateField, "_get_state_entered_event_details", enter)
