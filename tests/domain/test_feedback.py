"""Feedback: ten times within any 24 hours, and nobody's once its writer has left."""

from __future__ import annotations

from itertools import chain

import pytest

from hub.domain import departures, feedback
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.feedback import TooMuchFeedback
from hub.perform import run, run_reading
from models import Feedback
from tests.domain.doing import at_once
from tests.domain.membership import join


def give(by: Actor, text: str = "More tea") -> None:
    run(feedback.give, text, by=by)


def kept() -> list[tuple[int | None, str]]:
    return run_reading(lambda: [(row.account_id, row.text) for row in Feedback.select().order_by(Feedback.id)])


def test_what_is_said_is_kept(database):
    ada = join("Ada")

    give(ada, "More tea\nand \U0001f36a")

    assert kept() == [(ada.id, "More tea\nand \U0001f36a")]


def test_the_eleventh_within_a_day_is_too_much_and_the_day_rolls(database, clock):
    ada, eve = join("Ada"), join("Eve")
    for _ in range(10):
        give(ada)
        clock.forward(hours=1)

    clock.forward(hours=14, microseconds=-1)
    with pytest.raises(TooMuchFeedback):
        give(ada)
    give(eve)
    clock.forward(microseconds=1)
    give(ada)
    with pytest.raises(TooMuchFeedback):
        give(ada)

    assert [account for account, _ in kept()] == [*[ada.id] * 10, eve.id, ada.id]


def test_of_thirty_at_once_ten_are_kept(database):
    ada = join("Ada")

    # Five in a row, because the first of each thread waits for its connection.
    outcomes = at_once(*(lambda: [outcome_of_giving(ada) for _ in range(5)] for _ in range(6)))

    assert sorted(chain.from_iterable(outcomes)) == ["kept"] * 10 + ["too_much_feedback"] * 20
    assert len(kept()) == 10


def outcome_of_giving(by: Actor) -> str:
    try:
        give(by)
    except TooMuchFeedback as no:
        return no.code
    return "kept"


def test_whoever_leaves_leaves_it_as_nobody_s(database):
    ada = join("Ada")
    give(ada)

    run(departures.leave, by=ada)

    assert kept() == [(None, "More tea")]
    with pytest.raises(DeadCredential):
        give(ada)
