"""Lambda workers forked from a process that has already imported their libraries.

Most of a worker's start is the import of boto3 and requests, and the parsing of boto3's models. The
forking process has done that, but it knows none of the functions' code: each worker still imports
that, in its own process, folder and environment. Measurements of cold starts do not use forked
workers.
"""

import functools
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

# A link in a worker's folder to its process id: its command line is the forking process's.
PID = "pid"
LIBRARIES = ("boto3", "requests", "awslambdaric.lambda_runtime_log_utils")
SERVICES = ("ssm", "dynamodb", "stepfunctions")


class Worker:
    """The part of `subprocess.Popen` that ministack uses."""

    def __init__(self, process: Connection, streams: tuple[int, int, int]) -> None:
        """Represent the process at the other end, which first sends its id."""
        self._process = process
        self.pid: int = process.recv()
        self.stdin = os.fdopen(streams[0], "w", buffering=1)
        self.stdout, self.stderr = os.fdopen(streams[1]), os.fdopen(streams[2])

    def poll(self) -> int | None:
        """Return None while the worker runs, and 0 afterwards, whatever its exit status."""
        return 0 if self._process.poll() else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the worker ends; raise TimeoutExpired if it does not in time."""
        if not self._process.poll(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return 0

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Forks:
    """The forking process, which ends with this one."""

    def __init__(self) -> None:
        """Start the forking process; early requests wait until it is ready."""
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
    """Make ministack fork its workers."""
    runtime.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": Forks().start})


def link_processes(worker: Any) -> None:
    """Make every worker's folder link to its process id, as the forked workers' folders do."""
    spawn = worker._spawn

    def spawn_and_link(self: Any) -> None:
        spawn(self)
        with suppress(FileExistsError):
            Path(self._tmpdir, PID).symlink_to(str(self._proc.pid))

    worker._spawn = spawn_and_link


def run(parent: Connection, streams: list[int]) -> None:
    """Run the script that the parent names; it sees our end when the connection closes."""
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
    """Fork for each request, until the requests' socket is closed."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    bring_libraries()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps ended workers
    while ends := socket.recv_fds(requests, 1, 4)[1]:
        if os.fork():
            for end in ends:
                os.close(end)
        else:
            requests.close()
            run(Connection(ends[0]), ends[1:])
            return


def bring_libraries() -> None:
    """Import the libraries, and parse the models of the services that the functions use."""
    for library in LIBRARIES:
        with suppress(ImportError):  # some platforms have no runtime client
            import_module(library)
    keep_models()
    gc.freeze()  # The workers share the memory of these objects.


def keep_models() -> None:
    """Make boto3 parse each file of its models once, and now."""
    loaders, session = import_module("botocore.loaders"), import_module("botocore.session")
    load = loaders.JSONFileLoader.load_file
    kept = functools.cache(lambda path: load(loaders.JSONFileLoader(), path))
    loaders.JSONFileLoader.load_file = lambda _self, path: kept(path)
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    for service in SERVICES:
        # The workers make their own sessions and clients, with their own settings.
        session.Session().create_client(service, region_name="us-east-1", **keys)


if __name__ == "__main__":
    main()
