"""Finding people by a part of what they are called, on each database, and who may do what to whom."""

from __future__ import annotations

import pytest

from hub.domain import accounts, people, users
from hub.domain.accounts import AccountNotFound
from hub.domain.actors import OPERATOR, Actor, StaffOnly, actor_of
from hub.domain.pages import NoSuchPage
from hub.domain.privileges import PrivilegeMissing, SuperusersOnly
from hub.domain.refusals import Invalid, Refusal
from hub.domain.users import OwnAccount
from hub.perform import run, run_reading
from models import Account, Role
from tests.conftest import NOON
from tests.domain.doing import at_once, codes


def person(username: str, name: str = "Somebody", email: str | None = None, **more) -> Account:
    return run(lambda: Account.create(username=username, name=name, email_key=email, created_at=NOON, **more))


def found(text: str, by: Actor = OPERATOR) -> list[str]:
    """The usernames, in the order in which they are shown."""
    return [one.account.username for one in run_reading(people.find, text, number=1, by=by).people]


@pytest.fixture
def root(database) -> Actor:
    given = {"name": "Root", "username": "root", "email": "root@example.org", "password_hash": "x"}
    return run(accounts.create_staff, is_superuser=True, **given)


@pytest.mark.parametrize("text", ["moreau", "MOREAU", " Ada M", "a@LOVE", "love.exam", "lady", "0abc12", "0ABC12"])
def test_somebody_is_found_by_a_part_of_whatever_they_are_called(database, text):
    person("lady", "Ada Moreau", "ada@love.example", public_id="f0abc1234567890123456789")
    person("other", "Grace Hopper", "grace@navy.example", public_id="a" * 24)

    assert found(text) == ["lady"]


def test_a_short_word_of_hex_digits_is_a_word_and_no_id(database):
    person("other", public_id="ada" * 8)

    assert found("ada") == []


@pytest.mark.parametrize("text", ["éloïse", "ÉLOÏSE", "Éloïse", "макдональд", "МАКДОНАЛЬД", "йод*", "ĄĘ[a]", "жук\\"])
def test_letters_of_every_script_are_the_same_large_and_small(database, text):
    person("1", "Éloïse МакДональд")
    person("2", "ЙОД* ąę[A] Жук\\")
    person("3", "Eloise Makdonald йода ąęa жуки")

    assert len(found(text)) == 1


@pytest.mark.parametrize("text", ["%", "_", "\\", "*", "?", "[a]", ".", "(", "é%", "é_", "é.", "é?", "é["])
def test_what_stands_for_something_in_patterns_is_a_plain_character(database, text):
    person("1", f"Ed{text}gar")
    person("2", "Edgar éd")

    assert found(text) == ["1"]


def test_who_is_called_exactly_so_comes_first_and_then_the_newest(database):
    for username in ("ada", "adam", "bada"):
        person(username)

    assert found("ada") == ["ada", "bada", "adam"]


def test_without_a_word_everybody_is_found(database):
    person("1")
    person("2")

    everybody = run_reading(people.find, "  ", number=1, by=OPERATOR)

    assert ([one.account.username for one in everybody.people], everybody.total) == (["2", "1"], 2)


def test_what_is_found_comes_in_pages_and_nobody_counts_more_than_a_thousand(database):
    rows = [{"username": f"u{number:04}", "name": "Ada", "created_at": NOON} for number in range(1001)]
    run(lambda: Account.insert_many([{**row, "public_id": f"{n:024}"} for n, row in enumerate(rows)]).execute())

    many, last = (run_reading(people.find, "ada", number=number, by=OPERATOR) for number in (1, 40))
    few = run_reading(people.find, "u000", number=1, by=OPERATOR)

    assert (len(many.people), many.pages, many.total) == (25, 40, None)
    assert [one.account.username for one in last.people][-1] == "u0001"
    assert (few.pages, few.total) == (1, 10)
    with pytest.raises(NoSuchPage):
        run_reading(people.find, "ada", number=41, by=OPERATOR)


def test_roles_are_shown_with_whose_they_are(database):
    for username in ("ada", "grace"):
        person(username)
    for role in ("phonebank", "admin"):
        run(accounts.grant_role, "ada", role)

    shown = run_reading(people.find, "", number=1, by=OPERATOR).people

    assert [(one.account.username, one.roles) for one in shown] == [("grace", []), ("ada", ["admin", "phonebank"])]


def test_only_staff_who_may_read_users_find_any(ada, olga):
    run(lambda: Account.update(privileges='{"user": ["update"]}').where(Account.id == olga.id).execute())
    lesser = actor(olga)

    for by, refusal in ((ada, StaffOnly), (lesser, PrivilegeMissing)):
        with pytest.raises(refusal):
            run_reading(people.find, "ada", number=1, by=by)
        with pytest.raises(refusal):
            run_reading(people.get, ada.username, by=by)
    assert found("ada", by=olga) == [ada.username]


def actor(who: Actor) -> Actor:
    """As they are now."""
    return run_reading(lambda: actor_of(Account.get_by_id(who.id)))


def test_what_may_be_done_to_somebody_is_what_the_actions_allow(root, ada, grace, olga):
    run(accounts.grant_role, grace.username, "phonebank")
    everybody = (ada, grace, olga, root)

    said = {(by, of): run_reading(people.get, of.username, by=by) for by in (olga, root) for of in everybody}

    may = {pair: (one.may_govern, one.may_promote) for pair, one in said.items()}
    tried = {(by, of): (is_allowed(people.sign_out, of, by), is_allowed(people.take_role, of, by)) for by, of in may}
    assert may == tried
    assert may[olga, ada] == (True, False)


def is_allowed(action, of: Actor, by: Actor) -> bool:
    more = {"role": "king"} if action is people.take_role else {}
    try:
        run(action, of.username, by=by, **more)
    except Refusal:
        return False
    return True


def test_a_role_is_given_and_taken_by_superusers_only_and_twice_is_once(root, ada, olga):
    for _ in range(2):
        run(people.give_role, ada.username, "admin", by=root)

    assert run_reading(people.get, ada.username, by=root).roles == ["admin"]
    for action in (people.give_role, people.take_role):
        with pytest.raises(SuperusersOnly):
            run(action, ada.username, "admin", by=olga)
        with pytest.raises(OwnAccount):
            run(action, root.username, "admin", by=root)
        with pytest.raises(AccountNotFound):
            run(action, "nobody", "admin", by=root)
    for _ in range(2):
        run(people.take_role, ada.username, "admin", by=root)
    assert run_reading(lambda: Role.select().count()) == 0


def test_a_role_that_means_nothing_is_not_given_but_may_be_taken(root, ada):
    run(accounts.grant_role, ada.username, "mentor")

    with pytest.raises(Invalid):
        run(people.give_role, ada.username, "king", by=root)
    run(people.take_role, ada.username, "mentor", by=root)

    assert run_reading(people.get, ada.username, by=root).roles == []


def test_of_two_superusers_who_disable_each_other_one_stays(root, olga):
    run(lambda: Account.update(is_superuser=True).where(Account.id == olga.id).execute())
    second = actor(olga)

    outcomes = at_once(
        lambda: run(users.disable, second.username, by=root), lambda: run(users.disable, root.username, by=second)
    )

    assert codes(outcomes) == ["account_disabled"]
