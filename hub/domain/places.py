"""Places: the suburbs under a postcode, and the streets of a suburb.

Suburbs come with the hub and are read when they are first asked for. Streets come from an AddressProvider; ours knows
those that an operator loaded, of the edition in use. A place that nobody knows has an empty list.

A suburb is named with its state, such as `DARWIN (NT)`, since the two of one name on both sides of a border may share
a postcode. Lists are put in order here and not by the database, whose order depends on how it was set up.
"""

from __future__ import annotations

import gzip
import unicodedata
from functools import cache
from importlib import resources
from typing import Protocol

from hub.domain.street_editions import in_use
from models import Street

AUSTRALIA = "AU"
LONGEST_SUBURB = Street.suburb.max_length


class AddressProvider(Protocol):
    """Who knows a country's streets."""

    def streets(self, postcode: str, suburb: str) -> list[str]:
        """The streets in no order; none where the place is not known."""


class LoadedStreets:
    """Those that an operator loaded."""

    def streets(self, postcode: str, suburb: str) -> list[str]:
        # One statement, so that no edition can take the other's place in between.
        is_there = (Street.edition == in_use()) & (Street.postcode == postcode) & (Street.suburb == suburb)
        return [name for (name,) in Street.select(Street.name).where(is_there).tuples().execute()]


PROVIDERS: dict[str, AddressProvider] = {AUSTRALIA: LoadedStreets()}


def suburbs(country: str, postcode: str) -> list[str]:
    return list(_shipped().get(postcode.strip(), ())) if country.upper() == AUSTRALIA else []


def streets(country: str, postcode: str, suburb: str) -> list[str]:
    """The streets of the suburb of this name, whatever its case and the spaces around it."""
    provider = PROVIDERS.get(country.upper())
    postcode, suburb = postcode.strip(), spelled(suburb)
    # No place is named like that, and Postgres refuses to look for a NUL.
    is_odd = not (postcode + suburb).isprintable() or len(suburb) > LONGEST_SUBURB
    return [] if provider is None or is_odd else sorted(provider.streets(postcode, suburb))


def spelled(name: str) -> str:
    """The name as it is kept and compared: in capitals, with single spaces and straight apostrophes."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\u2019", "'").upper().split())


@cache
def _shipped() -> dict[str, tuple[str, ...]]:
    """The suburbs by postcode; each line of the file is a postcode with its suburbs, in order already."""
    packed = resources.files("hub").joinpath("data", "suburbs.txt.gz").read_bytes()
    lines = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return {postcode: tuple(names) for postcode, *names in lines}
