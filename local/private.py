"""Files that only the user may read: the local stack has the bot's token, perhaps a real one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY_ELSE = 0o077


@contextmanager
def private(folder: Path) -> Iterator[None]:
    """Close a folder, new or not, to other users, and whatever is created meanwhile.

    It holds for the whole process and for those that it starts: a folder is 0700, a file 0600.
    """
    before = os.umask(NOBODY_ELSE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        yield
    finally:
        os.umask(before)
