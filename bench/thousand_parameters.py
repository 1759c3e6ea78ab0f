"""Parameter Store on the virtual clock, with its limit on reads per second."""

import random
from collections import deque
from typing import Any

from botocore.exceptions import ClientError

from bench.thousand_clock import VirtualClock
from channelwright.aws import parameter

# Shared by all reads of an account in a region, unless it pays for more.
# Source: AWS General Reference > Systems Manager endpoints and quotas > Parameter Store.
READS_A_SECOND = 40
LATENCY_SECONDS = 0.03

Json = Any


class ParameterStore:
    """The client that parameter.py uses; `refused` counts the reads over the limit."""

    def __init__(self, clock: VirtualClock, token: str, seed: int) -> None:
        self._clock = clock
        self._token = token
        self._random = random.Random(seed)
        self._reads: deque[float] = deque()
        self.refused = 0

    def get_parameter(self, **_: Any) -> Json:
        """Return the token, with the retries of botocore's standard mode.

        Raises:
            ClientError: every attempt was over the limit.

        """
        for attempt in range(parameter.ATTEMPTS):
            self._clock.sleep(self._random.random() * 2 ** (attempt - 1) if attempt else 0.0)
            self._clock.sleep(LATENCY_SECONDS)
            if self._has_room():
                return {"Parameter": {"Value": self._token}}
            self.refused += 1
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")

    def _has_room(self) -> bool:
        now = self._clock.now()
        while self._reads and self._reads[0] <= now - 1:
            self._reads.popleft()
        has_room = len(self._reads) < READS_A_SECOND
        if has_room:
            self._reads.append(now)
        return has_room
