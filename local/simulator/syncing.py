"""Channels that are in sync with their category: they have its overwrites, and follow them.

Discord keeps no flag for this. A channel is in sync while its overwrites are its category's; if
those change, it gets them, too. An empty overwrite of @everyone counts as none, any other empty one
does not. Sources: Discord docs: Resources > Channel > Modify Channel ("for each child channel that
also changes"); Discord's help, Channel Categories 101; discord.js issues 5819, 6004 and 11190.
"""

import copy

from local.simulator.guild import Channel, Guild, Overwrite


def replace_overwrites(guild: Guild, channel: Channel, overwrites: dict[str, Overwrite]) -> None:
    """Give a channel these overwrites, and those channels in it that were in sync with it."""
    before = _significant(guild, channel.overwrites)
    followers = [
        c for c in guild.children(channel.id) if _significant(guild, c.overwrites) == before
    ]
    for changed in (channel, *followers):
        changed.overwrites = copy.deepcopy(overwrites)


def _significant(guild: Guild, overwrites: dict[str, Overwrite]) -> dict[str, Overwrite]:
    empty = Overwrite(guild.id, 0, 0, 0)
    return {id_: overwrite for id_, overwrite in overwrites.items() if overwrite != empty}
