"""The connection to Discord on the virtual clock, with latency and a record of every call."""

import random
import re
from dataclasses import dataclass
from typing import Any

import requests
from greenlet import getcurrent  # type: ignore[import-untyped]

from bench.thousand_clock import VirtualClock
from channelwright.discord import answers
from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator

# This share of a call's time passes before Discord counts it.
ON_THE_WAY = 0.1


@dataclass(frozen=True)
class Call:
    """A call as Discord saw it; `beaten` means that it came before its Retry-After was over."""

    at: float
    status: int
    as_bot: bool
    guild: str
    retry_after: float | None
    beaten: bool


class Wire(InProcessAdapter):
    """An adapter that adds latency and records every call."""

    def __init__(
        self, discord: Simulator, clock: VirtualClock, latency_s: float, spread: float, seed: int
    ) -> None:
        super().__init__(discord)
        self._clock = clock
        self._random = random.Random(seed)
        self._latency_s = latency_s
        self._spread = spread
        self._not_before: dict[tuple[object, str, str, str], float] = {}
        self.calls: list[Call] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        """Answer a request after its latency."""
        takes = self._random.lognormvariate(0, self._spread) * self._latency_s
        self._clock.sleep(takes * ON_THE_WAY)
        response = super().send(request, *args, **how)
        self._note(request, response)
        self._clock.sleep(takes * (1 - ON_THE_WAY))
        return response

    def _note(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        now, path = self._clock.now(), request.path_url
        # A wave's channels may request the same list at once; that is no repetition.
        same = (getcurrent(), str(request.method), path, str(request.body))
        beaten = now < self._not_before.pop(same, 0.0)
        retry_after = None
        if response.status_code == 429:
            retry_after = answers.limit(response).seconds
            self._not_before[same] = now + retry_after
        guild = re.search(r"/guilds/(\d+)", path)
        self.calls.append(
            Call(
                now,
                response.status_code,
                "Authorization" in request.headers,
                guild[1] if guild else "",
                retry_after,
                beaten,
            )
        )
