"""The emulator's process: ministack 1.5.33, with twelve fixes.

- A page in the developer's browser must not read the token. ministack answers pages of any origin,
  under any host name; here it answers only its own (emulator_origin.py).
- A Python handler's exception must keep its class name as `errorType`, as on AWS: the state
  machine catches and retries by that name. ministack reports all as `Runtime.HandlerError`.
- The queues' policy refuses requests without TLS, but local requests use plain HTTP on the
  loopback interface. Here they count as secure.
- An HTTP API's endpoint names a host, API.execute-api.127.0.0.1, that does not resolve, so a PING
  could not reach it. ministack also answers under a path, and the endpoint names that.
- A handler's log lines must reach the log group as JSON, as Lambda's runtime writes them
  (LoggingConfig). ministack drops all lines below WARNING, and every field.
- All of a handler's log lines must arrive, even on a busy machine. ministack waits 50 ms for the
  first line and 5 ms for the next; here the worker marks the last line.
- A saved query of the log (AWS::Logs::QueryDefinition), which ministack does not support, must not
  prevent the deployment: it is ignored.
- An alarm on several metrics, which ministack refuses, must not prevent the deployment either: it
  watches only the first metric.
- In each branch of a Parallel, `$$.State` must be the branch's own state: a state that has to wait
  for Discord is named by it. In ministack, the branches share one context.
- A stopped execution must start nothing more, because its removal has begun. In ministack, tasks
  inside a Map or a Parallel, and retries, go on. Its history must end there, too: a stopped Map
  would otherwise end in it, with items that were never started.
- A wait that is shorter than on AWS must still outlast the running Lambdas (emulator_waits.py).
- A task's TimeoutSeconds must not include a worker's start, which is slow on a busy machine. The
  function's own timeout, which excludes it, ends the task first.

The code is unpacked once for all workers (emulator_code.py), which are forked on request
(emulator_forks.py). For the page, the executions are written to a journal (emulator_journal.py).
"""

import inspect
import os
import queue
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ministack import app  # type: ignore[import-untyped]
from ministack.core import lambda_runtime  # type: ignore[import-untyped]
from ministack.services import (  # type: ignore[import-untyped]
    apigateway,
    lambda_svc,
    stepfunctions,
)
from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

from local.emulator import FORK_WORKERS, JOURNAL
from local.emulator_code import unpack_once
from local.emulator_forks import fork_workers, link_processes
from local.emulator_journal import keep_journal
from local.emulator_origin import refuse_other_origins
from local.emulator_waits import outlast_lambdas

# The worker reports the type and the stack, as the Lambda runtime does.
WORKER_REPORTS_MESSAGE = r'"error": str(e), "trace": traceback.format_exc()}'
WORKER_REPORTS_TYPE = (
    r'"error": str(e), "trace": traceback.format_exc(), "error_type": type(e).__name__, '
    r'"stack": traceback.format_tb(e.__traceback__)}'
)

WORKER_IMPORTS = "        mod = importlib.import_module(module_name)"
WORKER_LOGS = """\
        import logging
        try:
            from awslambdaric.lambda_runtime_log_utils import JsonFormatter
        except ImportError:  # this platform has none
            pass
        else:
            _handler = logging.StreamHandler()
            _handler.terminator = ""
            _handler.setFormatter(JsonFormatter())
            logging.getLogger().addHandler(_handler)
            logging.getLogger().setLevel("INFO")
"""

WORKER_RUNS = "            result = handler_fn(event, context)"
# Marks the end of an invocation's log lines.
END_OF_LOG = "-- end of log --"
WORKER_ENDS_LOG = f"""\
            try:
                result = handler_fn(event, context)
            finally:
                print({END_OF_LOG!r}, file=sys.stderr, flush=True)"""
# The mark precedes the answer: only a worker killed in between never sends it.
END_OF_LOG_SECONDS = 10.0

# The service passes them on. AWS reports a worker that died silently as Runtime.ExitError.
SERVICE_FORGETS_TYPE = 'error_type = "Runtime.HandlerError"'
SERVICE_KEEPS_TYPE = 'error_type = result.get("error_type", "Runtime.ExitError")'
SERVICE_FORGETS_STACK = '"errorType": error_type,\n'
SERVICE_KEEPS_STACK = (
    '"errorType": error_type,\n                    "stackTrace": result.get("stack", []),\n'
)

BRANCHES_SHARE_CONTEXT = "effective, execution, ctx)"
BRANCHES_HAVE_CONTEXTS = "effective, execution, dict(ctx))"

RUNS = 'execution["status"] == "RUNNING"'
INNER_STATES_GO_ON = "while current_name:"
INNER_STATES_END = f"while current_name and {RUNS}:"
ATTEMPTS_GO_ON = "    continue\n            break"
ATTEMPTS_END = f"    if {RUNS}:\n                    continue\n            break"
STOPPED_FAILS = '    execution["status"] = "FAILED"\n'
STOPPED_STAYS = f"    if not {RUNS}:\n        return\n{STOPPED_FAILS}"


class EmulatorChangedError(RuntimeError):
    """The patch was written for a different version of ministack."""


def replace_once(text: str, old: str, new: str, where: str) -> str:
    """Return `text` with its only `old` replaced; raise EmulatorChangedError otherwise."""
    if text.count(old) != 1:
        raise EmulatorChangedError(
            f"ministack's {where} no longer contains exactly one {old!r}: "
            "check whether local/emulator_process.py still needs the patch"
        )
    return text.replace(old, new)


def patch_worker(runtime: Any) -> None:
    """Make the Python worker report an exception's class name and stack, and log as Lambda does."""
    for old, new in (
        (WORKER_REPORTS_MESSAGE, WORKER_REPORTS_TYPE),
        (WORKER_IMPORTS, WORKER_LOGS + WORKER_IMPORTS),
        (WORKER_RUNS, WORKER_ENDS_LOG),
    ):
        script = runtime._PYTHON_WORKER_SCRIPT
        runtime._PYTHON_WORKER_SCRIPT = replace_once(script, old, new, "Python worker script")


def read_whole_logs(worker: Any) -> None:
    """Read a worker's log lines until its mark."""
    if not callable(getattr(worker, "_drain_stderr_bounded", None)):
        raise EmulatorChangedError("ministack no longer calls _drain_stderr_bounded")

    def read(self: Any, **_: float) -> str:
        lines: list[str] = []
        with suppress(queue.Empty):
            while (line := self._stderr_queue.get(timeout=END_OF_LOG_SECONDS)) != END_OF_LOG:
                lines.append(line)
        return "\n".join(lines)

    worker._drain_stderr_bounded = read


def patch_service(service: ModuleType) -> None:
    """Make the Lambda service pass on the worker's report."""
    patch_function(
        service,
        "_execute_function_warm",
        (SERVICE_FORGETS_TYPE, SERVICE_KEEPS_TYPE),
        (SERVICE_FORGETS_STACK, SERVICE_KEEPS_STACK),
    )


def tell_branches_apart(service: ModuleType) -> None:
    """Give each branch of a Parallel its own context."""
    replacement = (BRANCHES_SHARE_CONTEXT, BRANCHES_HAVE_CONTEXTS)
    patch_function(service, "_run_parallel_branches", replacement)


def begin_nothing_when_stopped(service: ModuleType) -> None:
    """Make a stopped execution start no further state or attempt."""
    patch_function(service, "_run_sub_machine", (INNER_STATES_GO_ON, INNER_STATES_END))
    patch_function(service, "_execute_task", (ATTEMPTS_GO_ON, ATTEMPTS_END))
    patch_function(service, "_fail_execution", (STOPPED_FAILS, STOPPED_STAYS))


def record_nothing_when_stopped(service: Any) -> None:
    """Make a stopped execution's history end with ExecutionAborted."""
    record = service._add_event

    def record_unless_stopped(
        execution: dict[str, Any], kind: str, details: dict[str, Any] | None = None
    ) -> None:
        if execution["status"] != "ABORTED" or kind == "ExecutionAborted":
            record(execution, kind, details)

    service._add_event = record_unless_stopped


def let_functions_end_by_themselves(service: Any) -> None:
    """Wait for a task until its function's own timeout."""
    if not callable(getattr(service, "_invoke_resource_with_timeout", None)):
        raise EmulatorChangedError("ministack no longer calls _invoke_resource_with_timeout")
    service._invoke_resource_with_timeout = lambda resource, given, _seconds: (
        service._invoke_resource(resource, given)
    )


def patch_function(service: ModuleType, name: str, *replacements: tuple[str, str]) -> None:
    """Replace strings in the source of one of a service's functions."""
    source = inspect.getsource(getattr(service, name))
    for old, new in replacements:
        source = replace_once(source, old, new, name)
    exec(compile(source, f"{service.__file__} (patched)", "exec"), vars(service))


def trust_loopback(gateway: Any) -> None:
    """Make `aws:SecureTransport` true for every request."""
    if not callable(getattr(gateway, "pin_request_origin", None)):
        raise EmulatorChangedError("ministack's app no longer calls pin_request_origin")
    pin = gateway.pin_request_origin
    gateway.pin_request_origin = lambda address, _secure: pin(address, True)


def name_reachable_endpoints(handlers: Any, apis: Any) -> None:
    """Make an HTTP API's `ApiEndpoint` an address that resolves."""
    handler = handlers["AWS::ApiGatewayV2::Api"]
    create = handler["create"]

    def create_reachable(*arguments: Any) -> tuple[str, dict[str, str]]:
        api_id, attributes = create(*arguments)
        origin = f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"
        apis[api_id]["apiEndpoint"] = endpoint = f"{origin}/_aws/execute-api/{api_id}"
        return api_id, attributes | {"ApiEndpoint": endpoint}

    handler["create"] = create_reachable


def ignore_saved_queries(handlers: Any) -> None:
    """Accept a saved query of the log, but create nothing."""
    if "AWS::Logs::QueryDefinition" in handlers:
        raise EmulatorChangedError("ministack supports AWS::Logs::QueryDefinition: remove this fix")
    handlers["AWS::Logs::QueryDefinition"] = {
        "create": lambda logical_id, _properties, stack_name: (f"{stack_name}-{logical_id}", {}),
        "delete": lambda _physical_id, _properties: None,
    }


def watch_one_metric(service: Any) -> None:
    """Make an alarm on a metric math expression watch its first metric only."""
    record = service._cw_metric_alarm_record
    if "metric math" not in inspect.getsource(record):
        raise EmulatorChangedError("ministack supports metric math: remove this fix")

    def record_one(name: str, properties: dict[str, Any]) -> Any:
        return record(name, first_metric(properties))

    service._cw_metric_alarm_record = record_one


def first_metric(properties: dict[str, Any]) -> dict[str, Any]:
    """Return an alarm's properties with its first metric only."""
    several = [one["MetricStat"] for one in properties.get("Metrics", []) if "MetricStat" in one]
    if not several:
        return properties
    alone = {key: value for key, value in properties.items() if key != "Metrics"}
    return {
        **alone,
        **several[0]["Metric"],
        "Statistic": several[0]["Stat"],
        "Period": several[0]["Period"],
    }


if __name__ == "__main__":
    patch_worker(lambda_runtime)
    read_whole_logs(lambda_runtime.Worker)
    unpack_once(lambda_runtime)
    if os.environ.pop(FORK_WORKERS):  # popped, or the workers would inherit it
        fork_workers(lambda_runtime)
    patch_service(lambda_svc)
    trust_loopback(app)
    name_reachable_endpoints(provisioners._RESOURCE_HANDLERS, apigateway._apis)
    ignore_saved_queries(provisioners._RESOURCE_HANDLERS)
    watch_one_metric(provisioners)
    tell_branches_apart(stepfunctions)
    begin_nothing_when_stopped(stepfunctions)
    record_nothing_when_stopped(stepfunctions)
    outlast_lambdas(stepfunctions, lambda_svc)
    let_functions_end_by_themselves(stepfunctions)
    if journal := os.environ.pop(JOURNAL):
        link_processes(lambda_runtime.Worker)
        keep_journal(stepfunctions, lambda_svc, Path(journal))
    refuse_other_origins(app, int(os.environ["GATEWAY_PORT"]))
    app.main()
