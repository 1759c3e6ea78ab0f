"""docs/cost.md says what campaigns really use; RECORD=1 (make cost) updates it."""

import math
import os
from collections import Counter
from pathlib import Path

from channelwright.pace import table
from local import cost
from local.cost import ASSUMED, Usage
from tests.contract.deployed import TEMPLATE, deployed, of_type

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of the table -->\n"
FUNCTIONS = {
    function["Handler"].removesuffix(".handler"): function
    for function in of_type(deployed(), "AWS::Lambda::Function").values()
}
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


def used(runs, lines, requests):
    """Return a campaign's usage.

    `runs` are its executions, `lines` its lines in the log, `requests` its counts of requests to
    the limiter's table.
    """
    ends = [line for line in lines if line["message"].startswith(f"{line['function']} ")]
    functions = [FUNCTIONS[line["function"]] for line in ends]
    seconds = [
        ASSUMED["seconds_of_an_invocation"]
        + ASSUMED["seconds_of_a_call"] * line.get("DiscordCalls", 0)
        + line.get("DiscordWaits", 0)
        for line in ends
    ]
    text = len(lines.text.encode()) + ASSUMED["platform_log_bytes"] * len(ends)
    text += ASSUMED["execution_log_bytes"] * sum(len(run.history) for run in runs)
    return Usage(
        transitions=sum(run.transitions for run in runs),
        gb_seconds=sum(
            round(length, 1) * function["MemorySize"] / 1024
            for length, function in zip(seconds, functions, strict=True)
        ),
        invocations=len(ends),
        api_requests=1,
        sqs_requests=ASSUMED["sqs_requests"],
        log_kilobytes=5 * math.ceil(text / 5_000),
        traces=ASSUMED["traces"],
        decryptions=sum(
            "DISCORD_BOT_TOKEN_PARAMETER" in function["Environment"]["Variables"]
            for function in functions
        ),
        table_writes=requests["PutItem"] + requests["UpdateItem"],
        table_reads=requests["GetItem"],
    )


def test_the_document_says_what_campaigns_use(stage, lines, play, monkeypatch):
    monkeypatch.setenv("WAVE_SIZE", str(TEMPLATE["Parameters"]["WaveSize"]["Default"]))
    requests = Counter()
    hook = "before-call.dynamodb"
    table.dynamodb().meta.events.register(hook, lambda model, **_: requests.update([model.name]))
    usages = {}
    for outcome in ("created", "rejected", "undone"):
        if outcome == "undone":
            stage.discord.faults.add(
                method="POST", body_contains='"gm-planning"', status=403, body=FORBIDDEN
            )
        stage.clock.sleep(60)  # so that the campaign has no company
        requests.clear()
        lines.text = ""
        _, run = play(name="Another" if outcome == "undone" else "My Campaign")
        assert outcome in lines.text
        runs = [run, run.removal] if outcome == "undone" else [run]
        usages[outcome] = used(runs, lines, requests)
    told = cost.table(usages)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get("RECORD"):
        DOCUMENT.write_text(before + BEGIN + told + END + after, encoding="utf-8")
    else:
        assert written == told, "a campaign's usage has changed: if that is intended, run make cost"
