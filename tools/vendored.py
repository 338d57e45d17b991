"""Files of other projects that lie here unchanged: what browsers are sent, and what only the tests use.

`python -m tools.vendored` fetches the files of each vendor.lock.json anew, in the versions named there, and writes down
their hashes; `--check` compares hashes and needs no network.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.universities import _content, _fetch

ROOT = Path(__file__).parent.parent
FOLDERS = [ROOT / "hub/web/vendor", ROOT / "tests/vendor"]
LOCK = "vendor.lock.json"


def entries(folder: Path) -> list[dict[str, str]]:
    return json.loads((folder / LOCK).read_text())


def changed(folder: Path) -> list[str]:
    """The files that are not what they were when they were fetched."""
    return [entry["file"] for entry in entries(folder) if _sha256(folder / entry["file"]) != entry["sha256"]]


def refresh(folder: Path) -> None:
    fresh = [{**entry, "sha256": _fetched(entry, folder)} for entry in entries(folder)]
    (folder / LOCK).write_text(json.dumps(fresh, indent=2) + "\n")


def _fetched(entry: dict[str, str], folder: Path) -> str:
    with tempfile.TemporaryDirectory() as unpacked:
        archive = _fetch(f"{entry['package']}@{entry['version']}", unpacked)
        with tarfile.open(archive) as packed:
            (folder / entry["file"]).write_bytes(_content(packed, packed.getmember(f"package/{entry['path']}")))
    return _sha256(folder / entry["file"])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        for folder in FOLDERS:
            refresh(folder)
    if wrong := [f"{folder.name}/{file}" for folder in FOLDERS for file in changed(folder)]:
        sys.exit(f"not as they were fetched: {', '.join(wrong)}")
