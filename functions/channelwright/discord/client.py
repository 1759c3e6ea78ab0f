"""The client of Discord's HTTP API; nothing else calls it.

A call has three outcomes:
- Done: the answer is returned.
- Not done: Discord refused (4xx, `DiscordRefused`) or limited it (429, `RateLimited`, `OutOfTime`).
- Unknown: it may have been done (`DiscordUnavailable`: 5xx, half an answer, or an answer that is
  not Discord's), or may even be done later (`NoAnswer`). Before retrying a create, the caller has
  to check whether it was done.
This module retries a call only after a 429 with a short wait: Discord has then done nothing.

No error and no log line holds a URL, a header or a body: they contain the bot token and the
interaction token.
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
from channelwright.discord.calls import UNKNOWN_CHANNEL, UNKNOWN_ROLE, Call, Json
from channelwright.discord.edits import NO_BUCKET
from channelwright.discord.limited import SHORT_WAIT_SECONDS, limited
from channelwright.errors import ChannelwrightError, DiscordRefused, NoAnswer, OutOfTime, to_heed
from channelwright.pace import patience
from channelwright.words import refusals

USER_AGENT: Final = "DiscordBot (https://github.com/channelwright/channelwright, 0.1.0)"
CONNECT_SECONDS: Final = 3.05
# In some servers, a call takes 10 seconds.
READ_SECONDS: Final = 12.0
SHORT_WAITS: Final = 1
# A channel or role that is already gone.
GONE: Final = frozenset({UNKNOWN_CHANNEL, UNKNOWN_ROLE})
LONGEST_PAUSE_SECONDS: Final = 5.0


class Company(NamedTuple):
    """The limiter that all concurrent callers of Discord share (limiter.py).

    `seconds_to_slot` takes a slot for a call and returns the seconds until it; `note_invalid`
    counts an answer that Discord counts against us.
    """

    seconds_to_slot: Callable[[], float]
    note_invalid: Callable[[], None]


class Discord:
    """A client for one invocation: a frozen Lambda would lose the connections.

    Its methods raise what `send` raises.

    Args:
        base_url: such as `https://discord.com/api/v10`.
        token: the bot's token; None for calls that carry their own secret in the path.
        deadline: until when (Unix seconds) it may wait for a rate limit.
        company: the limiter shared with other callers; None if it is alone.
        timeout: seconds to connect, and to wait for the answer.
        short_waits: how often a call may sleep for a short rate limit.
        to_the_end: whether no wait that Discord did not ask for may outlast the deadline.
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
        to_the_end: bool = False,
    ):
        self._base_url = base_url.rstrip("/")
        self._deadline = deadline
        self._company = company
        self._timeout = timeout
        self._short_waits = short_waits
        self._to_the_end = to_the_end
        # The call's bucket, according to the last answer.
        self.bucket = NO_BUCKET
        self._session = requests.Session()
        # Ignore proxies and .netrc of the environment: they could divert the token.
        self._session.trust_env = False
        self._session.mount("https://", tls.Adapter())
        # Keep no cookies: two threads may share the session, and cookies would race.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = USER_AGENT
        if token is not None:
            self._session.headers["Authorization"] = f"Bot {token}"

    def create(self, call: Call) -> Json:
        """Create something, unless the deadline has passed (`OutOfTime`)."""
        if time.time() >= self._deadline:
            raise OutOfTime(refusals.DEADLINE_EXCEEDED)
        made: Json = self.send(call)
        return made

    def create_beside(self, call: Call, other: Call) -> tuple[Json, float]:
        """Create something, and try another call at the same time, without waits or retries.

        Returns Discord's answer to the create, and the moment (Unix seconds) from which Discord
        takes the other call: 0 unless it was limited. A failure of the other call raises nothing.
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
        is_limited = response.status_code == 429
        return time.time() + answers.limit(response).seconds if is_limited else 0.0

    def delete(self, call: Call) -> bool:
        """Delete something; return False if it was already gone."""
        try:
            self.send(call)
        except DiscordRefused as refused:
            if refused.status != 404 or refused.code not in GONE:
                raise
            return False
        return True

    def send(self, call: Call) -> Any:
        """Send a call and return the JSON of Discord's answer; None for an empty answer.

        Raises:
            DiscordRefused: Discord answered 4xx.
            RateLimited: Discord wants more than a short wait, or the next slot is too far away.
            OutOfTime: Discord wants a wait beyond the deadline.
            DiscordUnavailable: the outcome is unknown.
            NoAnswer: the outcome is unknown, and may still change.
        """
        # After a wait that did not help, try only once, and wait longer (patience.py).
        times = patience.times()
        short_waits = 0 if times else self._short_waits
        response = self._request(call)
        while response.status_code == 429:
            times += 1
            limit = answers.limit(response)
            if limit.seconds > SHORT_WAIT_SECONDS or not short_waits:
                raise limited(call, limit, self._deadline, times=times, to_the_end=self._to_the_end)
            wait(limit.seconds)
            short_waits -= 1
            response = self._request(call)
        return answers.result(call, response)

    def send_all(self, *calls: Call) -> list[Any]:
        """Send independent calls in parallel, and return Discord's answers in order.

        After all have ended, it raises, of several failures, the one that decides (errors.py), so
        that no call is retried in vain or too early.
        """
        ended = _side_by_side(*(partial(self._ended, self.send, call) for call in calls))
        if failures := [one for one in ended if isinstance(one, ChannelwrightError)]:
            raise to_heed(failures)
        return ended

    def _ended(self, how: Callable[[Call], Any], call: Call) -> Any:
        """Send a call, and return its answer or its failure."""
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
            # `from None`: the original's message has the URL, which may have a token.
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
    """Run functions that never raise, a thread each; the log line has the calls of all."""
    contexts = [copy_context() for _ in work]
    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(lambda context, one: context.run(one), contexts, work))


def wait(seconds: float) -> None:
    """Sleep, and count the seconds in a metric."""
    log.count("DiscordWaits", seconds)
    time.sleep(seconds)
