"""The handshake against a model of it in plain Python: whatever four people press, in both modes, both always agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hub.domain import counters, profiles, tutoring_sessions
from hub.domain.actors import Actor
from hub.domain.facts import recording
from hub.domain.modes import STUDENT, TUTOR, opposite
from hub.domain.refusals import Refusal
from hub.domain.tutoring_sessions import (
    HandOffered,
    OfferExpired,
    OfferProlonged,
    SessionEnded,
    SessionStarted,
)
from hub.perform import run, run_reading
from models import InSession, Offer, TutoringSession, db
from tests import people as cast
from tests.build import Sqlite, bound_to
from tests.conftest import HeldClock
from tests.domain.tutoring import HELD_OUT_FOR

NAMES = ["Ann", "Tom", "Eve", "Una"]
LEARNS_ONLY = 0
A_MOMENT = timedelta(microseconds=1)
A_WHILE = [A_MOMENT, timedelta(seconds=1), HELD_OUT_FOR - A_MOMENT, HELD_OUT_FOR, timedelta(minutes=10)]

people = st.integers(0, len(NAMES) - 1)
modes = st.sampled_from([STUDENT, TUTOR])
Hand = tuple[int, int, str]
"""Whose it is, to whom it is held out, and which side its owner would be on."""


@dataclass(frozen=True)
class Session:
    student: int
    tutor: int
    rate: float
    started_at: datetime

    @property
    def people(self) -> tuple[int, int]:
        return self.student, self.tutor


class Handshakes(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock, actors: list[Actor]) -> None:
        super().__init__()
        self.clock = clock
        self.actors = actors
        self.numbers = {actor.id: place for place, actor in enumerate(actors)}
        self.rates = dict.fromkeys(range(len(NAMES)), 22.5)
        self.hands: dict[Hand, datetime] = {}
        self.running: dict[int, Session] = {}
        self.amounts: list[Decimal] = []
        for table in (Offer, InSession, TutoringSession):
            run(lambda table=table: table.delete().execute())
        for place in range(1, len(NAMES)):
            self.set_rate(place, 22.5)

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def do(self, action: Any, *arguments: Any, **named: Any) -> tuple[Any, list[object]]:
        """What is answered (a refusal by its code), and the facts about hands and sessions."""

        def observed() -> tuple[Any, list[object]]:
            with recording() as facts:
                answer = action(*arguments, **named)
            return answer, [self.spelled(fact) for fact in facts if type(fact).__module__ == tutoring_sessions.__name__]

        try:
            return run(observed)
        except Refusal as no:
            return no.code, []

    def spelled(self, fact: Any) -> object:
        if isinstance(fact, HandOffered | OfferProlonged | OfferExpired):
            return type(fact).__name__, self.hand(fact.offer)
        ended_by = (self.numbers[fact.ended_by],) if isinstance(fact, SessionEnded) else ()
        return type(fact).__name__, self.session(fact.session), *ended_by

    def hand(self, offer: Offer) -> Hand:
        return self.numbers[offer.offered_by_id], self.numbers[offer.offered_to_id], offer.mode

    def session(self, row: TutoringSession | None) -> Session | None:
        if row is None:
            return None
        return Session(self.numbers[row.student_id], self.numbers[row.tutor_id], row.rate, row.started_at)

    @rule(who=people, whom=people, mode=modes)
    def press(self, who: int, whom: int, mode: str) -> None:
        expected, facts = self.expect_press(who, whom, mode)

        answer, recorded = self.do(
            tutoring_sessions.start,
            self.actors[whom].id,
            mode=mode,
            held_out_for=HELD_OUT_FOR,
            by=self.actors[who],
        )

        assert (answer if isinstance(answer, str) else self.session(answer)) == expected
        assert sorted(recorded, key=repr) == sorted(facts, key=repr)

    @rule(who=people, whom=people, mode=modes, between=st.sampled_from([timedelta(0), *A_WHILE]))
    def press_back(self, who: int, whom: int, mode: str, between: timedelta) -> None:
        """Two presses that fit, which chance alone would seldom make."""
        self.press(who, whom, mode)
        self.wait(between)
        self.press(whom, who, opposite(mode))

    def expect_press(self, who: int, whom: int, mode: str) -> tuple[Any, list[object]]:
        if who == whom:
            return "partner_not_found", []
        if mode == TUTOR and who == LEARNS_ONLY:
            return "tutor_profile_missing", []
        if who in self.running:
            session = self.running[who]
            return (session if whom in session.people else "active_session"), []
        theirs = self.hands.get((whom, who, opposite(mode)))
        if theirs is not None and theirs > self.now and whom not in self.running:
            return self.begin(*((who, whom) if mode == STUDENT else (whom, who)))
        hand = who, whom, mode
        is_out = hand in self.hands and self.hands[hand] > self.now
        self.hands[hand] = self.now + HELD_OUT_FOR
        return None, [((OfferProlonged if is_out else HandOffered).__name__, hand)]

    def begin(self, student: int, tutor: int) -> tuple[Session, list[object]]:
        session = Session(student, tutor, self.rates[tutor], self.now.replace(microsecond=0))
        self.running |= dict.fromkeys(session.people, session)
        withdrawn = [hand for hand in self.hands if hand[0] in session.people]
        for hand in withdrawn:
            del self.hands[hand]
        told = [(OfferExpired.__name__, hand) for hand in withdrawn if hand[1] not in session.people]
        return session, [*told, (SessionStarted.__name__, session)]

    @precondition(lambda self: self.running)
    @rule(who=people, share=st.sampled_from([0, 0.5, 1, 1.001, -1]))
    def end(self, who: int, share: float) -> None:
        session = self.running.get(who)
        elapsed = (self.now - session.started_at).total_seconds() if session else 0.0
        seconds = elapsed * share if share >= 0 else -1.0
        expected = self.expect_end(who, session, seconds, elapsed)

        answer, facts = self.do(tutoring_sessions.end, seconds, by=self.actors[who])

        assert (answer if isinstance(answer, str) else self.session(answer), facts) == expected

    def expect_end(self, who: int, session: Session | None, seconds: float, elapsed: float) -> tuple[Any, list[object]]:
        if seconds < 0:
            return "invalid", []
        if session is None:
            return "no_session", []
        if seconds > elapsed:
            return "duration_too_long", []
        for person in session.people:
            del self.running[person]
        exact = Decimal(str(session.rate)) * Decimal(str(seconds)) / 3600
        self.amounts.append(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
        return session, [(SessionEnded.__name__, session, who)]

    @rule()
    def expire(self) -> None:
        """Every job that there could be, the ones that come too early too."""
        overdue = [hand for hand, until in self.hands.items() if until <= self.now]
        numbers = run_reading(lambda: [offer.id for offer in Offer.select()])

        told = [fact for number in numbers for fact in self.do(tutoring_sessions.expire_offer, number)[1]]

        outcomes = {hand: OfferExpired if hand in overdue else OfferProlonged for hand in self.hands}
        assert sorted(told) == sorted((outcome.__name__, hand) for hand, outcome in outcomes.items())
        for hand in overdue:
            del self.hands[hand]

    @rule(how_long=st.sampled_from(A_WHILE))
    def wait(self, how_long: timedelta) -> None:
        self.clock.moment += how_long

    @rule(who=st.integers(1, len(NAMES) - 1), rate=st.sampled_from([0.01, 22.5, 40.55, 10_000.0]))
    def set_rate(self, who: int, rate: float) -> None:
        run(profiles.change, by=self.actors[who], tutor={"rate": rate})
        self.rates[who] = rate

    @rule(who=people, whom=people, mode=modes)
    def ask(self, who: int, whom: int, mode: str) -> None:
        """Whether it started, and what the counters say, which is told from one's own side."""
        session = self.running.get(who)
        sides = (who, whom) if mode == STUDENT else (whom, who)

        started, counted = run_reading(
            lambda: (
                tutoring_sessions.started(self.actors[whom].id, mode=mode, by=self.actors[who]),
                counters.of(self.actors[who].id).session,
            )
        )

        assert self.session(started) == (session if session is not None and session.people == sides else None)
        assert (counted and (self.numbers[counted.other_id], counted.mode)) == self.from_the_side_of(who)

    def from_the_side_of(self, who: int) -> tuple[int, str] | None:
        session = self.running.get(who)
        if session is None:
            return None
        return (session.tutor, STUDENT) if who == session.student else (session.student, TUTOR)

    @invariant()
    def the_same_sessions_run_and_the_same_hands_are_held_out(self) -> None:
        running, hands = run_reading(
            lambda: (
                {self.numbers[row.account_id]: self.session(row.session) for row in InSession.select()},
                {self.hand(offer): offer.expires_at for offer in Offer.select()},
            )
        )

        assert (running, hands) == (self.running, self.hands)

    def teardown(self) -> None:
        amounts = run_reading(lambda: [row.amount for row in TutoringSession.select().order_by(TutoringSession.id)])

        assert sorted(amount.quantize(Decimal("0.01")) for amount in amounts if amount is not None) == sorted(
            self.amounts
        )


# Only where it fails does it take long: the shortest way to the failure is looked for then.
@pytest.mark.timeout(600)
def test_handshakes_behave_as_their_model_does(sqlite: Sqlite, clock: HeldClock):
    with bound_to(sqlite.new_database()):
        # Each step is a unit of its own, and only a loss of power would tell the difference.
        db.connect()
        db.execute_sql("PRAGMA synchronous = OFF")
        actors = [cast.actor_of(cast.join(name, teaches=name != "Ann")) for name in NAMES]
        run_state_machine_as_test(
            lambda: Handshakes(clock, actors),
            settings=settings(max_examples=25, stateful_step_count=25),
        )
