"""The parts of a guild (Discord docs: Resources > Guild, Channel; Topics > Permissions)."""

from dataclasses import dataclass, field

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15
CHANNEL_TYPES = frozenset({TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM})
VOICE_TYPES = frozenset({VOICE, STAGE})
COMMUNITY_TYPES = frozenset({ANNOUNCEMENT, STAGE})
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREAD_TYPES = frozenset({ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD})

ROLE_OVERWRITE, MEMBER_OVERWRITE = 0, 1


@dataclass
class User:
    """A person or a bot; for a bot, ``mfa_enabled`` is its owner's."""

    id: str
    username: str
    bot: bool = False
    mfa_enabled: bool = True


@dataclass
class Member:
    """A user in a guild; ``joined_at`` and ``timed_out_until`` are in Unix seconds."""

    user: User
    joined_at: float
    role_ids: list[str] = field(default_factory=list)
    nick: str | None = None
    timed_out_until: float | None = None

    def timed_out(self, now: float) -> bool:
        """Tell whether the member's timeout lasts at ``now`` (Unix seconds)."""
        return self.timed_out_until is not None and now < self.timed_out_until


@dataclass
class Role:
    """A role; ``permissions`` is a bit set, ``bot_id`` the bot whose own role it is."""

    id: str
    name: str
    permissions: int
    position: int
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: str | None = None


@dataclass
class Overwrite:
    """A channel's overwrite for a role (``type`` 0) or a member (1), as bit sets."""

    id: str
    type: int
    allow: int
    deny: int


@dataclass
class Channel:
    """A channel, a category or a thread; ``created_by`` is a user's id.

    A thread's parent is its channel. Threads have no overwrites. ``last_message_id`` is that of the
    last message written there, which may be deleted; for a forum, that of its last post.
    """

    id: str
    guild_id: str
    type: int
    name: str
    position: int
    created_by: str
    parent_id: str | None = None
    topic: str | None = None
    nsfw: bool = False
    rate_limit_per_user: int = 0
    bitrate: int = 64_000
    user_limit: int = 0
    last_message_id: str | None = None
    overwrites: dict[str, Overwrite] = field(default_factory=dict)


@dataclass
class AuditEntry:
    """A line of the audit log; ``at`` is in Unix seconds."""

    action: str
    target_id: str
    name: str
    reason: str | None
    at: float


@dataclass
class Guild:
    """A guild; ``forums`` tells whether it can have forum channels.

    If ``mfa_level`` is 1, moderators need two-factor authentication. A Community guild needs the
    channels ``rules_channel_id`` and ``public_updates_channel_id``. ``has_commands`` tells whether
    the application's commands are there, with or without its bot; ``banned`` has users' ids.
    """

    id: str
    name: str
    owner_id: str
    features: list[str] = field(default_factory=list)
    forums: bool = True
    locale: str = "en-US"
    mfa_level: int = 0
    rules_channel_id: str | None = None
    public_updates_channel_id: str | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    threads: dict[str, Channel] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    has_commands: bool = True
    audit_log: list[AuditEntry] = field(default_factory=list)

    @property
    def everyone(self) -> Role:
        """The @everyone role, whose id is the guild's."""
        return self.roles[self.id]

    def children(self, category_id: str) -> list[Channel]:
        """Return the channels in a category."""
        return [c for c in self.channels.values() if c.parent_id == category_id]

    def needs(self, channel_id: str) -> bool:
        """Tell whether this is a Community guild that needs the channel."""
        needed = (self.rules_channel_id, self.public_updates_channel_id)
        return "COMMUNITY" in self.features and channel_id in needed

    def place(self, channel_id: str) -> Channel | None:
        """Return the channel or thread with this id, or None."""
        return self.channels.get(channel_id) or self.threads.get(channel_id)

    def remove_channel(self, channel_id: str) -> None:
        """Remove a channel and its threads; a category's channels lose their parent."""
        del self.channels[channel_id]
        self.threads = {t.id: t for t in self.threads.values() if t.parent_id != channel_id}
        for child in self.children(channel_id):
            child.parent_id = None

    def remove_role(self, role_id: str) -> None:
        """Remove a role from the guild, its members and its channels' overwrites."""
        del self.roles[role_id]
        for member in self.members.values():
            member.role_ids = [id_ for id_ in member.role_ids if id_ != role_id]
        for channel in self.channels.values():
            channel.overwrites.pop(role_id, None)
