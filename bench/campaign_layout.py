"""Layouts of any size, for the benchmark alone."""

from channelwright import layout

KINDS = ("text", "text", "voice", "text", "forum")


def toml(count: int) -> str | None:
    """Return a layout file with so many channels; None for the one that is shipped."""
    if count == len(layout.load()):
        return None
    return "\n".join(
        f'[[channels]]\nname = "channel-{number}"\ntype = "{KINDS[number % len(KINDS)]}"\n'
        f'description = "Number {number}."\n'
        for number in range(count)
    )
