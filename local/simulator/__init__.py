"""A simulator of the parts of Discord that the bot uses: its HTTP API and its interactions."""

from local.simulator.clock import Clock, ManualClock, SystemClock
from local.simulator.connection_faults import ConnectionFault
from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator

__all__ = [
    "Clock",
    "ConnectionFault",
    "InProcessAdapter",
    "ManualClock",
    "Simulator",
    "SystemClock",
]
