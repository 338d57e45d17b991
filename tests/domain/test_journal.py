"""The journal: numbers without gaps, in the order of commits, and a page that says when it is not whole."""

from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from hub.delivery import Emit
from hub.domain import journal
from hub.domain.journal import Entry, Head
from hub.perform import run, run_reading
from models import JournalRow, db
from tests.domain.doing import at_once

ROOT = Path(__file__).parents[2]
WRITERS = 8
UNITS = 6
WRITE_ON = """
import sys
from hub import database
from hub.delivery import Emit
from hub.domain import journal
from hub.perform import run
database.connect_to(sys.argv[1])
for number in range(25):
    run(journal.append, [Emit("b", "said", number), Emit("a", "said", number)])
"""


def say(*streams: str) -> list[Entry]:
    return run(journal.append, [Emit(stream, "said", {"to": stream}) for stream in streams])


def numbers(stream: str) -> list[int]:
    rows = JournalRow.select(JournalRow.seq).where(JournalRow.stream == stream).order_by(JournalRow.seq)
    return run_reading(lambda: [row.seq for row in rows])


def after(stream: str, seq: int, limit: int = journal.PAGE) -> journal.Page:
    return run_reading(journal.after, stream, seq, limit)


def test_an_event_is_stored_as_the_text_that_goes_over_the_wire(database):
    (entry,) = run(journal.append, [Emit("mentor", "save", {"name": "Zoë", "at": None}, views={7: {"mine": True}})])

    assert entry == Entry("mentor", entry.epoch, 1, "save", '{"name":"Zoë","at":null}', views={"7": '{"mine":true}'})
    assert after("mentor", 0).entries == [entry]
    assert len(entry.epoch) == 16


def test_a_payload_that_json_cannot_say_is_not_stored(database):
    with pytest.raises(ValueError, match="not JSON compliant"):
        run(journal.append, [Emit("mentor", "save", 1.0), Emit("mentor", "save", float("nan"))])

    assert run_reading(lambda: JournalRow.select().count()) == 0


def test_events_of_one_unit_keep_their_order_within_a_stream_and_streams_come_by_name(database):
    entries = run(journal.append, [Emit("b", "one", 1), Emit("a", "two", 2), Emit("b", "three", 3)])

    assert [(entry.stream, entry.seq, entry.event) for entry in entries] == [
        ("a", 1, "two"),
        ("b", 1, "one"),
        ("b", 2, "three"),
    ]


def test_many_streams_are_told_in_few_statements(database, caplog):
    """A unit of work that tells thousands of people holds the others up no longer than it must."""
    streams = [f"user:{number}:teams" for number in range(3 * journal.AT_ONCE)]
    say(*streams[::2], streams[2])
    caplog.set_level(logging.DEBUG, "peewee")

    entries = say(*streams)

    assert [(entry.stream, entry.seq) for entry in entries] == [
        (name, 2 - number % 2 + (number == 2))
        for name, number in sorted((name, number) for number, name in enumerate(streams))
    ]
    # Three times the heads, three times the entries, and the two ends of the transaction.
    assert len(caplog.records) <= 8
    assert len({entry.epoch for entry in entries}) == len(streams)


def test_numbers_have_no_gaps_however_many_write_at_once(database):
    def write() -> None:
        for _ in range(UNITS):
            say("a", "a")

    at_once(*[write] * WRITERS)

    assert numbers("a") == list(range(1, 2 * WRITERS * UNITS + 1))


def test_units_that_name_streams_in_opposite_order_never_wait_for_each_other(database, monkeypatch):
    reruns: list[object] = []
    monkeypatch.setattr("hub.database.is_worth_another_try", lambda wrong: bool(reruns.append(wrong)))

    at_once(
        *[lambda: [say("a", "b", "c") for _ in range(UNITS)]] * (WRITERS // 2),
        *[lambda: [say("c", "b", "a") for _ in range(UNITS)]] * (WRITERS // 2),
    )

    assert [numbers(stream) for stream in "abc"] == [list(range(1, WRITERS * UNITS + 1))] * 3
    assert reruns == []


def test_whoever_sees_a_number_sees_all_before_it(database):
    """So numbers commit in their order, even where the units that took them end at different times."""
    done = threading.Event()
    rng = random.Random(1)

    def write() -> None:
        for _ in range(UNITS):
            run(lambda: (journal.append([Emit("a", "said", 1)]), time.sleep(rng.random() / 500)))

    def read() -> set[bool]:
        db.connect()
        seen = set()
        while not done.is_set():
            count, highest = db.execute_sql("SELECT count(*), coalesce(max(seq), 0) FROM journal").fetchone()
            seen.add(count == highest)
        return seen

    def write_all() -> None:
        at_once(*[write] * WRITERS)
        done.set()

    assert at_once(read, write_all)[0] == {True}


def test_processes_that_share_a_database_share_its_numbers(database):
    writers = [subprocess.Popen([sys.executable, "-c", WRITE_ON, database], cwd=ROOT) for _ in range(3)]

    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert [numbers(stream) for stream in "ab"] == [list(range(1, 76))] * 2


def test_a_unit_that_fails_leaves_no_gap(database):
    say("a")
    with pytest.raises(ZeroDivisionError):
        run(lambda: (journal.append([Emit("a", "said", 2)]), 1 / 0))
    say("a")

    assert numbers("a") == [1, 2]


def test_a_page_holds_what_follows_a_number_oldest_first(database):
    entries = say(*["a"] * 5)
    head = Head(entries[0].epoch, 5)

    assert after("a", 0) == journal.Page(entries, head, whole=True)
    assert after("a", 2, limit=2) == journal.Page(entries[2:4], head, whole=True)
    assert after("a", 5) == journal.Page([], head, whole=True)


def test_a_stream_that_was_only_begun_is_whole_and_empty(database):
    run(journal.begin_all, ["a"])
    run(journal.begin_all, ["a"])

    page = after("a", 0)

    assert (page.entries, page.head.seq, page.whole) == ([], 0, True)


def test_a_number_beyond_the_head_is_not_whole(database):
    say("a")

    assert after("a", 2).whole is False


def test_what_was_trimmed_is_missed_only_by_those_who_had_not_heard_it(database, clock):
    say("a", "a")
    clock.forward(seconds=1)
    kept = say("a", "a")

    assert run(journal.trim, clock.moment) == 2
    assert [after("a", seq).whole for seq in range(5)] == [False, False, True, True, True]
    assert after("a", 0).entries == kept


def test_a_stream_trimmed_to_nothing_is_whole_only_at_its_head(database, clock):
    say("a", "a")

    run(journal.trim, clock.forward(seconds=1))

    assert [after("a", seq).whole for seq in range(3)] == [False, False, True]
    assert say("a")[0].seq == 3


def test_a_new_epoch_is_begun_by_the_first_who_asks_for_it(database):
    first = say("a")[0].epoch

    run(journal.renew_epoch, "a", was=first)
    second = run_reading(journal.head, "a")
    run(journal.renew_epoch, "a", was=first)

    assert second == run_reading(journal.head, "a")
    assert (second.seq, second.epoch == first) == (1, False)
    assert say("a")[0].epoch == second.epoch


def test_after_a_restored_backup_every_stream_begins_a_new_epoch(database):
    before = {entry.stream: entry.epoch for entry in say("a", "b")}

    assert run(journal.renew_epochs) == 2
    now = {stream: run_reading(journal.head, stream).epoch for stream in "ab"}
    assert len({*before.values(), *now.values()}) == 4


def test_nodes_are_told_which_heads_moved_lately(database, clock):
    say("a")
    moment = clock.forward(seconds=1)
    (entry,) = say("b")

    assert run_reading(journal.heads_moved_since, moment) == {"b": Head(entry.epoch, 1)}
    assert set(run_reading(journal.heads_moved_since, moment - timedelta(seconds=1))) == {"a", "b"}


def test_the_reader_of_a_page_gets_what_the_writer_said(database):
    said = {"text": 'quotes " and \\ and \u2028 and 😀', "numbers": [1, 1.5, -(2**53)]}

    run(journal.append, [Emit("a", "said", said)])

    assert json.loads(after("a", 0).entries[0].payload) == said


def test_what_was_stored_lately_is_found_by_its_moment(database, clock):
    say("a", "b")
    lately = clock.forward(seconds=10)
    entries = [*say("a"), *say("b"), *say("a")]

    assert run_reading(journal.since, "a", lately) == [entries[0], entries[2]]
