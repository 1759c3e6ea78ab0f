"""What libraries read or find out anew each time, though it is always the same, is kept."""

import functools
import sys
import typing
from typing import Any

from botocore import loaders
from botocore.loaders import JSONFileLoader


def keep() -> None:
    # Which services there are: a session's loader reads folders to tell, and a test makes sessions.
    loaders.create_loader = functools.cache(loaders.create_loader)
    # A client of every test: its service's model takes longer to parse than most tests to run.
    load = JSONFileLoader.load_file
    kept = functools.cache(lambda path: load(JSONFileLoader(), path))
    JSONFileLoader.load_file = lambda _self, path: kept(path)
    # What a protocol demands: requests asks several times a call, Python keeps it from 3.12 on.
    if sys.version_info < (3, 12):
        find: Any = typing._get_protocol_attrs  # type: ignore[attr-defined]
        typing._get_protocol_attrs = functools.cache(find)  # type: ignore[attr-defined]
