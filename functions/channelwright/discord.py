"""Discord's HTTP API: the one place that calls it.

A call has three outcomes. *Done*: the answer is returned. *Refused* (4xx) or *limited* (429): it
was not done, which `DiscordRefused`, `RateLimited` and `RateLimitTooLong` say. *Unknown*: it may
have been done, which `DiscordUnavailable` says (5xx, half an answer), or may even be done later,
which `NoAnswer` says; repeating a create then takes a look first, and that is the caller's to do.
Nothing here repeats a call but after a 429 with a short wait, which Discord answers instead of
doing anything.

No error and no log line holds a URL, a header or a body: the bot token and the interaction token
are in them.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from http.cookiejar import DefaultCookiePolicy
from math import inf
from typing import Any, Final
from urllib.parse import quote

import requests

from channelwright import answers, campaign, log, messages, tls
from channelwright.calls import Call, Json, edit_original
from channelwright.errors import (
    ChannelwrightError,
    DeadlineExceeded,
    DiscordRefused,
    NoAnswer,
    RateLimited,
    RateLimitTooLong,
    Scope,
    to_heed,
)

USER_AGENT: Final = "DiscordBot (https://github.com/channelwright/channelwright, 0.1.0)"
CONNECT_SECONDS: Final = 3.05
# Some servers take 10 seconds for a call.
READ_SECONDS: Final = 12.0
# A wait of up to this long is slept here; a longer one becomes a Wait state.
SHORT_WAIT_SECONDS: Final = 2.0
SHORT_WAITS: Final = 2
# A worker can be faster than Discord's handling of our ACK: the message is not there yet.
NOT_YET: Final = frozenset({10008, 10015})
# The last word must arrive, progress need not.
NOT_YET_WAITS: Final = (0.25, 0.5, 1.0, 2.0, 3.0, 3.0)
NOT_YET_WAITS_OF_PROGRESS: Final = 3
# "Unknown channel" and "Unknown role": what was to be deleted is not there.
GONE: Final = frozenset({10003, 10011})
LONGEST_PAUSE_SECONDS: Final = 5.0


class Discord:
    """Discord for one invocation. Connections live no longer: a Lambda that sleeps loses them.

    Args:
        base_url: such as `https://discord.com/api/v10`.
        token: the bot's token; None for calls that carry their own secret in the path.
        deadline: until when (Unix seconds) it may wait for a rate limit.
        seconds_to_slot: takes a slot for a call within the global limit, and tells how far it is
            (limiter.py); None if there is no need.

    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        deadline: float,
        seconds_to_slot: Callable[[], float] | None = None,
    ):
        self._base_url = base_url.rstrip("/")
        self._deadline = deadline
        self._seconds_to_slot = seconds_to_slot
        # In seconds, of the calls that Discord answered.
        self.fastest_call = inf
        # Seconds until the bucket of the last call has room again; 0 if it has.
        self._empty_for = 0.0
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
            DeadlineExceeded: it has.
            ChannelwrightError: as `send`.

        """
        if time.time() >= self._deadline:
            raise DeadlineExceeded(messages.deadline_exceeded())
        made: Json = self.send(call)
        return made

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

    def edit_original(
        self, application_id: str, interaction_token: str, content: str, *, more_to_come: bool
    ) -> None:
        """Edit the message that the ACK announced. Nothing in `content` pings anyone.

        If there is `more_to_come` and this was the last edit that Discord allows for the moment,
        it returns when Discord allows the next one.

        Raises:
            ChannelwrightError: as `send`.

        Source: Discord docs, Interactions > Receiving and Responding > Edit Original
        Interaction Response.

        """
        call = edit_original(application_id, interaction_token, content)
        waits = NOT_YET_WAITS[:NOT_YET_WAITS_OF_PROGRESS] if more_to_come else NOT_YET_WAITS
        try:
            self._send_when_there(call, waits)
        finally:
            if more_to_come:
                self._pause(0)

    def _send_when_there(self, call: Call, waits: Sequence[float]) -> None:
        for wait in waits:
            try:
                self.send(call)
            except DiscordRefused as refused:
                if refused.code not in NOT_YET:
                    raise
                self._pause(wait)
            else:
                return
        self.send(call)

    def _pause(self, seconds: float) -> None:
        """Sleep at least `seconds`, and until the bucket of the last call has room again."""
        _wait(max(seconds, min(self._empty_for, LONGEST_PAUSE_SECONDS)))

    def send(self, call: Call) -> Any:
        """Send a call and return what Discord answers (None for an empty answer).

        Raises:
            DiscordRefused: Discord answered 4xx.
            RateLimited: Discord wants a wait of more than a moment, or the next slot is far.
            RateLimitTooLong: Discord wants a wait beyond the deadline.
            DiscordUnavailable: the outcome is unknown.
            NoAnswer: the outcome is unknown, and may still change.

        """
        for _ in range(SHORT_WAITS):
            response = self._request(call)
            if response.status_code != 429:
                return answers.result(call, response)
            wait = answers.retry_after(response)
            if wait > SHORT_WAIT_SECONDS:
                raise self._limited(call, wait, answers.scope(response))
            _wait(wait)
        response = self._request(call)
        if response.status_code == 429:
            raise self._limited(call, answers.retry_after(response), answers.scope(response))
        return answers.result(call, response)

    def send_all(self, *calls: Call) -> list[Any]:
        """Send calls side by side that do not need each other, and return what Discord answers.

        Raises, when all have ended, what `send` raises; of several failures the one that allows to
        ask again the latest, so that none of the calls is repeated too early.
        """
        contexts = [copy_context() for _ in calls]
        with ThreadPoolExecutor(len(calls)) as threads:
            ended = list(
                threads.map(lambda context, call: context.run(self._ended, call), contexts, calls)
            )
        if failures := [one for one in ended if isinstance(one, ChannelwrightError)]:
            raise to_heed(failures)
        return ended

    def _ended(self, call: Call) -> Any:
        """Send a call, and return what Discord answers or how it failed."""
        try:
            return self.send(call)
        except ChannelwrightError as failure:
            return failure

    def _limited(self, call: Call, wait: float, scope: Scope) -> RateLimited | RateLimitTooLong:
        log.info(f"rate limit ({scope}): {call.action} again in {wait:.1f} s")
        until = time.time() + wait
        if until >= self._deadline:
            return RateLimitTooLong(call.action, wait, scope)
        log.count("DiscordWaits", wait)
        return RateLimited(campaign.utc(until), scope)

    def _await_slot(self, call: Call) -> None:
        if self._seconds_to_slot is None:
            return
        wait = self._seconds_to_slot()
        if wait > LONGEST_PAUSE_SECONDS:
            raise self._limited(call, wait, "global")
        _wait(wait)

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
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException:
            log.call(call.action, "no answer", time.monotonic() - began)
            # `from None`: the message of the original holds the URL, and that the token.
            raise NoAnswer(messages.unavailable(call.action)) from None
        seconds = time.monotonic() - began
        self.fastest_call = min(self.fastest_call, seconds)
        log.call(call.action, str(response.status_code), seconds)
        if response.status_code == 429:
            log.count("DiscordRateLimits")
        self._empty_for = answers.empty_for(response)
        return response


def _wait(seconds: float) -> None:
    log.count("DiscordWaits", seconds)
    time.sleep(seconds)
