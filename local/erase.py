"""`make erase`: show which records of campaigns name a person, and erase the person's id there.

USER is the person's id at Discord. STACK names a stack on AWS, and the usual settings of AWS's
tools say where; without it, the running local stack is meant. Unless ARGS has `--really`, nothing
is changed. The campaign stays: whoever manages the server can still delete it, or make somebody
else its game master.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from local import addressed, background, emulator
from local.addressed import NoStackError

KEYS = ("guild_id", "campaign_id")

Item = dict[str, Any]


class NotErasedError(Exception):
    """The id could not be erased; the message says why and what to do."""


class Naming(NamedTuple):
    """An item that names the person, and each attribute that does with its value without the id."""

    item: Item
    erased: Item

    def __str__(self) -> str:
        """Return the item in one line."""
        name, where = self.item.get("name", ""), ", ".join(self.erased)
        return f"server {self.item['guild_id']}, {self.item['campaign_id']} {name}: {where}"


def without(value: Any, user_id: str) -> Any:
    """Return a value without a person's id, or what is about that person.

    An object with the id is about the person, and so is a list that begins with it.

    JSON in a text is a value, too.
    """
    match value:
        case str() if value == user_id:
            return ""
        case str() if value.startswith(("[", "{")) and user_id in value:
            return _json_without(value, user_id)
        case list():
            return [without(one, user_id) for one in value if not _is_about(one, user_id)]
        case dict():
            return {name: without(one, user_id) for name, one in value.items() if name != user_id}
    return value


def _json_without(text: str, user_id: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return json.dumps(without(value, user_id))


def _is_about(one: Any, user_id: str) -> bool:
    match one:
        case dict():
            return bool(one.get("id") == user_id)
        case [first, *_]:  # an overwrite in a snapshot
            return bool(first == user_id)
    return bool(one == user_id)


def naming(items: Iterator[Item], user_id: str) -> Iterator[Naming]:
    """Yield the items that name a person."""
    for item in items:
        after = {name: without(value, user_id) for name, value in item.items() if name not in KEYS}
        if changed := {name: value for name, value in after.items() if value != item[name]}:
            yield Naming(item, changed)


class Table:
    """The campaigns' table of a stack; its items have Python's values."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name
        self._read, self._write = TypeDeserializer().deserialize, TypeSerializer().serialize

    def items(self) -> Iterator[Item]:
        """Yield all items."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._name, ConsistentRead=True
        )
        for page in pages:
            for item in page["Items"]:
                yield {name: self._read(value) for name, value in item.items()}

    def erase(self, found: Naming) -> None:
        """Write the attributes without the id.

        Raises NotErasedError if the item has changed since it was read.
        """
        names = dict(enumerate(found.erased))
        values = {f":new{n}": self._write(found.erased[name]) for n, name in names.items()}
        values |= {f":old{n}": self._write(found.item[name]) for n, name in names.items()}
        try:
            self._client.update_item(
                TableName=self._name,
                Key={name: self._write(found.item[name]) for name in KEYS},
                UpdateExpression="SET " + ", ".join(f"#name{n} = :new{n}" for n in names),
                ConditionExpression=" AND ".join(f"#name{n} = :old{n}" for n in names),
                ExpressionAttributeNames={f"#name{n}": name for n, name in names.items()},
                ExpressionAttributeValues=values,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise NotErasedError(f"{found} has changed meanwhile. Run this again.") from None


def table_of(stack: str, folder: Path) -> Table:
    """Return the table of a stack on AWS or, if `stack` is empty, of the local one in `folder`.

    Raises NoStackError if there is no such stack.
    """
    client = addressed.clients(stack, folder)
    return Table(client("dynamodb"), addressed.outputs(client, stack)["CampaignsTableName"])


def run(table: Table, user_id: str, *, really: bool) -> Iterator[str]:
    """Erase a person's id, `really` or only in words; yield a line for each item and the end.

    Raises NotErasedError if an item has changed meanwhile.
    """
    number = 0
    for found in naming(table.items(), user_id):
        number += 1
        if really:
            table.erase(found)
        yield str(found)
    if not number:
        yield f"No record names {user_id}."
    elif really:
        yield f"Erased {user_id} in {number} items. docs/operations.md says what else keeps ids."
    else:
        yield f"{number} items name {user_id}. Nothing was changed; ARGS=--really erases the id."


def main(arguments: list[str] | None = None, folder: Path = background.FOLDER) -> None:
    """Run the command; exit with a message if something is wrong."""
    parser = argparse.ArgumentParser(prog="make erase", description=__doc__)
    parser.add_argument("--user", required=True)
    parser.add_argument("--stack", default="")
    parser.add_argument("--really", action="store_true")
    given = parser.parse_args(arguments)
    if not (given.user.isdecimal() and given.user.isascii()):
        sys.exit(f"USER must be a person's id at Discord, digits only: {given.user!r} is none.")
    if not given.stack:
        emulator.forget_aws_settings()
    try:
        for line in run(table_of(given.stack, folder), given.user, really=given.really):
            print(line, flush=True)
    except (NotErasedError, NoStackError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
