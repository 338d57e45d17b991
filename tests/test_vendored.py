from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import vendored


def test_vendored_files_are_what_was_fetched():
    check = subprocess.run([sys.executable, "-m", "tools.vendored", "--check"], capture_output=True, text=True)

    assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.parametrize("folder", vendored.FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_changed_byte_is_noticed(tmp_path: Path, folder: Path):
    (tmp_path / vendored.LOCK).write_bytes((folder / vendored.LOCK).read_bytes())
    for entry in vendored.entries(folder):
        (tmp_path / entry["file"]).write_bytes((folder / entry["file"]).read_bytes() + b" ")

    assert vendored.changed(tmp_path) == [entry["file"] for entry in vendored.entries(folder)]
