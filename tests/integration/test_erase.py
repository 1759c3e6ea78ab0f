"""`make erase` on a stack that its name finds, as on AWS."""

import pytest

from local import erase
from local.deployment import STACK_NAME
from local.emulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from local.stack import Stack
from tests.integration.swept import Records

PERSON = "175928847299117063"


def test_a_stack_by_its_name(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    settings = {
        "AWS_ENDPOINT_URL": stack.endpoints.aws_endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    monkeypatch.delenv("AWS_REGION")
    records, arguments = Records(stack), ["--user", PERSON, "--stack", STACK_NAME]
    records.put("1", game_master=PERSON)
    erase.main(arguments)
    assert (records.get("1") or {})["game_master"] == PERSON
    erase.main([*arguments, "--really"])
    assert (records.get("1") or {})["game_master"] == ""
    records.delete("1")
    line = "server 1, 1 Gone: game_master"
    asked, named, done, erased = capsys.readouterr().out.splitlines()
    assert (asked, done) == (line, line)
    assert named == f"1 items name {PERSON}. Nothing was changed; ARGS=--really erases the id."
    assert erased.startswith(f"Erased {PERSON} in 1 items.")
