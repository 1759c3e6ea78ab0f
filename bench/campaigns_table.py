"""The campaigns' table: the few requests that the bot makes, in Python.

A test makes the same requests of moto's table.
"""

import re
from typing import Any

from botocore.exceptions import ClientError

Json = Any


class ConditionalCheckFailedException(ClientError):
    """The condition does not hold."""


class TransactionCanceledException(ClientError):
    """The condition of an item does not hold, so nothing was written."""


class CampaignsTable:
    """A client for one table; `items` has the items by their key."""

    class exceptions:  # noqa: N801 - botocore's name
        """The possible errors."""

        ConditionalCheckFailedException = ConditionalCheckFailedException
        TransactionCanceledException = TransactionCanceledException

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Json] = {}

    def put_item(self, *, Item: Json, **how: Any) -> Json:  # noqa: N803 - botocore's names
        """Replace an item, like PutItem."""
        self._check(Item, how)
        self.items[_key(Item)] = dict(Item)
        return {}

    def update_item(self, *, Key: Json, UpdateExpression: str, **how: Any) -> Json:  # noqa: N803
        """Change an item, like UpdateItem."""
        item = self._check(Key, how | {"UpdateExpression": UpdateExpression})
        self.items[_key(Key)] = _updated({**Key, **item}, UpdateExpression, how)
        return {}

    def delete_item(self, *, Key: Json, **how: Any) -> Json:  # noqa: N803
        """Delete an item, like DeleteItem."""
        self._check(Key, how)
        self.items.pop(_key(Key), None)
        return {}

    def transact_write_items(self, *, TransactItems: Json) -> Json:  # noqa: N803
        """Change an item and replace others, or nothing, like TransactWriteItems."""
        change, *puts = TransactItems
        try:
            self.update_item(**change["Update"])
        except ConditionalCheckFailedException:
            codes = ["ConditionalCheckFailed", *["None"] * len(puts)]
            said: Json = {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "0"},
                "CancellationReasons": [{"Code": code} for code in codes],
            }
            raise TransactionCanceledException(said, "any") from None
        for one in puts:
            self.put_item(**one["Put"])
        return {}

    def get_item(self, *, Key: Json, **_: Any) -> Json:  # noqa: N803
        """Return an item, like GetItem."""
        item = self.items.get(_key(Key))
        return {"Item": dict(item)} if item else {}

    def query(self, *, ExpressionAttributeValues: Json, **_: Any) -> Json:  # noqa: N803
        """Return a server's records in the order of their ids, like Query."""
        guild = ExpressionAttributeValues[":guild"]["S"]
        before = ExpressionAttributeValues[":letters"]["S"]
        keys = sorted(key for key in self.items if key[0] == guild and key[1] < before)
        return {"Items": [dict(self.items[key]) for key in keys]}

    def _check(self, key: Json, how: Json) -> Json:
        _validate(how)
        item = self.items.get(_key(key), {})
        if "ConditionExpression" in how and not _holds(how["ConditionExpression"], item, how):
            said: Json = {
                "Error": {"Code": "ConditionalCheckFailedException", "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "0"},
            }
            raise ConditionalCheckFailedException(said, "any")
        return item


def _key(item: Json) -> tuple[str, str]:
    return item["guild_id"]["S"], item["campaign_id"]["S"]


def _validate(how: Json) -> None:
    """Refuse values and names that are missing or not used, like DynamoDB."""
    text = " ".join(value for key, value in how.items() if key.endswith("Expression"))
    for sign, given in ((":", "ExpressionAttributeValues"), ("#", "ExpressionAttributeNames")):
        if {*re.findall(rf"{sign}\w+", text)} != {*how.get(given, {})}:
            said: Json = {
                "Error": {"Code": "ValidationException", "Message": given},
                "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "0"},
            }
            raise ClientError(said, "any")


def _holds(condition: str, item: Json, how: Json) -> bool:
    return any(
        all(_is_true(term, item, how) for term in terms.split(" AND "))
        for terms in condition.split(" OR ")
    )


def _is_true(term: str, item: Json, how: Json) -> bool:
    if term.startswith("NOT "):
        return not _is_true(term.removeprefix("NOT "), item, how)
    if found := re.fullmatch(r"attribute_(not_)?exists\((\w+)\)", term):
        return (found[2] in item) != bool(found[1])
    name, comparator, value = term.split(" ")
    name = how.get("ExpressionAttributeNames", {}).get(name, name)
    given = how["ExpressionAttributeValues"][value]
    if comparator == ">=":
        return name in item and int(item[name]["N"]) >= int(given["N"])
    return bool(item.get(name) == given)


def _updated(item: Json, expression: str, how: Json) -> Json:
    """Apply an UpdateExpression of SET, REMOVE and ADD, in this order."""
    names, values = how.get("ExpressionAttributeNames", {}), how["ExpressionAttributeValues"]
    for clause in re.findall(r"(SET|REMOVE|ADD) (.+?)(?= SET | REMOVE | ADD |$)", expression):
        for each in re.split(r", ?(?![^(]*\))", clause[1]):  # not within parentheses
            name, _, value = each.replace(" = ", " ").partition(" ")
            name = names.get(name, name)
            if clause[0] == "SET" and value.startswith("if_not_exists("):
                item.setdefault(name, values[value.rpartition(",")[2].removesuffix(")")])
            elif clause[0] == "SET":
                item[name] = values[value] if value in values else item[value]
            elif clause[0] == "REMOVE":
                item.pop(name, None)
            else:
                before = int(item.get(name, {"N": "0"})["N"])
                item[name] = {"N": str(before + int(values[value]["N"]))}
    return item
