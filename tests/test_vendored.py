from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.vendor import vendor


def test_vendored_files_are_what_was_fetched():
    check = subprocess.run([sys.executable, "-m", "tests.vendor.vendor", "--check"], capture_output=True, text=True)

    assert (check.returncode, check.stderr) == (0, "")


def test_a_changed_byte_is_noticed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(vendor, "HERE", tmp_path)
    for entry in vendor.entries():
        (tmp_path / entry["file"]).write_bytes((vendor.LOCK.parent / entry["file"]).read_bytes() + b" ")

    assert vendor.changed() == [entry["file"] for entry in vendor.entries()]
