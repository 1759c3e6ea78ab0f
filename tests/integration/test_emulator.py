"""Our emulator process: what the patch mends, and that it takes its workers along when it goes."""

import http.client
import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

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

HANDLER = """
import os, sys, time

class RateLimited(Exception):
    pass

def handler(event, context):
    match event["do"]:
        case "raise":
            raise RateLimited("until then")
        case "die":
            os._exit(3)
        case "sleep":
            open(event["began"], "w").close()
            time.sleep(600)
        case "tell":
            return {
                "pid": os.getpid(),
                "group": os.getpgid(0),
                "at home": os.path.samefile(".", sys.path[0]),
                "arguments": sys.argv,
                "path": sys.path,
                "environment": dict(os.environ),
                "local": "local" in sys.modules,
            }
        case "fail first":
            if event["state"]["RetryCount"] == 0:
                raise RateLimited("until then")
            return event["state"]["Name"]
"""
REPEATED = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:eu-central-1:000000000000:function:tiny",
    "Parameters": {"do": "fail first", "state.$": "$$.State"},
    "Retry": [{"ErrorEquals": ["RateLimited"], "IntervalSeconds": 1}],
    "End": True,
}
# Its second branch is in the state "Elsewhere" when the first tries again.
PARALLEL = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Repeated", "States": {"Repeated": REPEATED}},
                {
                    "StartAt": "Near",
                    "States": {
                        "Near": {"Type": "Wait", "Seconds": 0.1, "Next": "Elsewhere"},
                        "Elsewhere": {"Type": "Pass", "End": True},
                    },
                },
            ],
            "OutputPath": "$[0]",
            "End": True,
        }
    },
}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)
START_AND_SAY_WHO = """
import sys, time
from pathlib import Path
from local.emulator import Emulator
emulator = Emulator(Path(sys.argv[1]))
print(emulator.child.process.pid, flush=True)
time.sleep(600)
"""


@contextmanager
def running(folder: Path, *, fork_workers: bool = False) -> Iterator[Emulator]:
    """Run an emulator with one tiny function on it."""
    emulator = Emulator(folder, fork_workers=fork_workers)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("tiny.py", HANDLER)
    try:
        role = emulator.client("iam").create_role(RoleName="tiny", AssumeRolePolicyDocument=TRUST)
        emulator.client("lambda").create_function(
            FunctionName="tiny",
            Runtime=f"python3.{sys.version_info.minor}",
            Handler="tiny.handler",
            Role=role["Role"]["Arn"],
            Timeout=20,
            Code={"ZipFile": archive.getvalue()},
        )
        yield emulator
    finally:
        emulator.stop()


def invoke(emulator: Emulator, **event: str) -> Any:
    payload = json.dumps(event).encode()
    answer = emulator.client("lambda").invoke(FunctionName="tiny", Payload=payload)
    return json.loads(answer["Payload"].read())


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with pytest.MonkeyPatch.context() as developer:
        developer.setenv("DISCORD_BOT_TOKEN", "the developer's")
        developer.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        developer.setenv("PYTHONWARNINGS", "error")
        with running(Path(tmp_path_factory.mktemp("emulator"))) as emulator:
            yield emulator


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


def test_it_listens_on_the_loopback_interface_only(emulator: Emulator):
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("needs /proc")
    port = f"{int(emulator.endpoint_url.rpartition(':')[2]):04X}"
    rows = [line.split() for line in listening.read_text().splitlines()[1:]]
    local = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port}")]
    assert local == [f"0100007F:{port}"]


TOKEN = "the token that no page may read"


def read_token(emulator: Emulator, headers: dict[str, str]) -> Any:
    """Ask for the bot's token as a page would that knows how AWS is asked."""
    port = int(emulator.endpoint_url.rpartition(":")[2])
    scope = "000000000000/20261129/eu-central-1/ssm/aws4_request"
    signed = f"Credential={scope}, SignedHeaders=host, Signature=0"
    asked = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AmazonSSM.GetParameter",
        "Authorization": f"AWS4-HMAC-SHA256 {signed}",
    } | {name: value.replace("PORT", str(port)) for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        body = json.dumps({"Name": "token", "WithDecryption": True})
        connection.request("POST", "/", body, asked)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


@pytest.fixture(scope="module")
def keeper(emulator: Emulator) -> Emulator:
    """Return an emulator that has a token."""
    emulator.client("ssm").put_parameter(Name="token", Value=TOKEN, Type="SecureString")
    return emulator


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:PORT"},
        {"Origin": "http://127.0.0.1:PORT"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_it_answers_programs(keeper: Emulator, headers: dict[str, str]):
    status, _, said = read_token(keeper, headers)
    assert (status, TOKEN in said) == (200, True), said


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "rebound.example:PORT"},
        {"Host": "127.0.0.1:1"},
        {"Host": "rebound.localhost:PORT"},
        {"Host": "bucket.127.0.0.1:PORT"},
        {"Host": "0123abcd.execute-api.127.0.0.1:PORT"},
        {"Origin": "http://page.example"},
        {"Origin": "http://localhost:PORT"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_it_answers_no_page_of_another_origin(keeper: Emulator, headers: dict[str, str]):
    status, answered, said = read_token(keeper, headers)
    assert status == 403
    assert "this server" in said.lower()
    assert TOKEN not in said
    assert not [name for name in answered if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/", "/_aws/execute-api/0123abcd/", "/_ministack/config"])
def test_no_page_of_another_origin_is_told_that_it_may_ask(emulator: Emulator, path: str):
    asked = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{emulator.endpoint_url}{path}", headers=asked, timeout=30)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


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
    """As the template has one if somebody has priority."""
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


class Machine:
    """A state machine, and its executions."""

    def __init__(self, emulator: Emulator, name: str, definition: dict[str, Any]):
        self.stepfunctions = emulator.client("stepfunctions")
        self.arn = self.stepfunctions.create_state_machine(
            name=name,
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::000000000000:role/tiny",
        )["stateMachineArn"]

    def start(self) -> str:
        return str(self.stepfunctions.start_execution(stateMachineArn=self.arn)["executionArn"])

    def ended(self, arn: str) -> Any:
        def described() -> Any:
            found = self.stepfunctions.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        return wait_until(described, "the execution ends")

    def events(self, arn: str) -> list[str]:
        history = self.stepfunctions.get_execution_history(executionArn=arn)
        return [event["type"] for event in history["events"]]


def test_a_branch_of_a_parallel_knows_its_own_state(emulator: Emulator):
    """By its name *Who Had to Wait?* finds the way back."""
    machine = Machine(emulator, "parallel", PARALLEL)
    assert json.loads(machine.ended(machine.start())["output"]) == "Repeated"


def test_a_task_takes_as_long_as_its_function(emulator: Emulator):
    """A worker's start does not count, however long it takes on a busy machine."""
    brief = {key: value for key, value in REPEATED.items() if key != "Retry"}
    brief |= {"Parameters": {"do": "tell"}, "TimeoutSeconds": 0.001}
    machine = Machine(emulator, "brief", {"StartAt": "Brief", "States": {"Brief": brief}})
    assert machine.ended(machine.start())["status"] == "SUCCEEDED"


ONE_AFTER_ANOTHER = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Task"},
        "Task": REPEATED,
    },
}


@pytest.mark.parametrize(
    ("states", "until"),
    [
        pytest.param({"Task": REPEATED}, "TaskFailed", id="tries again"),
        pytest.param(
            {"Map": {"Type": "Map", "ItemProcessor": ONE_AFTER_ANOTHER, "End": True}},
            "MapStateEntered",
            id="in a Map",
        ),
        pytest.param(
            {"Both": {"Type": "Parallel", "Branches": [ONE_AFTER_ANOTHER] * 2, "End": True}},
            "ParallelStateEntered",
            id="in a Parallel",
        ),
    ],
)
def test_an_execution_that_is_stopped_begins_nothing_more(
    emulator: Emulator, states: dict[str, Any], until: str
):
    name = f"stopped-{next(iter(states))}"
    machine = Machine(emulator, name, {"StartAt": next(iter(states)), "States": states})
    stopped = machine.start()
    wait_until(lambda: until in machine.events(stopped), until)
    machine.stepfunctions.stop_execution(executionArn=stopped)
    begun = machine.events(stopped).count("TaskScheduled")
    # Another that began after it has done all that this one would have done.
    other = machine.ended(machine.start())
    assert other["status"] == "SUCCEEDED"
    assert machine.events(other["executionArn"]).count("TaskScheduled") > begun
    assert machine.events(stopped).count("TaskScheduled") == begun
    assert machine.events(stopped)[-1] == "ExecutionAborted"
    assert machine.ended(stopped)["status"] == "ABORTED"


def test_another_ministack_is_refused_with_a_reason():
    class Runtime:
        _PYTHON_WORKER_SCRIPT = "something else"

    with pytest.raises(EmulatorChangedError, match="Python worker script no longer contains"):
        patch_worker(Runtime)
    with pytest.raises(EmulatorChangedError):
        replace_once("twice twice", "twice", "once", "text")


class Worker:
    """What `read_whole_logs` uses of ministack's."""

    def __init__(self, *lines: str) -> None:
        self._stderr_queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        for line in lines:
            self._stderr_queue.put(line)

    def _drain_stderr_bounded(self) -> str:
        raise NotImplementedError


def test_a_log_is_read_to_its_end_and_no_further():
    """However late its lines come: each invocation says when there are no more."""
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
