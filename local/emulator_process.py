"""The emulator's process: ministack 1.5.33, with twelve things mended.

- A page in the developer's browser must not read the token. ministack answers pages of any origin
  under any name; here only its own (emulator_origin.py).
- A Python handler's exception must keep its class name as `errorType`, as on AWS: the state
  machine catches and retries by that name. ministack reports all as `Runtime.HandlerError`.
- The queues' policy refuses what does not come over TLS, and here everything is plain HTTP on
  the loopback interface. It counts as secure.
- An HTTP API's endpoint names a host, API.execute-api.127.0.0.1, that resolves nowhere, so that
  nobody could PING it. ministack answers under a path as well, and the endpoint names that.
- What a handler logs must come as JSON into the log group, as Lambda's runtime writes it
  (LoggingConfig). ministack drops all below WARNING, and every field.
- All that a handler logged must come, however busy the machine is. ministack waits 50 ms for the
  first line and 5 ms for the next; here the worker says when there are no more.
- A saved query of the log (AWS::Logs::QueryDefinition) must not keep the template from being
  deployed: ministack knows no such thing, and makes nothing of it.
- Nor must an alarm on several metrics, which ministack refuses: here it watches the first of them.
- In each branch of a Parallel, `$$.State` must be the branch's own state: who has to wait for
  Discord says so by that name. In ministack the branches have one context, and so each other's.
- An execution that was stopped must begin nothing more: its removal has begun. In ministack the
  tasks inside a Map or a Parallel go on, and so does what is tried again. Nor must anything follow
  in its history: a Map that was stopped would end there, with items that were never begun.
- A wait that is made shorter than on AWS must outlast the Lambdas at work (emulator_waits.py).
- A task's TimeoutSeconds must not count a worker's start, which takes as long as the machine is
  busy: the function's own timeout, which does not count it, ends the task before.

And the code is unpacked once for all workers (emulator_code.py), which are forked if that is asked
for (emulator_forks.py).
"""

import inspect
import os
import queue
from contextlib import suppress
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

from local.emulator import FORK_WORKERS
from local.emulator_code import unpack_once
from local.emulator_forks import fork_workers
from local.emulator_origin import refuse_other_origins
from local.emulator_waits import outlast_lambdas

# The worker tells the type and the stack, as the Lambda runtime does.
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
        except ImportError:  # there is none for this platform
            pass
        else:
            _handler = logging.StreamHandler()
            _handler.terminator = ""
            _handler.setFormatter(JsonFormatter())
            logging.getLogger().addHandler(_handler)
            logging.getLogger().setLevel("INFO")
"""

WORKER_RUNS = "            result = handler_fn(event, context)"
# The line after the last one that an invocation wrote into its log.
END_OF_LOG = "-- end of log --"
WORKER_ENDS_LOG = f"""\
            try:
                result = handler_fn(event, context)
            finally:
                print({END_OF_LOG!r}, file=sys.stderr, flush=True)"""
# It comes before the answer: only a worker that somebody kills just then never sends it.
END_OF_LOG_SECONDS = 10.0

# The service passes them on. A worker that died without a word is AWS's Runtime.ExitError.
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
    """This ministack is not the one that the patch was written for."""


def replace_once(text: str, old: str, new: str, where: str) -> str:
    """Return `text` with its only `old` replaced; raise EmulatorChangedError if it is not there."""
    if text.count(old) != 1:
        raise EmulatorChangedError(
            f"ministack's {where} no longer holds exactly one {old!r}: "
            "see whether local/emulator_process.py is still needed"
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
    """Read what a worker logged until it says that this is all."""
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
    """Make the Lambda service hand on what the worker reported."""
    patch_function(
        service,
        "_execute_function_warm",
        (SERVICE_FORGETS_TYPE, SERVICE_KEEPS_TYPE),
        (SERVICE_FORGETS_STACK, SERVICE_KEEPS_STACK),
    )


def tell_branches_apart(service: ModuleType) -> None:
    """Give each branch of a Parallel a context of its own."""
    replacement = (BRANCHES_SHARE_CONTEXT, BRANCHES_HAVE_CONTEXTS)
    patch_function(service, "_run_parallel_branches", replacement)


def begin_nothing_when_stopped(service: ModuleType) -> None:
    """Let a stopped execution end with what it is at."""
    patch_function(service, "_run_sub_machine", (INNER_STATES_GO_ON, INNER_STATES_END))
    patch_function(service, "_execute_task", (ATTEMPTS_GO_ON, ATTEMPTS_END))
    patch_function(service, "_fail_execution", (STOPPED_FAILS, STOPPED_STAYS))


def record_nothing_when_stopped(service: Any) -> None:
    """Let the history of a stopped execution end with its being stopped."""
    record = service._add_event

    def record_unless_stopped(
        execution: dict[str, Any], kind: str, details: dict[str, Any] | None = None
    ) -> None:
        if execution["status"] != "ABORTED" or kind == "ExecutionAborted":
            record(execution, kind, details)

    service._add_event = record_unless_stopped


def let_functions_end_by_themselves(service: Any) -> None:
    """Wait for a task for as long as its function may take."""
    if not callable(getattr(service, "_invoke_resource_with_timeout", None)):
        raise EmulatorChangedError("ministack no longer calls _invoke_resource_with_timeout")
    service._invoke_resource_with_timeout = lambda resource, given, _seconds: (
        service._invoke_resource(resource, given)
    )


def patch_function(service: ModuleType, name: str, *replacements: tuple[str, str]) -> None:
    """Replace texts in the source of one of a service's functions."""
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
    """Make `ApiEndpoint` of an HTTP API an address that resolves."""
    handler = handlers["AWS::ApiGatewayV2::Api"]
    create = handler["create"]

    def create_reachable(*arguments: Any) -> tuple[str, dict[str, str]]:
        api_id, attributes = create(*arguments)
        origin = f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"
        apis[api_id]["apiEndpoint"] = endpoint = f"{origin}/_aws/execute-api/{api_id}"
        return api_id, attributes | {"ApiEndpoint": endpoint}

    handler["create"] = create_reachable


def ignore_saved_queries(handlers: Any) -> None:
    """Make a saved query of the log a resource that is nothing."""
    if "AWS::Logs::QueryDefinition" in handlers:
        raise EmulatorChangedError("ministack knows AWS::Logs::QueryDefinition: use it")
    handlers["AWS::Logs::QueryDefinition"] = {
        "create": lambda logical_id, _properties, stack_name: (f"{stack_name}-{logical_id}", {}),
        "delete": lambda _physical_id, _properties: None,
    }


def watch_one_metric(service: Any) -> None:
    """Make an alarm on a metric math expression one on the first metric in it."""
    record = service._cw_metric_alarm_record
    if "metric math" not in inspect.getsource(record):
        raise EmulatorChangedError("ministack no longer refuses metric math: let it have it")

    def record_one(name: str, properties: dict[str, Any]) -> Any:
        return record(name, first_metric(properties))

    service._cw_metric_alarm_record = record_one


def first_metric(properties: dict[str, Any]) -> dict[str, Any]:
    """Return an alarm's properties with the first of its metrics, if it has several."""
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
    if os.environ.pop(FORK_WORKERS):  # which the workers would inherit
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
    refuse_other_origins(app, int(os.environ["GATEWAY_PORT"]))
    app.main()
