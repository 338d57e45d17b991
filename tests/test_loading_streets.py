"""Loading streets: the forms that extracts of G-NAF come in, and that a mistake in one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import database, loading_streets
from hub.domain import places, street_editions
from hub.perform import run_reading
from models import Street
from tests.test_loading import Loader

CORE = b"ADDRESS_DETAIL_PID|STREET_NAME|STREET_TYPE|STREET_SUFFIX|LOCALITY_NAME|STATE|POSTCODE|LONGITUDE\n"
WOODS = b"GANT_1|WOODS|STREET||DARWIN|NT|0800|130.8\n"
HEADER = b"street_name,street_type,street_suffix,locality_name,state,postcode\n"


@pytest.fixture
def operator(tmp_path: Path, database_url: str) -> Iterator[Loader]:
    yield Loader(tmp_path, database_url)
    database.disconnect()


def streets_of(postcode: str, suburb: str) -> list[str]:
    return run_reading(places.streets, "AU", postcode, suburb)


def darwin() -> list[str]:
    return streets_of("0800", "DARWIN (NT)")


def test_streets_are_loaded_from_g_naf_core_each_once(operator):
    said = operator.loads(
        "streets",
        CORE
        + WOODS
        + b"GANT_2|WOODS|STREET||DARWIN|NT|0800|130.8\r\n\r\n"
        + b"GANT_3|ANCHORAGE|COURT||DARWIN|NT|0800|130.8\n"
        + b'GANT_4|THE "BEND|ROAD|EAST|SYDNEY|NSW|2000|151.2\n',
    )

    assert said == "3 streets of 2 suburbs loaded\n"
    assert darwin() == ["ANCHORAGE CT", "WOODS ST"]
    assert streets_of("2000", "SYDNEY (NSW)") == ['THE "BEND RD E']


def test_streets_are_loaded_from_csv_with_columns_of_other_names_in_any_order_and_case(operator):
    said = operator.loads(
        "streets",
        b"\xef\xbb\xbfPostcode, State_Abbreviation,Street_Suffix_Code,STREET_TYPE_CODE,street_name,locality_name\r\n"
        b'800,nt,,ST,"Woods","Darwin"\r\n'
        b'0800,NT,N,COURT,"Smith, ""Old""",DARWIN\r\n',
    )

    assert (said, darwin()) == ("2 streets of 1 suburbs loaded\n", ['SMITH, "OLD" CT N', "WOODS ST"])


def test_bars_may_have_quotation_marks_if_the_first_line_has_them_and_suffixes_may_be_missing(operator):
    operator.loads(
        "streets",
        b'"STREET_NAME"|"STREET_TYPE"|"LOCALITY_NAME"|"STATE"|"POSTCODE"\n"WOODS"|"STREET"|"DARWIN"|"NT"|"0800"\n',
    )

    assert darwin() == ["WOODS ST"]


def test_addresses_without_a_street_a_suburb_or_a_postcode_are_left_out_and_counted(operator):
    said = operator.loads(
        "streets", HEADER + b"WOODS,ST,,DARWIN,NT,0800\n,ST,,DARWIN,NT,0800\nA,ST,,DARWIN,NT,\nA,ST,,,NT,0800\n"
    )

    assert said == "1 streets of 1 suburbs loaded; left out 3 lines without street, suburb or postcode\n"


def test_a_territory_s_suburb_has_the_state_that_the_list_of_suburbs_says(operator):
    operator.loads(
        "streets",
        HEADER + b"TAYLORS,RD,,NORFOLK ISLAND,OT,2899\nDYKES,AV,,JERVIS BAY,OT,2540\nA,ST,,NOWHERE,OT,2899\n",
    )

    assert streets_of("2899", "NORFOLK ISLAND (NSW)") == ["TAYLORS RD"]
    assert streets_of("2540", "JERVIS BAY (ACT)") == ["DYKES AV"]
    assert streets_of("2899", "NOWHERE (OT)") == ["A ST"]


def test_the_next_file_takes_the_place_of_the_one_before_and_leaves_no_row_of_it(operator):
    operator.loads("streets", CORE + WOODS)
    operator.loads("streets", HEADER + b"KNUCKEY,STREET,,DARWIN,NT,0800\n")

    assert darwin() == ["KNUCKEY ST"]
    assert run_reading(lambda: Street.select().count()) == 1


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (b"A,ST,,DARWIN,NT,80", "line 3: POSTCODE is not four digits"),
        (b"A,ST,,DARWIN,NT,08000", "line 3: POSTCODE is not four digits"),
        ("A,ST,,DARWIN,NT,\u0660\u0668\u0660\u0660".encode(), "line 3: POSTCODE is not four digits"),
        (b"A,ST,,DARWIN,Bavaria,0800", "line 3: STATE is none of NSW, VIC, QLD, SA, WA, TAS, NT, ACT, OT"),
        (b"A,ST,,DARWIN,,0800", "line 3: STATE is none of NSW, VIC, QLD, SA, WA, TAS, NT, ACT, OT"),
        (b"A\0,ST,,DARWIN,NT,0800", "line 3: STREET_NAME has a control character"),
        (b"A,ST,,DAR\x07WIN,NT,0800", "line 3: LOCALITY_NAME has a control character"),
        (b"x" * 148 + b",ST,,DARWIN,NT,0800", "line 3: STREET_NAME is too long"),
        (b"A,ST,," + b"x" * 96 + b",NT,0800", "line 3: LOCALITY_NAME is too long"),
        (b"A,ST,,DARWIN,NT", "line 3: has 5 fields, and the first line 6"),
        (b"A,ST,,DARWIN,NT,0800,7", "line 3: has 7 fields, and the first line 6"),
        (b'"A" B,ST,,DARWIN,NT,0800', "line 3: is not CSV"),
        (b'"A,ST,,DARWIN,NT,0800\nB,ST,,DARWIN,NT,0800', "line 3: is not CSV"),
        (b"x" * 200_000 + b",ST,,DARWIN,NT,0800", "line 3: is not CSV"),
        ("Zürich,ST,,DARWIN,NT,0800".encode("latin-1"), "file: is not text in UTF-8"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(operator, row, line):
    operator.loads("streets", CORE + WOODS)

    assert operator.is_refused("streets", HEADER + b"KNUCKEY,ST,,DARWIN,NT,0800\n" + row) == line
    assert darwin() == ["WOODS ST"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "line 1: needs the columns STREET_NAME,STREET_TYPE,STREET_SUFFIX,LOCALITY_NAME,STATE,POSTCODE"),
        (
            HEADER.replace(b",state", b",land"),
            "line 1: needs the columns STREET_NAME,STREET_TYPE,STREET_SUFFIX,LOCALITY_NAME,STATE,POSTCODE",
        ),
        (HEADER, "file: has no streets"),
        (HEADER + b",,,,,\n", "file: has no streets"),
        (CORE.decode().encode("utf-16"), "file: is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_streets_is_refused(operator, content, line):
    assert operator.is_refused("streets", content) == line


def many(name: str, count: int) -> list[str]:
    return [HEADER.decode(), *(f"{name} {number},ST,,DARWIN,NT,0800\n" for number in range(count))]


def make_slices_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(street_editions, "SLICE", 100)
    monkeypatch.setattr(loading_streets, "REST_SECONDS", 0)


def test_a_file_that_takes_several_units_is_loaded_and_replaced_whole(operator, monkeypatch):
    make_slices_small(monkeypatch)
    operator.loads("streets", "".join(many("OAK", 250)).encode())
    operator.loads("streets", "".join(many("ELM", 201)).encode())

    assert sorted(darwin()) == sorted(f"ELM {number} ST" for number in range(201))
    assert run_reading(lambda: Street.select().count()) == 201


def test_a_load_that_dies_halfway_leaves_the_old_streets_and_the_next_one_tidies_up(operator, monkeypatch):
    operator.loads("streets", CORE + WOODS)
    make_slices_small(monkeypatch)

    def breaks_off() -> Iterator[street_editions.Row]:
        yield from (("0800", "DARWIN (NT)", f"OAK {number} ST") for number in range(250))
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            loading_streets._store(breaks_off())
    halfway = (darwin(), run_reading(lambda: Street.select().count()))
    database.disconnect()
    operator.loads("streets", HEADER + b"KNUCKEY,STREET,,DARWIN,NT,0800\n")

    assert halfway == (["WOODS ST"], 201)
    assert (darwin(), run_reading(lambda: Street.select().count())) == (["KNUCKEY ST"], 1)
