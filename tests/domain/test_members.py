"""Members: who they are, what they gave, and what becomes of it when several change it at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.domain import accounts, departures, member_secrets, members, phone_checks
from hub.domain.accounts import EmailTaken
from hub.domain.actors import Actor
from hub.domain.credentials import DeadCredential, Keys
from hub.domain.members import Joined, MemberRegistered, PhoneVerificationMoved, ValidationMoved
from hub.domain.phone_checks import WrongNonce
from hub.perform import run, run_reading
from models import Account, Member
from tests.build import SECRET
from tests.domain.doing import at_once, codes, facts_of
from tests.people import password_hash

KEYS = Keys(SECRET)
NUMBER = "+61412345678"
HOUR = timedelta(hours=1)
PLENTY = dict.fromkeys(("day", "prefix", "address", "number"), (1000, 3600))


def join(**said: Any) -> Joined:
    nonce = said.pop("nonce", None)
    return run(members.register, {"email": "ada@example.org", **said}, nonce=nonce, country="AU", keys=KEYS)


def actor_of(joined: Joined) -> Actor:
    return run_reading(member_secrets.caller_with, joined.secret, KEYS).actor


def change(by: Actor, **said: Any) -> members.Details:
    nonce = said.pop("nonce", None)
    return run(members.change, said, nonce=nonce, country="AU", keys=KEYS, by=by)


def row_of(by: Actor) -> Member:
    return run_reading(Member.get_by_id, by.id)


def shown_nonce(number: str = NUMBER) -> str:
    """A nonce that was said with the right code for this number."""
    commit = {"address": "192.0.2.1", "lasts": HOUR, "countries": None, "budgets": PLENTY, "limited": True}
    (asked,) = facts_of(phone_checks.commit, number, **commit)
    code = run_reading(phone_checks.to_text, asked.check_id, asked.round, KEYS).code
    assert run(phone_checks.verify, number, code, "a nonce", lasts=HOUR, keys=KEYS)
    return "a nonce"


def test_whoever_joins_is_written_to_and_their_secret_is_good(database, clock):
    (fact,) = facts_of(members.register, {"email": "ada@example.org"}, country="AU", keys=KEYS)

    account_id, mailed = run_reading(member_secrets.mailed, fact.secret_id, KEYS)
    assert (fact, account_id) == (MemberRegistered(account_id, fact.secret_id), account_id)
    assert run_reading(member_secrets.caller_with, mailed, KEYS).actor.id == account_id


def test_of_many_who_join_with_one_address_at_once_one_does(database):
    outcomes = at_once(*[join] * 8)

    assert codes(outcomes) == ["email_taken"] * 7
    assert run_reading(lambda: (Account.select().count(), Member.select().count())) == (1, 1)


def test_what_can_be_counted_is_read_anew_with_every_change(database, clock):
    ada = actor_of(join(onAECRoll=True, addr_postcode="0800", dobYear="1990", contact_number="0400 000 000"))
    before = row_of(ada)

    change(ada, addr_postcode="2600", onAECRoll=False, do_not_call=True)

    after = row_of(ada)
    assert (before.is_on_roll, before.state, before.birth_year, before.is_callable) == (True, "nt", "1990", True)
    assert (after.is_on_roll, after.state, after.birth_year, after.is_callable) == (False, "act", "1990", False)


def test_of_many_changes_at_once_none_is_lost(database):
    ada = actor_of(join())
    fields = ("fname", "sname", "address", "addr_street", "addr_suburb", "dob", "dobDay", "dobMonth")

    at_once(*(lambda field=field: change(ada, **{field: field}) for field in fields))

    given = run_reading(members.of, ada.id).given
    assert given == {"email": "ada@example.org", **{field: field for field in fields}}


def test_a_change_says_that_the_details_have_to_be_checked_anew(database):
    ada = actor_of(join())

    (fact,) = facts_of(members.change, {"fname": "Ada"}, country="AU", keys=KEYS, by=ada)

    assert isinstance(fact, ValidationMoved)
    assert facts_of(members.change, {"s": "x", "needsValidating": False}, country="AU", keys=KEYS, by=ada) == []


def test_whoever_checks_a_member_that_changes_looks_at_what_is_no_longer_there(database):
    ada = actor_of(join())
    held = {"check_alias": "a" * 40, "checked_by": ada.id, "validation_reason": "No such street"}
    run(lambda: Member.update(**held).where(Member.account == ada.id).execute())

    change(ada, address="another")

    row = row_of(ada)
    assert (row.check_alias, row.checked_by_id, row.validation_reason) == (None, None, None)


def test_a_member_is_called_as_they_call_themselves(database):
    ada = actor_of(join(fname="Ada", mnames="", sname="Byron"))

    named = [run_reading(Account.get_by_id, ada.id).name]
    for said in ({"sname": "Lovelace"}, {"name": "A.  Lovelace"}, {"name": "", "fname": "", "sname": ""}):
        change(ada, **said)
        named.append(run_reading(Account.get_by_id, ada.id).name)

    assert named == ["Ada Byron", "Ada Lovelace", "A. Lovelace", "A. Lovelace"]


def test_an_address_that_is_changed_back_and_forth_takes_the_username_along(database):
    ada = actor_of(join())

    change(ada, email="Lovelace@example.org")
    taken = run_reading(Account.get_by_id, ada.id)
    change(ada, email="LOVELACE@example.org")

    assert (taken.username, taken.email_key) == ("Lovelace@example.org", "lovelace@example.org")
    assert join().details.public_id != ada.public_id


def test_a_username_that_is_no_address_stays(database):
    sam = run(
        accounts.create_staff,
        name="Sam",
        username="sam",
        email="sam@x.org",
        password_hash=password_hash(),
        is_superuser=False,
    )
    run(members.enrol, sam.id)

    change(sam, email="sam@y.org")

    account = run_reading(Account.get_by_id, sam.id)
    assert (account.username, account.email_key) == ("sam", "sam@y.org")


def test_two_who_want_one_address_at_once(database):
    both = [actor_of(join(email=f"m{number}@example.org")) for number in range(2)]

    outcomes = at_once(*(lambda by=by: change(by, email="new@example.org") for by in both))

    assert codes(outcomes) == ["email_taken"]


def test_somebody_from_another_contract_becomes_a_member_once(database, cast):
    ada = cast["Ada"]

    at_once(*[lambda: run(members.enrol, ada.id)] * 4)

    details = run_reading(members.of, ada.id)
    assert (details.given, details.has_password) == ({"email": "ada@example.org", "name": "Ada"}, True)


def test_whoever_shows_that_a_number_is_theirs_joins_with_it_verified(database):
    ada = actor_of(join(contact_number="0412 345 678", nonce=shown_nonce()))

    assert row_of(ada).verified_phone == NUMBER


@pytest.mark.parametrize("nonce", ["another", "", 7, [], True])
def test_whoever_does_not_is_refused_and_does_not_join(database, nonce):
    shown_nonce()

    with pytest.raises(WrongNonce):
        join(contact_number=NUMBER, nonce=nonce)

    assert run_reading(lambda: Account.select().count()) == 0


def test_a_nonce_for_one_number_is_none_for_another(database):
    nonce = shown_nonce()

    with pytest.raises(WrongNonce):
        join(contact_number="+61412345679", nonce=nonce)


def test_another_number_is_not_verified_until_it_is_shown_to_be_theirs(database):
    ada = actor_of(join(contact_number=NUMBER, nonce=shown_nonce()))
    other = "+61412345679"

    lost = facts_of(members.change, {"contact_number": other}, country="AU", keys=KEYS, by=ada)
    nonce = shown_nonce(other)
    found = facts_of(members.change, {"contact_number": other}, nonce=nonce, country="AU", keys=KEYS, by=ada)

    assert PhoneVerificationMoved(ada.id, False) in lost
    assert PhoneVerificationMoved(ada.id, True) in found
    assert row_of(ada).verified_phone == other


def test_a_change_of_something_else_leaves_the_number_verified(database):
    ada = actor_of(join(contact_number=NUMBER, nonce=shown_nonce()))

    change(ada, fname="Ada", contact_number=NUMBER)

    assert row_of(ada).verified_phone == NUMBER


def test_who_has_gone_or_gave_no_address_is_not_written_to(database, cast):
    joined = actor_of(join(email=" Ada.Byron@example.org "))

    assert run_reading(members.address_of, joined.id) == ("Ada.Byron@example.org", "Ada.Byron@example.org")
    assert run_reading(members.address_of, cast["Ada"].id) == ("ada@example.org", "Ada")
    assert run_reading(members.address_of, 10**6) is None


def test_email_taken_by_oneself_is_not_taken(database):
    ada = actor_of(join())

    assert change(ada, email=" ADA@example.org").email == " ADA@example.org"
    with pytest.raises(EmailTaken):
        join(email="ada@example.org")


def test_whoever_has_left_meanwhile_is_nobody(database):
    ada = actor_of(join())
    run(departures.leave, by=ada)

    for call in (lambda: change(ada), lambda: change(ada, fname="Ada")):
        with pytest.raises(DeadCredential):
            call()


def test_whoever_is_not_to_be_called_is_not_by_whatever_they_save_later(database):
    ada = actor_of(join(contact_number="0400 000 000", do_not_call=True))

    for value in (False, "", None):
        assert change(ada, do_not_call=value, fname="Ada").given["do_not_call"] is True

    assert not row_of(ada).is_callable


def test_a_nonce_without_its_number_is_no_use(database):
    ada = actor_of(join(contact_number=NUMBER))
    nonce = shown_nonce()

    with pytest.raises(WrongNonce):
        change(ada, fname="Ada", nonce=nonce)

    assert row_of(ada).verified_phone is None
