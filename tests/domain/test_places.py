"""Suburbs and streets: what lies under a postcode, how it is named, and one edition of the streets after another."""

from __future__ import annotations

import pytest

from hub.domain import places, street_editions, street_names
from hub.domain.catalogue import LoadedTwice
from hub.perform import run, run_reading
from models import Edition, Street
from tests.domain.doing import at_once, codes

DARWIN = ("0800", "DARWIN (NT)")
SYDNEY = ("2000", "SYDNEY (NSW)")


def begun(*rows: street_editions.Row) -> int:
    """A new edition with these streets, not in use yet."""
    edition = run(street_editions.begin)
    run(street_editions.add, edition, rows)
    return edition


def load(*rows: street_editions.Row) -> None:
    edition = begun(*rows)
    run(street_editions.put_into_use, edition)
    run(street_editions.forget_older, edition)


def streets_of(postcode: str, suburb: str, country: str = "AU") -> list[str]:
    return run_reading(places.streets, country, postcode, suburb)


def kept() -> list[str]:
    """Every street that has a row, in use or not."""
    return run_reading(lambda: sorted(row.name for row in Street.select()))


def test_the_suburbs_of_a_postcode_are_in_order_with_their_states():
    assert places.suburbs("AU", "0800") == ["DARWIN (NT)", "DARWIN CITY (NT)"]
    assert places.suburbs("au", " 3644 ")[:3] == ["BAROOGA (NSW)", "COBRAM (VIC)", "COBRAM EAST (VIC)"]


@pytest.mark.parametrize(
    "postcode", ["2001", "0801", "1001", "7001", "0000", "800", "", "Sydney", "2000\0", "\uff12000"]
)
def test_under_a_postcode_of_boxes_or_an_unknown_one_there_is_no_suburb(postcode):
    assert places.suburbs("AU", postcode) == []


def test_of_other_countries_nothing_is_known(database):
    load((*DARWIN, "WOODS ST"))

    assert places.suburbs("NZ", "0800") == []
    assert streets_of(*DARWIN, country="NZ") == []


def test_what_a_caller_does_to_a_list_stays_with_the_caller():
    places.suburbs("AU", "0800").clear()

    assert len(places.suburbs("AU", "0800")) == 2


def test_without_loaded_streets_there_are_none(database):
    assert streets_of(*DARWIN) == []


def test_the_streets_of_a_suburb_are_in_order_and_of_no_other_place(database):
    load((*DARWIN, "WOODS ST"), (*DARWIN, "ANCHORAGE CT"), ("0820", "DARWIN (NT)", "ROSS SMITH AV"), (*SYDNEY, "A ST"))

    assert streets_of(*DARWIN) == ["ANCHORAGE CT", "WOODS ST"]
    assert streets_of(" 0800", "  darwin \t(nt) ") == ["ANCHORAGE CT", "WOODS ST"]


@pytest.mark.parametrize(
    "suburb",
    ["DARWIN", "DARWIN (SA)", "", "%", "D_RWIN (NT)", "DARWIN (NT)\0", "\ud800", "' OR 1=1 --", "x" * 100_000],
)
def test_a_suburb_of_another_name_has_no_streets(database, suburb):
    load((*DARWIN, "WOODS ST"))

    assert streets_of("0800", suburb) == streets_of(suburb, DARWIN[1]) == []


def test_a_suburb_is_found_by_either_apostrophe(database):
    load(("2602", "O'CONNOR (ACT)", "MACPHERSON ST"))

    assert streets_of("2602", "O\u2019Connor (ACT)") == streets_of("2602", "O'Connor (ACT)") == ["MACPHERSON ST"]


@pytest.mark.parametrize("odd", ['O\'NEIL "X" ST', "\\u0041 ST", "NULL", "[0]", "🎓 ST", "%s ? $1"])
def test_a_street_is_kept_to_the_letter(database, odd):
    load((*DARWIN, odd))

    assert streets_of(*DARWIN) == [odd]


@pytest.mark.parametrize(
    ("parts", "street"),
    [
        (("ANCHORAGE", "COURT", ""), "ANCHORAGE CT"),
        (("Woods", "Street", ""), "WOODS ST"),
        (("WOODS", "ST", ""), "WOODS ST"),
        ((" GREAT  NORTHERN ", "HIGHWAY", "NORTH EAST"), "GREAT NORTHERN HWY NE"),
        (("SMITH", "AVENUE", "E"), "SMITH AV E"),
        (("STREET", "LANE", ""), "STREET LANE"),
        (("THE ESPLANADE", "", ""), "THE ESPLANADE"),
        (("HIGH", "CUL-DE-SAC", "Upper"), "HIGH CSAC UP"),
        ((" ", "STREET", "N"), ""),
    ],
)
def test_a_street_is_named_with_the_short_form_of_its_type(parts, street):
    assert street_names.street(*parts) == street


def test_streets_that_are_being_added_are_not_seen_before_they_are_in_use(database):
    load((*DARWIN, "WOODS ST"))

    edition = begun((*DARWIN, "KNUCKEY ST"))
    before = streets_of(*DARWIN)
    run(street_editions.put_into_use, edition)

    assert (before, streets_of(*DARWIN)) == (["WOODS ST"], ["KNUCKEY ST"])


def test_what_broke_off_and_what_was_replaced_is_forgotten_and_what_is_in_use_stays(database):
    load((*DARWIN, "WOODS ST"))
    begun((*DARWIN, "BROKEN OFF ST"))

    edition = begun((*DARWIN, "KNUCKEY ST"))
    first = run(street_editions.forget_older, edition)
    before = (kept(), streets_of(*DARWIN))
    run(street_editions.put_into_use, edition)
    second = run(street_editions.forget_older, edition)

    assert (first, before) == (1, (["KNUCKEY ST", "WOODS ST"], ["WOODS ST"]))
    assert (second, kept()) == (1, ["KNUCKEY ST"])


def test_what_broke_off_before_anything_was_in_use_is_forgotten_too(database):
    begun((*DARWIN, "BROKEN OFF ST"))

    edition = begun((*DARWIN, "WOODS ST"))
    forgotten = run(street_editions.forget_older, edition)

    assert (forgotten, kept()) == (1, ["WOODS ST"])


def test_an_older_edition_is_refused_once_a_newer_one_has_begun(database):
    load((*DARWIN, "WOODS ST"))
    older = begun((*DARWIN, "OLDER ST"))
    newer = begun((*DARWIN, "NEWER ST"))

    for refused in (
        lambda: street_editions.add(older, [(*SYDNEY, "A ST")]),
        lambda: street_editions.put_into_use(older),
    ):
        with pytest.raises(LoadedTwice):
            run(refused)

    assert streets_of(*DARWIN) == ["WOODS ST"]
    run(street_editions.put_into_use, newer)
    assert streets_of(*DARWIN) == ["NEWER ST"]


def test_of_two_lists_that_are_loaded_at_once_one_is_whole(postgres_database):
    def loading(name: str) -> None:
        edition = run(street_editions.begin)
        for number in range(5):
            run(street_editions.add, edition, [(*DARWIN, f"{name} {number} ST")])
        run(street_editions.put_into_use, edition)

    outcomes = at_once(lambda: loading("OAK"), lambda: loading("ELM"))

    oak, elm = ([f"{name} {number} ST" for number in range(5)] for name in ("OAK", "ELM"))
    assert codes(outcomes) in ([], ["loaded_by_another_at_the_same_time"])
    assert streets_of(*DARWIN) in (oak, elm)
    assert run_reading(lambda: Edition.get_by_id(street_editions.IN_USE).number) in (1, 2)
