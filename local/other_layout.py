"""Change the channel layout of a running local stack."""

import io
import zipfile
from pathlib import Path
from typing import Any

from local.deployment import BUILD, STACK_NAME

FILE = "channelwright/layouts/default.toml"
# The functions that read the layout, and their build folders.
READERS = {"plan-campaign": "PlanCampaignFunction", "start-campaign": "StartCampaignFunction"}


def use(functions: Any, text: str) -> None:
    """Give the layout in `text` to the functions that read it; `functions` is a Lambda client."""
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
