"""Magic links: the newest, once, within a day, and by whoever reads the mail."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from hub.domain import departures, magic_links, member_secrets, members
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.domain.magic_links import MAILS_FROM_ONE, MAILS_TO_ONE, DeadLink, LinkAsked
from hub.domain.members import Joined
from hub.domain.refusals import Refusal, TooMany
from hub.domain.roles import EmailNotFound
from hub.perform import run, run_reading
from models import Account, MagicLink, Member, MemberSecret
from tests.build import SECRET
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

KEYS = Keys(SECRET)
LASTS = timedelta(hours=24)
ADAS = "ada@example.org"


def ask(email: str = ADAS, lasts: timedelta = LASTS) -> LinkAsked:
    (asked,) = facts_of(magic_links.ask, email, lasts=lasts, keys=KEYS)
    assert isinstance(asked, LinkAsked)
    return asked


def mail_of(asked: LinkAsked):
    return run_reading(magic_links.to_mail, asked.link_id, asked.round, KEYS)


def token_of(asked: LinkAsked) -> str:
    said = mail_of(asked)
    assert said is not None
    return said[1]


def redeem(token: str) -> Joined:
    return run(magic_links.redeem, token, KEYS)


def is_dead(token: str) -> bool:
    try:
        redeem(token)
    except DeadLink:
        return True
    return False


def whose(joined: Joined) -> Actor:
    return run_reading(member_secrets.caller_with, joined.secret, KEYS).actor


def count_mail(email: str = ADAS, address: str = "192.0.2.1", limited: bool = True) -> None:
    run(magic_links.count_mail, email, address=address, limited=limited)


def answer(*args: str) -> str:
    try:
        count_mail(*args)
    except TooMany as no:
        return no.code
    return "mailed"


def test_a_link_signs_its_owner_in_once(ada, clock):
    asked = ask(" ADA@Example.org ")
    assert mail_of(asked) == (ada.id, token_of(asked), clock.moment + LASTS)
    token = token_of(asked)

    joined = redeem(token)

    assert whose(joined) == ada
    assert joined.details.email == ADAS
    assert (is_dead(token), mail_of(asked)) == (True, None)


def test_of_several_who_redeem_a_link_at_once_one_is_signed_in(ada):
    token = token_of(ask())

    outcomes = at_once(*[partial(redeem, token)] * 5)

    assert codes(outcomes) == ["dead_magic_link"] * 4
    assert run_reading(lambda: (MemberSecret.select().count(), Member.select().count())) == (1, 1)


def test_a_new_link_kills_the_one_before(ada):
    first = ask()
    before = token_of(first)

    second = token_of(ask())

    assert is_dead(before)
    assert not is_dead(second)


def test_a_new_link_after_one_that_was_used_is_good(ada):
    redeem(token_of(ask()))

    assert not is_dead(token_of(ask()))


def test_a_mail_that_comes_late_is_not_sent_for_a_link_that_was_replaced(ada, clock):
    first = ask()
    clock.forward(microseconds=1)
    ask()

    assert mail_of(first) is None


def test_a_link_is_good_for_a_day(ada, clock):
    early, late = ask(), ask
    clock.forward(hours=24, microseconds=-1)
    assert not is_dead(token_of(early))

    asked = late()
    token = token_of(asked)
    clock.forward(hours=24)

    assert (mail_of(asked), is_dead(token)) == (None, True)


def test_of_two_who_ask_at_once_one_link_is_good_and_it_is_the_newest(ada):
    asked = at_once(*[ask] * 5)

    assert run_reading(lambda: MagicLink.select().count()) == 1
    assert len({one.link_id for one in asked}) == 1
    assert not is_dead(token_of(asked[0]))


@pytest.mark.parametrize(
    "token", ["", "0" * 40, "\0", "\ud800", "\u0660" * 40, "x" * 20_000], ids=lambda one: ascii(one)[:9]
)
def test_whatever_was_never_issued_is_dead(ada, token):
    ask()

    assert is_dead(token)


def test_what_is_kept_of_a_link_signs_nobody_in(ada):
    token = token_of(ask())

    row = run_reading(lambda: MagicLink.select().dicts().get())

    assert token not in repr(row)
    assert [is_dead(str(row[name])) for name in ("token_hash", "nonce", "public_id")] == [True] * 3


@pytest.mark.parametrize("action", [magic_links.ask, magic_links.ask_for_secret])
@pytest.mark.parametrize("email", ["", "nobody@example.org", "ada", "ada@example.org@"], ids=ascii)
def test_an_address_that_is_nobody_s_is_mailed_nothing(ada, action, email):
    more = {"lasts": LASTS} if action is magic_links.ask else {}

    with pytest.raises(EmailNotFound):
        run(action, email, keys=KEYS, **more)

    assert nothing_is_left()


def test_who_leaves_at_the_moment_that_a_link_is_asked_for_leaves_nothing_behind(ada):
    def leave() -> None:
        run(departures.leave, by=ada)

    asking = partial(run, magic_links.ask_for_secret, ADAS, keys=KEYS)
    outcomes = at_once(leave, *[ask] * 3, *[asking] * 3)

    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert set(refused) <= {EmailNotFound.code}
    left = [Account.select().where(Account.id == ada.id), MagicLink.select(), Member.select(), MemberSecret.select()]
    assert run_reading(lambda: [query.count() for query in left]) == [0] * 4


def test_somebody_from_another_dialect_is_a_member_once_they_come_by_a_link(ada):
    assert run_reading(lambda: Member.select().count()) == 0

    joined = redeem(token_of(ask()))

    assert joined.details == run_reading(members.of, ada.id)


def test_one_address_is_mailed_five_times_an_hour_whoever_asks_and_however_it_is_spelled(database, clock):
    spellings = [ADAS, " ADA@example.org", "Ada@Example.Org"]
    asked = [answer(spellings[number % 3], f"192.0.2.{number}") for number in range(MAILS_TO_ONE + 2)]
    clock.forward(hours=1)

    assert asked == ["mailed"] * MAILS_TO_ONE + ["too_many"] * 2
    assert answer() == "mailed"


def test_a_network_has_so_many_mails_sent_and_no_more(database, monkeypatch):
    monkeypatch.setattr(magic_links, "MAILS_FROM_ONE", 4)

    asked = [answer(f"{number}@example.org", f"2001:db8::{number}") for number in range(6)]

    assert MAILS_FROM_ONE > 50
    assert asked == ["mailed"] * 4 + ["too_many"] * 2
    assert answer("7@example.org", "2001:db8:0:1::1") == "mailed"


@pytest.mark.parametrize(
    "asked_for", [partial(magic_links.ask, lasts=LASTS, keys=KEYS), partial(magic_links.ask_for_secret, keys=KEYS)]
)
def test_nothing_is_mailed_to_whoever_is_disabled(ada, asked_for):
    run(lambda: Account.update(is_disabled=True).where(Account.id == ada.id).execute())

    with pytest.raises(EmailNotFound):
        run(asked_for, ADAS)

    assert nothing_is_left()
