"""Hops: what is noted of a delivery, once, without contents, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub import migrations
from hub.delivery import Emit, Job
from hub.domain import accounts, hops, jobs, journal, sent_messages, tidying
from hub.domain.hops import ACCEPTED, LATER, POSTPONED, PUSH, Acknowledged, Cause
from hub.perform import run, run_reading
from models import Account, Hop, JobRow, JournalRow, SentMessage, db
from tests import people
from tests.conftest import NOON
from tests.domain.tutoring import write

UNIT = "0123456789abcdef"


def noted() -> list[dict[str, Any]]:
    return run_reading(lambda: list(Hop.select().order_by(Hop.id).dicts()))


def add_job(account_id: int, name: str = "push.sync_devices") -> int:
    job_id = run(jobs.add, Job(name, {"account_id": account_id}), UNIT)
    assert job_id is not None
    return job_id


def note(account_id: int | None, outcome: str, **more: Any) -> None:
    run(hops.note, account_id, PUSH, outcome, **more)


def test_a_hop_knows_the_unit_and_the_job_that_it_follows_from(database, clock):
    ada = people.make("Ada")
    job_id = add_job(ada.id)

    note(ada.id, ACCEPTED, via="apn (device 3)", job_id=job_id)

    assert noted() == [
        {
            "id": 1,
            "account": ada.id,
            "unit": UNIT,
            "job_id": job_id,
            "purpose": "push.sync_devices",
            "channel": "push",
            "outcome": "accepted",
            "via": "apn (device 3)",
            "detail": None,
            "stream": None,
            "since": None,
            "seq": None,
            "at": NOON,
        }
    ]


def test_who_is_not_named_is_whom_the_job_is_for(database, clock):
    ada = people.make("Ada")

    note(None, ACCEPTED, job_id=add_job(ada.id))

    assert [hop["account"] for hop in noted()] == [ada.id]


def test_of_somebody_who_is_gone_nothing_is_noted_and_nothing_is_kept(database, clock):
    ada = people.make("Ada")
    job_id = add_job(ada.id)
    note(ada.id, ACCEPTED, job_id=job_id)
    run(accounts.delete, ada.id)

    note(ada.id, ACCEPTED, job_id=job_id)
    note(None, ACCEPTED)
    run(hops.acknowledged, [Acknowledged(ada.id, f"user:{ada.id}:messages", 0, 1, NOON, "node ab12")])

    assert noted() == []


def test_what_is_so_for_a_while_is_one_hop_whose_moment_moves_on(database, clock):
    ada = people.make("Ada")
    job_id = add_job(ada.id)
    for _ in range(3):
        note(ada.id, POSTPONED, detail="they look", job_id=job_id)
        clock.forward(seconds=10)
    note(ada.id, LATER, detail="503", job_id=job_id)
    note(ada.id, LATER, detail="503", job_id=job_id)
    note(ada.id, POSTPONED, detail="they look", job_id=job_id)

    seconds = [(hop["outcome"], (hop["at"] - NOON).seconds) for hop in noted()]
    assert seconds == [("postponed", 20), ("later", 30), ("later", 30), ("postponed", 30)]


def test_whatever_a_provider_says_can_be_kept(database, clock):
    ada = people.make("Ada")

    note(ada.id, ACCEPTED, via="x" * 500, detail="\0" + "y" * 500)

    (hop,) = noted()
    assert (hop["via"], hop["detail"]) == ("x" * 150, "y" * 300)


def test_many_sockets_tell_at_once_what_they_have_heard(database, clock):
    ada, grace = people.make("Ada"), people.make("Grace")
    heard = [
        Acknowledged(one.id, f"user:{one.id}:teams", seq - 1, seq, NOON, "node ab12")
        for one in (ada, grace)
        for seq in (1, 2)
    ]

    run(hops.acknowledged, [*heard, Acknowledged(4711, "user:4711:teams", 0, 1, NOON, "node ab12")])
    run(hops.acknowledged, [])

    assert [(hop["account"], hop["stream"], hop["seq"], hop["outcome"], hop["at"]) for hop in noted()] == [
        (one.account_id, one.stream, one.seq, "acknowledged", NOON) for one in heard
    ]


def test_what_becomes_of_a_mail_is_a_hop_each(database, clock):
    ada = people.make("Ada")
    job_id = add_job(ada.id, "mail.welcome")
    mail = run(sent_messages.begin, channel="email", purpose="welcome", account_id=ada.id, job_id=job_id)
    run(sent_messages.accepted, mail, "<1@hub.example>")
    run(sent_messages.report, mail, "failed", "the mail server answered 550")
    run(sent_messages.report, mail, "failed", "and again")

    assert [(hop["outcome"], hop["via"], hop["detail"], hop["unit"], hop["purpose"]) for hop in noted()] == [
        ("accepted", "smtp", None, UNIT, "welcome"),
        ("failed", "smtp", "the mail server answered 550", UNIT, "welcome"),
    ]


def test_what_sockets_heard_is_forgotten_with_the_journal_and_the_rest_after_a_month(database, clock):
    ada = people.make("Ada")
    note(ada.id, ACCEPTED)
    run(hops.acknowledged, [Acknowledged(ada.id, f"user:{ada.id}:teams", 0, 1, NOON, "node ab12")])

    left = []
    for passed in (timedelta(days=1), timedelta(days=1, seconds=1), timedelta(days=30, seconds=1)):
        run(tidying.tidy_hops, NOON + passed, journal_kept_for=timedelta(days=1))
        left.append([hop["channel"] for hop in noted()])

    assert left == [["push", "socket"], ["push"], []]


def test_many_are_forgotten_in_portions(database, clock, monkeypatch):
    monkeypatch.setattr(hops, "PORTION", 2)
    ada = people.make("Ada")
    heard = [Acknowledged(ada.id, f"user:{ada.id}:teams", seq - 1, seq, NOON, "node") for seq in (1, 2, 3)]
    run(hops.acknowledged, heard)

    later = NOON + timedelta(days=2)
    more = [run(tidying.tidy_hops, later, journal_kept_for=timedelta(days=1)) for _ in range(2)]

    assert (more, noted()) == ([True, False], [])


def test_events_and_jobs_of_one_unit_of_work_bear_its_name(database, clock):
    ann = people.actor_of(people.join("Ann"))
    tom = people.actor_of(people.join("Tom", phone="70"))
    write(tom, by=ann)

    events = run_reading(lambda: list(JournalRow.select().where(JournalRow.stream == f"user:{tom.id}:messages")))
    (job,) = run_reading(lambda: list(JobRow.select().where(JobRow.account_id == tom.id)))
    (unit,) = {event.unit for event in events[-2:]}
    assert ([event.event for event in events[-2:]], len(unit), job.unit) == (["message", "counters"], 16, unit)


def test_a_job_that_is_asked_for_again_takes_the_newest_unit_but_what_waits_stays_with_its_own(database, clock):
    asked = Job("a", {"account_id": 7}, unique_key="a", again=True)
    job_id = run(jobs.add, asked, "the first")
    run(jobs.add, asked, "meanwhile")
    while_it_waits = run_reading(hops.cause_of, job_id)

    run(jobs.finish, run(jobs.lease, job_id, holder="one", seconds=60))
    run(jobs.add, asked, "the second")

    assert while_it_waits == Cause("the first", job_id, "a", 7)
    assert run_reading(hops.cause_of, job_id) == Cause("the second", job_id, "a", 7)


def test_rows_of_an_older_hub_stay_when_hops_come(database, clock):
    ada = people.make("Ada")
    add_job(ada.id)
    run(journal.append, [Emit(f"user:{ada.id}:teams", "ticket", {})])
    run(sent_messages.begin, channel="email", purpose="welcome", account_id=ada.id)
    tables = (Account, JobRow, JournalRow, SentMessage)

    db.connect(reuse_if_open=True)
    if not database.startswith("sqlite"):
        # Tests begin to count anew, also in the table that says which migrations were applied.
        db.execute_sql("SELECT setval('schema_migration_id_seq', 100)")
    migrations.runner().down(target="0005_hops")
    migrations.runner().up()

    counts = run_reading(lambda: [table.select().count() for table in tables])
    assert counts == [1, 1, 1, 1]
    job, event = run_reading(lambda: (JobRow.get(), JournalRow.get()))
    assert (job.unit, job.account_id, job.name, event.unit, event.event) == (
        None,
        None,
        "push.sync_devices",
        None,
        "ticket",
    )
