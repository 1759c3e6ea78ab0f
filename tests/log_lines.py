"""The functions' log lines as CloudWatch gets them: in the Lambda runtime's own format."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator

Line = dict[str, Any]

_EMF = Draft7Validator(json.loads((Path(__file__).parent / "emf.schema.json").read_text()))


class Lines(logging.Handler):
    """All log lines since its creation; `text` is the text that a grep would read."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        runtime = pytest.importorskip("awslambdaric.lambda_runtime_log_utils")
        self.setFormatter(runtime.JsonFormatter())
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record)

    def __iter__(self) -> Iterator[Line]:
        return map(json.loads, self.text.splitlines())


@contextmanager
def captured() -> Iterator[Lines]:
    """Capture the log lines of the level that template.yaml sets."""
    lines, logger = Lines(), logging.getLogger("channelwright")
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.setLevel(level)
        logger.removeHandler(lines)


def metrics(line: Line) -> dict[str, float]:
    """Return the metrics that CloudWatch takes from a line; fail if it would not take them."""
    if "_aws" not in line:
        return {}
    _EMF.validate(line)
    assert len(json.dumps(line)) < 256 * 1024
    taken = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for dimension_set in directive["Dimensions"]:
            # "A target member" must be a string at the root, or CloudWatch drops the metrics.
            assert all(isinstance(line[name], str) and line[name] for name in dimension_set)
        for metric in directive["Metrics"]:
            value = line[metric["Name"]]
            assert isinstance(value, int | float)
            taken[metric["Name"]] = value
    return taken


def total(lines: Lines) -> dict[str, float]:
    """Return the sum of each metric."""
    sums: dict[str, float] = {}
    for line in lines:
        for name, value in metrics(line).items():
            sums[name] = sums.get(name, 0) + value
    return sums
