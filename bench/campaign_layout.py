"""Layouts of any size, for the benchmarks only."""

from channelwright.campaign import layout

KINDS = ("text", "text", "voice", "text", "forum")


def toml(count: int) -> str:
    """Return a layout file with `count` channels: the bot's own file, if it has as many."""
    if count == len(layout.load()):
        return (layout.LAYOUTS / layout.DEFAULT).read_text(encoding="utf-8")
    return "\n".join(
        f'[[channels]]\nname = "channel-{number}"\ntype = "{KINDS[number % len(KINDS)]}"\n'
        f'description = "Number {number}."\n'
        for number in range(count)
    )
