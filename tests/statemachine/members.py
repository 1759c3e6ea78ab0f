"""The people of a server with a campaign, and how its members change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from channelwright.discord import permissions
from channelwright.records import record as records
from channelwright.records import store
from tests.statemachine.deleting import people_who_delete
from tests.statemachine.interpreter import MEMBERS

MANAGER = permissions.MANAGE_CHANNELS | permissions.MANAGE_ROLES


class People:
    """The people of a server with a campaign, and what they do."""

    def __init__(self, deleting):
        self.deleting = deleting
        self.stage, self.guild = deleting.stage, deleting.guild
        self.master = deleting.record["game_master"]
        self.player = self.stage.discord.add_member("player").user.id
        self.other = self.stage.discord.add_member("other").user.id

    def run(self, what, who=None, as_what=None, **build):
        """Run a subcommand, and return the execution."""
        options = {"who": who, "as": as_what, "campaign": self.deleting.record["campaign_id"]}
        given = {name: value for name, value in options.items() if value}
        signed = self.stage.discord.build_interaction(f"campaign {what}", given, **build)
        return self.deleting.ask(signed, MEMBERS)

    def choose(self, *who):
        """Choose people in the summary's menu, and return the execution."""
        summary = self.deleting.record["campaign_id"]
        signed = self.stage.discord.build_press(summary, f"1:add:{summary}", values=[*who])
        return self.deleting.ask(signed, MEMBERS)

    @property
    def record(self):
        return store.get(self.guild.id, self.deleting.record["campaign_id"])

    @property
    def said(self):
        return self.deleting.said

    def has_role(self, user_id):
        return self.deleting.record["role"] in self.guild.members[user_id].role_ids

    def sees(self, user_id):
        """Return the channels that let the user see them by an overwrite of their own."""
        return {
            id_
            for id_, channel in self.guild.channels.items()
            if user_id in channel.overwrites and channel.overwrites[user_id].allow
        }

    def whole(self):
        """Return the category and all channels: the players' are in sync with the category."""
        return {self.record["category"], *(one["id"] for one in self.deleting.record["channels"])}


def assert_released(people):
    assert not records.is_claimed(people.record, people.stage.clock.now())


@contextmanager
def people_of(stage: Any, monkeypatch: Any, *, run: bool = True) -> Iterator[People]:
    """Put two more people into a server and, if it has to `run`, a campaign."""
    with people_who_delete(stage, monkeypatch, run=run) as deleting:
        yield People(deleting)
