"""Files that no one else on the machine can read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.private import private


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """Let everyone read new files, as most developers' shells do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("old", [True, False])
def test_what_is_made_meanwhile_is_its_users_alone(tmp_path: Path, old: bool):
    folder = tmp_path / "new" / "folder"
    if old:
        folder.mkdir(parents=True)
        assert mode(folder) == 0o755
    with private(folder):
        (folder / "inner").mkdir()
        (folder / "inner" / "file").touch()
    assert (mode(folder), mode(folder / "inner")) == (0o700, 0o700)
    assert mode(folder / "inner" / "file") == 0o600
    (folder / "later").touch()
    assert mode(folder / "later") == 0o644


def test_what_was_made_before_an_error_does_not_change_what_comes_after(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), private(tmp_path / "folder"):
        _ = 1 / 0
    (tmp_path / "later").touch()
    assert mode(tmp_path / "later") == 0o644
