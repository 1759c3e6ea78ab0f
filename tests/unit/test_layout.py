"""Layouts: the shipped ones can be created, and a broken file's error says where and why."""

import subprocess
import sys
from pathlib import Path

import pytest

from channelwright.campaign import layout
from tests.conftest import SHIPPED_LAYOUTS

GOOD = '[[channels]]\nname = "general"\ntype = "text"\ndescription = "Talk."\n'
INLINE = '  {name = "x", type = "text", description = "a{b, name = 1"}'
LONG = '"""\n[[channels]]\nname = 1\nx = "{"\ntype = 2\n"""'


@pytest.fixture(params=sorted(SHIPPED_LAYOUTS.glob("*.toml")), ids=lambda path: path.name)
def shipped(request):
    return layout.load(request.param)


def test_the_default_layout_ships():
    assert layout.load(SHIPPED_LAYOUTS / layout.DEFAULT)


def test_a_layout_that_ships_fits_into_a_category(shipped):
    assert 1 <= len(shipped) <= 50
    assert [channel["position"] for channel in shipped] == list(range(len(shipped)))
    assert {channel["type"] for channel in shipped} <= {"text", "voice", "forum"}


def test_the_tests_have_a_layout_of_their_own():
    """All other tests expect this layout, whatever the operator edits."""
    assert layout.load() == layout.load(Path(__file__).parents[1] / "layouts" / "default.toml")
    assert [(c["name"], c["type"], c["gm_only"]) for c in layout.load()] == [
        ("general", "text", False),
        ("session-zero", "text", False),
        ("session-notes", "text", False),
        ("maps-and-visuals", "text", False),
        ("dice-rolls", "text", False),
        ("gm-notes", "text", True),
        ("voice-chat", "voice", False),
        ("character-sheets", "forum", False),
        ("lore-and-worldbuilding", "forum", False),
        ("gm-planning", "forum", True),
    ]


BROKEN = [
    ("x = ", "Invalid value (at end of document)"),
    ("", "no [[channels]]"),
    ("\nroles = 1\n" + GOOD, "line 2: unknown key 'roles'"),
    (GOOD.replace("general", "über-UNS"), "line 2: name 'über-UNS': Discord would change it"),
    (GOOD.replace("general", "Éa"), "line 2: name 'Éa': Discord would change it"),
    (GOOD.replace("general", "a--b"), "line 2: name 'a--b': Discord would change it"),
    (GOOD.replace("general", "a\\u0001b"), "line 2: name 'a\\x01b' contains a control character"),
    ('channels = [{name = "x", type = "text"}]', "line 1: the channel has no description"),
    ('[["channels"]]\nname = "x"\n', "line 1: the channel has no type"),
    (GOOD + "\n" + GOOD, "line 7: duplicate name 'general'"),
    (GOOD + '[[channels]]\nname = "b"\ntype = "text"\n', "line 5: the channel has no description"),
    (GOOD.replace('"text"', '"stage"'), "line 3: type is 'stage', not one of text, voice, forum"),
    (GOOD.replace("general", "General Talk"), "line 2: name 'General Talk': Discord would change"),
    (GOOD.replace('"general"', '""'), "line 2: name '' must have 1-100 characters"),
    (GOOD.replace('"general"', "7"), "line 2: name is 7, not a str"),
    (GOOD.replace("Talk.", "x" * 1025), "line 4: description has 1025 characters"),
    (GOOD + 'gm_only = "yes"\n', "line 5: gm_only is 'yes', not a bool"),
    (GOOD + "private = true\n", "line 5: unknown key 'private'"),
    ("channels = [\n" + INLINE + ",\n" + INLINE + "]", "line 3: duplicate name 'x'"),
    ("channels = [" + INLINE.replace('"text"', '"stage"') + "]", "line 1: type is 'stage'"),
    ("channels = [\n  7,\n" + INLINE + "]", "channel 1: a channel must be a table"),
    (GOOD.replace('"Talk."', LONG) + GOOD, "line 11: duplicate name 'general'"),
    (GOOD.replace('"Talk."', LONG) + "x = 1\n", "line 10: unknown key 'x'"),
    (GOOD.replace('"Talk."', LONG.replace('"', "'")) + "x = 1\n", "line 10: unknown key 'x'"),
    ('# "\n[[channels]] # type = 1\n"type"="text"\nname = 7', "line 4: name is 7"),
    (GOOD + '"a.b" = 1\n', "line 1: unknown key 'a.b'"),
    (LONG.join(["[[channels]]\nname = ", "\ntype = 5\n"]), "line 8: type is 5"),
    (
        "".join(GOOD.replace("general", f"c{n}") for n in range(51)),
        "line 201: Discord allows 50 channels in a category",
    ),
    (
        "".join(GOOD.replace("general", f"c{n}").replace("Talk.", "龍" * 1024) for n in range(20)),
        f"more than {layout.MOST_BYTES}",
    ),
]


@pytest.mark.parametrize(("text", "reason"), BROKEN)
def test_a_broken_layout_says_where_and_why(tmp_path, text, reason):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(layout.LayoutError) as error:
        layout.load(path)
    assert str(error.value).startswith("mine.toml")
    assert reason in str(error.value)


def test_a_file_that_is_not_utf_8(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(GOOD.encode() + b"# \xff")
    with pytest.raises(layout.LayoutError, match="not UTF-8 at byte"):
        layout.load(path)


def test_the_check_fails_with_the_reason_alone(tmp_path):
    (tmp_path / "default.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(GOOD + GOOD, encoding="utf-8")
    assert checked(tmp_path) == (1, "mine.toml, line 6: duplicate name 'general'\n")


def test_the_check_fails_without_the_default(tmp_path):
    (tmp_path / "renamed.toml").write_text(GOOD, encoding="utf-8")
    reason = f"default.toml cannot be read in {tmp_path}: No such file or directory\n"
    assert checked(tmp_path) == (1, reason)


def checked(folder):
    """Check a folder of layouts as `make check` does; return the exit code and the errors."""
    code = (
        "from pathlib import Path; from channelwright.campaign import layout;"
        f"layout.LAYOUTS = Path({str(folder)!r}); layout.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SHIPPED_LAYOUTS.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr
