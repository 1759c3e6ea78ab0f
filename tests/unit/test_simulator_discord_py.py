"""An independent witness: discord.py, over HTTP, understands what the simulator answers."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from local.simulator.buckets import Limit
from local.simulator.clock import ManualClock, SystemClock
from local.simulator.delivery import SignedInteraction
from local.simulator.permissions import BOT_DEFAULT, MANAGE_NICKNAMES, MODERATE_MEMBERS
from local.simulator.server import SimulatorServer

pytestmark = pytest.mark.witness

Scene = Callable[[discord.Client, discord.Guild], Awaitable[None]]


@pytest.fixture
def play(
    served: SimulatorServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Callable[[Scene], Any]:
    """Return a function that plays a scene as a logged-in client in a new guild.

    The function returns the guild's ids. discord.py may warn only of rate limits and of the
    missing voice package, davey.
    """
    monkeypatch.setattr(discord.http.Route, "BASE", f"{served.base_url}/api/v10")
    simulator = served.simulator
    permissions = BOT_DEFAULT | MODERATE_MEMBERS | MANAGE_NICKNAMES
    ids = simulator.add_guild(features=["COMMUNITY"], bot_permissions=permissions)

    @asynccontextmanager
    async def logged_in() -> AsyncIterator[discord.Client]:
        async with discord.Client(intents=discord.Intents.all()) as client:
            await client.login(simulator.info["bot_token"])
            yield client

    def run(scene: Scene) -> dict[str, Any]:
        async def main() -> None:
            async with logged_in() as client:
                await scene(client, await client.fetch_guild(int(ids["guild_id"])))

        asyncio.run(asyncio.wait_for(main(), 60))
        warnings = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        assert [w for w in warnings if "davey" not in w and "rate limit" not in w] == []
        return ids

    return run


def test_login(play: Callable[[Scene], Any], served: SimulatorServer) -> None:
    info = served.simulator.info

    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        assert client.user is not None
        assert str(client.user.id) == info["bot_user_id"]
        assert str(client.application_id) == info["application_id"]
        application = await client.application_info()
        assert application.verify_key == info["public_key"]
        assert guild.name == "The Yawning Portal"
        assert guild.default_role.id == guild.id
        known = [known.id async for known in client.fetch_guilds()]
        assert known[-1] == guild.id
        assert known == sorted(known)
        assert [own.id async for own in client.fetch_guilds(before=guild)] == known[:-1]
        assert guild.id == (await client.fetch_guild(guild.id)).id

    play(scene)


def test_a_wrong_token(play: Callable[[Scene], Any]) -> None:
    async def main() -> None:
        async with discord.Client(intents=discord.Intents.none()) as client:
            with pytest.raises(discord.LoginFailure):
                await client.login("wrong")

    asyncio.run(main())


def test_roles(play: Callable[[Scene], Any], served: SimulatorServer) -> None:
    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        role = await guild.create_role(
            name="Party",
            permissions=discord.Permissions.none(),
            colour=discord.Colour(0xABCDEF),
            mentionable=True,
            hoist=True,
            reason="Why: ½",
        )
        listed = {r.name: r for r in await guild.fetch_roles()}
        assert listed["Party"].colour.value == 0xABCDEF
        assert listed["Party"].mentionable
        assert listed["Party"].hoist
        assert listed["Party"].permissions.value == 0
        assert listed["Channelwright"].is_bot_managed()
        assert listed["@everyone"].is_default()
        assert (await guild.fetch_role(role.id)).name == "Party"
        edited = await role.edit(name="Band", colour=discord.Colour(1), hoist=False)
        assert edited is not None
        assert (edited.name, edited.colour.value, edited.hoist) == ("Band", 1, False)
        await edited.delete()
        with pytest.raises(discord.NotFound) as gone:
            await edited.delete()
        assert (gone.value.status, gone.value.code) == (404, 10011)
        with pytest.raises(discord.Forbidden) as refused:
            await guild.create_role(permissions=discord.Permissions(ban_members=True))
        assert refused.value.code == 50013
        with pytest.raises(discord.HTTPException) as wrong:
            await guild.create_role(name="x" * 101)
        assert (wrong.value.status, wrong.value.code) == (400, 50035)
        assert "In name: Must be between 1 and 100 in length." in wrong.value.text

    ids = play(scene)
    log = served.simulator.snapshot(ids["guild_id"])["audit_log"]
    assert (log[0]["action"], log[0]["reason"]) == ("role_create", "Why: ½")


def test_members(play: Callable[[Scene], Any], served: SimulatorServer) -> None:
    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        members = {m.name: m async for m in guild.fetch_members()}
        assert set(members) == {"gamemaster", "player", "channelwright"}
        assert members["channelwright"].bot
        role = await guild.create_role(name="Party", permissions=discord.Permissions.none())
        other = await guild.create_role(name="Other", permissions=discord.Permissions.none())
        player = members["player"]
        await player.add_roles(role, other, reason="joins")
        fetched = await guild.fetch_member(player.id)
        assert fetched.joined_at is not None
        # The guild caches no roles, so the member has only their ids.
        assert sorted(fetched._roles) == sorted([role.id, other.id])
        await player.remove_roles(other)
        assert list((await guild.fetch_member(player.id))._roles) == [role.id]
        await fetched.edit(nick="Bob", roles=[other])
        again = await guild.fetch_member(player.id)
        assert (again.nick, list(again._roles)) == ("Bob", [other.id])
        await again.timeout(timedelta(minutes=5))
        assert (await guild.fetch_member(player.id)).is_timed_out()
        await again.timeout(None)
        assert not (await guild.fetch_member(player.id)).is_timed_out()
        with pytest.raises(discord.Forbidden):
            await members["gamemaster"].timeout(timedelta(minutes=5))

    play(scene)


def test_channels(play: Callable[[Scene], Any], served: SimulatorServer) -> None:
    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        everyone, bot = guild.default_role, discord.Object(client.user.id, type=discord.Member)
        overwrites = {
            everyone: discord.PermissionOverwrite(view_channel=False),
            bot: discord.PermissionOverwrite(view_channel=True, connect=True),
        }
        category = await guild.create_category("My Campaign", overwrites=overwrites)
        text = await guild.create_text_channel(
            "Dice Rolls", category=category, topic="Roll!", slowmode_delay=5
        )
        voice = await guild.create_voice_channel("The Table", category=category, user_limit=7)
        forum = await guild.create_forum("Lore", category=category, topic="Guidelines")
        stage = await guild.create_stage_channel("Stage", category=category)
        news = await guild.create_text_channel("News", category=category, news=True)
        assert (text.name, text.topic, text.slowmode_delay) == ("dice-rolls", "Roll!", 5)
        assert (voice.name, voice.user_limit, voice.bitrate) == ("The Table", 7, 64000)
        assert (forum.name, forum.topic) == ("lore", "Guidelines")
        assert (stage.name, news.is_news()) == ("Stage", True)

        listed = {channel.id: channel for channel in await guild.fetch_channels()}
        made = [category, text, voice, forum, stage, news]
        assert {channel.id for channel in made} < set(listed)
        for channel in made:
            known = listed[channel.id]
            assert (type(known), known.name) == (type(channel), channel.name)
            assert known.category_id == (None if channel is category else category.id)
            assert [o._asdict() for o in known._overwrites] == [
                o._asdict() for o in channel._overwrites
            ]
            assert known.overwrites_for(everyone).view_channel is False
            fetched = await client.fetch_channel(channel.id)
            assert fetched.position == known.position

        role = await guild.create_role(name="Party", permissions=discord.Permissions.none())
        await text.set_permissions(role, view_channel=True, send_messages=False)
        known = await client.fetch_channel(text.id)
        overwrite = next(o for o in known._overwrites if o.id == role.id)
        assert (overwrite.allow, overwrite.deny) == (1 << 10, 1 << 11)
        await text.set_permissions(role, overwrite=None)
        edited = await text.edit(name="Rolls", topic=None, category=None, nsfw=True)
        assert (edited.name, edited.topic, edited.category_id) == ("rolls", None, None)
        assert edited.nsfw
        await voice.edit(name="Round Table", bitrate=32000)
        await forum.edit(topic="New")
        for channel in reversed(made):
            await channel.delete(reason="undo")
        with pytest.raises(discord.NotFound) as gone:
            await client.fetch_channel(text.id)
        assert gone.value.code == 10003

    ids = play(scene)
    log = served.simulator.snapshot(ids["guild_id"])["audit_log"]
    assert [entry["reason"] for entry in log if entry["action"] == "channel_delete"] == ["undo"] * 6


def test_messages(play: Callable[[Scene], Any]) -> None:
    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        channel = await guild.create_text_channel("talk")
        embed = discord.Embed(title="Title", description="Text", colour=0xABCDEF)
        embed.add_field(name="Name", value="Value").set_footer(text="Foot")
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Press", custom_id="press"))
        none = discord.AllowedMentions.none()
        sent = await channel.send("hello", nonce=7, allowed_mentions=none, view=view)
        assert (sent.content, sent.nonce, sent.author.id) == ("hello", "7", client.user.id)
        assert sent.components[0].children[0].custom_id == "press"
        fetched = await channel.fetch_message(sent.id)
        assert (fetched.content, fetched.edited_at) == ("hello", None)
        edited = await sent.edit(content="bye", view=None)
        assert (edited.content, edited.components) == ("bye", [])
        assert (await channel.fetch_message(sent.id)).edited_at is not None
        for number in range(3):
            await channel.send(f"{number}")
        contents = [message.content async for message in channel.history(limit=2)]
        assert contents == ["2", "1"]
        after = [message.content async for message in channel.history(after=sent)]
        assert after == ["0", "1", "2"]
        before = [message.content async for message in channel.history(before=edited)]
        assert before == []
        await sent.delete()
        with pytest.raises(discord.NotFound) as gone:
            await channel.fetch_message(sent.id)
        assert gone.value.code == 10008
        with pytest.raises(discord.HTTPException) as wrong:
            await channel.send("x" * 2001)
        assert wrong.value.code == 50035
        shown = await channel.send(embed=embed)
        assert shown.embeds[0].fields[0].value == "Value"
        assert shown.embeds[0].to_dict() == embed.to_dict()

    play(scene)


def test_commands(play: Callable[[Scene], Any]) -> None:
    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        tree = app_commands.CommandTree(client)

        @tree.command(name="campaign", description="Builds it", guild=guild)
        @app_commands.describe(name="Its name")
        @app_commands.default_permissions(manage_channels=True)
        async def _campaign(interaction: discord.Interaction, name: str) -> None: ...

        @tree.command(name="ping", description="Answers")
        async def _ping(interaction: discord.Interaction) -> None: ...

        for where in (guild, None):
            synced = await tree.sync(guild=where)
            fetched = await tree.fetch_commands(guild=where)
            assert [c.to_dict() for c in synced] == [c.to_dict() for c in fetched]
        [command] = await tree.fetch_commands(guild=guild)
        assert (command.name, command.description) == ("campaign", "Builds it")
        assert command.default_member_permissions == discord.Permissions(manage_channels=True)
        assert command.options[0].required
        edited = await command.edit(description="Builds a campaign")
        assert (edited.id, edited.description) == (command.id, "Builds a campaign")
        await command.delete()
        with pytest.raises(discord.NotFound) as gone:
            await tree.fetch_command(command.id, guild=guild)
        assert gone.value.code == 10063

    play(scene)


def test_a_rate_limit_is_waited_for(
    play: Callable[[Scene], Any], served: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, sleep = ManualClock(time.time()), asyncio.sleep

    async def pass_time(seconds: float, result: Any = None) -> Any:
        clock.sleep(seconds)
        return await sleep(0, result)

    # Only a client's waits pass the simulator's time, however long a call takes here.
    monkeypatch.setattr(asyncio, "sleep", pass_time)
    monkeypatch.setattr(SystemClock, "now", staticmethod(clock.now))
    limits = served.simulator.settings.limits
    monkeypatch.setitem(limits, "global", Limit(5, 0.5, fixed=True))
    monkeypatch.setitem(limits, "write", Limit(2, 0.5))

    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        channel = await guild.create_text_channel("talk")
        for number in range(6):
            await channel.send(str(number))
        contents = [message.content async for message in channel.history()]
        assert contents == ["5", "4", "3", "2", "1", "0"]

    play(scene)
    assert 429 in {call["status"] for call in served.simulator.requests}


class Gateway:
    """Hands interactions to a client, as Discord's gateway would, and waits for its answers."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client
        self.handled = asyncio.Event()
        # discord.py calls webhooks, and interactions, as aiohttp.
        session = client.http._HTTPClient__session  # type: ignore[attr-defined]
        session.headers["User-Agent"] = client.http.user_agent

    async def send(self, signed: SignedInteraction) -> None:
        self.handled.clear()
        self.client._connection.parse_interaction_create(json.loads(signed.body))
        await asyncio.wait_for(self.handled.wait(), 20)


def test_presses(play: Callable[[Scene], Any], served: SimulatorServer) -> None:
    simulator = served.simulator

    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        gateway = Gateway(client)
        player = next(m for m in [m async for m in guild.fetch_members()] if m.name == "player")

        class Panel(discord.ui.View):
            @discord.ui.button(style=discord.ButtonStyle.danger, custom_id="delete")
            async def delete(self, interaction: discord.Interaction, button: Any) -> None:
                assert interaction.type == discord.InteractionType.component
                assert (interaction.user.id, interaction.guild_id) == (player.id, guild.id)
                assert interaction.permissions.view_channel
                assert interaction.app_permissions.manage_channels
                assert interaction.message is not None
                assert interaction.message.id == sent.id
                await interaction.response.edit_message(content="Deleted", view=None)
                gateway.handled.set()

            @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who", max_values=2)
            async def who(self, interaction: discord.Interaction, select: Any) -> None:
                assert interaction.message is not None
                metadata = interaction.message.interaction_metadata
                assert metadata is None
                [picked] = select.values
                assert (type(picked), picked.id) == (discord.Member, player.id)
                assert picked.resolved_permissions is not None
                assert picked.resolved_permissions.send_messages
                await interaction.response.send_message(f"{picked.name}?", ephemeral=True)
                answer = await interaction.original_response()
                assert (answer.content, answer.flags.ephemeral) == ("player?", True)
                assert answer.interaction_metadata is not None
                assert answer.interaction_metadata.interacted_message_id == sent.id
                assert answer.type == discord.MessageType.reply
                await interaction.edit_original_response(content="player!")
                told = await interaction.followup.send("More", ephemeral=True, wait=True)
                await told.edit(content="Most")
                gateway.handled.set()

        channel = await guild.create_text_channel("talk")
        sent = await channel.send("Sure?", view=Panel())
        values = [str(player.id)]
        picked = simulator.build_press(str(sent.id), "who", user_id=values[0], values=values)
        await gateway.send(picked)
        assert simulator.messages(picked.id)[-1]["content"] == "player!"
        followups = simulator.interaction(picked.id).followups
        assert [(one.content, one.visible_to) for one in followups] == [("Most", values[0])]
        await gateway.send(simulator.build_press(str(sent.id), "delete", user_id=values[0]))
        fetched = await channel.fetch_message(sent.id)
        assert (fetched.content, fetched.components) == ("Deleted", [])
        assert channel.last_message_id is None
        assert (await client.fetch_channel(channel.id)).last_message_id == sent.id

    play(scene)


def test_a_preview_that_only_one_user_sees(
    play: Callable[[Scene], Any], served: SimulatorServer
) -> None:
    simulator = served.simulator

    async def scene(client: discord.Client, guild: discord.Guild) -> None:
        gateway, tree = Gateway(client), app_commands.CommandTree(client)
        campaign = app_commands.Group(name="campaign", description="Campaigns")

        async def suggest(interaction: discord.Interaction, typed: str) -> list[Any]:
            gateway.client.loop.call_later(0.1, gateway.handled.set)
            assert interaction.namespace.everything is True
            return [app_commands.Choice(name=f"{typed}se of Strahd", value="1")]

        class Confirm(discord.ui.LayoutView):
            row: Any = discord.ui.ActionRow()

            @row.button(label="Delete", style=discord.ButtonStyle.danger, custom_id="really")
            async def really(self, interaction: discord.Interaction, button: Any) -> None:
                assert interaction.message is not None
                assert interaction.message.flags.ephemeral
                assert interaction.message.flags.components_v2
                assert interaction.message.interaction_metadata is not None
                await interaction.response.defer()
                done = discord.ui.LayoutView().add_item(discord.ui.TextDisplay("Deleted"))
                await interaction.edit_original_response(view=done)
                gateway.handled.set()

        @campaign.command(description="Deletes one")
        @app_commands.autocomplete(name=suggest)
        async def delete(
            interaction: discord.Interaction,
            name: str,
            owner: discord.Member,
            everything: bool = False,
        ) -> None:
            assert (name, owner.name, everything) == ("1", "player", True)
            view = Confirm()
            container = discord.ui.Container(discord.ui.TextDisplay("Sure?"), accent_colour=1)
            await interaction.response.send_message(view=view.add_item(container), ephemeral=True)
            gateway.handled.set()

        tree.add_command(campaign, guild=guild)
        await tree.sync(guild=guild)
        player = next(m for m in [m async for m in guild.fetch_members()] if m.name == "player")
        where = {"guild_id": str(guild.id), "user_id": str(player.id)}
        given: dict[str, Any] = {"owner": str(player.id), "everything": True}
        typed = simulator.build_autocomplete("campaign delete", "name", "Cur", given, **where)
        await gateway.send(typed)
        assert simulator.choices(typed.id) == [{"name": "Curse of Strahd", "value": "1"}]
        command = simulator.build_interaction("campaign delete", given | {"name": "1"}, **where)
        await gateway.send(command)
        [preview] = simulator.messages(command.id)
        assert [c["type"] for c in preview["components"]] == [1, 17]
        await gateway.send(simulator.build_press(command.id, "really"))
        shown = simulator.read_messages(
            channel_id=simulator.interaction(command.id).channel_id, user_id=str(player.id)
        )
        assert [c.get("content") for c in shown[-1]["components"]] == ["Deleted"]

    play(scene)
