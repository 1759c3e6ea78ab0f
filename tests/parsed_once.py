"""Caches things that never change, but that libraries parse or look up each time."""

import functools
import sys
import typing
from typing import Any

from botocore import loaders
from botocore.loaders import JSONFileLoader


def keep() -> None:
    # The services: a session's loader reads folders to list them, and tests create sessions.
    loaders.create_loader = functools.cache(loaders.create_loader)
    # The models of services: every test's client needs one, which takes longer to parse than most
    # tests take to run.
    load = JSONFileLoader.load_file
    kept = functools.cache(lambda path: load(JSONFileLoader(), path))
    JSONFileLoader.load_file = lambda _self, path: kept(path)
    # The attributes of a protocol: requests asks for them several times a call. Python caches them
    # from 3.12 on.
    if sys.version_info < (3, 12):
        find: Any = typing._get_protocol_attrs  # type: ignore[attr-defined]
        typing._get_protocol_attrs = functools.cache(find)  # type: ignore[attr-defined]
