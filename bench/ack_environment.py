"""The interaction Lambda's environment: its package, the runtime's packages, and AWS."""

import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from nacl.signing import SigningKey

from bench.ack_aws import Aws, aws_over_tls
from bench.builds import Build
from local.child import PROJECT
from local.deployment import BUILD, build, build_folder
from local.sam import sam_environment
from local.simulator.simulator import Simulator

HERE = Path(__file__).parent
FUNCTION = "InteractionFunction"
LAMBDA_BRINGS = ("boto3", "botocore", "jmespath", "s3transfer", "dateutil", "six", "urllib3")

Json = dict[str, Any]

# The kinds of interactions, each with a part of its answer.
COMMAND, AUTOCOMPLETE = "command", "autocomplete"
ANSWERS = {COMMAND: '"type": 5', AUTOCOMPLETE: '"name": "Curse of Strahd 0"'}
BUILD_IT = """
from local.deployment import build, build_folder
from local.sam import sam_environment
with build_folder():
    build(sam_environment("http://127.0.0.1:9"))
"""


class Environment:
    """The packages to import, and the requests to answer."""

    def __init__(self, folder: Path, aws: Aws) -> None:
        """Copy each package into `folder` twice: with bytecode and without."""
        self.folder = folder
        self.aws = aws
        self.key = SigningKey.generate()
        self.discord = Simulator()
        with build_folder():
            build(sam_environment("http://127.0.0.1:9"))
            shutil.copytree(BUILD / FUNCTION, folder / "package")
        _copy_runtime(folder / "runtime")
        shutil.copytree(HERE / "ack_references", folder / "references", ignore=_no_bytecode)
        for name in ("package", "runtime"):
            shutil.copytree(folder / name, folder / f"{name} as source", ignore=_no_bytecode)
        for name in ("runtime", "references"):
            compileall.compile_dir(
                folder / name, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH
            )

    def package_megabytes(self) -> float:
        """Return the size of the uploaded package."""
        file = shutil.make_archive(str(self.folder / "upload"), "zip", self.folder / "package")
        return Path(file).stat().st_size / 1e6

    def add_package(self, name: str, build: Build) -> None:
        """Copy the package of another build, with bytecode."""
        assert build.python("-c", BUILD_IT).wait() == 0
        made = build.folder / BUILD.relative_to(PROJECT) / FUNCTION
        shutil.copytree(made, self.folder / name)

    def start(
        self,
        module: str,
        paths: tuple[str, ...],
        *,
        events: int,
        one_ca: bool = False,
        kind: str = COMMAND,
    ) -> Json:
        """Start a process that answers; return its measurements, and its `wall` milliseconds."""
        child = [str(HERE / "ack_child.py"), module, ANSWERS[kind]]
        command = [sys.executable, "-I", "-S", "-B", *child]
        lines = "\n".join(json.dumps(self._event(kind, number)) for number in range(events))
        begun = time.monotonic()
        done = subprocess.run(
            [*command, *(str(self.folder / path) for path in paths)],
            input=lines,
            env=self._variables(self.aws.one_ca if one_ca else self.aws.bundle),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        measured: Json = json.loads(done.stdout)
        measured["wall"] = (measured["answered"] - begun) * 1000
        return measured

    def _event(self, kind: str, number: int) -> Json:
        """Return an event of API Gateway: an interaction as Discord sends it, freshly signed."""
        if kind == AUTOCOMPLETE:
            body = self.discord.build_autocomplete("campaign delete", "campaign", "curse").body
        else:
            options = {"name": f"Curse of Strahd {number}"}
            body = self.discord.build_interaction("add-campaign", options).body
        timestamp = str(int(time.time()))
        signature = self.key.sign((timestamp + body).encode()).signature.hex()
        headers = {"x-signature-timestamp": timestamp, "x-signature-ed25519": signature}
        return {"headers": headers, "body": body, "isBase64Encoded": False}

    def _variables(self, authorities: Path) -> dict[str, str]:
        return {
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_SESSION_TOKEN": "bench" * 60,
            "AWS_ENDPOINT_URL": self.aws.url,
            "AWS_CA_BUNDLE": str(authorities),
            "SSL_CERT_FILE": str(authorities),
            "TASKS_QUEUE_URL": f"{self.aws.url}/123456789012/channelwright-tasks",
            "PRIORITY_QUEUE_URL": f"{self.aws.url}/123456789012/channelwright-priority",
            "CAMPAIGNS_TABLE": "campaigns",
            "PRIORITY_GUILDS": "",
            "PRIORITY_SKU_ID": "",
            "DISCORD_PUBLIC_KEY": self.key.verify_key.encode().hex(),
        }


def _copy_runtime(folder: Path) -> None:
    folder.mkdir()
    for name in LAMBDA_BRINGS:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        source = Path(spec.origin)
        if source.name == "__init__.py":
            shutil.copytree(source.parent, folder / name, ignore=_no_bytecode)
        else:
            shutil.copy(source, folder)


_no_bytecode = shutil.ignore_patterns("__pycache__")


@contextmanager
def environment() -> Iterator[Environment]:
    """Yield an environment; delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with aws_over_tls(folder) as aws:
            made = Environment(folder, aws)
            one, *_ = sorted(os.sched_getaffinity(0), reverse=True)
            all_of_us = os.sched_getaffinity(0)
            # The server's threads run elsewhere; the processes started from here share one CPU.
            os.sched_setaffinity(0, {one})
            try:
                yield made
            finally:
                os.sched_setaffinity(0, all_of_us)
                made.discord.close()
