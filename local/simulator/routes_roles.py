"""Roles (Discord docs: Resources > Guild; Topics > Permissions)."""

from typing import Any

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.form import Form
from local.simulator.guild import Guild, Role
from local.simulator.objects import role_object
from local.simulator.permissions import MANAGE_ROLES, outranks

MAXIMUM_ROLES = 250
MAXIMUM_COLOR = 0xFFFFFF


def _shown(call: Call, role: Role) -> dict[str, Any]:
    shown = role_object(role)
    if not call.world.settings.deprecated_fields:
        del shown["color"]
    return shown


def list_roles(call: Call, guild_id: str) -> Answer:
    """Get Guild Roles."""
    guild = call.world.view(call.world.guild(guild_id))
    return Answer(200, [_shown(call, role) for role in guild.roles.values()])


def get_role(call: Call, guild_id: str, role_id: str) -> Answer:
    """Get Guild Role."""
    guild = call.world.view(call.world.guild(guild_id))
    return Answer(200, _shown(call, call.world.role(guild, role_id)))


def create_role(call: Call, guild_id: str) -> Answer:
    """Create Guild Role: at position 1, just above @everyone, by default with its permissions.

    Roles that are already at position 1 stay there: Discord moves none (its API's issue 1778).
    """
    guild = call.world.guild(guild_id)
    call.need_in_guild(guild, MANAGE_ROLES)
    role = Role("", "new role", guild.everyone.permissions, position=1)
    _write_role(call, guild, role)
    if len(guild.roles) >= MAXIMUM_ROLES:
        raise errors.maximum_roles()
    role.id = call.world.snowflakes.next()
    guild.roles[role.id] = role
    call.world.audit(guild, "role_create", role.id, role.name, call.reason)
    return Answer(200, _shown(call, role))


def modify_role(call: Call, guild_id: str, role_id: str) -> Answer:
    """Modify Guild Role."""
    guild = call.world.guild(guild_id)
    role = call.world.role(guild, role_id)
    _need_to_manage(call, guild, role)
    _write_role(call, guild, role)
    call.world.audit(guild, "role_update", role.id, role.name, call.reason)
    return Answer(200, _shown(call, role))


def delete_role(call: Call, guild_id: str, role_id: str) -> Answer:
    """Delete Guild Role."""
    guild = call.world.guild(guild_id)
    role = call.world.role(guild, role_id)
    if role is guild.everyone or role.bot_id:
        raise errors.invalid_role()
    _need_to_manage(call, guild, role)
    guild.remove_role(role_id)
    call.world.audit(guild, "role_delete", role.id, role.name, call.reason)
    return Answer(204)


def add_member_role(call: Call, guild_id: str, user_id: str, role_id: str) -> Answer:
    """Add Guild Member Role."""
    return _change_member_role(call, guild_id, user_id, role_id, wanted=True)


def remove_member_role(call: Call, guild_id: str, user_id: str, role_id: str) -> Answer:
    """Remove Guild Member Role."""
    return _change_member_role(call, guild_id, user_id, role_id, wanted=False)


def _change_member_role(
    call: Call, guild_id: str, user_id: str, role_id: str, *, wanted: bool
) -> Answer:
    guild = call.world.guild(guild_id)
    member = guild.members.get(user_id)
    if member is None:
        raise errors.unknown_member()
    role = call.world.role(guild, role_id)
    if role is guild.everyone or role.bot_id:
        raise errors.invalid_role()
    _need_to_manage(call, guild, role)
    lost = wanted and _lost(call)
    if wanted is not (role_id in member.role_ids) and not lost:
        (member.role_ids.append if wanted else member.role_ids.remove)(role_id)
    name = f"{member.user.username}: {role.name}"
    call.world.audit(guild, "member_role_update", user_id, name, call.reason)
    return Answer(204)


def _lost(call: Call) -> bool:
    """Tell whether Discord loses this assignment (``lost_assignments``), and count it."""
    lost = call.world.settings.lost_assignments > 0
    call.world.settings.lost_assignments -= lost
    return lost


def _need_to_manage(call: Call, guild: Guild, role: Role) -> None:
    call.need_in_guild(guild, MANAGE_ROLES)
    if not outranks(guild, call.world.bot_member(guild), role):
        raise errors.missing_permissions()


def _write_role(call: Call, guild: Guild, role: Role) -> None:
    """Check the body, and set the role's fields from it."""
    form = Form(call.body)
    name = form.text("name", 1, 100)
    permissions = form.permissions("permissions", role.permissions)
    color = form.integer("color", 0, MAXIMUM_COLOR, role.color)
    if form.given("colors"):
        colors = form.child("colors")
        color = colors.integer("primary_color", 0, MAXIMUM_COLOR, color)
    hoist = form.boolean("hoist", default=role.hoist)
    mentionable = form.boolean("mentionable", default=role.mentionable)
    form.check()
    # The bot does not grant what the role already has, or gets from @everyone.
    call.need_in_guild(guild, permissions & ~role.permissions)
    role.name = call.world.settings.kept_name(name) if name else role.name
    role.permissions = permissions
    role.color, role.hoist, role.mentionable = color, hoist, mentionable


_ROLES = "/guilds/<guild_id>/roles"
_MEMBER_ROLE = "/guilds/<guild_id>/members/<user_id>/roles/<role_id>"

ROUTES = [
    read(_ROLES, list_roles),
    read(f"{_ROLES}/<role_id>", get_role),
    write("POST", _ROLES, create_role, "role_creates"),
    write("PATCH", f"{_ROLES}/<role_id>", modify_role),
    write("DELETE", f"{_ROLES}/<role_id>", delete_role),
    write("PUT", _MEMBER_ROLE, add_member_role, "member_roles"),
    write("DELETE", _MEMBER_ROLE, remove_member_role, "member_roles"),
]
