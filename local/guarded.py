"""Run a module for as long as its parent lives: `python -m local.guarded MODULE [ARGUMENT...]`.

The parent holds the other end of our standard input. When the parent goes, however it goes, the
pipe closes, and the whole process group ends with it: no server is left behind on a port.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent() -> None:
    """Kill this process group as soon as standard input is closed."""

    def watch() -> None:
        # os.read, not sys.stdin: a lock held by this thread would disturb the interpreter's exit.
        while os.read(0, 1024):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def main() -> None:
    """Run the module that the first argument names, as `python -m` would."""
    end_with_parent()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
