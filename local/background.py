"""The local stack in the background: finding its process, and ending it.

The process locks `stack.pid` for its lifetime. A stale file is therefore never mistaken for a
running stack, even if the system has reused the process id.
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
    """Return the path of the file with the addresses of the stack in `folder`."""
    return folder / "stack.json"


def try_lock(file: int) -> bool:
    """Lock an open file until it is closed; return False if another process holds the lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def claim(folder: Path) -> None:
    """Make this process the stack of `folder`, until it ends.

    Raises RuntimeError if another process is the stack.
    """
    file = os.open(folder / "stack.pid", os.O_RDWR | os.O_CREAT, 0o600)  # The kernel closes it.
    if not try_lock(file):
        raise RuntimeError("another stack is starting right now")
    os.truncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())


def running_pid(folder: Path) -> int | None:
    """Return the process id of the stack of `folder`, if it runs."""
    try:
        with (folder / "stack.pid").open("r+") as file:
            return None if try_lock(file.fileno()) else int(file.read() or 0) or None
    except FileNotFoundError:
        return None


def stop(folder: Path) -> bool:
    """Stop the stack of `folder` and delete its files; return whether it was running."""
    pid = running_pid(folder)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: running_pid(folder) is None, "The stack stops", seconds=15)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)  # Its children end with it (guarded.py).
    for name in ("stack.json", "stack.pid"):
        (folder / name).unlink(missing_ok=True)
    return pid is not None
