"""People who change the members of a campaign, and those who change roles and overwrites beside."""

from typing import Any

from channelwright.campaign import buttons
from channelwright.commands import campaign
from channelwright.commands.command import Refused
from channelwright.discord.permissions import CALLER_NEEDS, SEE
from interaction import DEFERRED_MESSAGE, EPHEMERAL
from local.simulator import membership
from local.simulator.guild import CATEGORY, MEMBER_OVERWRITE, Channel, Overwrite
from local.simulator.messages import Message
from local.simulator.permissions import base_permissions, outranks, visible_channels
from local.simulator.syncing import replace_overwrites
from tests.reliability import askers, scenes, standing
from tests.reliability.askers import Asked, Askers
from tests.reliability.people import MANAGE_CHANNELS, MANAGE_ROLES, SEND_MESSAGES, VIEW_CHANNEL
from tests.reliability.scenes import Scene

CHANGING = (
    *("add_player", "add_co_gm", "hand_over", "choose_players", "remove_player", "remove_co_gm"),
    *("player_leaves_campaign", "co_gm_leaves_campaign", "co_gm_adds_player"),
    *("co_gm_removes_player", "manager_adds_player", "manager_hands_over"),
)
ASKING = askers.ASKING | {*CHANGING}


class Joiners(Askers):
    """The game master, a `player`, a `friend` who becomes a co-GM, a manager, and others.

    `scenes` has one for each step, and for those at the end, when all is well.
    """

    def __init__(self, *how: Any):
        # Others' channels that were in sync with the category at some time.
        self.following: set[str] = set()
        super().__init__(*how)
        self.player, self.friend = self._user(standing.PLAYER), self._user(standing.FRIEND)
        self.scenes: list[Scene] = []
        self.finishing: tuple[str, ...] = ()
        self._positions = {role.id: role.position for role in self.guild.roles.values()}
        self._meddled: set[tuple[str, ...]] = set()

    # ---- What they ask ----

    def add_player(self, which: int) -> None:
        self._change("add", self.master, self.player)

    def add_co_gm(self, which: int) -> None:
        self._change("add", self.master, self.friend, "co-gm")

    def hand_over(self, which: int) -> None:
        self._change("add", self.master, self.friend, "game-master")

    def remove_player(self, which: int) -> None:
        self._change("remove", self.master, self.player)

    def remove_co_gm(self, which: int) -> None:
        self._change("remove", self.master, self.friend)

    def player_leaves_campaign(self, which: int) -> None:
        self._change("leave", self.player)

    def co_gm_leaves_campaign(self, which: int) -> None:
        self._change("leave", self.friend)

    def co_gm_adds_player(self, which: int) -> None:
        self._change("add", self.friend, self.player)

    def co_gm_removes_player(self, which: int) -> None:
        self._change("remove", self.friend, self.player)

    def manager_adds_player(self, which: int) -> None:
        self._change("add", self.manager, self.player)

    def manager_hands_over(self, which: int) -> None:
        self._change("add", self.manager, self.friend, "game-master")

    def choose_players(self, which: int) -> None:
        """Choose a player, a friend, the owner, a bot and oneself in the summary's menu."""
        if self.master not in self.guild.members:
            return
        world, custom_id = self._discord.world, buttons.add(self._campaign_id)
        where, bot = self._discord.info["channel_id"], world.bot.id
        summary = Message(world.snowflakes.next(), where, bot, self._now())
        menu = buttons.menu("Add players", custom_id)
        summary.write({"content": "Created", "components": menu})
        world.post(summary)
        chosen = (self.player, self.friend, self.guild.owner_id, bot, self.master)
        values = [one for one in chosen if one in self.guild.members]
        try:
            signed = self._discord.build_press(
                summary.id, custom_id, user_id=self.master, values=values
            )
        except ValueError:
            return  # the channel of the message is hidden
        self._ask_for(signed, campaign.add_players(askers.read(signed.body), custom_id))

    def _change(self, change: str, by: str, who: str = "", as_what: str = "") -> None:
        given = {"campaign": self._campaign_id, "who": who, "as": as_what}
        self._command(change, by, {name: value for name, value in given.items() if value})

    def _command(self, name: str, by: str, options: dict[str, str]) -> None:
        if by not in self.guild.members:
            return
        signed = self._discord.build_interaction(f"campaign {name}", options, user_id=by)
        try:
            task = campaign.task(askers.read(signed.body), lambda _guild_id: self._records())
        except Refused:
            return  # answered at once
        self._ask_for(signed, task)

    def _ask_for(self, signed: Any, task: Any) -> None:
        answer = {"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}
        self._discord.receive(signed.id, answer)
        may = self._may_do(task) if self.is_quiet else None
        asked = Asked(task, signed.id, task["user_id"], self._now(), may=may)
        is_refused = task["kind"] == "members" and may is False
        if is_refused and self._may_change(task, opened=set()):
            asked.opened = self._opened()
        self._send(asked)

    def named_by(self, asked: Asked) -> set[str]:
        """Return the users whom a request may change; a game master who has left is replaced."""
        request = asked.request
        if request["change"] == "leave":
            return {asked.by}
        replaced = {self.master, self.friend} - self.guild.members.keys()
        return {*request["who"].split(",")} | (replaced if "as" in request else set())

    def _may_do(self, request: dict[str, Any]) -> bool | None:
        """Tell whether the user may do what a request asks for; None: other checks find out."""
        is_change = request["kind"] == "members"
        return self._may_change(request, self._opened()) if is_change else None

    def _may_change(self, request: dict[str, Any], opened: set[str]) -> bool:
        """Tell whether the user may do what a request asks for, and give what the role gives.

        `opened` are the ids of others' channels that the role opens.
        """
        record, by, who = self.known, request["user_id"], request["who"].split(",")
        if record is None or by not in self.guild.members:
            return False
        if request["change"] == "leave":
            return bool(by != record["game_master"])
        member, co_gms = self.guild.members[by], record.get("co_gms", [])
        if self._is_bound(by) or (request["change"] == "remove" and record["game_master"] in who):
            return False
        manages = base_permissions(self.guild, member) & CALLER_NEEDS == CALLER_NEEDS
        leads = by == record["game_master"]
        has_left = record["game_master"] not in self.guild.members
        of_players = "as" not in request and not (
            request["change"] == "remove" and {*co_gms} & {*who}
        )
        if request.get("as") == "game-master":
            may = leads or (manages and has_left)
        else:
            may = leads or manages or (by in co_gms and of_players)
        return may and (request["change"] == "remove" or self._could_give(by, opened))

    def _opened(self) -> set[str]:
        """Return the ids of others' channels that the campaign's role opens."""
        role, category = self.record["role"], self.record["category"]
        others = (one for id_, one in self.guild.channels.items() if id_ in self.others)
        return {
            one.id
            for one in others
            if role in one.overwrites and one.overwrites[role].allow and one.parent_id != category
        }

    def _could_give(self, by: str, opened: set[str]) -> bool:
        role = self.guild.roles.get(self.record["role"])
        if role is None or not (role.permissions or opened):
            return True
        member = self.guild.members[by]
        can = base_permissions(self.guild, member) & MANAGE_ROLES
        return bool(can) and outranks(self.guild, member, role)

    # ---- What the checks have to know ----

    def asked_to_change(self, id_: str) -> set[str]:
        """Return the overwrites of a channel that follows the category's."""
        return {"overwrites"} if id_ in self.following and self._kinds() else set()

    def _kinds(self) -> set[str]:
        """Return the kinds of requests, besides deletions, that people have made."""
        asked = (one for scene in self.scenes for one in scene.asked)
        return {one.request.get("kind", "") for one in asked} & {"archive", "members"}

    def _keep(self, id_: str) -> None:
        super()._keep(id_)
        self._note_followers()

    def _note_followers(self) -> None:
        """Note others' channels that are in sync with our category: they follow its overwrites."""
        for ours in self._ours(CATEGORY)[:1]:
            inside = [one for one in self.guild.children(ours.id) if one.id in self.others]
            self.following |= {one.id for one in inside if one.overwrites == ours.overwrites}

    def act(self, kind: str, which: int, at: int) -> None:
        before = None if self.is_quiet else scenes.state(self.guild)
        super().act(kind, which, at)
        self._note_followers()  # without our role, others may be in sync
        if before is not None:
            self._meddled |= scenes.changed(before, scenes.state(self.guild))
            self._note_who_may_now()

    def _note_who_may_now(self) -> None:
        """Leave open whether the bot saw a right that somebody got after the request."""
        for one in self.asked[self._read_until :]:
            if one.may is False and self._may_do(one.request):
                one.may = None

    def watch(self) -> None:
        """Begin a scene: somebody has asked for something, and nothing has come of it yet."""
        self._meddled = set()
        self.scenes.append(Scene(scenes.state(self.guild), self.known, self._now()))

    def read(self) -> None:
        scene = self.scenes[-1]
        scene.asked = self.asked[self._read_until :]
        scene.after, scene.meddled = scenes.state(self.guild), self._meddled
        scene.hidden, scene.record, scene.ended = {*self.hidden}, self.known, self._now()
        scene.unseen = self._unseen()
        super().read()

    def _unseen(self) -> set[str]:
        bot = self.guild.members.get(self._discord.world.bot.id)
        channels = self.guild.channels
        seen = visible_channels(self.guild, bot, channels.values(), self._now()) if bot else []
        return channels.keys() - {one.id for one in seen}

    def last_asked(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """Return the steps that finish what the last of these did not."""
        last = [step for step in steps if step in ASKING][-1]
        return ("look", "press") if last in askers.ASKING else (last,)

    def forgive(self) -> None:
        for id_ in self._positions.keys() & self.guild.roles.keys():
            self.guild.roles[id_].position = self._positions[id_]
        super().forgive()

    # ---- What others do meanwhile ----

    def give_role(self, which: int) -> None:
        for role in self._our_roles():
            member = self.guild.members.get((self.player, self.friend)[which % 2])
            if member and role.id not in member.role_ids:
                member.role_ids.append(role.id)

    def take_role(self, which: int) -> None:
        for role in self._our_roles():
            for member in self.guild.members.values():
                member.role_ids = [id_ for id_ in member.role_ids if id_ != role.id]

    def open_our_channel(self, which: int) -> None:
        """Let a person see one of the campaign's channels, and write there."""
        if ours := self._ours():
            who, bits = (self.friend, self.player)[which % 2], VIEW_CHANNEL | SEND_MESSAGES
            one, channel = Overwrite(who, MEMBER_OVERWRITE, bits, 0), ours[which % len(ours)]
            self._write(channel, channel.overwrites | {who: one})

    def close_our_channels(self, which: int) -> None:
        """Take from a person what lets them see the campaign's channels, but nothing else."""
        who = (self.player, self.friend)[which % 2]
        for one in (c.overwrites.get(who) for c in self._ours()):
            if one:
                one.allow, one.deny = one.allow & ~SEE, one.deny | 1 << which

    def give_our_role_power(self, which: int) -> None:
        for role in self._our_roles():
            role.permissions |= (MANAGE_CHANNELS, 1 << 3)[which % 2]

    def open_elsewhere(self, which: int) -> None:
        """Let the campaign's role see somebody else's channel."""
        for role in self._our_roles():
            where = self.guild.channels[self._discord.info["channel_id"]]
            where.overwrites[role.id] = Overwrite(role.id, 0, VIEW_CHANNEL, 0)
            self._keep(where.id)

    def raise_our_role(self, which: int) -> None:
        """Move the campaign's role above the bot's, so that the bot cannot give it."""
        for role in self._our_roles():
            role.position = 99

    def somebody_leaves(self, which: int) -> None:
        who = (self.player, self.friend, self.master)[which % 3]
        if who in self.guild.members:
            membership.leave(self._discord.world, self.guild, who, banned=which % 2 == 0)

    def somebody_returns(self, which: int) -> None:
        world = self._discord.world
        for who in {self.player, self.friend} - self.guild.members.keys() - self.guild.banned:
            membership.join(world, self.guild, world.users[who])

    def _write(self, channel: Channel, overwrites: dict[str, Overwrite]) -> None:
        """Write as Discord's settings do: the channels in sync follow their category."""
        replace_overwrites(self.guild, channel, overwrites)
        for one in self.guild.children(channel.id):
            if one.id in self.others:
                self._keep(one.id)
