"""AWS around the state machines, on the virtual clock: Lambda, the queue's deliveries, executions.

The constants here are numbers that AWS does not promise. The results hardly depend on them, because
a thousand campaigns wait for Discord.
"""

import json
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from botocore.exceptions import ClientError

from bench.defaults import MAX_RECEIVES, VISIBILITY_SECONDS
from bench.thousand_clock import VirtualClock
from bench.thousand_containers import Containers
from bench.thousand_machine import Execution, Invoke, Machine, StateError
from channelwright.discord import connect

Json = Any

# From the invocation to the handler in an existing environment and in a new one, with boto3 and the
# bot's token at 256 MB (docs/performance.md measures the imports).
WARM_SECONDS = 0.015
COLD_SECONDS = 1.2
THROTTLED_SECONDS = 0.01
# SQS: AWS docs, Lambda > Configuring scaling behavior for SQS event source mappings.
BATCHES_AT_FIRST = 5
BATCHES_MORE_A_MINUTE = 300
BATCHES_AT_MOST = 1000
# A state's Resource that starts an execution. Source: AWS docs, Step Functions > Start executions
# from a task state.
START_EXECUTION = "arn:aws:states:::states:startExecution"
# A state's Resource that puts events on EventBridge. Source: AWS docs, Step Functions > Add events.
PUT_EVENTS = "arn:aws:states:::events:putEvents"
# A state's Resource that writes an item: the service's name and the client's method.
# Source: AWS docs, Step Functions > Perform DynamoDB CRUD operations.
WRITES = {
    "arn:aws:states:::dynamodb:putItem": "put_item",
    "arn:aws:states:::dynamodb:updateItem": "update_item",
    "arn:aws:states:::dynamodb:deleteItem": "delete_item",
}


@dataclass
class Lambdas:
    """An account's Lambda service; `caps` is the reserved concurrency by function."""

    clock: VirtualClock
    concurrency: int = 1000
    caps: Mapping[str, int] = field(default_factory=dict)
    running: Counter[str] = field(default_factory=Counter)
    most: int = 0
    invocations: Counter[str] = field(default_factory=Counter)
    throttled: int = 0
    seconds: float = 0.0
    handlers: dict[str, Callable[[Json, object], Json]] = field(default_factory=dict)
    containers: Containers = field(init=False)

    def __post_init__(self) -> None:
        """Start without containers."""
        self.containers = Containers(self.clock)

    def invoke(self, name: str, event: Json) -> Json:
        """Invoke a function by its handler's module; raise the errors that its caller would see."""
        cap = self.caps.get(name, self.concurrency)
        if self.running[name] >= cap or self.running.total() >= self.concurrency:
            self.throttled += 1
            self.clock.sleep(THROTTLED_SECONDS)
            raise StateError("Lambda.TooManyRequestsException", "Rate exceeded")
        self.running[name] += 1
        self.most = max(self.most, self.running.total())
        self.invocations[name] += 1
        try:
            with self.containers.use(name) as is_warm:
                self.clock.sleep(WARM_SECONDS if is_warm else COLD_SECONDS)
                if not is_warm:
                    connect._bot_users.clear()  # a new container's cache is empty
                return self._work(name, event)
        finally:
            self.running[name] -= 1

    def _work(self, name: str, event: Json) -> Json:
        started = self.clock.now()
        handler = self.handlers.get(name) or import_module(name).handler
        try:
            return json.loads(json.dumps(handler(json.loads(json.dumps(event)), None)))
        except Exception as error:  # noqa: BLE001 - like the Lambda runtime
            cause = {
                "errorMessage": str(error),
                "errorType": type(error).__name__,
                "stackTrace": traceback.format_tb(error.__traceback__),
            }
            raise StateError(type(error).__name__, json.dumps(cause)) from None
        finally:
            self.seconds += self.clock.now() - started


class Queue:
    """A queue with its event source mapping to start_campaign, batch size 1."""

    def __init__(
        self, clock: VirtualClock, lambdas: Lambdas, arn: str, at_most: int = BATCHES_AT_MOST
    ) -> None:
        self._arn = arn
        self._clock = clock
        self._lambdas = lambdas
        self._at_most = at_most
        self._waiting: list[tuple[Json, int]] = []
        self._working = 0
        self._active_since = 0.0
        self.dead: list[Json] = []

    def send(self, message: Json, received: int = 0) -> None:
        """Accept a message, and deliver it when the mapping reaches it."""
        if not self._waiting and not self._working:
            self._active_since = self._clock.now()
        self._waiting.append((message, received + 1))
        if self._working < self._batches():
            self._working += 1
            self._clock.spawn(self._poll)

    def _batches(self) -> int:
        minutes = (self._clock.now() - self._active_since) / 60
        return min(self._at_most, BATCHES_AT_FIRST + int(BATCHES_MORE_A_MINUTE * minutes))

    def _poll(self) -> None:
        while self._waiting:
            message, received = self._waiting.pop(0)
            record = {
                "body": json.dumps(message),
                "attributes": {"ApproximateReceiveCount": str(received)},
                "eventSourceARN": self._arn,
            }
            try:
                self._lambdas.invoke("start_campaign", {"Records": [record]})
            except StateError as failure:
                if failure.error == "Lambda.TooManyRequestsException":  # Lambda retries by itself
                    self._clock.spawn(self.send, message, received - 1, after=1.0)
                elif received < MAX_RECEIVES:
                    self._clock.spawn(self.send, message, received, after=VISIBILITY_SECONDS)
                else:
                    self.dead.append(message)
        self._working -= 1


class StepFunctions:
    """The part of Step Functions that start_campaign and the states use.

    Each execution runs in its own greenlet. `machines` maps ARNs to definitions; `invoke` calls a
    Resource's Lambda.
    """

    class exceptions:  # noqa: N801 - botocore's name
        """The possible errors."""

        class ExecutionAlreadyExists(Exception):
            """An execution with this name exists."""

        class ExecutionDoesNotExist(Exception):
            """No execution has this name."""

    def __init__(
        self,
        clock: VirtualClock,
        machines: Mapping[str, Json],
        invoke: Invoke,
        table: Json = None,
        latency: float = 0.02,
    ) -> None:
        self._clock = clock
        self._machines = {
            arn: Machine(definition, clock, self._work) for arn, definition in machines.items()
        }
        self._invoke = invoke
        self._table = table
        self._latency = latency
        self.executions: dict[str, Execution] = {}
        self.events = 0

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> Json:  # noqa: A002, N803
        """Start an execution like StartExecution; our machines never share execution names."""
        self._clock.sleep(self._latency)
        if name in self.executions:
            raise self.exceptions.ExecutionAlreadyExists
        execution = Execution(name, json.loads(input), self._clock.now())
        self.executions[name] = execution
        self._clock.spawn(self._machines[stateMachineArn].run, execution)
        return {"executionArn": f"arn:execution:{name}"}

    def describe_execution(self, *, executionArn: str) -> Json:  # noqa: N803
        """Return an execution's status, like DescribeExecution."""
        self._clock.sleep(self._latency)
        name = executionArn.rsplit(":", 1)[1]
        if name not in self.executions:
            raise self.exceptions.ExecutionDoesNotExist
        return {"status": self.executions[name].status}

    def _work(self, resource: str, payload: Json) -> Json:
        if resource in WRITES:
            return self._write(WRITES[resource], payload)
        if resource == PUT_EVENTS:
            self._clock.sleep(self._latency)
            self.events += 1
            return {"FailedEntryCount": 0}
        if resource != START_EXECUTION:
            return self._invoke(resource, payload)
        try:
            return self.start_execution(
                stateMachineArn=payload["StateMachineArn"],
                name=payload["Name"],
                input=json.dumps(payload["Input"]),
            )
        except self.exceptions.ExecutionAlreadyExists:
            error = "StepFunctions.ExecutionAlreadyExistsException"
            raise StateError(error, payload["Name"]) from None

    def _write(self, method: str, payload: Json) -> Json:
        try:
            return getattr(self._table, method)(**payload)
        except ClientError as error:
            raise StateError(f"DynamoDB.{error.response['Error']['Code']}", str(error)) from None
