"""The output of `sam build` runs with only its own files and the packages of Lambda's runtime.

The emulator runs handlers with our own interpreter, whose packages would hide a requirement that
was forgotten in functions/requirements.txt.
"""

import subprocess
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

import pytest
from samcli.yamlhelper import yaml_parse

from local.child import PROJECT
from local.deployment import BUILD, build, build_folder
from local.sam import NOWHERE, sam_environment

LAMBDA_BRINGS = ["boto3", "botocore", "jmespath", "s3transfer", "dateutil", "six.py", "urllib3"]
IMPORT = """
import importlib, sys
sys.path[:0] = sys.argv[2:]
assert callable(getattr(importlib.import_module(sys.argv[1]), "handler"))
"""
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in yaml_parse((PROJECT / "template.yaml").read_text())["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


pytestmark = pytest.mark.usefixtures("built")


@pytest.fixture(scope="module")
def built() -> None:
    with build_folder():
        build(sam_environment(NOWHERE))


@pytest.fixture(scope="module")
def lambda_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the packages of the Lambda runtime, and no others."""
    folder = tmp_path_factory.mktemp("lambda")
    for package in LAMBDA_BRINGS:
        site = next(Path(p) for p in sys.path if (Path(p) / package).exists())
        (folder / package).symlink_to(site / package)
    return folder


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_runs_alone(lambda_packages: Path, function: str):
    module = FUNCTIONS[function]["Handler"].removesuffix(".handler")
    paths = [str(BUILD / function), str(lambda_packages)]
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", IMPORT, module, *paths],
        env={"AWS_DEFAULT_REGION": "eu-central-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_cold_start_compiles(function: str):
    """Every module has bytecode that Python accepts whatever the files' times are (PEP 552)."""
    by_hash = (0b11).to_bytes(4, "little")
    for source in (BUILD / function).rglob("*.py"):
        bytecode = Path(cache_from_source(str(source)))
        assert bytecode.exists(), source
        header = bytecode.read_bytes()[:16]
        assert header == MAGIC_NUMBER + by_hash + source_hash(source.read_bytes()), source


def test_nothing_but_functions_is_shipped():
    shipped = {path.name for path in (BUILD / next(iter(FUNCTIONS))).iterdir()}
    assert not shipped & {"local", "tests", "boto3", "ministack", "moto"}
