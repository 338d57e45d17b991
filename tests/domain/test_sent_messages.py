"""Messages given to a provider: begun once, told of in any order, and forgotten in the end."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from hub.domain import accounts, sent_messages, tidying
from hub.perform import run, run_reading
from models import SentMessage
from tests.conftest import NOON
from tests.domain.doing import at_once


def begin(key: str | None = None) -> str:
    return run(sent_messages.begin, channel="sms", purpose="phone_code", account_id=None, key=key)


def row(public_id: str) -> SentMessage:
    return run_reading(lambda: SentMessage.get(SentMessage.public_id == public_id))


def standing(public_id: str) -> tuple[str, str | None]:
    return row(public_id).status, row(public_id).detail


def test_a_message_is_noted_before_it_is_sent_and_once_it_is_taken(ada, clock):
    public_id = run(sent_messages.begin, channel="email", purpose="magic_link", account_id=ada.id)
    begun = row(public_id)
    now = clock.forward(seconds=3)

    run(sent_messages.accepted, public_id, "<one@example.org>")

    taken = row(public_id)
    assert (begun.channel, begun.purpose, begun.account_id) == ("email", "magic_link", ada.id)
    assert (begun.status, begun.reference, begun.changed_at) == ("waiting", None, NOON)
    assert (taken.status, taken.reference, taken.changed_at) == ("accepted", "<one@example.org>", now)


def test_of_a_job_that_runs_twice_there_is_one_row(database):
    first = begin("phone_code-1")
    run(sent_messages.accepted, first, "SM1")

    again = begin("phone_code-1")

    assert (again, standing(again)) == (first, ("accepted", None))
    assert len({begin("phone_code-2"), begin(), begin(), first}) == 4


def test_of_many_who_begin_the_same_at_once_all_have_the_same_row(postgres_database):
    begun = at_once(*[lambda: begin("phone_code-1")] * 4)

    assert begun == [begun[0]] * 4


def test_what_was_taken_is_known_to_whoever_would_send_it_again(database):
    public_id = begin()
    before = run_reading(sent_messages.is_taken, public_id)

    run(sent_messages.accepted, public_id, "SM1")

    assert (before, run_reading(sent_messages.is_taken, public_id)) == (False, True)


@pytest.mark.parametrize("end", sent_messages.ENDS)
def test_a_message_moves_on_and_never_back(database, end):
    public_id = begin()
    way = [*sent_messages.ON_THE_WAY[1:], end]

    moved = [run(sent_messages.report, public_id, status) for status in way]
    moved_back = [run(sent_messages.report, public_id, status, "late") for status in reversed(way)]

    assert (moved, moved_back) == ([True] * len(way), [False] * len(way))
    assert standing(public_id) == (end, None)


def test_steps_may_be_left_out(database):
    for first, second in pairwise(["sending", "sent", "undelivered"]):
        public_id = begin()

        run(sent_messages.report, public_id, first)
        run(sent_messages.report, public_id, second, "30003 unreachable\0")

        assert standing(public_id) == (second, "30003 unreachable")


def test_how_a_message_ended_stays(database):
    public_id = begin()
    run(sent_messages.report, public_id, "failed", "30008")

    assert not run(sent_messages.report, public_id, "delivered")
    assert standing(public_id) == ("failed", "30008")


def test_news_that_come_before_the_provider_has_answered_are_not_lost(database):
    public_id = begin()
    run(sent_messages.report, public_id, "delivered")

    run(sent_messages.accepted, public_id, "SM1")

    assert (standing(public_id), row(public_id).reference) == (("delivered", None), "SM1")


@pytest.mark.parametrize("status", ["", "waiting", "read", "DELIVERED", "x" * 1000])
def test_words_that_nobody_knows_are_passed_over(database, status):
    public_id = begin()

    assert not run(sent_messages.report, public_id, status)
    assert standing(public_id) == ("waiting", None)


def test_news_of_a_message_that_nobody_knows_are_passed_over(database):
    assert not run(sent_messages.report, "0" * 24, "delivered")
    run(sent_messages.accepted, "0" * 24, "SM1")

    assert run_reading(SentMessage.select().count) == 0


def test_the_row_of_somebody_who_left_stays_and_is_nobodys(ada):
    public_id = run(sent_messages.begin, channel="email", purpose="welcome", account_id=ada.id)

    run(accounts.delete, ada.id)

    assert row(public_id).account_id is None


def test_after_a_month_a_message_is_forgotten(database, clock):
    def tidy() -> int:
        kept = timedelta(days=1)
        run(tidying.tidy, clock.moment, journal_kept_for=kept, sessions_idle_for=kept)
        return run_reading(SentMessage.select().count)

    begin()

    clock.forward(days=30)
    assert tidy() == 1
    clock.forward(seconds=1)
    assert tidy() == 0
