"""The functions' code in the emulator: unpacked once, not for every worker.

All our functions share the same code, and unpacking it takes as long as starting a worker.
"""

import hashlib
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_unpacked: dict[str, str] = {}
_lock = threading.Lock()


class UnpackedOnce(zipfile.ZipFile):
    """A ZIP whose content is unpacked at most once, and then linked to."""

    def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
        """Make `path`, an empty folder, a link to the content."""
        assert self.filename
        digest = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
        with _lock:
            if digest not in _unpacked:
                folder = tempfile.mkdtemp(prefix="code-")
                super().extractall(folder)
                _unpacked[digest] = folder
        Path(path).rmdir()
        Path(path).symlink_to(_unpacked[digest])


def unpack_once(runtime: Any) -> None:
    """Make workers with the same code share one copy."""
    runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": UnpackedOnce})
