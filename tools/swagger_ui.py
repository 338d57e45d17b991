"""Swagger UI, which the pages under `/docs` show the dialects with: the files of the npm package, unchanged.

`python -m tools.swagger_ui` fetches them anew in the version that swagger-ui.lock.json names and writes down their
hashes; `--check` compares hashes and needs no network.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import tempfile

from tools.universities import DATA, _content, _fetch

LOCK = DATA / "swagger-ui.lock.json"
IN_PACKAGE = {
    "swagger-ui-bundle.js": "package/swagger-ui-bundle.js",
    # Its first line names this file, for the licences of what it is made of.
    "swagger-ui-bundle.js.LICENSE.txt": "package/swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css": "package/swagger-ui.css",
    "swagger-ui.LICENSE": "package/LICENSE",
    "swagger-ui.NOTICE": "package/NOTICE",
}


def changed() -> list[str]:
    """The files that are not what they were when they were fetched."""
    return [file for file, sha256 in _locked()["files"].items() if _sha256(file) != sha256]


def refresh() -> None:
    lock = _locked()
    with tempfile.TemporaryDirectory() as folder:
        archive = _fetch(f"{lock['package']}@{lock['version']}", folder)
        with tarfile.open(archive) as packed:
            for file, path in IN_PACKAGE.items():
                (DATA / file).write_bytes(_content(packed, packed.getmember(path)))
    lock["files"] = {file: _sha256(file) for file in IN_PACKAGE}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def _locked() -> dict:
    return json.loads(LOCK.read_text())


def _sha256(file: str) -> str:
    path = DATA / file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        refresh()
    if changed():
        sys.exit(f"not as they were fetched: {', '.join(changed())}")
