#!/usr/bin/env bash
# statelint 3.1.0: it finds nothing wrong with a States.ALL that is not the last retrier, nor with a state's name of
# 81 characters. AWS refuses to create either ("States.ALL must appear alone and at end of list"; names have 1-80).
# In a Catch the same order is reported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'statelint==3.1.0'
"$folder/venv/bin/python" - <<'PY'
import json
from statelint.config import Config
from statelint.linter import Linter

def problems(**fields):
    name = fields.pop("name", "Call")
    resource = "arn:aws:lambda:us-east-1:123456789012:function:any"
    states = {name: {"Type": "Task", "Resource": resource, "End": True, **fields}, "Caught": {"Type": "Succeed"}}
    if "Catch" not in fields:
        del states["Caught"]
    definition = json.dumps({"StartAt": name, "States": states})
    return [str(problem) for problem in Linter.validate(definition, Config(set()))]

rules = [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["States.Timeout"]}]
found = {
    "Retry": problems(Retry=rules),
    "Catch": problems(Catch=[{**rule, "Next": "Caught"} for rule in rules]),
    "81 characters": problems(name="x" * 81),
}
for what, said in found.items():
    print(f"statelint 3.1.0, {what}: {said}")
assert not found["Retry"] and not found["81 characters"] and found["Catch"], "this has changed"
PY
