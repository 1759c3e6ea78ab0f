"""Our emulator's process: its workers, their logs and its end."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.child import PROJECT
from local.emulator import Emulator
from local.emulator_process import (
    END_OF_LOG,
    EmulatorChangedError,
    patch_worker,
    read_whole_logs,
    replace_once,
)
from local.polling import wait_until
from tests.integration.tiny import invoke, running

START_AND_SAY_WHO = """
import sys, time
from pathlib import Path
from local.emulator import Emulator
emulator = Emulator(Path(sys.argv[1]))
print(emulator.child.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running(Path(tmp_path_factory.mktemp("forking")), fork_workers=True) as emulator:
        yield emulator


@pytest.fixture(params=["emulator", "forking"])
def either(request: pytest.FixtureRequest) -> Emulator:
    """Return an emulator that starts its workers, or one that forks them."""
    chosen: Emulator = request.getfixturevalue(request.param)
    return chosen


def group_is_gone(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return False


def test_an_exception_keeps_its_name(either: Emulator):
    answer = invoke(either, do="raise")
    assert (answer["errorType"], answer["errorMessage"]) == ("RateLimited", "until then")
    assert "in handler" in answer["stackTrace"][-1]


def test_a_worker_that_dies_is_an_error_and_replaced(either: Emulator):
    first = invoke(either, do="tell")["pid"]
    assert invoke(either, do="die")["errorType"] == "Runtime.ExitError"
    assert invoke(either, do="tell")["pid"] != first


def test_a_worker_that_is_forked_is_like_one_that_is_started(emulator: Emulator, forking: Emulator):
    started, forked = invoke(emulator, do="tell"), invoke(forking, do="tell")
    assert forked["group"] == os.getpgid(forking.child.process.pid)
    assert forked["environment"].keys() == started["environment"].keys()
    paths = [
        [path.replace(str(Path(each["arguments"][0]).parent), "") for path in each["path"]]
        for each in (started, forked)
    ]
    assert paths[0] == paths[1]
    assert (forked["at home"], forked["local"]) == (True, False)


def test_workers_see_nothing_of_the_developers(emulator: Emulator):
    environment = invoke(emulator, do="tell")["environment"]
    foreign = ("DISCORD_", "PYTHON", "HTTP", "http")
    assert [name for name in environment if name.startswith(foreign)] == []
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.mark.parametrize("fork_workers", [False, True])
def test_stopping_it_ends_a_worker_in_the_middle_of_its_work(tmp_path: Path, fork_workers: bool):
    began = tmp_path / "began"
    event = json.dumps({"do": "sleep", "began": str(began)}).encode()
    with running(tmp_path, fork_workers=fork_workers) as emulator:
        emulator.client("lambda").invoke(FunctionName="tiny", InvocationType="Event", Payload=event)
        wait_until(began.exists, "the worker is at work")
    leader = emulator.child.process.pid
    wait_until(lambda: group_is_gone(leader), "no process is left")


def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path):
    parent = subprocess.Popen(
        [sys.executable, "-c", START_AND_SAY_WHO, str(tmp_path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout
        leader = int(parent.stdout.readline())
        assert not group_is_gone(leader)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: group_is_gone(leader), "no process is left")


def test_an_alarm_on_two_metrics_can_be_deployed(emulator: Emulator):
    """The template has such an alarm if somebody has priority."""
    ages = [
        {
            "Id": queue,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/SQS",
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [{"Name": "QueueName", "Value": queue}],
                },
                "Stat": "Maximum",
                "Period": 60,
            },
        }
        for queue in ("first", "second")
    ]
    older = {"Id": "older", "Expression": "IF(first > second, first, second)"}
    properties = {
        "AlarmName": "oldest",
        "Metrics": [older, *ages],
        "EvaluationPeriods": 2,
        "Threshold": 120,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    template = {
        "Resources": {"Oldest": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}
    }
    cloudformation = emulator.client("cloudformation")
    cloudformation.create_stack(StackName="alarm", TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="alarm", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    [alarm] = emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": "first"}]
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Maximum", 60, 120.0)


def test_another_ministack_is_refused_with_a_reason():
    class Runtime:
        _PYTHON_WORKER_SCRIPT = "something else"

    with pytest.raises(EmulatorChangedError, match="Python worker script no longer contains"):
        patch_worker(Runtime)
    with pytest.raises(EmulatorChangedError):
        replace_once("twice twice", "twice", "once", "text")


class Worker:
    """The parts of ministack's Worker that `read_whole_logs` uses."""

    def __init__(self, *lines: str) -> None:
        self._stderr_queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        for line in lines:
            self._stderr_queue.put(line)

    def _drain_stderr_bounded(self) -> str:
        raise NotImplementedError


def test_a_log_is_read_to_its_end_and_no_further():
    """Lines may arrive late, because each invocation marks its last one."""
    read_whole_logs(Worker)
    worker = Worker("one", "two", END_OF_LOG, END_OF_LOG, "of the next")
    late = threading.Thread(target=lambda: worker._stderr_queue.put(END_OF_LOG))
    late.start()
    read = [worker._drain_stderr_bounded() for _ in range(3)]
    late.join()
    assert read == ["one\ntwo", "", "of the next"]


def test_without_the_method_that_reads_a_log_nothing_is_replaced():
    with pytest.raises(EmulatorChangedError, match="_drain_stderr_bounded"):
        read_whole_logs(object)
