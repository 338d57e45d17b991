"""Accounts: who can be made, how they are found again, and what makes two of them the same."""

from __future__ import annotations

from functools import partial

import pytest

from hub.domain import accounts, passwords
from hub.domain.accounts import RESERVED_USERNAMES, AccountNotFound, EmailTaken, UsernameTaken
from hub.domain.actors import Actor, StaffOnly, organisers_only
from hub.domain.refusals import Invalid
from hub.perform import run, run_reading
from models import Account, Role
from tests.conftest import NOON
from tests.domain.doing import at_once, codes


def sign_up(username: str, name: str = "A") -> Actor:
    return run(accounts.sign_up, name=name, username=username, password_hash="hash")


def staff(username: str, email: str) -> Actor:
    return run(
        accounts.create_staff, name=username, username=username, email=email, password_hash="hash", is_superuser=True
    )


def found(login: str) -> str | None:
    account = run_reading(accounts.find, login)
    return account.username if account else None


def everybody() -> list[str]:
    return run_reading(lambda: [account.username for account in Account.select().order_by(Account.id)])


def test_whoever_signs_up_may_do_nothing_special(database):
    actor = sign_up("Ada@Example.org", name="Ada Lovelace")

    account = run_reading(lambda: Account.select().dicts().get())
    assert actor == Actor(account["id"], account["public_id"], "Ada@Example.org", "Ada Lovelace")
    assert account == {
        "id": actor.id,
        "public_id": actor.public_id,
        "username": "Ada@Example.org",
        "email_key": "ada@example.org",
        "name": "Ada Lovelace",
        "password_hash": "hash",
        "first_name": None,
        "last_name": None,
        "image": None,
        "is_staff": False,
        "is_superuser": False,
        "privileges": None,
        "is_disabled": False,
        "sign_outs": 0,
        "phone_number": None,
        "college": None,
        "picture_url": None,
        "told_by": "mail",
        "created_at": NOON,
        "last_login_at": None,
    }
    assert len(actor.public_id) == 24


@pytest.mark.parametrize("again", ["ada@example.org", "ADA@example.org", "Ada@Example.ORG", " ada@example.org"])
def test_a_username_with_an_at_is_an_address_and_unique_without_case(database, again):
    sign_up("ada@example.org")

    with pytest.raises(UsernameTaken):
        sign_up(again)

    assert everybody() == ["ada@example.org"]


def test_a_username_without_an_at_is_unique_as_it_is_written(database):
    sign_up("ada")
    sign_up("Ada")

    with pytest.raises(UsernameTaken):
        sign_up("ada")


def test_the_address_of_staff_is_taken_too(database):
    staff("olga", "Olga@Example.org")

    with pytest.raises(UsernameTaken):
        sign_up("olga@example.org")
    with pytest.raises(EmailTaken):
        staff("olga2", "OLGA@example.org")

    assert everybody() == ["olga"]


def test_of_many_who_sign_up_under_one_name_one_does(database):
    spellings = ["ada@example.org", "ADA@example.org", "Ada@example.org"]

    outcomes = at_once(*[partial(sign_up, spelling) for spelling in spellings * 2])

    assert codes(outcomes) == ["username_taken"] * 5
    assert len(everybody()) == 1


@pytest.mark.parametrize("word", sorted(RESERVED_USERNAMES))
def test_words_that_are_parts_of_paths_are_nobodys_name(database, word):
    for spelling in (word, word.upper()):
        with pytest.raises(Invalid) as refused:
            sign_up(spelling)
        assert refused.value.field == "username"
        with pytest.raises(Invalid):
            staff(spelling, "olga@example.org")

    assert everybody() == []


def test_people_are_found_by_username_or_by_address_in_any_case(database):
    sign_up("Ada@example.org")
    staff("olga", "olga@example.org")

    assert [found(login) for login in ("Ada@example.org", "ada@EXAMPLE.org", " ada@example.org ")] == [
        "Ada@example.org"
    ] * 3
    assert [found("olga"), found("OLGA@example.org")] == ["olga", "olga"]
    assert [found("Olga"), found("nobody"), found("nobody@example.org"), found("")] == [None] * 4


def test_staff_organise_and_others_do_not(database):
    organisers_only(staff("olga", "olga@example.org"))

    with pytest.raises(StaffOnly):
        organisers_only(sign_up("ada"))


def test_giving_a_role_twice_changes_nothing(database):
    sign_up("ada@example.org")

    for name in ("ada@example.org", "ADA@example.org"):
        run(accounts.grant_role, name, "mentor")

    assert run_reading(lambda: [role.name for role in Role.select()]) == ["mentor"]


def test_a_role_for_nobody_is_refused(database):
    with pytest.raises(AccountNotFound):
        run(accounts.grant_role, "nobody", "mentor")


def test_a_password_is_right_in_clear_and_never_without_a_hash():
    kept = passwords.hash_password("correct horse")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("correct horse", kept) is True
    assert passwords.is_right("wrong horse", kept) is False
    assert passwords.is_right("nobody", None) is False
    assert passwords.is_right("correct horse", "no hash at all") is False


@pytest.mark.parametrize(
    "address",
    ["ada@[127.0.0.1]", '"a da"@x.org', "a@b,c@d.org", "<x@y.org>", "x@.org", "x@y..org", ".x@y.org", "x@\uff59.org"],
)
def test_what_no_mail_can_go_to_or_what_servers_take_for_another_is_no_address(address):
    with pytest.raises(Invalid):
        accounts.refuse_odd_address(address)


@pytest.mark.parametrize("address", ["ada@example.org", " a.b+c@localhost ", "o'neil@x-y.org", "josé@exämple.org"])
def test_what_mail_can_go_to_is_one(address):
    accounts.refuse_odd_address(address)


def test_a_role_that_is_taken_back_is_gone(database, ada):
    run(accounts.grant_role, "ada@example.org", "mentor")

    assert run(accounts.revoke_role, "ADA@example.org", "mentor") is True
    assert run(accounts.revoke_role, "ada@example.org", "mentor") is False
    assert run_reading(lambda: Role.select().count()) == 0
