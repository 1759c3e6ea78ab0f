"""Runs the simulator: ``python -m local.simulator [--host HOST] [--port PORT]``."""

import argparse
import json
import signal
import threading

from local.simulator.server import SimulatorServer
from local.simulator.simulator import Simulator


def main() -> None:
    """Listen, print the base URL as one line of JSON, and serve until SIGINT or SIGTERM.

    The control API returns the bot's token: a log must not contain it.
    """
    parser = argparse.ArgumentParser(prog="python -m local.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with SimulatorServer(Simulator(), arguments.host, arguments.port) as server:
        print(json.dumps({"base_url": server.base_url}), flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
