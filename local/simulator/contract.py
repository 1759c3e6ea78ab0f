"""Checks the bot's calls and the simulator's answers against Discord's OpenAPI document.

A violation changes no answer: otherwise, the bot's error handling could hide it. It is recorded,
and the test that caused it fails at its end.
"""

import functools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request

from local.simulator.answer import Answer
from local.simulator.json_text import read_json
from local.simulator.openapi import Document, Operation

DOCUMENT = "DISCORD_OPENAPI_SPEC"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
MAXIMUM_REASON = 512
USER_AGENT = re.compile(r"DiscordBot \(https?://[^\s,()]+, [^\s()]+\).*")
SHOWN = 300  # characters of a problem


class ContractError(ValueError):
    """The environment names a document that cannot be read."""


Side = Literal["request", "answer", "acceptance"]


@dataclass(frozen=True)
class Violation:
    """A problem with a "request" of the bot, or with an "answer" of the simulator.

    The side "acceptance" means that the simulator accepted what Discord would refuse.
    """

    side: Side
    operation: str
    problem: str

    def __str__(self) -> str:
        return f"{self.side} of {self.operation}: {self.problem[:SHOWN]}"


class Contract:
    """Validates calls against the document at ``path``, and records each violation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._document = Document(path)
        self._violations: list[Violation] = []

    @property
    def violations(self) -> list[Violation]:
        """The violations so far."""
        return list(self._violations)

    def take(self) -> list[Violation]:
        """Return the violations so far, and forget them."""
        taken, self._violations = self._violations, []
        return taken

    def check(self, request: Request, path: str, answer: Answer | None) -> None:
        """Check a call; ``path`` is the part after /api/v10.

        ``answer`` is None if a fault prevented the work.
        """
        found = self._document.find(request.method, path)
        if found is None:
            self._note("request", f"{request.method} {without_token(path)}", ["no such operation"])
            return
        operation, arguments = found
        problems = list(request_problems(operation, request, arguments))
        self._note("request", operation.name, problems)
        if answer is None or isinstance(answer.body, str):
            return  # A fault's answer, or Cloudflare's page: not Discord's.
        self._note("answer", operation.name, answer_problems(operation, answer))
        if problems and answer.status < HTTPStatus.BAD_REQUEST:
            self._note("acceptance", operation.name, self._accepted(request, path))

    def _accepted(self, request: Request, path: str) -> Iterator[str]:
        """Yield a body's problems except unknown keys, which Discord ignores."""
        found = self._discord.find(request.method, path)
        if found is not None:
            yield from body_problems(found[0], request)

    @functools.cached_property
    def _discord(self) -> Document:
        return Document(self._path, unknown_keys=True)

    def check_response(self, response: Any) -> None:
        """Check the application's response to an interaction."""
        operation = self._document.operation("POST", CALLBACK)
        if operation is not None and operation.body is not None:
            self._note("request", "an interaction's response", errors(operation.body, response))

    def _note(
        self,
        side: Side,
        operation: str,
        problems: Iterator[str] | list[str],
    ) -> None:
        self._violations.extend(Violation(side, operation, problem) for problem in problems)


def request_problems(
    operation: Operation, request: Request, arguments: Mapping[str, str]
) -> Iterator[str]:
    """Yield the problems of a request; ``arguments`` are those in its path."""
    yield from header_problems(operation, request.headers)
    given = [("path", name, value) for name, value in arguments.items()]
    given += [("query", name, value) for name, value in request.args.items(multi=True)]
    for place, name, value in given:
        validator = operation.parameters.get((place, name))
        if validator is None:
            yield f"no {place} parameter {name}"
        elif not any(validator.is_valid(reading) for reading in readings(value)):
            yield f"{place} parameter {name} is wrong"
    yield from body_problems(operation, request)


def body_problems(operation: Operation, request: Request) -> Iterator[str]:
    """Yield the problems of a request's body."""
    body = request.get_data()
    if operation.body is None:
        if body:
            yield "it takes no body"
    elif request.mimetype != "application/json":
        yield f"its Content-Type is {request.mimetype!r} instead of application/json"
    else:
        try:
            content = read_json(body)
        except ValueError:
            yield "its body isn't JSON"
        else:
            yield from errors(operation.body, content)


def header_problems(operation: Operation, headers: Headers) -> Iterator[str]:
    """Yield the problems of a request's headers (Discord docs: Reference)."""
    if not USER_AGENT.fullmatch(headers.get("User-Agent", "")):
        yield "its User-Agent isn't DiscordBot (URL, version)"
    authorization = headers.get("Authorization", "")
    if operation.needs_bot_token and not re.fullmatch(r"Bot \S+", authorization):
        yield "its Authorization isn't Bot TOKEN"
    reason = headers.get("X-Audit-Log-Reason")
    if reason is not None and not (
        reason.isascii() and 1 <= len(unquote(reason)) <= MAXIMUM_REASON
    ):
        yield f"its X-Audit-Log-Reason isn't 1 to {MAXIMUM_REASON} characters, URL-encoded"


def answer_problems(operation: Operation, answer: Answer) -> Iterator[str]:
    """Yield the problems of an answer."""
    status = str(answer.status)
    known = next((s for s in (status, f"{status[0]}XX") if s in operation.answers), None)
    if known is None:
        yield f"no answer has the status {status}"
        return
    for name, header in operation.headers.items():
        value = answer.headers.get(name)
        if value is not None and not any(header.is_valid(reading) for reading in readings(value)):
            yield f"{status}: header {name} is wrong: {value}"
    validator = operation.answers[known]
    if validator is not None:
        yield from (f"{status}: {problem}" for problem in errors(validator, answer.body))
    elif answer.body is not None:
        yield f"{status} has no body"


def errors(validator: Draft202012Validator, content: Any) -> Iterator[str]:
    """Yield each error with its place in the content."""
    try:
        for error in validator.iter_errors(content):
            yield f"/{'/'.join(map(str, error.instance_path))}: {error.message}"
    except UnicodeEncodeError:
        # JSON may contain half of a surrogate pair, which the validator cannot read.
        yield "half of a surrogate pair is not text"


def readings(text: str) -> Iterator[Any]:
    """Yield the possible values of a parameter's text: the document does not define its syntax."""
    yield text
    yield [text]
    try:
        yield read_json(text)
    except ValueError:
        return


def without_token(path: str) -> str:
    """Return a path (after /api/v10) with "{token}" for an interaction's token."""
    parts = path.split("/")
    if parts[1:2] in (["webhooks"], ["interactions"]) and len(parts) > 3:
        parts[3] = "{token}"
    return "/".join(parts)


def named_by_environment() -> Contract | None:
    """Return this process's contract for the document that DISCORD_OPENAPI_SPEC names, or None.

    Raises ContractError if the document cannot be read.
    """
    path = os.environ.get(DOCUMENT)
    return _at(path) if path else None


@functools.cache
def _at(path: str) -> Contract:
    try:
        return Contract(Path(path))
    except (OSError, ValueError) as error:
        raise ContractError(f"{DOCUMENT} names no OpenAPI document: {error}") from error
