"""Lint the state machines: `python -m local.check_state_machine FILE...`.

Neither cfn-lint nor `sam validate` reads a DefinitionUri. statelint knows the Amazon States
Language's fields and transitions; moto's parser knows intrinsic functions and paths. Each finds
mistakes that the other does not.
"""

import re
import sys
from pathlib import Path

from moto.stepfunctions.parser.asl.static_analyser.static_analyser import StaticAnalyser
from statelint.config import Config  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]
from statelint.problem import ProblemType  # type: ignore[import-untyped]

# What `sam deploy` does with DefinitionSubstitutions, as far as a linter cares.
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
SOME_FUNCTION = r"arn:aws:lambda:eu-central-1:000000000000:function:\1"

# AWS takes 2 for 2.0.
RULES = Config({ProblemType.FLOAT})


def problems(definition: str) -> list[str]:
    """Return what is wrong with a state machine, given as JSON with `${...}` substitutions."""
    substituted = SUBSTITUTION.sub(SOME_FUNCTION, definition)
    found = [str(problem) for problem in Linter.validate(substituted, RULES)]
    try:
        StaticAnalyser().analyse(substituted)
    except Exception as error:  # noqa: BLE001 - it raises whatever its parser ran into
        found.append(f"moto cannot read it: {error}")
    return found


def main() -> None:
    """Lint every file named; exit with 1 if there is something wrong."""
    wrong = False
    for file in map(Path, sys.argv[1:]):
        for problem in problems(file.read_text(encoding="utf-8")):
            wrong = True
            print(f"{file}: {problem}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
