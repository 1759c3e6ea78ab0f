"""`make erase` on a stack that its name finds, as on AWS."""

import pytest

from local import erase
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration.swept import Records

PERSON = "175928847299117063"


@pytest.mark.usefixtures("developers_shell")
def test_a_stack_by_its_name(stack: Stack, capsys: pytest.CaptureFixture[str]):
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
