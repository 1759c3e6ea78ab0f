"""`make setup` shows its progress and pip's complaints."""

import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from local.child import PROJECT

# The part of Python that local/setup.sh needs; its pip fails if a file `broken` exists.
PYTHON = """#!/bin/sh
case "$*" in
*"sys.exit("*) ;;
*version_info*) echo 3.13.0 ;;
*venv*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*pip*)
    for n in $(seq 1 100); do echo "Collecting p$n==1 (from -r requirements-dev.txt)"; done
    echo "  Using cached p100"
    echo "  Installing build dependencies: started"
    echo "WARNING: nobody cares" >&2
    if [ -e broken ]; then echo "ERROR: no p100 has this hash" >&2; exit 1; fi
    echo "Installing collected packages: p1, p2"
    echo "Successfully installed p1-1 p2-1"
    ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    locked = "".join(f"p{n}==1 \\\n    --hash=sha256:0\n" for n in range(100))
    (tmp_path / "requirements-dev.txt").write_text(locked)
    return tmp_path


def setup(folder: Path, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(PROJECT / "local" / "setup.sh")],
        cwd=folder,
        env=os.environ | {"PYTHON": str(folder / "python")},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_it_says_how_far_it_is_in_a_few_lines(folder: Path):
    done = setup(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Setting up .venv with Python 3.13.0 (two or three minutes) ...\n"
        "  40 of 100 packages\n"
        "  80 of 100 packages\n"
        "  100 of 100 packages; installing them ...\n"
        "Done. To list the targets: make help\n"
    )
    assert setup(folder).stdout == ""


@pytest.mark.parametrize("old", [False, True])
def test_what_the_local_stack_keeps_is_its_users_alone(folder: Path, old: bool):
    before = os.umask(0o022)
    try:
        if old:  # from a version that left the folder open to everyone
            (folder / ".local" / "sam").mkdir(parents=True)
            (folder / ".local" / "sam" / "old.log").touch()
        setup(folder)
    finally:
        os.umask(before)
    kept = [folder / ".local", *(folder / ".local").rglob("*")]
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_on_a_terminal_it_counts_in_one_line(folder: Path):
    ours, its = pty.openpty()
    assert setup(folder, stdout=its).returncode == 0
    os.close(its)
    shown = ""
    with suppress(OSError):  # raised at the terminal's end
        while part := os.read(ours, 4096):
            shown += part.decode()
    os.close(ours)
    assert shown.count("\n") == 3
    assert "\r  1 of 100 packages\r  2 of 100 packages\r" in shown
    assert "\r  100 of 100 packages; installing them ...\r\n" in shown


def test_what_pip_complains_of_is_said_and_it_begins_anew(folder: Path):
    (folder / "broken").touch()
    done = setup(folder)
    assert done.returncode == 1
    assert done.stderr == "ERROR: no p100 has this hash\n"
    assert "Done." not in done.stdout
    (folder / "broken").unlink()
    assert setup(folder).stdout.endswith("Done. To list the targets: make help\n")
