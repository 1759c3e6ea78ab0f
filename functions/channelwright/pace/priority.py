"""Which campaigns come first when many are requested at once. Pure.

Source: Discord docs, Resources > Entitlement. An interaction has its user's and its server's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def comes_first(interaction: Mapping[str, Any], guilds: str, sku_id: str, now: float) -> bool:
    """Tell whether the interaction's server is on the operator's list, or the SKU is paid for.

    `guilds` are comma-separated server ids; `sku_id` may be empty; `now` is in Unix seconds.
    """
    guild_id = interaction.get("guild_id")
    if guild_id and guild_id in guilds.replace(" ", "").split(","):
        return True
    entitlements = interaction.get("entitlements")
    if not sku_id or not isinstance(entitlements, list):
        return False
    return any(_is_active(one, sku_id, now) for one in entitlements)


def _is_active(entitlement: Any, sku_id: str, now: float) -> bool:
    if not isinstance(entitlement, Mapping) or entitlement.get("sku_id") != sku_id:
        return False
    if entitlement.get("deleted") or entitlement.get("consumed"):
        return False
    begins, ends = entitlement.get("starts_at"), entitlement.get("ends_at")
    return (begins is None or _seconds(begins) <= now) and (ends is None or now < _seconds(ends))


def _seconds(timestamp: Any) -> float:
    try:
        moment = datetime.fromisoformat(str(timestamp))
    except ValueError:
        return float("nan")  # compares as neither before nor after
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
