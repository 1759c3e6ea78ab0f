"""The one stack that runs in the background: who it is, and how to end it.

Its process keeps `stack.pid` locked for as long as it lives. A stale file is therefore never taken
for a running stack, even when its number has meanwhile been given to another process.
"""

import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path

from local.child import PROJECT
from local.polling import wait_until

FOLDER = PROJECT / ".local"


def description(folder: Path) -> Path:
    """Return the file that tells where the stack in `folder` answers."""
    return folder / "stack.json"


def try_lock(file: int) -> bool:
    """Lock an open file until it is closed; tell whether nobody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def claim(folder: Path) -> None:
    """Become the stack of `folder`, until this process ends.

    Raises RuntimeError if another process is.
    """
    file = os.open(folder / "stack.pid", os.O_RDWR | os.O_CREAT, 0o600)  # The kernel closes it.
    if not try_lock(file):
        raise RuntimeError("another stack is being started at this moment")
    os.truncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())


def running_pid(folder: Path) -> int | None:
    """Return the process that is the stack of `folder`, if there is one."""
    try:
        with (folder / "stack.pid").open("r+") as file:
            return None if try_lock(file.fileno()) else int(file.read() or 0) or None
    except FileNotFoundError:
        return None


def stop(folder: Path) -> bool:
    """End the stack of `folder`, if it runs, and forget it; tell whether it ran."""
    pid = running_pid(folder)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: running_pid(folder) is None, "The stack stops", seconds=15)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)  # Its children see it go, and follow.
    for name in ("stack.json", "stack.pid"):
        (folder / name).unlink(missing_ok=True)
    return pid is not None
