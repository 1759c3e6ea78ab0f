"""Discord's HTTP API: the one place that calls it.

A call has three outcomes. *Done*: the answer is returned. *Refused* (4xx) or *limited* (429): it
was not done, which `DiscordRefused`, `RateLimited` and `OutOfTime` say. *Unknown*: it may
have been done, which `DiscordUnavailable` says (5xx, half an answer, or an answer that is not
Discord's), or may even be done later, which `NoAnswer` says; repeating a create then takes a look
first, and that is the caller's to do.
Nothing here repeats a call but after a 429 with a short wait, which Discord answers instead of
doing anything.

No error and no log line holds a URL, a header or a body: the bot token and the interaction token
are in them.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import requests

from channelwright.aws import log
from channelwright.discord import answers, tls
from channelwright.discord.answers import Limit
from channelwright.discord.calls import Call, Json
from channelwright.discord.edits import NO_BUCKET
from channelwright.discord.limited import SHORT_WAIT_SECONDS, limited
from channelwright.errors import (
    ChannelwrightError,
    DiscordRefused,
    NoAnswer,
    OutOfTime,
    to_heed,
)
from channelwright.pace import patience
from channelwright.words import refusals

USER_AGENT: Final = "DiscordBot (https://github.com/channelwright/channelwright, 0.1.0)"
CONNECT_SECONDS: Final = 3.05
# Some servers take 10 seconds for a call.
READ_SECONDS: Final = 12.0
SHORT_WAITS: Final = 1
# "Unknown channel" and "Unknown role": what was to be deleted is not there.
GONE: Final = frozenset({10003, 10011})
LONGEST_PAUSE_SECONDS: Final = 5.0


class Company(NamedTuple):
    """What all that call Discord at the same time agree on (limiter.py).

    `seconds_to_slot` takes a slot for a call, and tells how far it is; `note_invalid` counts an
    answer that Discord counts against us.
    """

    seconds_to_slot: Callable[[], float]
    note_invalid: Callable[[], None]


class Discord:
    """Discord for one invocation. Connections live no longer: a Lambda that sleeps loses them.

    Args:
        base_url: such as `https://discord.com/api/v10`.
        token: the bot's token; None for calls that carry their own secret in the path.
        deadline: until when (Unix seconds) it may wait for a rate limit.
        company: what it shares Discord's limits with; None if it is alone.
        timeout: seconds to connect, and to wait for the answer.
        short_waits: how often a call may sleep for a short rate limit.

    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        deadline: float,
        company: Company | None = None,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        short_waits: int = SHORT_WAITS,
    ):
        self._base_url = base_url.rstrip("/")
        self._deadline = deadline
        self._company = company
        self._timeout = timeout
        self._short_waits = short_waits
        # The call's bucket, as the last answer describes it.
        self.bucket = NO_BUCKET
        self._session = requests.Session()
        # Neither a proxy nor a .netrc of the environment has a say in where the token goes.
        self._session.trust_env = False
        self._session.mount("https://", tls.Adapter())
        # Two threads may use it: a cookie would be read by one while the other keeps it.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = USER_AGENT
        if token is not None:
            self._session.headers["Authorization"] = f"Bot {token}"

    def create(self, call: Call) -> Json:
        """Make something, unless the deadline has passed.

        Raises:
            OutOfTime: it has.
            ChannelwrightError: as `send`.

        """
        if time.time() >= self._deadline:
            raise OutOfTime(refusals.deadline_exceeded())
        made: Json = self.send(call)
        return made

    def create_beside(self, call: Call, other: Call) -> tuple[Json, float]:
        """Make something, and send another call at the same time that may fail.

        Nothing waits for the `other`, and nothing repeats it.

        Returns what was made, and from when (Unix seconds) Discord takes the other call: 0 unless
        it was limited.

        Raises:
            ChannelwrightError: as `create`; the other call raises nothing.

        """
        made, free_at = _side_by_side(
            partial(self._ended, self.create, call), partial(self._try, other)
        )
        if isinstance(made, ChannelwrightError):
            raise made
        return made, free_at

    def _try(self, call: Call) -> float:
        try:
            response = self._request(call)
        except ChannelwrightError:
            return 0.0
        if response.status_code != 429:
            return 0.0
        return time.time() + answers.limit(response).seconds

    def delete(self, call: Call) -> bool:
        """Delete something; that it is gone already (False) is as good.

        Raises:
            ChannelwrightError: as `send`.

        """
        try:
            self.send(call)
        except DiscordRefused as refused:
            if refused.status != 404 or refused.code not in GONE:
                raise
            return False
        return True

    def send(self, call: Call) -> Any:
        """Send a call and return what Discord answers (None for an empty answer).

        Raises:
            DiscordRefused: Discord answered 4xx.
            RateLimited: Discord wants a wait of more than a moment, or the next slot is far.
            OutOfTime: Discord wants a wait beyond the deadline.
            DiscordUnavailable: the outcome is unknown.
            NoAnswer: the outcome is unknown, and may still change.

        """
        # Whoever has waited already for nothing asks once, and waits longer.
        times = patience.times()
        short_waits = 0 if times else self._short_waits
        response = self._request(call)
        while response.status_code == 429:
            times += 1
            limit = answers.limit(response)
            if limit.seconds > SHORT_WAIT_SECONDS or not short_waits:
                raise limited(call, limit, self._deadline, times=times)
            wait(limit.seconds)
            short_waits -= 1
            response = self._request(call)
        return answers.result(call, response)

    def send_all(self, *calls: Call) -> list[Any]:
        """Send calls side by side that do not need each other, and return what Discord answers.

        Raises, when all have ended, what `send` raises; of several failures the one that decides
        (errors.py), so that none of the calls is repeated in vain or too early.
        """
        ended = _side_by_side(*(partial(self._ended, self.send, call) for call in calls))
        if failures := [one for one in ended if isinstance(one, ChannelwrightError)]:
            raise to_heed(failures)
        return ended

    def _ended(self, how: Callable[[Call], Any], call: Call) -> Any:
        """Send a call, and return what Discord answers or how it failed."""
        try:
            return how(call)
        except ChannelwrightError as failure:
            return failure

    def _await_slot(self, call: Call) -> None:
        if self._company is None:
            return
        seconds = self._company.seconds_to_slot()
        if seconds > LONGEST_PAUSE_SECONDS:
            raise limited(call, Limit(seconds, "global"), self._deadline)
        wait(seconds)

    def _request(self, call: Call) -> requests.Response:
        self._await_slot(call)
        headers = {"X-Audit-Log-Reason": quote(call.reason)} if call.reason else {}
        began = time.monotonic()
        try:
            response = self._session.request(
                call.method,
                self._base_url + call.path,
                json=call.body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            log.call(call.action, "no answer", time.monotonic() - began)
            # `from None`: the message of the original holds the URL, and that the token.
            raise NoAnswer(refusals.unavailable(call.action)) from None
        seconds = time.monotonic() - began
        log.call(call.action, str(response.status_code), seconds)
        if response.status_code == 429:
            log.count("DiscordRateLimits")
        if self._company and answers.is_invalid(response):
            self._company.note_invalid()
        self.bucket = answers.bucket(response)
        return response


def _side_by_side(*work: Callable[[], Any]) -> list[Any]:
    """Do in a thread each what raises nothing; the log's line holds what all of them did."""
    contexts = [copy_context() for _ in work]
    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(lambda context, one: context.run(one), contexts, work))


def wait(seconds: float) -> None:
    """Sleep, and count it."""
    log.count("DiscordWaits", seconds)
    time.sleep(seconds)
