"""Another channel layout on a running local stack than the one that it was built with."""

import io
import zipfile
from pathlib import Path
from typing import Any

from local.deployment import BUILD, STACK_NAME

FILE = "channelwright/layouts/default.toml"
# Those that read it, and where their code was built.
READERS = {"plan-campaign": "PlanCampaignFunction", "start-campaign": "StartCampaignFunction"}


def use(functions: Any, text: str) -> None:
    """Give the functions that read the layout this one; `functions` is a client of Lambda."""
    for name, folder in READERS.items():
        functions.update_function_code(
            FunctionName=f"{STACK_NAME}-{name}", ZipFile=_package(BUILD / folder, text)
        )


def _package(root: Path, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            if path.is_file() and name != FILE:
                package.write(path, name)
        package.writestr(FILE, text)
    return file.getvalue()
