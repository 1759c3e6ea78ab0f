"""An independent witness: hikari, over HTTP, understands what the simulator answers."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hikari
import pytest
from hikari.impl import AutocompleteChoiceBuilder, InteractionServer, RESTClientImpl

from local.simulator.buckets import Limit
from local.simulator.delivery import SignedInteraction
from local.simulator.permissions import BOT_DEFAULT, MANAGE_NICKNAMES, MODERATE_MEMBERS
from local.simulator.server import SimulatorServer

pytestmark = pytest.mark.witness

Scene = Callable[[RESTClientImpl, hikari.Snowflake], Awaitable[None]]
Play = Callable[[Scene], None]


@pytest.fixture
def play(served: SimulatorServer, caplog: pytest.LogCaptureFixture) -> Play:
    """Return a function that plays a scene with the bot's token in a new guild.

    hikari must log no warning.
    """
    simulator = served.simulator
    permissions = BOT_DEFAULT | MODERATE_MEMBERS | MANAGE_NICKNAMES
    ids = simulator.add_guild(features=["COMMUNITY"], bot_permissions=permissions)

    def run(scene: Scene) -> None:
        async def main() -> None:
            app = hikari.RESTApp(url=f"{served.base_url}/api/v10")
            await app.start()
            try:
                async with app.acquire(simulator.info["bot_token"], "Bot") as rest:
                    await scene(rest, hikari.Snowflake(ids["guild_id"]))
            finally:
                await app.close()

        asyncio.run(asyncio.wait_for(main(), 60))
        assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []

    return run


def test_the_bot_and_its_guild(play: Play, served: SimulatorServer) -> None:
    info = served.simulator.info

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        assert str((await rest.fetch_my_user()).id) == info["bot_user_id"]
        application = await rest.fetch_application()
        assert str(application.id) == info["application_id"]
        assert application.public_key == bytes.fromhex(info["public_key"])
        guild = await rest.fetch_guild(guild_id)
        assert (guild.id, guild.name) == (guild_id, "The Yawning Portal")
        assert guild.approximate_member_count == 3
        assert {role.name for role in guild.roles.values()} == {"@everyone", "Channelwright"}
        known = [known.id async for known in rest.fetch_my_guilds()]
        assert known[-1] == guild_id
        assert [own.id async for own in rest.fetch_my_guilds(newest_first=True)] == known[::-1]
        with pytest.raises(hikari.NotFoundError) as unknown:
            await rest.fetch_guild(1)
        assert unknown.value.code == 10004

    play(scene)


def test_roles_and_members(play: Play) -> None:
    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        role = await rest.create_role(
            guild_id, name="Party", permissions=0, color=0xABCDEF, mentionable=True, reason="½"
        )
        assert (role.name, int(role.color), role.permissions) == ("Party", 0xABCDEF, 0)
        assert role.is_mentionable
        listed = {known.name: known for known in await rest.fetch_roles(guild_id)}
        # Both roles have the same position; the older one ranks higher.
        assert listed["Party"].position == listed["Channelwright"].position == 1
        assert listed["Party"].id > listed["Channelwright"].id
        assert listed["Channelwright"].bot_id == (await rest.fetch_my_user()).id
        edited = await rest.edit_role(guild_id, role, name="Band", hoist=True)
        assert (edited.name, edited.is_hoisted) == ("Band", True)
        assert (await rest.fetch_role(guild_id, role)).name == "Band"

        members = {m.username: m async for m in rest.fetch_members(guild_id)}
        player = members["player"].id
        await rest.add_role_to_member(guild_id, player, role, reason="joins")
        assert role.id in (await rest.fetch_member(guild_id, player)).role_ids
        await rest.remove_role_from_member(guild_id, player, role)
        assert role.id not in (await rest.fetch_member(guild_id, player)).role_ids
        until = datetime.now(UTC) + timedelta(minutes=5)
        changed = await rest.edit_member(
            guild_id, player, nickname="Bob", roles=[role], communication_disabled_until=until
        )
        assert (changed.nickname, role.id in changed.role_ids) == ("Bob", True)
        timeout = changed.communication_disabled_until()
        assert timeout is not None
        assert abs(timeout - until) < timedelta(milliseconds=1)
        await rest.delete_role(guild_id, role)
        with pytest.raises(hikari.NotFoundError) as gone:
            await rest.fetch_role(guild_id, role)
        assert gone.value.code == 10011
        with pytest.raises(hikari.ForbiddenError) as refused:
            await rest.create_role(guild_id, permissions=hikari.Permissions.BAN_MEMBERS)
        assert refused.value.code == 50013
        with pytest.raises(hikari.BadRequestError) as wrong:
            await rest.create_role(guild_id, name="x" * 101)
        assert wrong.value.code == 50035
        assert wrong.value.errors is not None
        assert "name" in wrong.value.errors

    play(scene)


def test_channels(play: Play) -> None:
    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        me = await rest.fetch_my_user()
        kinds, view = hikari.PermissionOverwriteType, hikari.Permissions.VIEW_CHANNEL
        overwrites = [
            hikari.PermissionOverwrite(id=guild_id, type=kinds.ROLE, deny=view),
            hikari.PermissionOverwrite(id=me.id, type=kinds.MEMBER, allow=view),
        ]
        category = await rest.create_guild_category(
            guild_id, "My Campaign", permission_overwrites=overwrites
        )
        text = await rest.create_guild_text_channel(
            guild_id,
            "Dice Rolls",
            category=category,
            topic="Roll!",
            rate_limit_per_user=5,
            permission_overwrites=overwrites,
        )
        voice = await rest.create_guild_voice_channel(
            guild_id, "The Table", category=category, user_limit=7
        )
        forum = await rest.create_guild_forum_channel(
            guild_id, "Lore", category=category, topic="Guidelines"
        )
        stage = await rest.create_guild_stage_channel(guild_id, "Stage", category=category)
        news = await rest.create_guild_news_channel(guild_id, "News", category=category)
        assert (text.name, text.topic) == ("dice-rolls", "Roll!")
        assert text.rate_limit_per_user == timedelta(seconds=5)
        assert (voice.name, voice.user_limit) == ("The Table", 7)
        assert (forum.name, forum.topic) == ("lore", "Guidelines")
        made = [category, text, voice, forum, stage, news]
        listed = {channel.id: channel for channel in await rest.fetch_guild_channels(guild_id)}
        for channel in made:
            known = listed[channel.id]
            assert type(known) is type(channel)
            assert isinstance(known, hikari.PermissibleGuildChannel)
            assert known.name == channel.name
            assert known.parent_id == (None if channel is category else category.id)
            # Channels that were created without overwrites have their category's.
            assert known.permission_overwrites[guild_id].deny == view
            assert (await rest.fetch_channel(channel)).name == known.name

        await rest.edit_permission_overwrite(
            text, guild_id, target_type=kinds.ROLE, deny=hikari.Permissions.SEND_MESSAGES
        )
        known = await rest.fetch_channel(text)
        assert isinstance(known, hikari.GuildTextChannel)
        assert known.permission_overwrites[guild_id].deny == hikari.Permissions.SEND_MESSAGES
        await rest.delete_permission_overwrite(text, guild_id)
        edited = await rest.edit_channel(text, name="Rolls", topic="", parent_category=None)
        assert isinstance(edited, hikari.GuildTextChannel)
        assert (edited.name, edited.topic, edited.parent_id) == ("rolls", None, None)
        for channel in reversed(made):
            assert (await rest.delete_channel(channel)).id == channel.id
        with pytest.raises(hikari.NotFoundError) as gone:
            await rest.fetch_channel(text)
        assert gone.value.code == 10003

    play(scene)


def test_messages(play: Play) -> None:
    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        channel = await rest.create_guild_text_channel(guild_id, "talk")
        embed = hikari.Embed(title="Title", description="Text", color=0xABCDEF)
        embed.add_field("Name", "Value", inline=True).set_footer("Foot")
        row = hikari.impl.MessageActionRowBuilder()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "press", label="Press")
        sent = await rest.create_message(channel, "hello", embed=embed, component=row)
        assert sent.embeds == [embed]
        assert sent.author.is_bot
        button = sent.components[0][0]
        assert isinstance(button, hikari.ButtonComponent)
        assert button.custom_id == "press"
        edited = await rest.edit_message(channel, sent, "bye", embed=None, component=None)
        assert (edited.content, edited.embeds, edited.components) == ("bye", [], [])
        fetched = await rest.fetch_message(channel, sent)
        assert (fetched.content, fetched.type) == ("bye", hikari.MessageType.DEFAULT)
        assert fetched.edited_timestamp is not None
        for number in range(3):
            await rest.create_message(channel, str(number))
        contents = [m.content async for m in rest.fetch_messages(channel).limit(2)]
        assert contents == ["2", "1"]
        after = [m.content async for m in rest.fetch_messages(channel, after=sent)]
        assert after == ["0", "1", "2"]
        await rest.delete_message(channel, sent)
        with pytest.raises(hikari.NotFoundError) as gone:
            await rest.fetch_message(channel, sent)
        assert gone.value.code == 10008

    play(scene)


def test_commands(play: Play, served: SimulatorServer) -> None:
    application = hikari.Snowflake(served.simulator.info["application_id"])

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        option = hikari.CommandOption(
            type=hikari.OptionType.STRING, name="name", description="Its name", is_required=True
        )
        for where in (guild_id, hikari.UNDEFINED):
            made = await rest.create_slash_command(
                application, "campaign", "Builds it", guild=where, options=[option]
            )
            assert made.options is not None
            assert made.options[0].is_required
            builder = rest.slash_command_builder("ping", "Answers")
            builder.set_default_member_permissions(hikari.Permissions.MANAGE_CHANNELS)
            both = await rest.set_application_commands(
                application, [builder, rest.slash_command_builder("campaign", "B")], guild=where
            )
            assert {command.name for command in both} == {"ping", "campaign"}
            assert made.id in {command.id for command in both}
            fetched = await rest.fetch_application_commands(application, where)
            assert fetched == both
            edited = await rest.edit_application_command(
                application, made, guild=where, description="C"
            )
            assert isinstance(edited, hikari.SlashCommand)
            assert edited.description == "C"
            await rest.delete_application_command(application, made, where)
            with pytest.raises(hikari.NotFoundError) as gone:
                await rest.fetch_application_command(application, made, where)
            assert gone.value.code == 10063

    play(scene)


def test_interactions(play: Play, served: SimulatorServer) -> None:
    simulator = served.simulator
    application = hikari.Snowflake(simulator.info["application_id"])

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        signed = simulator.build_interaction("campaign", guild_id=str(guild_id))
        id_, token = hikari.Snowflake(signed.id), signed.token
        deferred = hikari.ResponseType.DEFERRED_MESSAGE_CREATE
        await rest.create_interaction_response(id_, token, deferred)
        with pytest.raises(hikari.BadRequestError) as twice:
            await rest.create_interaction_response(id_, token, deferred)
        assert twice.value.code == 40060
        thinking = await rest.fetch_interaction_response(application, token)
        assert hikari.MessageFlag.LOADING in thinking.flags
        edited = await rest.edit_interaction_response(application, token, "done")
        assert (edited.content, edited.webhook_id) == ("done", application)
        await rest.delete_interaction_response(application, token)
        with pytest.raises(hikari.NotFoundError):
            await rest.fetch_interaction_response(application, token)
        with pytest.raises(hikari.NotFoundError) as unknown:
            await rest.create_interaction_response(1, token, deferred)
        assert unknown.value.code == 10062

    play(scene)


class Endpoint:
    """An application's endpoint, which checks the signature; the simulator takes its answers."""

    def __init__(self, served: SimulatorServer, rest: RESTClientImpl) -> None:
        self.simulator = served.simulator
        key = bytes.fromhex(self.simulator.info["public_key"])
        self.server = InteractionServer(
            entity_factory=rest.entity_factory, rest_client=rest, public_key=key
        )

    async def send(self, signed: SignedInteraction) -> None:
        signature = bytes.fromhex(signed.headers["X-Signature-Ed25519"])
        timestamp = signed.headers["X-Signature-Timestamp"].encode()
        answer = await self.server.on_interaction(signed.body.encode(), signature, timestamp)
        assert answer.status_code == 200
        self.simulator.receive(signed.id, json.loads(answer.payload or b""))
        assert self.simulator.failure(signed.id) is None


def test_presses(play: Play, served: SimulatorServer) -> None:
    simulator = served.simulator

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        endpoint = Endpoint(served, rest)
        [player] = [m.id for m in await rest.fetch_members(guild_id) if m.username == "player"]

        async def pressed(interaction: hikari.ComponentInteraction) -> Any:
            assert (interaction.user.id, interaction.guild_id) == (player, guild_id)
            assert interaction.member is not None
            assert hikari.Permissions.VIEW_CHANNEL in interaction.member.permissions
            assert interaction.app_permissions is not None
            assert hikari.Permissions.MANAGE_CHANNELS in interaction.app_permissions
            assert interaction.message.id == sent.id
            if interaction.custom_id == "delete":
                assert interaction.component_type == hikari.ComponentType.BUTTON
                update = interaction.build_response(hikari.ResponseType.MESSAGE_UPDATE)
                return update.set_content("Deleted").clear_components()
            assert interaction.component_type == hikari.ComponentType.USER_SELECT_MENU
            assert list(interaction.values) == [str(player)]
            assert interaction.resolved is not None
            picked = interaction.resolved.members[player]
            assert (picked.username, picked.joined_at < datetime.now(UTC)) == ("player", True)
            assert hikari.Permissions.SEND_MESSAGES in picked.permissions
            deferred = interaction.build_deferred_response(
                hikari.ResponseType.DEFERRED_MESSAGE_CREATE
            )
            return deferred.set_flags(hikari.MessageFlag.EPHEMERAL)

        endpoint.server.set_listener(hikari.ComponentInteraction, pressed)
        buttons, selects = (hikari.impl.MessageActionRowBuilder() for _ in range(2))
        buttons.add_interactive_button(hikari.ButtonStyle.DANGER, "delete", label="Delete")
        selects.add_select_menu(hikari.ComponentType.USER_SELECT_MENU, "who", max_values=2)
        channel = await rest.create_guild_text_channel(guild_id, "talk")
        sent = await rest.create_message(channel, "Sure?", components=[buttons, selects])
        who: dict[str, Any] = {"user_id": str(player)}
        picked = simulator.build_press(str(sent.id), "who", values=[str(player)], **who)
        await endpoint.send(picked)
        application = hikari.Snowflake(simulator.info["application_id"])
        edited = await rest.edit_interaction_response(application, picked.token, "Done")
        assert (edited.content, edited.flags) == ("Done", hikari.MessageFlag.EPHEMERAL)
        with pytest.raises(hikari.NotFoundError) as unseen:
            await rest.fetch_message(channel, edited)
        assert unseen.value.code == 10008
        await endpoint.send(simulator.build_press(str(sent.id), "delete", **who))
        fetched = await rest.fetch_message(channel, sent)
        assert (fetched.content, fetched.components) == ("Deleted", [])
        shown = await rest.fetch_channel(channel)
        assert isinstance(shown, hikari.GuildTextChannel)
        assert shown.last_message_id == sent.id

    play(scene)


def test_subcommands_and_autocomplete(play: Play, served: SimulatorServer) -> None:
    simulator = served.simulator

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        endpoint = Endpoint(served, rest)
        [player] = [m.id for m in await rest.fetch_members(guild_id) if m.username == "player"]
        kinds = hikari.OptionType
        options = [
            hikari.CommandOption(
                type=kinds.STRING, name="name", description="d", autocomplete=True, is_required=True
            ),
            hikari.CommandOption(type=kinds.USER, name="owner", description="d"),
            hikari.CommandOption(type=kinds.BOOLEAN, name="everything", description="d"),
        ]
        delete = hikari.CommandOption(
            type=kinds.SUB_COMMAND, name="delete", description="d", options=options
        )
        application = hikari.Snowflake(simulator.info["application_id"])
        made = await rest.create_slash_command(
            application, "campaign", "d", guild=guild_id, options=[delete]
        )
        assert made.options is not None
        assert made.options[0].options is not None
        assert made.options[0].options[0].autocomplete
        assert made.default_member_permissions == hikari.Permissions.NONE

        async def typed(interaction: hikari.AutocompleteInteraction) -> Any:
            assert interaction.options[0].options is not None
            [option] = [o for o in interaction.options[0].options if o.is_focused]
            assert option.name == "name"
            return interaction.build_response(
                [AutocompleteChoiceBuilder(f"{option.value}se of Strahd", "1")]
            )

        async def invoked(interaction: hikari.CommandInteraction) -> Any:
            assert (interaction.command_id, interaction.command_name) == (made.id, "campaign")
            assert interaction.options is not None
            given = {o.name: o.value for o in interaction.options[0].options or []}
            assert given == {"name": "1", "owner": player, "everything": True}
            assert interaction.resolved is not None
            assert interaction.resolved.users[player].username == "player"
            row = hikari.impl.MessageActionRowBuilder()
            row.add_interactive_button(hikari.ButtonStyle.DANGER, "really", label="Delete")
            reply = interaction.build_response().set_content("Sure?").add_component(row)
            return reply.set_flags(hikari.MessageFlag.EPHEMERAL)

        async def pressed(interaction: hikari.ComponentInteraction) -> Any:
            assert interaction.message.flags == hikari.MessageFlag.EPHEMERAL
            return interaction.build_deferred_response(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)

        endpoint.server.set_listener(hikari.AutocompleteInteraction, typed)
        endpoint.server.set_listener(hikari.CommandInteraction, invoked)
        endpoint.server.set_listener(hikari.ComponentInteraction, pressed)
        where = {"guild_id": str(guild_id), "user_id": str(player)}
        typing = simulator.build_autocomplete("campaign delete", "name", "Cur", **where)
        await endpoint.send(typing)
        assert simulator.choices(typing.id) == [{"name": "Curse of Strahd", "value": "1"}]
        given = {"name": "1", "owner": str(player), "everything": True}
        command = simulator.build_interaction("campaign delete", given, **where)
        await endpoint.send(command)
        press = simulator.build_press(command.id, "really")
        await endpoint.send(press)
        edited = await rest.edit_interaction_response(application, press.token, "Gone")
        assert (edited.content, edited.flags) == ("Gone", hikari.MessageFlag.EPHEMERAL)

    play(scene)


def test_a_rate_limit_is_waited_for(
    play: Play, served: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # hikari waits by the headers alone, and never gets a 429.
    monkeypatch.setitem(served.simulator.settings.limits, "write", Limit(2, 0.5))

    async def scene(rest: RESTClientImpl, guild_id: hikari.Snowflake) -> None:
        channel = (await rest.fetch_guild_channels(guild_id))[1]
        for number in range(6):
            await rest.create_message(channel.id, str(number))
        contents = [message.content async for message in rest.fetch_messages(channel.id)]
        assert contents == ["5", "4", "3", "2", "1", "0"]

    play(scene)
    assert 429 not in {call["status"] for call in served.simulator.requests}
