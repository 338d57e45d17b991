"""Privileges: staff may do what they were given, superusers everything, and everybody else nothing of it."""

from __future__ import annotations

import pytest

from hub.domain import accounts, privileges
from hub.domain.actors import Actor, StaffOnly, actor_of
from hub.domain.privileges import CREATE, DELETE, EVENT, READ, UPDATE, USER, PrivilegeMissing, SuperusersOnly
from hub.domain.refusals import Invalid
from hub.perform import run, run_reading
from models import Account
from tests.people import password_hash


@pytest.fixture
def root(database: str) -> Actor:
    return run(
        accounts.create_staff,
        name="Root",
        username="root",
        email="root@example.org",
        password_hash=password_hash(),
        is_superuser=True,
    )


def as_now(who: Actor) -> Actor:
    return run_reading(lambda: actor_of(Account.get_by_id(who.id)))


def may(who: Actor, subject: str, verb: str) -> bool:
    try:
        privileges.demand(as_now(who), subject, verb)
    except PrivilegeMissing:
        return False
    return True


def test_staff_to_whom_nobody_gave_privileges_have_all(olga):
    assert all(may(olga, subject, verb) for subject in privileges.SUBJECTS for verb in privileges.VERBS)


def test_whoever_is_not_staff_has_none(ada):
    with pytest.raises(StaffOnly):
        privileges.demand(ada, EVENT, READ)


def test_staff_have_those_that_they_were_given_and_no_others(olga, root):
    run(privileges.change, "olga", state=None, privileges={EVENT: [CREATE, UPDATE], USER: []}, by=root)

    given = [verb for verb in privileges.VERBS if may(olga, EVENT, verb)]
    assert (given, may(olga, USER, READ), may(root, USER, DELETE)) == ([CREATE, UPDATE], False, True)


def test_what_was_given_is_told_for_every_subject(olga, root):
    run(privileges.change, "olga", state=None, privileges={EVENT: [DELETE, READ]}, by=root)

    told = run_reading(lambda: privileges.of(Account.get_by_id(olga.id)))
    assert told == {**{subject: [] for subject in privileges.SUBJECTS}, EVENT: [READ, DELETE]}


@pytest.mark.parametrize(
    ("state", "rights"), [("normal", (False, False)), ("staff", (True, False)), ("superuser", (True, True))]
)
def test_a_superuser_makes_somebody_normal_staff_or_superuser(ada, root, state, rights):
    account = run(privileges.change, ada.username, state=state, privileges=None, by=root)

    assert (account.is_staff, account.is_superuser, privileges.state_of(account)) == (*rights, state)


def test_disabled_outranks_everything():
    assert privileges.state_of(Account(is_disabled=True, is_staff=True, is_superuser=True)) == "disabled"


@pytest.mark.parametrize("who", ["Ada", "Olga"])
def test_only_superusers_give_privileges(cast, who):
    by = cast[who]

    with pytest.raises(SuperusersOnly):
        run(privileges.change, "olga", state="superuser", privileges=None, by=by)


def test_nobody_changes_their_own(root):
    with pytest.raises(Invalid):
        run(privileges.change, "root", state="normal", privileges=None, by=root)

    assert may(root, USER, DELETE)


@pytest.mark.parametrize(
    "wrong",
    [{"state": "king"}, {"state": "disabled"}, {"privileges": {"castle": [READ]}}, {"privileges": {EVENT: ["burn"]}}],
    ids=str,
)
def test_what_nobody_knows_is_refused_and_changes_nothing(olga, root, wrong):
    with pytest.raises(Invalid):
        run(privileges.change, "olga", **{"state": "normal", "privileges": {EVENT: []}, **wrong}, by=root)

    assert may(olga, EVENT, READ)
