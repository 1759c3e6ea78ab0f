"""The emulator's workers share their common code."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

from local.emulator_code import unpack_once


def archive(file: Path, content: str) -> Path:
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("module.py", content)
    return file


def unpacked(runtime: SimpleNamespace, file: Path, folder: Path) -> Path:
    folder.mkdir()
    with runtime.zipfile.ZipFile(file) as opened:
        opened.extractall(folder)
    return folder / "module.py"


def test_the_same_code_is_unpacked_once_and_other_code_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    runtime = SimpleNamespace(zipfile=zipfile)
    unpack_once(runtime)
    one, other = archive(tmp_path / "1.zip", "1"), archive(tmp_path / "2.zip", "2")
    first = unpacked(runtime, one, tmp_path / "first")
    second = unpacked(runtime, one, tmp_path / "second")
    third = unpacked(runtime, other, tmp_path / "third")
    assert [file.read_text() for file in (first, second, third)] == ["1", "1", "2"]
    assert first.resolve() == second.resolve() != third.resolve()
    assert runtime.zipfile.BadZipFile is zipfile.BadZipFile
