"""Votes: one of each member, who may move it, and figures that are right at every moment."""

from __future__ import annotations

import threading

import pytest

from hub.domain import departures, polls
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential
from hub.domain.polls import VoteCast
from hub.domain.refusals import Invalid
from hub.perform import run, run_reading
from models import Account, Vote, db
from tests.domain.doing import at_once, facts_of
from tests.domain.membership import KEYS, join

OPTIONS = ["100", "101", "102", "103", "104", "105", "106", "107"]
NONE = dict.fromkeys(OPTIONS, 0)
VOTES_AND_VOTERS = """SELECT (SELECT COALESCE(SUM(votes), 0) FROM poll_option WHERE poll = 1),
                             (SELECT COUNT(*) FROM vote WHERE poll = 1)"""
"""In one statement, so that both are of one moment."""


def cast(option: str, by: Actor) -> dict[str, int]:
    return run(polls.cast, 1, option, keys=KEYS, by=by)


def figures() -> dict[str, int]:
    return run_reading(polls.figures, 1)


def votes_and_voters() -> tuple[int, int]:
    return tuple(run_reading(lambda: db.execute_sql(VOTES_AND_VOTERS).fetchone()))


def test_every_option_is_listed_before_anybody_has_voted(database):
    assert figures() == NONE


def test_a_vote_counts_once_and_moves(database):
    ada, eve = join("Ada"), join("Eve")

    said = [cast("105", ada), cast("105", eve), cast("105", ada), cast("100", ada)]

    assert said == [
        NONE | {"105": 1},
        NONE | {"105": 2},
        NONE | {"105": 2},
        NONE | {"105": 1, "100": 1},
    ]


def test_a_vote_is_told_to_whoever_cast_it_and_only_when_it_moved(database):
    ada = join("Ada")

    facts = [facts_of(polls.cast, 1, option, keys=KEYS, by=ada) for option in ("105", "105", "100")]

    assert facts == [[VoteCast(ada.id, 1, "105")], [], [VoteCast(ada.id, 1, "100")]]


@pytest.mark.parametrize(("poll", "option"), [(1, "99"), (1, "108"), (1, ""), (2, "105"), (0, "105")])
def test_what_is_no_option_changes_nothing(database, poll, option):
    ada = join("Ada")
    cast("105", ada)

    with pytest.raises(Invalid):
        run(polls.cast, poll, option, keys=KEYS, by=ada)

    assert figures() == NONE | {"105": 1}


def test_a_vote_stays_when_its_voter_leaves_and_names_nobody(database):
    ada = join("Ada")
    cast("105", ada)
    before = run_reading(lambda: list(Vote.select().dicts()))

    run(departures.leave, by=ada)

    assert run_reading(lambda: list(Vote.select().dicts())) == before
    assert ada.public_id not in repr(before)
    assert run_reading(Account.get_or_none, Account.id == ada.id) is None
    assert figures() == NONE | {"105": 1}


def test_twenty_votes_of_one_member_at_once_are_one_vote_at_every_moment(database):
    ada, eve = join("Ada"), join("Eve")
    cast("107", eve)

    with Watch() as seen:
        # Four in a row, because the first of each thread waits for its connection.
        at_once(*(lambda start=start: [cast(option, ada) for option in OPTIONS[start:][:4]] for start in range(5)))

    assert seen.moments
    assert all(votes == voters for votes, voters in seen.moments)
    assert votes_and_voters() == (2, 2)
    assert figures() == counted_anew()


def test_members_who_vote_and_move_at_once_are_counted_at_every_moment(database):
    members = [join(name) for name in ("Ada", "Eve", "Ian", "Uwe")]

    with Watch() as seen:
        at_once(*(lambda who=who: [cast(option, who) for option in OPTIONS[:4]] for who in members))

    assert all(votes == voters for votes, voters in seen.moments)
    assert votes_and_voters() == (4, 4)
    assert figures() == counted_anew()


def counted_anew() -> dict[str, int]:
    """The figures as the votes themselves have them."""
    chosen = run_reading(lambda: [vote.option for vote in Vote.select()])
    return {option: chosen.count(option) for option in OPTIONS}


class Watch:
    """Looks at votes and voters, over and over, while others vote."""

    def __enter__(self) -> Watch:
        self.moments: list[tuple[int, int]] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._is_over.is_set():
            self.moments.append(votes_and_voters())
        db.close()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()


def test_whoever_has_left_meanwhile_has_no_vote(database, ada):
    run(departures.leave, by=ada)

    with pytest.raises(DeadCredential):
        cast("105", ada)

    assert figures() == NONE
