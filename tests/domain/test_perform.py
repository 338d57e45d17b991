"""Units of work: all or nothing, what follows stored with the change, and healed where that is safe."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from hub import clock as the_clock
from hub import database as the_database
from hub.delivery import Delivery, Emit, Job, deliveries
from hub.domain import accounts, jobs
from hub.domain.credentials import DeadCredential
from hub.domain.facts import record
from hub.domain.journal import Entry
from hub.perform import DatabaseAway, Overloaded, look_up, perform, run, run_reading, threads, use_courier
from models import Account, JobRow, JournalRow, Role, db
from tests.build import bound_to
from tests.domain.doing import at_once, nothing_is_left


@dataclass(frozen=True)
class Said:
    """A fact of these tests alone: heard at once, and worked on now and later."""

    word: str
    later: datetime | None = None


@deliveries.register
def _(fact: Said) -> list[Delivery]:
    if fact.word == "unspeakable":
        raise ValueError(fact.word)
    return [Job("work", {"word": fact.word}, due_at=fact.later), Emit("a", "said", fact.word)]


class KeepingCourier:
    """Remembers what it was handed."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.job_ids: list[int] = []

    def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
        self.events += [entry.payload for entry in entries]
        self.job_ids += job_ids


@pytest.fixture
def courier() -> KeepingCourier:
    keeping = KeepingCourier()
    use_courier(keeping)
    return keeping


def add(username: str) -> None:
    accounts.sign_up(name=username, username=username, password_hash="")


def usernames() -> list[str]:
    return run_reading(lambda: [account.username for account in Account.select().order_by(Account.username)])


def say(word: str, **more: Any) -> str:
    add(word)
    record(Said(word, **more))
    return word.upper()


def test_what_follows_is_stored_with_the_change_and_then_handed_on(database, courier):
    answer = run(say, "hello")

    (job,) = run_reading(lambda: list(JobRow.select()))
    assert (answer, usernames()) == ("HELLO", ["hello"])
    assert (courier.events, courier.job_ids) == (['"hello"'], [job.id])
    assert run_reading(lambda: [row.payload for row in JournalRow.select()]) == ['"hello"']


def test_it_is_handed_on_when_everybody_else_can_see_it(database, monkeypatch):
    seen: list[list[str]] = []

    class Curious:
        def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
            seen.extend(at_once(usernames))

    use_courier(Curious())
    run(say, "hello")

    assert seen == [["hello"]]


def test_a_job_for_later_is_stored_and_left_to_the_relay(database, courier):
    run(say, "hello", later=the_clock.now() + timedelta(seconds=1))

    assert courier.job_ids == []
    assert run_reading(jobs.counts) == {"waiting": 1}


def test_an_action_that_fails_leaves_nothing(database, courier):
    def fail() -> None:
        say("hello")
        raise accounts.UsernameTaken()

    with pytest.raises(accounts.UsernameTaken):
        run(fail)

    assert (usernames(), nothing_is_left()) == ([], True)
    assert (courier.events, courier.job_ids) == ([], [])


def test_a_reaction_that_fails_leaves_nothing(database, courier):
    with pytest.raises(ValueError, match="unspeakable"):
        run(lambda: (say("hello"), say("unspeakable")))

    assert (usernames(), nothing_is_left()) == ([], True)
    assert (courier.events, courier.job_ids) == ([], [])


def test_a_fact_outside_a_unit_of_work_is_a_bug(database):
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        record(Said("hello"))
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        run_reading(record, Said("hello"))


def test_a_unit_begins_with_no_facts_of_the_one_before(database, courier):
    with pytest.raises(ZeroDivisionError):
        run(lambda: (say("hello"), 1 / 0))

    run(add, "ada")

    assert courier.events == []


def test_nothing_touches_the_database_outside_a_unit_of_work(database):
    """For a connection that opened itself would belong to no unit, and its changes to nobody."""
    with pytest.raises(Exception, match="database connection not opened"):
        Account.select().count()


def test_a_unit_that_met_a_deadlock_is_run_again(postgres_database):
    for name in ("ada", "grace"):
        run(add, name)
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def rename(first: str, second: str) -> None:
        tries.append(first)
        append_to_name(first, first)
        if len(tries) <= 2:
            both_hold_one.wait()
        append_to_name(second, first)

    at_once(lambda: run(rename, "ada", "grace"), lambda: run(rename, "grace", "ada"))

    assert len(tries) > 2
    names = run_reading(lambda: {account.username: account.name for account in Account.select()})
    assert {name: sorted(heard.split("+")) for name, heard in names.items()} == {
        "ada": ["ada", "ada", "grace"],
        "grace": ["ada", "grace", "grace"],
    }


def append_to_name(username: str, word: str) -> None:
    Account.update(name=Account.name.concat(f"+{word}")).where(Account.username == username).execute()


def end_own_connection() -> None:
    """What a failover or an operator does, seen from inside the unit."""
    (pid,) = db.execute_sql("SELECT pg_backend_pid()").fetchone()
    with closing(psycopg.connect(db.obj.database, autocommit=True)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def test_a_connection_lost_before_the_commit_is_healed_with_one_effect(postgres_database, courier):
    tries = []

    def say_through_a_loss() -> None:
        say("hello")
        tries.append("a try")
        if len(tries) == 1:
            end_own_connection()
        add("ada")

    run(say_through_a_loss)

    assert len(tries) == 2
    assert (usernames(), courier.events) == (["ada", "hello"], ['"hello"'])


def test_a_connection_lost_at_the_commit_is_not_run_again_because_it_may_have_succeeded(postgres_database, courier):
    tries = []

    def add_and_lose() -> None:
        add("hello")
        tries.append("a try")
        end_own_connection()

    with pytest.raises(DatabaseAway):
        run(add_and_lose)

    assert (len(tries), usernames()) == (1, [])
    run(say, "hello")
    assert courier.events == ['"hello"']


def test_a_restart_of_postgres_is_noticed_by_nobody(postgres_database, postgres, courier):
    run(add, "ada")

    postgres.restart()
    run(say, "hello")

    assert (usernames(), courier.events) == (["ada", "hello"], ['"hello"'])


def test_while_postgres_is_away_units_end_at_once_and_once_it_is_back_they_work(postgres_database, postgres):
    run(add, "ada")
    postgres.halt()

    try:
        for work in (lambda: run(add, "grace"), usernames):
            with pytest.raises(DatabaseAway):
                work()
    finally:
        postgres.resume()

    run(add, "linus")
    assert usernames() == ["ada", "linus"]


def test_a_unit_that_cannot_be_serialised_is_given_up_after_three_tries(postgres_database):
    tries = []

    def clash() -> None:
        tries.append("a try")
        db.execute_sql("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$")

    with pytest.raises(DatabaseAway):
        run(clash)

    assert len(tries) == 3


@pytest.fixture
def impatient(monkeypatch):
    """The five seconds of a unit, made short."""
    short = the_database.POSTGRES_OPTIONS.replace("timeout=5s", "timeout=100ms").replace("timeout=10s", "timeout=200ms")
    monkeypatch.setattr(the_database, "POSTGRES_OPTIONS", short)
    monkeypatch.setitem(the_database.SQLITE_PRAGMAS, "busy_timeout", 50)


def test_a_unit_of_work_lasts_five_seconds_at_most():
    assert the_database.SQLITE_PRAGMAS["busy_timeout"] == 5000
    assert "-c statement_timeout=5s -c lock_timeout=5s " in the_database.POSTGRES_OPTIONS


def test_a_statement_that_takes_too_long_is_ended(impatient, postgres_database):
    with pytest.raises(DatabaseAway):
        run(lambda: (add("ada"), db.execute_sql("SELECT pg_sleep(5)")))

    assert usernames() == []


def test_a_unit_that_waits_too_long_for_another_is_ended(impatient, postgres_database):
    with closing(psycopg.connect(postgres_database)) as other:
        other.execute("LOCK TABLE account")

        with pytest.raises(DatabaseAway):
            run(add, "ada")

    run(add, "ada")


def test_on_sqlite_a_unit_that_waits_too_long_for_another_is_ended(impatient, sqlite):
    address = sqlite.new_database()
    with bound_to(address), closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseAway):
            run(add, "ada")
        other.rollback()

        run(add, "ada")

        assert usernames() == ["ada"]


def test_on_sqlite_reading_waits_for_no_writer(impatient, sqlite):
    address = sqlite.new_database()
    with bound_to(address), closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")

        assert usernames() == []


@pytest.fixture
async def database_thread(database):
    """One thread that works on the database for the event loop."""
    threads.open(1)
    yield
    await threads.do(db.close)
    await threads.close()


async def test_the_event_loop_has_its_units_done_in_a_thread(database_thread, courier):
    assert await perform(say, "hello") == "HELLO"
    assert await look_up(lambda: Account.select().count()) == 1
    await asyncio.sleep(0)
    assert courier.events == ['"hello"']


async def test_what_follows_is_handed_on_even_if_the_caller_stops_waiting(database_thread, courier):
    begun, go_on = threading.Event(), threading.Event()

    def say_slowly() -> None:
        begun.set()
        go_on.wait()
        say("hello")

    caller = asyncio.create_task(perform(say_slowly))
    await asyncio.to_thread(begun.wait)
    caller.cancel()
    go_on.set()

    assert await look_up(lambda: Account.select().count()) == 1
    await asyncio.sleep(0)
    assert (caller.cancelled(), courier.events) == (True, ['"hello"'])


def test_whoever_acts_after_their_account_is_gone_is_nobody(database):
    with pytest.raises(DeadCredential):
        run(lambda: Role.create(account=4711, name="mentor"))


async def test_more_than_the_threads_can_take_is_refused_at_once(database_thread, monkeypatch):
    monkeypatch.setattr(threads, "_most_waiting", 1)
    go_on = threading.Event()
    first = asyncio.create_task(perform(go_on.wait))
    await asyncio.sleep(0)

    with pytest.raises(Overloaded):
        await perform(add, "ada")

    go_on.set()
    assert await first is True
    await perform(add, "ada")


async def test_nobody_waits_for_ever_for_a_database_that_fell_silent(database_thread, monkeypatch):
    monkeypatch.setattr("hub.perform.PATIENCE_SECONDS", 0.05)
    go_on = threading.Event()

    for call in (perform, look_up):
        with pytest.raises(DatabaseAway):
            await call(go_on.wait)

    go_on.set()
