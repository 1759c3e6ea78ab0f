"""The promises under one fault: a selection of the matrix that `make matrix` prints."""

import pytest

from tests.reliability import catalogue
from tests.reliability.matrix import NOTHING_FAILED, Row, result, rows

# One of each sort, once and for ever, for every call and function; `make matrix` has the rest.
FAULTS = {
    "429 of 61.5 s",
    "429 of 14 h",
    "503",
    "403 50013",
    "404",
    "done, then reset",
    "done, then not JSON",
}
DEATHS = {
    "RuntimeError, before its effect",
    "Sandbox.Timedout, after its effect",
    "Lambda.Unknown, late its effect",
}
DESCRIBED_LATE = {"described 1 s late", "described 90 s late"}
assert set(catalogue.DEATHS) > DEATHS
assert set(catalogue.FAULTS) > FAULTS
# The operations on a campaign that stands have their share of the time.
OF_OTHERS = {"503", "403 50013", "404", "Lambda.Unknown, late its effect"}


def _is_chosen(row: Row) -> bool:
    if row.call.startswith(("deletion: ", "members: ", "archive: ", "the way back: ")):
        return row.fault in OF_OTHERS and row.times == "for ever"
    return row.fault in FAULTS | DEATHS | DESCRIBED_LATE and row.times != "4 times"


CHOSEN: dict[str, list[Row]] = {}
for _row in rows():
    if _is_chosen(_row):
        CHOSEN.setdefault(_row.call, []).append(_row)


@pytest.mark.parametrize("call", CHOSEN)
def test_one_fault(stage_for_all, call):
    broken = {}
    for row in CHOSEN[call]:
        happened, mistakes = result(stage_for_all, row)
        if happened == NOTHING_FAILED:
            mistakes.append(happened)
        if mistakes:
            broken[f"{row.fault}, {row.times}"] = mistakes
    assert broken == {}
