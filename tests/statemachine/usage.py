"""The usage of AWS by a campaign, a deletion or a list, counted while it is played."""

import math
from collections import Counter

from channelwright.pace import table
from local.cost import ASSUMED, TAKE_A_MESSAGE, Usage, traces
from tests.contract.deployed import deployed, of_type

FUNCTIONS = {
    function["Handler"].removesuffix(".handler"): function
    for function in of_type(
        deployed(WebhookUrl="https://hooks.example.com/x"), "AWS::Lambda::Function"
    ).values()
}
WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")
READS = ("get_item", "query")


class Counted:
    """A client of the tables; `units` counts what AWS bills, by method."""

    def __init__(self, client):
        self._client = client
        self.exceptions = client.exceptions
        self.units = Counter()

    def __getattr__(self, method):
        return lambda **request: self._call(method, request)

    def _call(self, method, request):
        # AWS docs, DynamoDB > Read consistency, Transactions: a read that may be out of date counts
        # half, and each write of a transaction twice.
        is_half = method == "query" and not request.get("ConsistentRead")
        writes = 2 * len(request.get("TransactItems", []))
        self.units[method] += writes or (0.5 if is_half else 1)
        return getattr(self._client, method)(**request)


class Meter:
    """Counts the log lines of the functions and, from now on, the requests to the tables."""

    def __init__(self, lines):
        self._lines = lines
        self._tables = table._client = Counted(table.dynamodb())
        self.clear()

    def clear(self):
        self._lines.text = ""
        self._tables.units.clear()

    def usage(self, *runs):
        """Return the usage since `clear`, by the `runs` of state machines and all that went on."""
        ends = [one for one in self._lines if one["message"].startswith(f"{one['function']} ")]
        names = [line["function"] for line in ends]
        return Usage(
            transitions=sum(run.transitions for run in runs),
            gb_seconds=sum(map(_gb_seconds, ends)),
            invocations=len(ends),
            api_requests=names.count("interaction"),
            sqs_requests=ASSUMED["sqs_requests"] * sum(map(names.count, TAKE_A_MESSAGE)),
            log_kilobytes=self._log_kilobytes(runs, len(ends)),
            traces=traces(names),
            decryptions=sum(map(_reads_a_secret, names)),
            table_writes=sum(self._tables.units[name] for name in WRITES),
            table_reads=sum(self._tables.units[name] for name in READS),
            events=sum(one.startswith("Announce ") for run in runs for one in run.states),
        )

    def _log_kilobytes(self, runs, invocations):
        text = len(self._lines.text.encode()) + ASSUMED["platform_log_bytes"] * invocations
        text += ASSUMED["execution_log_bytes"] * sum(len(run.history) for run in runs)
        return 5 * math.ceil(text / 5_000)


def _gb_seconds(end):
    seconds = (
        ASSUMED["seconds_of_an_invocation"]
        # A receiver of webhooks is assumed to answer as quickly as Discord.
        + ASSUMED["seconds_of_a_call"]
        * (end.get("DiscordCalls", 0) + (end["function"] == "send_webhook"))
        + end.get("DiscordWaits", 0)
    )
    return round(seconds, 1) * FUNCTIONS[end["function"]]["MemorySize"] / 1024


def _reads_a_secret(name):
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    return bool({"DISCORD_BOT_TOKEN_PARAMETER", "WEBHOOK_SECRET_PARAMETER"} & set(variables))
