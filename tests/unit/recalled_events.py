"""The data of a build's states, and the events of a history as Step Functions writes them."""

import json

from channelwright.discord import edits

REQUEST = {"interaction_id": "1000", "campaign_name": "My Campaign"}
CAMPAIGN = {"interaction_id": "1000", "guild_id": "1", "name": "My Campaign"}
ROLE = {"id": "1010", "name": "My Campaign Members", "repeated": False}
WITH_ROLE = {**CAMPAIGN, "role": ROLE}
WHOLE = {**WITH_ROLE, "category": {"id": "1020", "name": "My Campaign", "repeated": False}}
WAVES = [
    [{"name": name, "type": "text", "position": n} for n, name in one]
    for one in (enumerate(("general", "dice-rolls")), [(2, "rules")])
]
FIRST, SECOND = WAVES
GIVEN = {"request": REQUEST, "reply": {"interaction_token": "x"}, "turn": {}}
LEFT = {**edits.NONE_YET, "shown": 2, "left": 3, "full_at": 1_700_000_005.0}
UNTIL, LIMIT = "2023-11-14T22:13:20Z", 1_700_000_000.0


def state(campaign, *, number=0, before=(), made=(), message=edits.NONE_YET, **more):
    """Return the data that the states pass on during the wave `number`."""
    building = {"number": number, "wave": WAVES[number], "made": list(before), "edits": message}
    plan = {"campaign": campaign, "waves": WAVES, "last": 1, "building": building}
    return {**GIVEN, **plan, "made": {"channels": list(made)}, "rate_limit": None, **more}


def entered(name, data, type_="Task"):
    details = {"name": name, "input": json.dumps(data), "inputDetails": {"truncated": False}}
    return {"type": f"{type_}StateEntered", "id": 7, "stateEnteredEventDetails": details}


def exited(name, data):
    details = {"name": name, "output": json.dumps(data), "outputDetails": {"truncated": False}}
    return {"type": "TaskStateExited", "id": 8, "stateExitedEventDetails": details}


def scheduled(data):
    details = {"resource": "arn:aws:lambda:::function:x", "input": json.dumps(data)}
    return {"type": "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails": details}


def succeeded(data):
    details = {"output": json.dumps(data), "outputDetails": {"truncated": False}}
    return {"type": "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails": details}


def limited(title):
    """Return what *Read Rate Limit* passes on for the state `title` that has to wait."""
    return {"error": "RateLimited", "until": UNTIL, "state": title}
