"""docs/cost.md says what users' commands really use; RECORD=1 (make cost) updates it."""

import json
import os
from pathlib import Path

import interaction
import record_outcome
from local import cost
from tests.contract.deployed import TEMPLATE
from tests.statemachine.interpreter import ARCHIVE
from tests.statemachine.members import people_of
from tests.statemachine.usage import Meter
from tests.statemachine.webhooks import delivering, event, said

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of the table -->\n"
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}


def test_the_document_says_what_it_costs(stage, lines, play, monkeypatch):
    monkeypatch.setenv("WAVE_SIZE", str(TEMPLATE["Parameters"]["WaveSize"]["Default"]))
    meter = Meter(lines)
    usages = campaigns(stage, lines, play, meter)
    with people_of(stage, monkeypatch, run=False) as people:
        usages |= questions(people, meter) | changes(people, meter)
        usages |= deletions(people.deleting, meter)
    usages |= webhooks(stage, meter, monkeypatch)
    told = cost.table(usages)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get("RECORD"):
        DOCUMENT.write_text(before + BEGIN + told + END + after, encoding="utf-8")
    else:
        assert written == told, "the usage has changed: if that is intended, run make cost"


def campaigns(stage, lines, play, meter):
    usages = {}
    for outcome in ("created", "rejected", "undone"):
        if outcome == "undone":
            stage.discord.faults.add(
                method="POST", body_contains='"gm-planning"', status=403, body=FORBIDDEN
            )
        stage.clock.sleep(60)  # so that the campaign has no company
        meter.clear()
        _, run = play(name="Another" if outcome == "undone" else "My Campaign")
        assert outcome in lines.text
        usages[outcome] = meter.usage(run, *([run.removal] if outcome == "undone" else []))
    return usages


def questions(people, meter):
    usages = {}
    for answered in ("listed", "completed"):
        meter.clear()
        assert "My Campaign" in ask(people.stage, answered)
        usages[answered] = meter.usage()
    people.stage.clock.sleep(60)
    meter.clear()
    usages["shown"] = meter.usage(people.deleting.show())
    return usages


def changes(people, meter):
    people.stage.clock.sleep(60)
    meter.clear()
    joined = people.choose(people.player, people.other)
    assert people.said.count("is a player.") == 2
    usages = {"joined": meter.usage(joined)}
    for way in ("archive", "unarchive"):
        people.stage.clock.sleep(60)
        meter.clear()
        options = {"campaign": people.deleting.record["campaign_id"]}
        signed = people.stage.discord.build_interaction(f"campaign {way}", options)
        usages[f"{way}d"] = meter.usage(people.deleting.ask(signed, ARCHIVE))
        assert f"Campaign {way.capitalize()}d" in people.said
    return usages


def deletions(deleting, meter):
    stage = deleting.stage
    stage.clock.sleep(60)
    meter.clear()
    looked = deleting.command()
    usages = {"previewed": meter.usage(looked)}
    pressed = deleting.press()
    removal = deleting.removal()
    assert removal.status == "SUCCEEDED"
    name = f"{deleting.record['campaign_id']}-remove-by-{deleting.asked}"
    end = {"executionArn": stage.interpreter.execution_arn(name), "status": removal.status}
    record_outcome.handler({"detail": end}, None)
    return usages | {"deleted": meter.usage(looked, pressed, removal)}


def webhooks(stage, meter, monkeypatch):
    usages = {}
    with delivering(stage, monkeypatch) as receiver:
        for number, outcome in enumerate(("delivered", "given up")):
            receiver.answers = [said(500)] * (10 * number)
            meter.clear()
            run = receiver.deliver(event(str(number)))
            assert run.states[-1] == outcome.title()
            usages[outcome] = meter.usage(run)
    return usages


def ask(stage, answered):
    """Ask for a list, or for choices; return the answer."""
    if answered == "listed":
        signed = stage.discord.build_interaction("campaign list")
    else:
        signed = stage.discord.build_autocomplete("campaign delete", "campaign")
    answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
    stage.discord.receive(signed.id, json.loads(answer["body"]))
    return answer["body"]
