"""Run a module until its parent ends: `python -m local.guarded MODULE [ARGUMENT...]`.

The parent holds the other end of our standard input. When the parent ends, for whatever reason,
the pipe closes, and the whole process group is killed: no server is left behind on a port.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent() -> None:
    """Kill this process group as soon as standard input is closed."""

    def watch() -> None:
        # Not sys.stdin: this thread would hold its lock at the interpreter's exit.
        while os.read(0, 1024):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def main() -> None:
    """Run the module named by the first argument, like `python -m`."""
    end_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
