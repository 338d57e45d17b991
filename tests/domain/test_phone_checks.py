"""Showing that a number is one's own: against a model of it in plain Python, and by many at the same moment."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hub.domain import members, phone_checks
from hub.domain.credentials import Keys
from hub.domain.phone_checks import MOST_TRIES, CodeAsked, CountryNotServed, ToText, WrongNonce
from hub.domain.refusals import Refusal
from hub.perform import run, run_reading
from models import Account, Member, PhoneCheck
from tests.build import SECRET
from tests.conftest import HeldClock
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

KEYS = Keys(SECRET)
ADAS = "+61412345678"
BUDGETS = dict.fromkeys(("day", "prefix", "address", "number"), (1_000_000, 1))
CODE_LASTS, NONCE_LASTS = timedelta(minutes=10), timedelta(hours=24)
A_MOMENT = timedelta(microseconds=1)
A_WHILE = [A_MOMENT, timedelta(minutes=4), CODE_LASTS - A_MOMENT, CODE_LASTS, NONCE_LASTS - CODE_LASTS, NONCE_LASTS]


def ask(number: str = ADAS, countries: tuple[str, ...] | None = None) -> CodeAsked:
    """Have a code texted; how to find it."""
    how = {"address": "192.0.2.1", "lasts": CODE_LASTS, "countries": countries, "budgets": BUDGETS, "limited": False}
    (asked,) = facts_of(phone_checks.commit, number, **how)
    assert isinstance(asked, CodeAsked)
    return asked


def text_of(asked: CodeAsked) -> ToText | None:
    return run_reading(phone_checks.to_text, asked.check_id, asked.round, KEYS)


def code_of(asked: CodeAsked) -> str:
    said = text_of(asked)
    assert said is not None
    return said.code


def verify(code: str, nonce: str = "mine", number: str = ADAS) -> bool:
    return run(phone_checks.verify, number, code, nonce, lasts=NONCE_LASTS, keys=KEYS)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def consume(nonce: object = "mine", number: object = ADAS) -> str | None:
    return run(phone_checks.consume, nonce, number, country="AU", keys=KEYS)


def register(name: str, nonce: object = "mine") -> object:
    said = {"email": f"{name}@example.org", "name": name, "contact_number": "0412 345 678"}
    return run(members.register, said, nonce=nonce, country="AU", keys=KEYS)


def tries() -> int:
    return run_reading(lambda: PhoneCheck.get().tries)


@dataclass
class Out:
    """A code that is out, as the model remembers it."""

    asked: CodeAsked
    code: str
    ends_at: datetime
    tries: int = 0
    is_shown: bool = False

    def is_open(self, now: datetime) -> bool:
        return self.tries < MOST_TRIES and now < self.ends_at


@dataclass
class Model:
    out: Out | None = None
    earlier_codes: list[str] = field(default_factory=list)
    nonce: str | None = None
    good_until: datetime = datetime.min

    def has_shown(self, nonce: str, now: datetime) -> bool:
        return self.nonce == nonce and now < self.good_until


nonces = st.sampled_from(["mine", "thine"])


class OneNumber(RuleBasedStateMachine):
    def __init__(self, clock: HeldClock) -> None:
        super().__init__()
        self.clock = clock
        self.model = Model()
        run(lambda: PhoneCheck.delete().execute())

    @property
    def now(self) -> datetime:
        return self.clock.moment

    @rule()
    def ask(self) -> None:
        if self.model.out is not None:
            self.model.earlier_codes.append(self.model.out.code)
        asked = ask()
        self.model.out = Out(asked, code_of(asked), self.now + CODE_LASTS)

    @precondition(lambda self: self.model.out)
    @rule(nonce=nonces)
    def say_the_right_code(self, nonce: str) -> None:
        assert self.model.out is not None
        assert verify(self.model.out.code, nonce) == self.tried(True, nonce)

    @rule(nonce=nonces)
    def say_a_wrong_code(self, nonce: str) -> None:
        code = other_than(self.model.out.code) if self.model.out else "000000"
        assert verify(code, nonce) == self.tried(False, nonce)

    @precondition(lambda self: self.model.earlier_codes)
    @rule(nonce=nonces)
    def say_an_earlier_code(self, nonce: str) -> None:
        code = self.model.earlier_codes[-1]
        is_right = self.model.out is not None and self.model.out.code == code
        assert verify(code, nonce) == self.tried(is_right, nonce)

    def tried(self, is_right: bool, nonce: str) -> bool:
        """What the model answers to a try."""
        out = self.model.out
        if out is None or not out.is_open(self.now):
            return False
        out.tries += 1
        if not is_right or out.is_shown:
            return is_right and self.model.has_shown(nonce, self.now)
        out.is_shown = True
        self.model.nonce, self.model.good_until = nonce, self.now + NONCE_LASTS
        return True

    @rule(nonce=nonces)
    def register(self, nonce: str) -> None:
        expected: object = ADAS if self.model.has_shown(nonce, self.now) else WrongNonce.code
        try:
            said: object = consume(nonce)
        except Refusal as no:
            said = no.code
        assert said == expected
        if said == ADAS:
            self.model.nonce = None

    @rule(how_long=st.sampled_from(A_WHILE))
    def wait(self, how_long: timedelta) -> None:
        self.clock.moment += how_long

    @rule()
    def tidy_up(self) -> None:
        run(phone_checks.forget_old, self.now)
        is_shown = self.model.nonce is not None and self.now < self.model.good_until
        if self.model.out is not None and self.now >= self.model.out.ends_at and not is_shown:
            self.model = Model(earlier_codes=[*self.model.earlier_codes, self.model.out.code])

    @invariant()
    def both_agree_about_the_code_that_is_out(self) -> None:
        out = self.model.out
        if out is not None:
            is_of_use = out.is_open(self.now) and not out.is_shown
            known = run_reading(lambda: (PhoneCheck.get().tries, phone_checks.to_text(*astuple(out.asked), KEYS)))
            assert known == (out.tries, ToText(ADAS, out.code, out.ends_at) if is_of_use else None)


def test_a_number_behaves_as_its_model_does(postgres_database, clock):
    run_state_machine_as_test(lambda: OneNumber(clock), settings=settings(max_examples=15, stateful_step_count=25))


def test_a_code_is_good_for_ten_minutes_and_a_nonce_for_a_day(database, clock):
    code = code_of(ask())
    clock.forward(minutes=10, microseconds=-1)
    assert verify(code)
    clock.forward(microseconds=1)
    assert not verify(code)

    clock.forward(hours=24, microseconds=-2)
    assert register("ada")
    verify(code_of(ask()), "late")
    clock.forward(hours=24)
    with pytest.raises(WrongNonce):
        consume("late")


def test_who_did_not_hear_the_answer_may_say_the_same_again_and_nobody_else_may(database):
    code = code_of(ask())

    assert [verify(code, nonce) for nonce in ("mine", "thine", "mine")] == [True, False, True]
    assert consume("mine") == ADAS
    assert verify(code, "mine") is False


def test_a_nonce_that_ran_out_before_its_code_is_not_said_to_be_good(database, clock):
    code = code_of(ask())
    run(phone_checks.verify, ADAS, code, "mine", lasts=timedelta(seconds=1), keys=KEYS)

    clock.forward(seconds=1)

    assert verify(code) is False


def test_a_new_code_takes_away_nothing_that_was_shown_before(database):
    verify(code_of(ask()), "mine")

    code = code_of(ask())
    verify(other_than(code), "thine")

    assert consume("mine") == ADAS


def test_a_new_code_that_is_shown_takes_the_number_over(database):
    verify(code_of(ask()), "mine")

    assert verify(code_of(ask()), "thine")

    with pytest.raises(WrongNonce):
        consume("mine")
    assert consume("thine") == ADAS


def test_after_five_wrong_tries_a_new_code_gives_five_more(database):
    first = code_of(ask())
    assert [verify(other_than(first)) for _ in range(MOST_TRIES)] + [verify(first)] == [False] * 6

    second = code_of(ask())

    assert [verify(other_than(second)) for _ in range(MOST_TRIES - 1)] + [verify(second)] == [False] * 4 + [True]


def test_a_number_is_forgotten_once_neither_code_nor_nonce_is_good(database, clock):
    verify(code_of(ask()))
    clock.forward(hours=24, microseconds=-1)
    run(phone_checks.forget_old, clock.moment)
    assert tries() == 1

    clock.forward(microseconds=1)
    run(phone_checks.forget_old, clock.moment)

    assert run_reading(lambda: PhoneCheck.select().count()) == 0


def test_fifty_guesses_at_once_count_five_and_then_the_right_code_is_refused(database):
    asked = ask()
    code = code_of(asked)

    guesses = at_once(*[partial(verify, other_than(code))] * 50)

    assert guesses == [False] * 50
    # It is of no use, so nobody pays for having it texted either.
    assert text_of(asked) is None
    assert (tries(), verify(code), tries()) == (MOST_TRIES, False, MOST_TRIES)


def test_of_several_who_say_the_right_code_at_once_one_has_the_number(database):
    code = code_of(ask())
    nonces = [f"nonce {number}" for number in range(MOST_TRIES)]

    answers = at_once(*(partial(verify, code, nonce) for nonce in nonces))

    assert sorted(answers) == [False] * (MOST_TRIES - 1) + [True]
    assert consume(nonces[answers.index(True)]) == ADAS


def test_several_who_ask_for_the_first_code_at_once_have_one_check(database):
    asked = at_once(*[ask] * 5)

    assert len({one.check_id for one in asked}) == 1
    assert run_reading(lambda: PhoneCheck.select().count()) == 1


def test_of_two_who_register_with_one_nonce_at_once_one_does(database):
    assert verify(code_of(ask()))

    outcomes = at_once(*(partial(register, name) for name in ("ada", "eve", "mallory", "oscar")))

    assert codes(outcomes) == [WrongNonce.code] * 3
    assert run_reading(lambda: [row.verified_phone for row in Member.select()]) == [ADAS]
    assert run_reading(lambda: Account.select().count()) == 1


def test_a_registration_that_is_refused_uses_nothing_up(database):
    verify(code_of(ask()))
    register("ada", nonce=None)

    with pytest.raises(Refusal) as refused:
        register("ada")

    assert refused.value.code == "email_taken"
    assert consume() == ADAS


def test_a_nonce_is_good_for_the_number_it_was_said_with_and_for_no_other(database):
    verify(code_of(ask()))

    for number in ("0412345679", "+610", "", None, True, {}):
        with pytest.raises(WrongNonce):
            consume(number=number)
    assert consume(number="0412 345 678") == ADAS


@pytest.mark.parametrize("nonce", ["", "MINE", "mine ", 5, True, [], {"$ne": None}, "\ud800"], ids=ascii)
def test_another_nonce_is_refused_and_uses_nothing_up(database, nonce):
    verify(code_of(ask()))

    with pytest.raises(WrongNonce):
        consume(nonce)
    assert consume() == ADAS


def test_without_a_nonce_the_number_is_not_verified(database):
    verify(code_of(ask()))

    assert consume(None) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "\u0660" * 6, "\ud800", "\0", "-00001", "0x0001"], ids=ascii)
def test_what_is_no_code_is_a_wrong_one_and_counts(database, code):
    ask()

    assert (verify(code), tries()) == (False, 1)


def test_codes_are_six_digits_that_nobody_can_tell_from_each_other(database):
    found = {code_of(ask(f"+6141234{number:04d}")) for number in range(40)}

    assert len(found) > 35
    assert {(len(code), code.isascii(), code.isdecimal()) for code in found} == {(6, True, True)}


def test_nothing_of_a_code_or_a_nonce_is_kept(database):
    asked = ask()
    code = code_of(asked)
    verify(code, "a nonce of mine")

    kept = repr(run_reading(lambda: list(PhoneCheck.select().tuples())))

    assert [secret for secret in (code, "a nonce of mine") if secret in kept or secret in asked.round] == []


@pytest.mark.parametrize("countries", [(), ("NZ",), ("NZ", "US")], ids=str)
def test_a_country_that_is_not_served_costs_nothing(database, countries):
    with pytest.raises(CountryNotServed):
        ask(countries=countries)

    assert nothing_is_left()
    assert run_reading(lambda: PhoneCheck.select().count()) == 0


def test_a_country_that_is_served_gets_its_code(database):
    assert len(code_of(ask(countries=("NZ", "AU")))) == 6


def test_a_number_is_not_known_to_who_never_asked_for_a_code(database):
    assert verify("000000") is False
    assert run_reading(lambda: PhoneCheck.select().count()) == 0
