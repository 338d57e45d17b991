"""Payments: a session that has ended is paid for once, whatever happens to the worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.perform import run_reading
from hub.reactions.tutoring_sessions import CHARGE
from models import TutoringSession
from tests.conftest import NOON, HeldClock
from tests.domain.tutoring import end, shake_hands
from tests.workers.working import job_called
from workers import jobs, payments

HALF_AN_HOUR = 1800


@pytest.fixture
def half_an_hour(ann, tom, clock: HeldClock) -> TutoringSession:
    """A session that has just ended; Tom takes 22.50 an hour."""
    shake_hands(ann, tom)
    clock.forward(seconds=HALF_AN_HOUR)
    return end(HALF_AN_HOUR, by=ann)


def charged(folder: Path) -> list[dict[str, Any]]:
    """What the console gateway was asked to charge."""
    letters = [json.loads(path.read_text()) for path in sorted((folder / "outbox").glob("*.json"))]
    return [letter["payload"] for letter in letters if letter["channel"] == "payment"]


def paid(session: TutoringSession) -> tuple[object, str | None]:
    now = run_reading(lambda: TutoringSession.get_by_id(session.id))
    return now.paid_at, now.payment_reference


def test_a_session_is_paid_for_once_by_who_learnt_to_who_taught(worker, half_an_hour, ann, tom, tmp_path, clock):
    worker.work_for(minutes=10)

    payment = {"session": half_an_hour.public_id, "payer": ann.id, "payee": tom.id, "amount": "11.25"}
    assert charged(tmp_path) == [payment]
    assert paid(half_an_hour)[1] == f"console-{half_an_hour.public_id}"


def test_each_session_is_paid_for_by_itself(worker, ann, tom, tmp_path):
    public_ids = []
    for _ in range(2):
        shake_hands(ann, tom)
        public_ids.append(end(by=tom).public_id)

    worker.work_for(minutes=10)

    assert sorted(payment["session"] for payment in charged(tmp_path)) == sorted(public_ids)


def test_a_job_that_comes_again_after_the_mark_charges_nothing(worker, half_an_hour, tmp_path):
    worker.work()
    before = paid(half_an_hour)

    payments.charge(half_an_hour.id)

    assert (len(charged(tmp_path)), paid(half_an_hour)) == (1, before)


def test_a_session_that_still_runs_is_not_charged(worker, ann, tom, tmp_path):
    session = shake_hands(ann, tom)

    payments.charge(session.id)

    assert (charged(tmp_path), paid(session)) == ([], (None, None))


def test_killed_between_the_charge_and_the_mark_it_asks_again_under_the_same_key(
    worker, half_an_hour, tmp_path, clock, monkeypatch
):
    def killed(*_: object) -> None:
        raise SystemExit("kill -9")

    with monkeypatch.context() as until_it_dies:
        until_it_dies.setattr(payments, "run", killed)
        with pytest.raises(SystemExit):
            jobs.do(job_called(CHARGE)["id"], holder="the one that dies")
    assert (len(charged(tmp_path)), paid(half_an_hour)) == (1, (None, None))

    clock.forward(seconds=jobs.LEASE_SECONDS + 1)
    jobs.do(job_called(CHARGE)["id"], holder="the next")

    first, second = charged(tmp_path)
    assert first == second
    assert paid(half_an_hour) == (clock.moment, f"console-{half_an_hour.public_id}")


def test_a_charge_that_fails_is_tried_again_until_it_is_made(worker, half_an_hour, tmp_path):
    in_the_way = tmp_path / "outbox"
    in_the_way.touch()
    worker.work()
    assert (job_called(CHARGE)["state"], paid(half_an_hour)) == ("waiting", (None, None))

    in_the_way.unlink()
    worker.work_for(minutes=1)

    assert (job_called(CHARGE)["state"], len(charged(tmp_path))) == ("done", 1)
    assert paid(half_an_hour)[0] > NOON


def test_where_payments_are_off_nobody_is_charged_and_the_operator_reads_for_which_session(
    worker, configure, half_an_hour, tmp_path
):
    configure(env="production")

    with capture_logs() as said:
        worker.work()

    (line,) = [line for line in said if line["event"] == "payment_due"]
    assert (line["session"], line["what_to_do"]) == (
        half_an_hour.public_id,
        "set HUB_PAYMENTS; nobody was charged",
    )
    assert (charged(tmp_path), paid(half_an_hour)) == ([], (None, None))
    assert job_called(CHARGE)["state"] == "done"


def test_in_production_payments_go_to_the_outbox_when_it_is_asked_for(worker, configure, half_an_hour, tmp_path):
    configure(env="production", payments="console")

    worker.work()

    assert [payment["amount"] for payment in charged(tmp_path)] == ["11.25"]
