"""The validation queue against a model of it in plain Python: whatever two checkers and five members do, both agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hub import database as databases
from hub.domain import member_checks, roles
from hub.domain.actors import Actor
from hub.domain.member_checks import ToCheck
from hub.domain.members import ValidationMoved
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Member, Role
from models.membership import LONG_AGO
from tests.conftest import HeldClock
from tests.domain.doing import facts_of
from tests.domain.membership import change, hurry, join

POSTCODES = {"Vera": "2000", "Otto": "3000", "Ada": "2000", "Eve": "3000", "Ian": "2000"}
STATES = {"2000": "nsw", "3000": "vic"}
A_MOMENT = timedelta(microseconds=1)
A_MINUTE = timedelta(seconds=60)
A_WHILE = [A_MOMENT, A_MINUTE - A_MOMENT, A_MINUTE, timedelta(days=90), timedelta(days=90) + A_MOMENT]

checkers = st.integers(0, 1)
anybody = st.integers(0, len(POSTCODES) - 1)
perhaps = st.sampled_from([None, True, False])


@dataclass
class Checked:
    """A member as the model remembers them, by the names of the columns."""

    state: str
    signed_up_at: datetime
    needs_validating: bool = True
    details_valid: bool = False
    double_checked: bool = False
    valid_federal: bool = False
    valid_state: bool = False
    validated_at: datetime | None = None
    validation_reason: str | None = None
    handed_out_at: datetime = LONG_AGO
    check_alias: str | None = None
    checked_by: int | None = None
    is_second_check: bool = field(default=False, compare=False)


class ValidationQueue(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock, actors: list[Actor]) -> None:
        super().__init__()
        self.clock = clock
        self.actors = actors
        self.admins = {0, 1}
        self.aliases: list[str] = []
        self.members = [
            Checked(STATES[postcode], clock.moment + place * A_MOMENT)
            for place, postcode in enumerate(POSTCODES.values())
        ]
        run(self.begin)

    def begin(self) -> None:
        for actor, member in zip(self.actors, self.members, strict=True):
            Member.update(**asdict(member)).where(Member.account == actor.id).execute()
        for place in self.admins:
            Role.insert(account=self.actors[place].id, name=roles.ADMIN).on_conflict_ignore().execute()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    @rule(who=checkers, state=st.sampled_from([None, None, "nsw", "vic", "tas"]), is_second=st.booleans())
    def hand_out(self, who: int, state: str | None, is_second: bool) -> None:
        expected = self.expect_hand_out(who, state, is_second)

        found = self.do(run, member_checks.hand_out, state=state, is_second=is_second, by=self.actors[who])

        if not isinstance(found, ToCheck):
            assert found == expected
        else:
            assert found.details.member.account_id == self.actors[expected].id
            assert found.alias not in self.aliases
            self.aliases.append(found.alias)
            member = self.members[expected]
            member.handed_out_at, member.check_alias, member.checked_by = self.now, found.alias, self.actors[who].id
            member.is_second_check = is_second

    def do(self, how: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What it answers, a refusal by its code."""
        try:
            return how(*arguments, **named)
        except Refusal as no:
            return no.code

    def expect_hand_out(self, who: int, state: str | None, is_second: bool) -> int | str | None:
        if who not in self.admins:
            return "role_needed"
        wanted = self.needs_second_check if is_second else self.needs_check
        waiting = [
            (member.handed_out_at, member.signed_up_at, place)
            for place, member in enumerate(self.members)
            if place != who
            and wanted(member)
            and self.now - member.handed_out_at >= A_MINUTE
            and state in (None, member.state)
        ]
        return min(waiting)[-1] if waiting else None

    def needs_check(self, member: Checked) -> bool:
        is_old = member.validated_at is not None and self.now - member.validated_at > timedelta(days=90)
        return member.needs_validating or (member.details_valid and is_old)

    def needs_second_check(self, member: Checked) -> bool:
        return (member.needs_validating, member.details_valid, member.double_checked) == (False, True, False)

    @precondition(lambda self: self.aliases)
    @rule(who=checkers, back=st.integers(0, 9), is_right=st.booleans(), is_second=perhaps, federal=perhaps)
    def report(self, who: int, back: int, is_right: bool, is_second: bool | None, federal: bool | None) -> None:
        """Of some earlier hand-out, mostly of a late one; mostly of the kind that it was, which is said by None."""
        alias = self.aliases[-1 - back % len(self.aliases)]
        member = next((one for one in self.members if one.check_alias == alias), None)
        kind = (member.is_second_check if member else False) if is_second is None else is_second
        expected = self.expect_report(who, member, kind)

        said = {"is_right": is_right, "is_second": kind, "federal": federal, "reason": "Why"}
        facts = self.do(facts_of, member_checks.report, alias, **said, by=self.actors[who])

        if isinstance(facts, str):
            assert facts == expected
            return
        assert (expected, member is not None) == ("done", True)
        self.note_report(member, is_right, kind, federal)
        assert [self.as_remembered(fact.member) for fact in facts if isinstance(fact, ValidationMoved)] == [member]

    def expect_report(self, who: int, member: Checked | None, kind: bool) -> str:
        if who not in self.admins:
            return "role_needed"
        if member is None or member.checked_by != self.actors[who].id:
            return "check_over"
        return "done" if kind == member.is_second_check else "check_of_another_kind"

    def note_report(self, member: Checked, is_right: bool, is_second: bool, federal: bool | None) -> None:
        member.needs_validating, member.details_valid = False, is_right
        member.double_checked = is_second and is_right
        member.valid_federal, member.valid_state = is_right and federal in (None, True), is_right
        member.validation_reason = None if is_right else "Why"
        member.check_alias = member.checked_by = None
        if is_right and not is_second:
            member.validated_at = self.now

    @rule(who=checkers, is_second=st.booleans(), is_right=st.booleans(), between=st.sampled_from(A_WHILE))
    def check(self, who: int, is_second: bool, is_right: bool, between: timedelta) -> None:
        """A whole check, which chance alone would seldom make."""
        self.wait(A_MINUTE)
        handed_out = len(self.aliases)
        self.hand_out(who, None, is_second)
        self.wait(between)
        if len(self.aliases) > handed_out:
            self.report(who, 0, is_right, None, None)

    @rule(whose=anybody)
    def change(self, whose: int) -> None:
        change(self.actors[whose], address="1 X ST")

        member = self.members[whose]
        member.needs_validating, member.details_valid, member.double_checked = True, False, False
        member.validation_reason = member.check_alias = member.checked_by = None

    @rule(who=st.just(1))
    def lose_or_regain_the_role(self, who: int) -> None:
        self.admins ^= {who}
        account = self.actors[who].id
        if who in self.admins:
            run(lambda: Role.insert(account=account, name=roles.ADMIN).execute())
        else:
            run(lambda: Role.delete().where(Role.account == account).execute())

    @rule(how_long=st.sampled_from(A_WHILE))
    def wait(self, how_long: timedelta) -> None:
        self.clock.moment += how_long

    @staticmethod
    def as_remembered(row: Member) -> Checked:
        values = row.__data__
        return Checked(**{name: values[name] for name in Checked.__dataclass_fields__})

    @invariant()
    def all_are_as_remembered(self) -> None:
        rows = run_reading(lambda: list(Member.select().order_by(Member.account)))

        assert [self.as_remembered(row) for row in rows] == self.members
        assert not any(row.needs_validating and (row.details_valid or row.double_checked) for row in rows)


# Only where it fails does it take long: the shortest way to the failure is looked for then.
@pytest.mark.timeout(600)
def test_the_queue_behaves_as_its_model_does(database, clock):
    hurry()
    actors = [join(name, addr_postcode=postcode) for name, postcode in POSTCODES.items()]
    # The rules are the same on both; how each says them is tried sooner.
    examples = 20 if databases.is_sqlite() else 5
    run_state_machine_as_test(
        lambda: ValidationQueue(clock, actors), settings=settings(max_examples=examples, stateful_step_count=25)
    )
