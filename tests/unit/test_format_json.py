"""The one format of the state machines' files."""

import json

import pytest

from local import format_json
from local.format_json import WIDTH, formatted

RETRIER = '{ "ErrorEquals": ["DiscordRefused", "RateLimited"], "MaxAttempts": 0 }'
FORM = f"""\
{{
  "Comment": "Ünïcode \\u0007",
  "Tiny": {{
    "StartAt": "A",
    "States": {{
      "A": {{ "Type": "Succeed" }}
    }}
  }},
  "States": {{
    "A": {{ "Type": "Succeed" }},
    "C": {{ "Type": "Pass", "Parameters": {{ "building.$": "$.building" }}, "End": true }},
    "B": {{
      "Type": "Map",
      "Parameters": {{ "id.$": "$.thing.id", "gone": false, "failure.$": "$.failure" }},
      "Retry": [
        {RETRIER},
        {RETRIER}
      ],
      "Choices": [
        {{
          "And": [
            {{ "Variable": "$.a", "IsPresent": true }},
            {{ "Variable": "$.a", "IsNull": false }}
          ],
          "Next": "A"
        }},
        {{ "Not": {{ "Variable": "$.a", "IsPresent": true }}, "Next": "A" }}
      ],
      "Result": {{ "nothing": {{}}, "list": [] }},
      "{"n" * WIDTH}": {{}},
      "Empty": [{{}}],
      "Rate": 1.5
    }}
  }}
}}
"""


@pytest.mark.parametrize(
    "written",
    [
        FORM,
        json.dumps(json.loads(FORM)),
        json.dumps(json.loads(FORM), indent=7),
        FORM.replace("{ ", "{").replace("\n", "\r\n\t"),
    ],
    ids=["formatted", "one line", "open", "Windows"],
)
def test_one_content_has_one_form(written):
    assert formatted(written) == FORM


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{ "a": "', '" }\n'),
        ('[\n  { "a": "', '" }\n]\n'),
        ('{\n  "States": {\n    "A": ["', '"]\n  }\n}\n'),
    ],
    ids=["alone", "row", "state"],
)
def test_what_is_too_long_for_a_line_is_open(before, after):
    room = WIDTH - len(before.split("\n")[-1]) - len(after.split("\n")[0])
    fits, wide = (f"{before}{'x' * length}{after}" for length in (room, room + 1))
    assert max(map(len, fits.splitlines())) == WIDTH
    assert formatted(fits) == fits
    assert len(formatted(wide).splitlines()) == len(wide.splitlines()) + 2
    assert json.loads(formatted(wide)) == json.loads(wide)


def test_the_comma_counts():
    """A row that just fits in the last place does not fit with a comma."""
    just = f'{{ "a": "{"x" * (WIDTH - 13)}" }}'
    assert formatted(f"[{just},1]").splitlines()[1] == "  {"
    assert formatted(f"[1,{just}]").splitlines()[2] == f"  {just}"


@pytest.mark.parametrize("broken", ['{"a": 1, "a": 2}', '{"a": NaN}', "{", ""])
def test_what_would_change_or_is_no_json_is_refused(broken):
    with pytest.raises(ValueError, match=r"name|compliant|Expect"):
        formatted(broken)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command on a file with the given content."""
    file = tmp_path / "machine.asl.json"

    def run(content: str, *options: str) -> tuple[int, str, str]:
        file.write_text(content, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["format_json", *options, str(file)])
        with pytest.raises(SystemExit) as ended:
            format_json.main()
        said = capsys.readouterr().out.replace(str(file), "FILE")
        return ended.value.code, said, file.read_text(encoding="utf-8")

    return run


def test_the_command_formats(run):
    assert run('{"a": "ü"}') == (0, "FILE: formatted\n", '{ "a": "ü" }\n')
    assert run('{ "a": "ü" }\n') == (0, "", '{ "a": "ü" }\n')


def test_the_command_only_looks(run):
    assert run('{ "a": 1 }\n', "--check") == (0, "", '{ "a": 1 }\n')
    complaint = "FILE: not formatted; run `make format`\n"
    assert run('{"a": 1}', "--check") == (1, complaint, '{"a": 1}')


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_person_shortens_a_string(run, options):
    long = f'{{\n  "a": "{"x" * WIDTH}"\n}}\n'
    complaint = f"FILE:2: longer than {WIDTH} columns; shorten it\n"
    assert run(long, *options) == (1, complaint, long)


def test_the_command_says_what_is_no_json(run):
    code, said, left = run('{"a": 1, "a": 2}')
    assert (code, left) == (1, '{"a": 1, "a": 2}')
    assert said == "FILE: an object has two members named 'a'\n"
