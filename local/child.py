"""A server that we run as a child process, with its own process group and log."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV_BIN = Path(sys.executable).parent


class ChildError(RuntimeError):
    """A child process did not start, or ended when it should not have."""


def minimal_environment(home: Path) -> dict[str, str]:
    """Return an environment without the developer's settings: no tokens, proxies or PYTHON*.

    Lambda workers inherit the emulator's environment; nothing else can leak into them.
    """
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.pathsep.join([str(VENV_BIN), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
    }


class Child:
    """A Python module running in its own process group, which ends with this process."""

    def __init__(self, name: str, arguments: list[str], env: Mapping[str, str], log: Path) -> None:
        """Start `python -m ARGUMENTS`; its output goes to `log`."""
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "local.guarded", *arguments],
                cwd=PROJECT,
                env=dict(env),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise ChildError, with the end of the log, if the process has ended."""
        if self.process.poll() is not None:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise ChildError(f"{self.name} ended with {self.process.returncode}:\n{tail}")

    def stop(self, grace: float = 3.0) -> None:
        """Terminate the process and its group; kill them after `grace` seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
