"""Reads the fields of a request's body, and collects the errors of a 50035."""

from collections.abc import Collection
from typing import Any

from local.simulator import errors
from local.simulator.snowflakes import is_snowflake

REQUIRED = ("BASE_TYPE_REQUIRED", "This field is required")
NOT_AN_OBJECT = ("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
MAXIMUM_PERMISSIONS = 1 << 63


def not_snowflake(value: Any) -> tuple[str, str]:
    """Return the error code and message for a value that is not an id."""
    return "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.'


def is_decimal(value: Any) -> bool:
    """Tell whether a value is a string of at most twenty decimal digits."""
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20


class Form:
    """A request's JSON object; notes each wrong field, and ``check`` raises them together."""

    def __init__(
        self, body: Any, prefix: str = "", problems: dict[str, tuple[str, str]] | None = None
    ) -> None:
        if not isinstance(body, dict):
            raise errors.invalid_form({"": NOT_AN_OBJECT})
        self.body: dict[str, Any] = body
        self.prefix = prefix
        self.problems = {} if problems is None else problems

    def __contains__(self, field: str) -> bool:
        return field in self.body

    def check(self) -> None:
        """Raise a 50035 if any field read so far is wrong."""
        if self.problems:
            raise errors.invalid_form(self.problems)

    def problem(self, field: str, code: str, message: str) -> None:
        """Note that a field (dotted path) is wrong, or the whole object (an empty path)."""
        self.problems[(self.prefix + field).removesuffix(".")] = (code, message)

    def given(self, field: str) -> bool:
        """Tell whether a field is present and not null."""
        return self.body.get(field) is not None

    def text(self, field: str, minimum: int, maximum: int, *, required: bool = False) -> str | None:
        """Return a string of ``minimum`` to ``maximum`` characters, stripped of white space."""
        value = self.body.get(field)
        if value is not None and not isinstance(value, str):
            self.problem(field, "STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
            return None
        value = value.strip() if value is not None else None
        if not value:
            if required or (value is not None and minimum > 0):
                self.problem(field, *REQUIRED)
            return value
        if len(value) > maximum and minimum == 0:
            message = f"Must be {maximum} or fewer in length."
            self.problem(field, "BASE_TYPE_MAX_LENGTH", message)
        elif not minimum <= len(value) <= maximum:
            message = f"Must be between {minimum} and {maximum} in length."
            self.problem(field, "BASE_TYPE_BAD_LENGTH", message)
        return value

    def integer(self, field: str, minimum: int, maximum: int, default: int) -> int:
        """Return an integer from ``minimum`` to ``maximum``."""
        value = self.body.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(field, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return default
        if value < minimum:
            message = f"int value should be greater than or equal to {minimum}."
            self.problem(field, "NUMBER_TYPE_MIN", message)
        elif value > maximum:
            message = f"int value should be less than or equal to {maximum}."
            self.problem(field, "NUMBER_TYPE_MAX", message)
        return value

    def choice(self, field: str, choices: Collection[int], default: int) -> int:
        """Return an integer that is one of ``choices``."""
        value = self.body.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value not in choices:
            message = f"Value must be one of {set(choices)}."
            self.problem(field, "BASE_TYPE_CHOICES", message)
            return default
        return value

    def boolean(self, field: str, *, default: bool) -> bool:
        """Return a boolean."""
        value = self.body.get(field)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(field, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return default
        return value

    def permissions(self, field: str, default: int) -> int:
        """Return a bit set of permissions, sent as a decimal string or as an integer."""
        value = self.body.get(field)
        if value is None:
            return default
        if not is_decimal(value) and (isinstance(value, bool) or not isinstance(value, int)):
            self.problem(field, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return default
        if not 0 <= int(value) < MAXIMUM_PERMISSIONS:
            self.problem(field, "NUMBER_TYPE_MAX", "Not a valid set of permissions.")
            return default
        return int(value)

    def snowflake(self, field: str, *, required: bool = False) -> str | None:
        """Return an id, as a string."""
        value = self.body.get(field)
        if value is None:
            if required:
                self.problem(field, *REQUIRED)
            return None
        if isinstance(value, bool) or not is_snowflake(str(value)):
            self.problem(field, *not_snowflake(value))
            return None
        return str(value)

    def nonce(self, field: str, maximum: int) -> str | int | None:
        """Return an integer of 64 bits, or a string of at most ``maximum`` characters."""
        value = self.body.get(field)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.integer(field, -(1 << 63), (1 << 63) - 1, 0)
        return self.text(field, 0, maximum)

    def rows(self, field: str, maximum: int) -> list[Any]:
        """Return a list of at most ``maximum`` items."""
        value = self.body.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(field, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if len(value) > maximum:
            message = f"Must be {maximum} or fewer in length."
            self.problem(field, "BASE_TYPE_MAX_LENGTH", message)
        return value

    def nested(self, field: str, index: int, body: Any) -> "Form":
        """Return the form of one item of a list; its problems count as this form's."""
        return self._inner(f"{field}.{index}" if field else str(index), body)

    def child(self, field: str) -> "Form":
        """Return the form of an object in a field; its problems count as this form's."""
        return self._inner(field, self.body.get(field))

    def _inner(self, path: str, body: Any) -> "Form":
        if not isinstance(body, dict):
            self.problem(path, *NOT_AN_OBJECT)
            # Drop the problems of the fields inside: Discord reports only the outer field's.
            return Form({})
        return Form(body, f"{self.prefix}{path}.", self.problems)
