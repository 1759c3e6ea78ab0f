"""The SAM CLI's process, changed to zip and upload the same code once, not for every function.

All our functions share the same code; compressing it takes most of a deployment to the emulator.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from samcli.cli.main import cli  # type: ignore[import-untyped]
from samcli.lib.package import utils  # type: ignore[import-untyped]
from samcli.lib.utils.hash import dir_checksum  # type: ignore[import-untyped]

ZipMethod = Callable[[str, str], str]


class ZippedOnce:
    """Replaces samcli's `zip_folder`: zips folders with the same files only once."""

    def __init__(self, folder: Path) -> None:
        """Keep the ZIPs in `folder`."""
        self._folder = folder
        self._made: dict[tuple[str, ZipMethod], str] = {}

    @contextmanager
    def zip_folder(self, folder_path: str, zip_method: ZipMethod) -> Iterator[tuple[str, str]]:
        """Yield the path of a folder's ZIP, and a digest of the folder's files."""
        digest = dir_checksum(folder_path, followlinks=True)
        key = (digest, zip_method)
        if key not in self._made:
            name = self._folder / f"{len(self._made)}-{digest}"
            self._made[key] = zip_method(str(name), folder_path)
        yield self._made[key], digest


def main() -> None:
    """Run sam with our arguments."""
    sys.argv[0] = "sam"
    with tempfile.TemporaryDirectory() as folder:
        utils.zip_folder = ZippedOnce(Path(folder)).zip_folder
        cli()


if __name__ == "__main__":
    main()
