"""Files that only the user may read: the local stack holds a bot token, perhaps a real one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY_ELSE = 0o077


@contextmanager
def private(folder: Path) -> Iterator[None]:
    """Hide a folder, new or not, and all files created meanwhile from other users.

    This applies to the whole process and its children: folders get mode 0700, files 0600.
    """
    before = os.umask(NOBODY_ELSE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        yield
    finally:
        os.umask(before)
