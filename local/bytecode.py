"""Add bytecode to the output of `sam build`: `python -m local.bytecode FOLDER`.

Lambda's disk is read-only: without bytecode in the artifact, every cold start compiles every module
again (docs/performance.md has the cost). Python validates the bytecode by the source's hash,
because sam's ZIP gives all files the same time (aws/aws-lambda-builders, issue 924).
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

TASK_ROOT = "/var/task"  # the code's folder on Lambda


def add_bytecode(build: Path) -> bool:
    """Compile every function in a build folder; return False without the runtime's Python.

    All functions share the same code, so it is compiled once and copied.
    """
    first, *others = [path for path in sorted(build.iterdir()) if path.is_dir()]
    python = interpreter(runtime(first))
    if not python:
        return False
    compileall = [python, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"]
    subprocess.run([*compileall, "-s", str(first), "-p", TASK_ROOT, str(first)], check=True)
    for cache in list(first.rglob("__pycache__")):
        for other in others:
            copy = other / cache.relative_to(first)
            if copy.parent.is_dir():
                shutil.copytree(cache, copy, dirs_exist_ok=True)
    return True


def interpreter(name: str) -> str | None:
    """Return a Python of this name, such as `python3.13`: this one, or a working one on PATH."""
    if name == f"python{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(name)
    # It may be a version manager's shim that only lists the installed versions.
    if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
        return found
    return None


def runtime(function: Path) -> str:
    """Return the Python (`python3.13`) a function was built for, from its binary modules' names."""
    names = (path.name for path in function.glob("*.cpython-*.so"))
    tags = [found[1] for name in names if (found := re.search(r"\.cpython-3(\d+)-", name))]
    return f"python3.{tags[0]}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if not add_bytecode(folder):
        name = next(runtime(path) for path in sorted(folder.iterdir()) if path.is_dir())
        print(f"{name} is not installed, so no bytecode was added: cold starts will be slower.")
