"""Check-in and check-out at the door."""

from __future__ import annotations

from functools import partial

import pytest

from hub.domain import accounts, attendance
from hub.domain.accounts import AccountNotFound
from hub.domain.attendance import AlreadyIn, Badge, NotIn
from hub.perform import run, run_reading
from models import Account, Stay
from tests.domain.doing import at_once, codes

ADA = "ada@example.org"


def inside() -> list[str]:
    return run_reading(attendance.names_of_those_in)


def test_whoever_checks_in_is_in_and_shows_their_papers(database, ada, clock):
    run(attendance.set_papers, ADA, name="Ada", tshirt_size="M", photo_form="signed", liability_form="")

    badge = run(attendance.check_in, "ADA@example.org")

    assert badge == Badge(ADA, "Ada", "M", "signed", "")
    assert inside() == ["Ada"]


def test_whoever_brought_no_papers_shows_empty_ones(database, ada):
    assert run(attendance.check_in, ADA) == Badge(ADA, "Ada", "", "", "")


def test_whoever_is_in_cannot_check_in_again(database, ada):
    run(attendance.check_in, ADA)

    with pytest.raises(AlreadyIn):
        run(attendance.check_in, ADA)

    assert run_reading(lambda: Stay.select().count()) == 1


def test_whoever_is_not_in_cannot_check_out(database, ada):
    with pytest.raises(NotIn):
        run(attendance.check_out, ADA)


def test_people_come_and_go_and_each_stay_is_kept(database, ada, clock):
    for _ in range(2):
        run(attendance.check_in, ADA)
        clock.forward(hours=1)
        assert run(attendance.check_out, ADA) == Badge(ADA, "Ada", "", "", "")

    stays = run_reading(lambda: list(Stay.select().order_by(Stay.id)))
    assert [(stay.checked_out_at - stay.checked_in_at).total_seconds() for stay in stays] == [3600, 3600]
    assert inside() == []


def test_of_many_volunteers_who_scan_one_badge_one_checks_it_in(database, ada):
    assert codes(at_once(*[partial(run, attendance.check_in, ADA)] * 6)) == ["already_checked_in"] * 5
    assert codes(at_once(*[partial(run, attendance.check_out, ADA)] * 6)) == ["not_checked_in"] * 5


def test_a_stranger_is_not_let_in(database):
    for action in (attendance.check_in, attendance.check_out):
        with pytest.raises(AccountNotFound):
            run(action, "nobody@example.org")


def test_those_inside_are_listed_by_name(database, ada, grace, linus):
    for name in ("linus", "ada", "grace"):
        run(attendance.check_in, f"{name}@example.org")
    run(attendance.check_out, "grace@example.org")

    assert inside() == ["Ada", "Linus"]


def test_papers_for_somebody_unknown_make_an_account_that_cannot_sign_in(database):
    run(attendance.set_papers, "Zoë@Example.org", name="Zoë", tshirt_size="S")

    account = run_reading(accounts.find, "zoë@example.org")
    assert (account.username, account.email_key, account.password_hash) == ("Zoë@Example.org", "zoë@example.org", None)
    assert run(attendance.check_in, "Zoë@Example.org").tshirt_size == "S"


def test_new_papers_replace_those_named_and_keep_the_others(database, ada):
    run(attendance.set_papers, ADA, name="Somebody", tshirt_size="M", photo_form="signed")
    run(attendance.set_papers, "ADA@EXAMPLE.ORG", name="Somebody", tshirt_size="L")

    assert run(attendance.check_in, ADA) == Badge(ADA, "Ada", "L", "signed", "")
    assert run_reading(lambda: Account.select().where(Account.username == ADA).count()) == 1
