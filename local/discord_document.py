"""`make discord-spec`: download Discord's OpenAPI document, which the tests validate against."""

import sys
from pathlib import Path

import requests

SOURCE = "https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json"


def download(source: str, target: Path) -> None:
    """Write the document at the URL `source` to `target`, completely or not at all.

    Raises requests.RequestException if the download fails or is not JSON.
    """
    answer = requests.get(source, timeout=60)
    answer.raise_for_status()
    answer.json()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.write_bytes(answer.content)
    draft.replace(target)


def main() -> None:
    """Download the document to the path in the only argument."""
    target = Path(sys.argv[1])
    try:
        download(SOURCE, target)
    except requests.RequestException as error:
        sys.exit(f"Could not download Discord's OpenAPI document from {SOURCE}: {error}")
    print(f"Discord's OpenAPI document is in {target}; `make test` now validates against it.")


if __name__ == "__main__":
    main()
