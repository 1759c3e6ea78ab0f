"""Builds of the bot: this one and another revision's, to measure both in one run.

Each revision's code has its own folder. A process there imports only that code, with this
environment's packages, and deploys it on its own stack.
"""

import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import builds_child
from local.child import PROJECT

FOLDER = PROJECT / ".local" / "bench" / "builds"

Json = dict[str, Any]


@dataclass(frozen=True)
class Build:
    """The code in a folder."""

    name: str
    folder: Path

    def python(self, *arguments: str, **how: Any) -> "subprocess.Popen[str]":
        """Start Python on this code; with the arguments `-m bench`, this build's benchmark."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(("functions", "."))},
            text=True,
            **how,
        )

    def benchmark(self, name: str, *, quick: bool) -> list[Json]:
        """Run the build's own version of a benchmark, and return its rows."""
        with tempfile.TemporaryDirectory() as folder:
            options = ["--folder", folder, *(["--quick"] if quick else [])]
            done = self.python("-m", "bench", name, *options, stdout=subprocess.DEVNULL)
            assert done.wait() == 0, f"{self.name}: {name} failed"
            report = json.loads((Path(folder) / "bench.json").read_text(encoding="utf-8"))
        rows: list[Json] = report["results"][name]["rows"]
        return rows


NOW = Build("now", PROJECT)


def of(revision: str, repository: Path = PROJECT, builds: Path = FOLDER) -> Build:
    """Extract a revision's code from the repository, unless it is there already."""
    commit = _git(repository, "rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
    folder = builds / commit
    if not folder.exists():
        builds.mkdir(parents=True, exist_ok=True)
        unpacked = tempfile.mkdtemp(dir=builds)
        archive = io.BytesIO(_git(repository, "archive", "--format=tar", commit))
        with tarfile.open(fileobj=archive) as packed:
            packed.extractall(unpacked, filter="data")
        Path(unpacked).rename(folder)  # all or nothing
    return Build(commit[:7], folder)


def _git(repository: Path, *arguments: str) -> bytes:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=repository, check=True, stdout=subprocess.PIPE).stdout


class Running:
    """A build on a running stack."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def make(self, latency: float, faults: Sequence[Json] = ()) -> builds_child.Made:
        """Create a campaign in a new server; each call to Discord takes `latency` seconds."""
        asked = json.dumps({"latency": latency, "faults": [*faults]})
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(asked + "\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        assert told, "the build's process has ended"
        made: builds_child.Made = json.loads(told)
        return made


@contextmanager
def running(build: Build) -> Iterator[Running]:
    """Start a stack of a build; stop it at the end."""
    # -P: import `local` from the build, not our modules beside the file.
    process = build.python(
        "-P",
        str(Path(builds_child.__file__).resolve()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Running(process)
    finally:
        process.communicate()  # it ends with its input


def in_turn(
    builds: Sequence[Build], settings: Sequence[tuple[Json, int]], warm: Sequence[Json]
) -> list[list[list[builds_child.Made]]]:
    """Create campaigns with each build at each setting, in a new order each time.

    A setting has the arguments of `Running.make` and a number of repetitions. The settings in
    `warm` run once before, without being reported.
    Returns for each setting a list of turns, each with one campaign per build.
    """
    made: list[list[list[builds_child.Made]]] = [[] for _ in settings]
    with ExitStack() as stack:
        stages = [stack.enter_context(running(build)) for build in builds]
        for how in warm:
            for stage in stages:
                stage.make(**how)
        for turn in range(max(times for _, times in settings)):
            for number, (how, times) in random.sample([*enumerate(settings)], len(settings)):
                if turn < times:
                    made[number].append(_turn(stages, how))
    return made


def _turn(stages: Sequence[Running], how: Json) -> list[builds_child.Made]:
    places = random.sample(range(len(stages)), len(stages))
    turn = {place: stages[place].make(**how) for place in places}
    return [turn[place] for place in range(len(stages))]
