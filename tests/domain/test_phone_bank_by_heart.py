"""The phone bank against a model of it in plain Python: whatever two callers and four members do, both agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hub import database as databases
from hub.domain import phone_bank, roles
from hub.domain.actors import Actor
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Member, PhoneCall, Role
from models.membership import LONG_AGO
from tests.conftest import HeldClock
from tests.domain.membership import NUMBER, change, hurry, join

POSTCODES = {"Paul": "2000", "Rosa": "3000", "Ada": "2000", "Eve": "3000"}
STATES = {"2000": "nsw", "3000": "vic"}
LASTS = timedelta(minutes=15)
A_MOMENT = timedelta(microseconds=1)
A_WHILE = [A_MOMENT, LASTS - A_MOMENT, LASTS, timedelta(hours=1)]

callers = st.integers(0, 1)
anybody = st.integers(0, len(POSTCODES) - 1)
seldom = st.sampled_from([False, False, False, True])
within = st.sampled_from([None, None, timedelta(0), timedelta(minutes=15), timedelta(hours=1)])


@dataclass
class Called:
    """A member as the model remembers them, by the names of the columns."""

    state: str
    is_callable: bool = True
    last_called_at: datetime = LONG_AGO
    last_answered_at: datetime = LONG_AGO
    call_id: int | None = None
    called_by: int | None = None
    call_until: datetime = LONG_AGO


class PhoneBank(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock, actors: list[Actor]) -> None:
        super().__init__()
        self.clock = clock
        self.actors = actors
        self.may_call = {0, 1}
        self.numbers: list[int] = []
        self.refused_calls: set[int] = set()
        self.has_number = set(range(len(POSTCODES)))
        self.members = [Called(STATES[postcode]) for postcode in POSTCODES.values()]
        self.logs: list[list[tuple[str, bool]]] = [[] for _ in POSTCODES]
        run(self.begin)

    def begin(self) -> None:
        PhoneCall.delete().execute()
        given = f'{{"contact_number": "{NUMBER}", "email": "%s", "addr_postcode": "%s"}}'
        for actor, postcode, member in zip(self.actors, POSTCODES.values(), self.members, strict=True):
            as_new = {**asdict(member), "given": given % (actor.username, postcode)}
            Member.update(**as_new).where(Member.account == actor.id).execute()
        for place, role in enumerate((roles.PHONEBANK, roles.ADMIN)):
            Role.insert(account=self.actors[place].id, name=role).on_conflict_ignore().execute()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def do(self, how: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What it answers, a refusal by its code."""
        try:
            return how(*arguments, **named)
        except Refusal as no:
            return no.code

    @rule(who=callers, state=st.sampled_from([None, None, "nsw", "vic", "tas"]), answered=within, called=within)
    def claim(self, who: int, state: str | None, answered: timedelta | None, called: timedelta | None) -> None:
        expected = self.expect_claim(who, state, answered, called)
        wanted = {"state": state, "no_answered_call_within": answered, "no_call_within": called}

        call_id = self.do(run, phone_bank.claim, **wanted, lasts=LASTS, limited=False, by=self.actors[who])

        if not isinstance(expected, int):
            assert call_id == expected
            return
        assert isinstance(call_id, int)
        assert call_id not in self.numbers
        self.numbers.append(call_id)
        member = self.members[expected]
        member.call_id, member.called_by, member.call_until = call_id, self.actors[who].id, self.now + LASTS

    def expect_claim(
        self, who: int, state: str | None, answered: timedelta | None, called: timedelta | None
    ) -> int | str | None:
        if who not in self.may_call:
            return "role_needed"
        waiting = [
            (member.last_called_at, place)
            for place, member in enumerate(self.members)
            if place != who
            and member.is_callable
            and member.call_until <= self.now
            and state in (None, member.state)
            and (answered is None or self.now - member.last_answered_at >= answered)
            and (called is None or self.now - member.last_called_at >= called)
        ]
        return min(waiting)[-1] if waiting else None

    @precondition(lambda self: self.numbers)
    @rule(
        who=callers,
        back=st.integers(0, 9),
        was_answered=st.booleans(),
        do_not_call=st.sampled_from([False] * 3 + [True]),
    )
    def report(self, who: int, back: int, was_answered: bool, do_not_call: bool) -> None:
        """Of some earlier claim, mostly of a late one."""
        call_id = self.numbers[-1 - back % len(self.numbers)]
        place = next((place for place, one in enumerate(self.members) if one.call_id == call_id), None)
        expected = self.expect_report(who, place)
        said = {"comment": f"Call {call_id}", "was_answered": was_answered, "do_not_call": do_not_call}

        assert self.do(run, phone_bank.report, call_id, **said, by=self.actors[who]) == expected

        if expected is None and place is not None:
            self.note_report(place, call_id, was_answered, do_not_call)

    def expect_report(self, who: int, place: int | None) -> str | None:
        if who not in self.may_call:
            return "role_needed"
        member = None if place is None else self.members[place]
        if member is None or member.called_by != self.actors[who].id or member.call_until <= self.now:
            return "call_over"
        return None

    def note_report(self, place: int, call_id: int, was_answered: bool, do_not_call: bool) -> None:
        member = self.members[place]
        member.call_id, member.called_by, member.call_until = None, None, LONG_AGO
        member.last_called_at = self.now
        if was_answered:
            member.last_answered_at = self.now
        if do_not_call:
            member.is_callable = False
            self.refused_calls.add(place)
        self.logs[place].append((f"Call {call_id}", was_answered))

    @rule(whose=anybody, number=st.sampled_from([NUMBER, NUMBER, "", "none"]))
    def change_number(self, whose: int, number: str) -> None:
        """A number that comes back does not mean that they want to be called again."""
        change(self.actors[whose], contact_number=number)

        self.members[whose].is_callable = number == NUMBER and whose not in self.refused_calls

    @rule()
    def lose_or_regain_the_role(self) -> None:
        self.may_call ^= {1}
        account = self.actors[1].id
        if 1 in self.may_call:
            run(lambda: Role.insert(account=account, name=roles.ADMIN).execute())
        else:
            run(lambda: Role.delete().where(Role.account == account).execute())

    @rule(how_long=st.sampled_from(A_WHILE))
    def wait(self, how_long: timedelta) -> None:
        self.clock.moment += how_long

    @invariant()
    def all_are_as_remembered(self) -> None:
        rows, calls = run_reading(
            lambda: (list(Member.select().order_by(Member.account)), list(PhoneCall.select().order_by(PhoneCall.id)))
        )

        assert [
            Called(**{name: row.__data__[name] for name in asdict(self.members[0])}) for row in rows
        ] == self.members
        assert [
            [(call.comment, call.was_answered) for call in calls if call.__data__["member"] == actor.id]
            for actor in self.actors
        ] == self.logs


# Only where it fails does it take long: the shortest way to the failure is looked for then.
@pytest.mark.timeout(600)
def test_the_phone_bank_behaves_as_its_model_does(database, clock):
    hurry()
    actors = [join(name, addr_postcode=postcode) for name, postcode in POSTCODES.items()]
    # The rules are the same on both; how each says them is tried sooner.
    examples = 20 if databases.is_sqlite() else 5
    run_state_machine_as_test(
        lambda: PhoneBank(clock, actors), settings=settings(max_examples=examples, stateful_step_count=25)
    )
