"""Users: what staff and they themselves change of an account, also at the same moment, and how others hear of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.domain import accounts, departures, magic_links, member_secrets, members, profiles, users
from hub.domain.accounts import AccountNotFound, EmailTaken
from hub.domain.actors import Actor, actor_of
from hub.domain.members import ValidationMoved
from hub.domain.privileges import SuperusersOnly
from hub.domain.profiles import ImagesDropped
from hub.domain.refusals import Refusal
from hub.domain.users import OwnAccount
from hub.perform import run, run_reading
from models import Account, MagicLink, MemberSecret, PasswordReset
from tests.domain.doing import at_once, codes, facts_of
from tests.domain.membership import KEYS
from tests.domain.membership import change as change_as_member


@pytest.fixture
def ada(cast: dict[str, Actor]) -> Actor:
    """A member of the party, who has a username for the festival."""
    ada = cast["Ada"]
    run(members.enrol, ada.id)
    run(lambda: Account.update(username="ada").where(Account.id == ada.id).execute())
    return run_reading(lambda: actor_of(Account.get_by_id(ada.id)))


def change(who: Actor, by: Actor | None = None, **given: Any) -> Account:
    return run(users.change, who.username, given, by=by or who)


def row_of(who: Actor) -> Account:
    return run_reading(Account.get_by_id, who.id)


def names_of(who: Actor) -> tuple[str, str]:
    return run_reading(lambda: users.first_and_last(Account.get_by_id(who.id)))


@pytest.mark.parametrize(
    ("name", "first_and_last"),
    [("Vi van Lee", ("Vi", "van Lee")), ("Vi", ("Vi", "")), ("vi", ("", "")), ("- -", ("", ""))],
)
def test_a_name_that_was_given_whole_has_two_parts(database, name, first_and_last):
    vi = run(accounts.sign_up, name=name, username="vi", password_hash="x")

    assert names_of(vi) == first_and_last


def test_a_first_name_of_two_words_stays_one(ada):
    change(ada, firstName="Mary Ann", lastName="")

    assert (names_of(ada), row_of(ada).name) == (("Mary Ann", ""), "Mary Ann")
    assert change(ada, firstName="", lastName="").name == ada.username


def test_who_changes_different_fields_at_once_undoes_nothing(ada, olga):
    at_once(
        partial(change, ada, firstName="Augusta"),
        partial(change, ada, olga, lastName="King"),
        partial(change, ada, phoneNumber="1"),
        partial(change, ada, olga, collegeName="Another"),
    )

    row = row_of(ada)
    assert (names_of(ada), row.phone_number, row.college) == (("Augusta", "King"), "1", "Another")
    assert row.name == "Augusta King"


def test_of_two_who_want_one_address_at_once_one_has_it(ada, grace):
    outcomes = at_once(*[partial(change, who, email="new@example.org") for who in (ada, grace)])

    assert codes(outcomes) == [EmailTaken.code]
    assert [row_of(who).email_key for who in (ada, grace)].count("new@example.org") == 1


def test_another_address_counts_everywhere_and_what_lies_at_the_old_one_is_dead(ada):
    run(magic_links.ask_for_secret, "ada@example.org", KEYS)
    run(magic_links.ask, "ada@example.org", lasts=timedelta(hours=1), keys=KEYS)

    facts = facts_of(users.change, "ada", {"email": "New@example.org"}, by=ada)

    (told,) = [fact for fact in facts if isinstance(fact, ValidationMoved)]
    assert told.member.needs_validating is True
    assert run_reading(members.address_of, ada.id) == ("New@example.org", "Ada")
    unused = MemberSecret.select().where(MemberSecret.origin == member_secrets.MAILED)
    assert run_reading(lambda: (MagicLink.select().count(), unused.count())) == (0, 0)


def test_an_address_that_is_changed_as_a_member_kills_what_was_mailed_for_a_password_too(ada):
    row = {"nonce": "", "token_hash": "", "expires_at": row_of(ada).created_at}
    run(lambda: PasswordReset.create(account=ada.id, **row))

    change_as_member(ada, email="new@example.org")

    assert run_reading(lambda: PasswordReset.select().count()) == 0


def test_who_changes_an_address_here_and_as_a_member_at_once_is_known_by_one_of_them(ada):
    outcomes = at_once(
        *[partial(change, ada, email=f"here{number}@example.org") for number in range(2)],
        *[partial(change_as_member, ada, email=f"there{number}@example.org") for number in range(2)],
    )

    known = run_reading(members.address_of, ada.id)
    assert codes(outcomes) == []
    assert known is not None
    assert known[0] == row_of(ada).email_key


def test_a_username_that_is_an_address_goes_with_it(grace):
    account = change(grace, email="New@example.org")

    assert (account.username, account.email_key) == ("New@example.org", "new@example.org")


def test_removing_somebody_tells_others_what_leaving_tells_them(ada, grace, olga):
    leaving = [type(fact) for fact in facts_of(departures.leave, by=ada)]

    removing = [type(fact) for fact in facts_of(departures.remove, grace.username, by=olga)]

    assert removing == leaving
    assert run_reading(lambda: [account.username for account in Account.select()]) == ["linus@example.org", "olga"]


def test_of_two_who_remove_somebody_at_once_while_they_leave_one_succeeds(ada, olga):
    outcomes = at_once(
        *[lambda: run(departures.remove, ada.username, by=olga)] * 2, lambda: run(departures.leave, by=ada)
    )

    assert len([outcome for outcome in outcomes if isinstance(outcome, Refusal)]) == 2
    assert run_reading(lambda: Account.get_or_none(Account.id == ada.id)) is None


@pytest.mark.parametrize("action", [users.disable, users.enable, departures.remove])
def test_staff_do_it_to_no_staff_and_nobody_to_themself(cast, action):
    otto = run(
        accounts.create_staff, name="O", username="otto", email="o@example.org", password_hash="x", is_superuser=False
    )

    with pytest.raises(SuperusersOnly):
        run(action, otto.username, by=cast["Olga"])
    with pytest.raises(OwnAccount):
        run(action, "olga", by=cast["Olga"])


def test_who_is_disabled_while_they_leave_is_gone_and_nothing_breaks(ada, olga):
    outcomes = at_once(lambda: run(departures.leave, by=ada), lambda: run(users.disable, ada.username, by=olga))

    assert codes(outcomes) in ([], [AccountNotFound.code])
    assert run_reading(lambda: Account.get_or_none(Account.id == ada.id)) is None


def test_the_picture_that_is_replaced_is_given_back(ada):
    run(profiles.set_image, ada.id, "old.png")

    replaced = facts_of(users.set_picture, ada.username, "new.png", by=ada)
    shown = {"profilePicture": "https://hub.example/techfesia/image/new.png"}
    kept = facts_of(users.change, "ada", shown, by=ada)
    taken_away = facts_of(users.change, "ada", {"profilePicture": ""}, by=ada)

    assert (replaced, kept, taken_away) == ([ImagesDropped(("old.png",))], [], [ImagesDropped(("new.png",))])
