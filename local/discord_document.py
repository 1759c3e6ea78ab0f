"""`make discord-spec`: download Discord's OpenAPI document, which the tests validate against."""

import sys
from pathlib import Path

import requests

SOURCE = "https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json"


def download(source: str, target: Path) -> None:
    """Write the document to `target`, whole or not at all.

    Raises requests.RequestException if it can't be had, or if what is there is no JSON.
    """
    answer = requests.get(source, timeout=60)
    answer.raise_for_status()
    answer.json()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.write_bytes(answer.content)
    draft.replace(target)


def main() -> None:
    """Download it to the path that is the one argument."""
    target = Path(sys.argv[1])
    try:
        download(SOURCE, target)
    except requests.RequestException as error:
        sys.exit(f"Discord's OpenAPI document was not downloaded from {SOURCE}: {error}")
    print(f"Discord's OpenAPI document is in {target}: make test validates against it.")


if __name__ == "__main__":
    main()
