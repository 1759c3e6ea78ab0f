"""One Lambda environment: import a handler, answer the events on standard input, print the times.

Started as `python -I -S -B ack_child.py MODULE TEXT PATH...`: only the standard library and the
given paths can be imported. Every answer must contain the text. The first answer is the cold
start's, the others are warm.
"""

import time

started = time.monotonic()

import importlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402


def timed(times, name, function):
    """Wrap `function` so that its milliseconds are added to `times[name]`."""

    def call(*arguments, **named):
        begun = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            times[name] += (time.perf_counter() - begun) * 1000

    return call


def answer(handler, event):
    begun = time.perf_counter()
    said = handler(event, None)
    milliseconds = (time.perf_counter() - begun) * 1000
    assert sys.argv[2] in said["body"], said
    return milliseconds


def warm(module, events):
    """Answer events; return the milliseconds of each: the total and, for our handler, the parts."""
    times = {"signature": 0.0, "JSON": 0.0, "SQS": 0.0}
    if hasattr(module, "signature"):  # ours
        signature, sqs = module.signature, module.sqs
        signature.is_valid = timed(times, "signature", signature.is_valid)
        sqs.send_message = timed(times, "SQS", sqs.send_message)

        class Json:
            loads = staticmethod(timed(times, "JSON", json.loads))
            dumps = staticmethod(timed(times, "JSON", json.dumps))

        module.json = Json
    measured = []
    for event in events:
        times.update(dict.fromkeys(times, 0.0))
        whole = answer(module.handler, event)
        measured.append({"whole": whole, **times})
    return measured


sys.path[:0] = sys.argv[3:]
first, *others = [json.loads(line) for line in sys.stdin]
begun = time.monotonic()
module = importlib.import_module(sys.argv[1])
imported = time.monotonic()
answer(module.handler, first)
result = {
    "started": started,
    "answered": time.monotonic(),
    "import": (imported - begun) * 1000,
    "cpu": time.process_time() * 1000,
}
with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib is slow to import
    peak = next(line for line in status if line.startswith("VmHWM:"))
result["memory"] = int(peak.split()[1]) / 1024
result["warm"] = warm(module, others)
print(json.dumps(result))
