"""A guild's members (Discord docs: Resources > Guild)."""

from datetime import datetime

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.form import Form
from local.simulator.guild import Guild, Member
from local.simulator.objects import member_object
from local.simulator.permissions import (
    ADMINISTRATOR,
    CHANGE_NICKNAME,
    MANAGE_NICKNAMES,
    MANAGE_ROLES,
    MODERATE_MEMBERS,
    base_permissions,
    highest_rank,
    outranks,
)

MAXIMUM_NICK = 32
MAXIMUM_ROLES_OF_MEMBER = 350
LONGEST_TIMEOUT_S = 28 * 24 * 3600


def get_member(call: Call, guild_id: str, user_id: str) -> Answer:
    """Get Guild Member."""
    member = call.world.view(call.world.guild(guild_id)).members.get(user_id)
    if member is None:
        raise errors.unknown_member()
    return Answer(200, member_object(member))


def list_members(call: Call, guild_id: str) -> Answer:
    """List Guild Members: ``limit`` (1-1000, default 1), by id, after the id ``after``."""
    guild = call.world.view(call.world.guild(guild_id))
    limit, after = call.query_integer("limit", 1, 1, 1000), call.query_integer("after", 0)
    ids = sorted((id_ for id_ in guild.members if int(id_) > after), key=int)
    return Answer(200, [member_object(guild.members[id_]) for id_ in ids[:limit]])


def modify_member(call: Call, guild_id: str, user_id: str) -> Answer:
    """Modify Guild Member: its nickname, roles and timeout."""
    guild = call.world.guild(guild_id)
    member = guild.members.get(user_id)
    if member is None:
        raise errors.unknown_member()
    form = Form(call.body)
    nick = form.text("nick", 0, MAXIMUM_NICK)
    role_ids = _read_roles(form, guild, member)
    timed_out_until = _read_timeout(form, call.world.clock.now())
    form.check()
    if "nick" in form:
        own = member.user.id == call.world.bot.id
        call.need_in_guild(guild, CHANGE_NICKNAME if own else MANAGE_NICKNAMES)
        _need_to_be_above(call, guild, member)
    if form.given("roles"):
        _need_to_change_roles(call, guild, member, role_ids)
    if "communication_disabled_until" in form:
        call.need_in_guild(guild, MODERATE_MEMBERS)
        _need_to_be_above(call, guild, member)
        if base_permissions(guild, member) & ADMINISTRATOR:
            raise errors.missing_permissions()
        member.timed_out_until = timed_out_until
    if "nick" in form:
        member.nick = nick or None
    if form.given("roles"):
        member.role_ids = role_ids
    call.world.audit(guild, "member_update", user_id, member.user.username, call.reason)
    return Answer(200, member_object(member))


def modify_current_member(call: Call, guild_id: str) -> Answer:
    """Modify Current Member: the bot itself."""
    return modify_member(call, guild_id, call.world.bot.id)


def _read_roles(form: Form, guild: Guild, member: Member) -> list[str]:
    """Return the body's roles without @everyone, or the member's if the body has none."""
    if not form.given("roles"):
        return member.role_ids
    ids = [str(id_) for id_ in form.rows("roles", MAXIMUM_ROLES_OF_MEMBER)]
    for index, id_ in enumerate(ids):
        if id_ not in guild.roles:
            form.problem(f"roles.{index}", "MODEL_TYPE_CONVERT", "Unknown role")
    return [id_ for id_ in dict.fromkeys(ids) if id_ != guild.id]


def _read_timeout(form: Form, now: float) -> float | None:
    """Return the end of the timeout, in Unix seconds; None for no timeout."""
    field = "communication_disabled_until"
    text = form.text(field, 0, 100)
    if not text:
        return None
    try:
        until = datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        form.problem(field, "DATE_TIME_TYPE_PARSE", f"Could not parse {text}.")
        return None
    if until > now + LONGEST_TIMEOUT_S:
        form.problem(field, "GUILD_COMMUNICATION_DISABLED_UNTIL_MAX", "At most 28 days")
    return until if until > now else None


def _need_to_be_above(call: Call, guild: Guild, member: Member) -> None:
    bot = call.world.bot_member(guild)
    if member is not bot and highest_rank(guild, bot) <= highest_rank(guild, member):
        raise errors.missing_permissions()


def _need_to_change_roles(call: Call, guild: Guild, member: Member, role_ids: list[str]) -> None:
    """Raise a 403 unless the bot may assign and remove the roles that change."""
    call.need_in_guild(guild, MANAGE_ROLES)
    bot = call.world.bot_member(guild)
    for role_id in set(role_ids) ^ set(member.role_ids):
        role = guild.roles[role_id]
        if role.bot_id or not outranks(guild, bot, role):
            raise errors.missing_permissions()


_MEMBER = "/guilds/<guild_id>/members/<user_id>"

ROUTES = [
    read("/guilds/<guild_id>/members", list_members),
    read(_MEMBER, get_member),
    write("PATCH", "/guilds/<guild_id>/members/@me", modify_current_member),
    write("PATCH", _MEMBER, modify_member),
]
