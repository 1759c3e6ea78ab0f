"""Lambda workers that are forked from a process which has imported what Lambda brings.

Most of a worker's start is the import of boto3. The process that forks has it, and nothing of the
functions: a worker still runs their modules and the packages that they ship, in a process, a folder
and an environment of its own. What measures cold starts takes workers that are started in full.
"""

import gc
import os
import runpy
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# In a worker's folder, a link to its number: its command line is that of the process that forks.
PID = "pid"
LIBRARIES = ("boto3", "awslambdaric.lambda_runtime_log_utils")


class Worker:
    """What ministack uses of a `subprocess.Popen`."""

    def __init__(self, process: Connection, streams: tuple[int, int, int]) -> None:
        """Speak for the process at the other end, which says its number first."""
        self._process = process
        self.pid: int = process.recv()
        self.stdin = os.fdopen(streams[0], "w", buffering=1)
        self.stdout, self.stderr = os.fdopen(streams[1]), os.fdopen(streams[2])

    def poll(self) -> int | None:
        """Return None while it runs; afterwards a number, whatever its status was."""
        return 0 if self._process.poll() else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise TimeoutExpired if it is not there in time."""
        if not self._process.poll(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Forks:
    """The process that forks, which ends with us."""

    def __init__(self) -> None:
        """Start it; who asks too early waits."""
        self._requests, theirs = socket.socketpair()
        with theirs:
            subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(self, command: list[str], *, cwd: str, env: dict[str, str], **_: Any) -> Worker:
        """Start a Python script as `subprocess.Popen` does, with three pipes."""
        ours, theirs = Pipe()
        (stdin, to_it), (from_it, stdout), (errors, stderr) = os.pipe(), os.pipe(), os.pipe()
        given = [theirs.fileno(), stdin, stdout, stderr]
        socket.send_fds(self._requests, [b"."], given)
        theirs.close()
        for end in (stdin, stdout, stderr):
            os.close(end)
        ours.send((command[1], cwd, env))
        return Worker(ours, (to_it, from_it, errors))


def fork_workers(runtime: Any) -> None:
    """Let ministack's workers be forked."""
    runtime.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": Forks().start})


def run(parent: Connection, streams: list[int]) -> None:
    """Run the script that the parent names; that the connection closes tells of our end."""
    script, folder, environment = parent.recv()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.path[0] = [script], str(Path(script).parent)
    Path(script).with_name(PID).symlink_to(str(os.getpid()))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    parent.send(os.getpid())
    runpy.run_path(script, run_name="__main__")


def main() -> None:
    """Fork for each request, until nobody can send one any more."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    bring_libraries()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to wait for those that have ended
    while ends := socket.recv_fds(requests, 1, 4)[1]:
        if os.fork():
            for end in ends:
                os.close(end)
        else:
            requests.close()
            run(Connection(ends[0]), ends[1:])
            return


def bring_libraries() -> None:
    """Import what the Lambda runtime has."""
    for library in LIBRARIES:
        with suppress(ImportError):  # there is no runtime client for some platforms
            import_module(library)
    gc.freeze()  # What is here stays as it is: the workers share its memory.


if __name__ == "__main__":
    main()
