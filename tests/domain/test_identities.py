"""Identities: one account for one person at a provider, what it is called, and whose picture is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.domain import accounts, identities
from hub.domain.actors import Actor
from hub.domain.credentials import Claims, Keys
from hub.domain.identities import NotVouched, Vouched
from hub.domain.profiles import ImagesDropped
from hub.domain.token_pairs import Minting
from hub.perform import run, run_reading
from models import Account, Identity, RefreshToken, RevokedCredential
from tests.build import SECRET
from tests.domain.doing import at_once, codes, facts_of

KEYS = Keys(SECRET)
MINTING = Minting(KEYS, timedelta(minutes=15), timedelta(days=30))
ZOE = Vouched("google", "1", "Zoe", "Fay", "zoe@example.org", "https://pictures.example/zoe")


def begun() -> Claims:
    return KEYS.read(KEYS.mint("", "oauth-google", timedelta(minutes=10)), ["oauth-google"])


def sign_in(vouched: Vouched = ZOE, beginning: Claims | None = None) -> Any:
    return run(identities.sign_in, vouched, beginning or begun(), MINTING)


def everybody() -> list[tuple[str, str | None, str]]:
    """Username, address and name of each, in order."""
    rows = run_reading(lambda: list(Account.select().order_by(Account.id)))
    return [(account.username, account.email_key, account.name) for account in rows]


def named(username: str) -> Account:
    return run_reading(accounts.named, username)


def test_the_same_person_is_the_same_account_whatever_they_are_called_by_now(database):
    sign_in()

    sign_in(replace(ZOE, first_name="Z.", email="another@example.org"))

    assert everybody() == [("zoe", "zoe@example.org", "Zoe Fay")]
    assert run_reading(lambda: [row.account.username for row in RefreshToken.select()]) == ["zoe", "zoe"]


def test_the_same_number_at_another_provider_is_another_person(database):
    sign_in()
    sign_in(replace(ZOE, provider="github", email=None))

    assert everybody() == [("zoe", "zoe@example.org", "Zoe Fay"), ("zoe.fay", None, "Zoe Fay")]


def test_nobody_is_joined_to_an_account_that_has_the_same_address(database):
    run(accounts.sign_up, name="Eve", username="ZOE@example.org", password_hash="hash")

    sign_in()

    assert everybody() == [("ZOE@example.org", "zoe@example.org", "Eve"), ("zoe", None, "Zoe Fay")]


def test_what_is_no_address_is_not_taken(database):
    odd = [None, "", "no address", "@", '"a b"@x.org', "\u0130" * 199 + "@x.org", "z" * 200 + "@example.org"]

    for number, address in enumerate(odd):
        sign_in(replace(ZOE, subject=f"{number}", email=address))

    assert [email for _, email, _ in everybody()] == [None] * len(odd)


CALLED = [
    (("zoe@example.org", "Zoe", "Fay"), "zoe"),
    (("Zoe.Fay-3_x+fest@example.org", "Zoe", "Fay"), "zoe.fay-3_x"),
    (("o'neil!@example.org", "", ""), "o.neil"),
    ((None, "Jos\u00e9", "\u00c5str\u00f6m"), "jose.astrom"),
    ((None, "Mia", ""), "mia"),
    (("\u0437\u043e\u044f@example.org", "\u0417\u043e\u044f", "-"), "user"),
    (("...@example.org", "", ""), "user2"),
    ((None, "x" * 90, "y"), "x" * 30),
    ((None, "x" * 29, "y"), "x" * 29),
    (("public@example.org", "", ""), "public2"),
    (("Category@example.org", "", ""), "category2"),
]


def test_newcomers_are_called_by_their_address_or_their_name(database):
    for number, ((email, first, last), _) in enumerate(CALLED):
        sign_in(replace(ZOE, subject=f"{number}", email=email, first_name=first, last_name=last))

    assert [called for called, _, _ in everybody()] == [username for _, username in CALLED]


def test_whoever_has_no_name_is_called_as_their_account_is(database):
    sign_in(replace(ZOE, first_name="", last_name=""))

    assert everybody() == [("zoe", "zoe@example.org", "zoe")]


def test_a_name_that_is_taken_gets_a_number(database):
    for number in range(3):
        sign_in(replace(ZOE, subject=f"{number}", email=f"zoe@{number}.example"))

    assert [username for username, _, _ in everybody()] == ["zoe", "zoe2", "zoe3"]


def test_a_name_that_very_many_have_gets_what_nobody_has(database, monkeypatch):
    monkeypatch.setattr(identities, "NUMBERS_OF_A_NAME", 2)

    for number in range(4):
        sign_in(replace(ZOE, subject=f"{number}", email=None, last_name=""))

    names = [username for username, _, _ in everybody()]
    assert names[:2] == ["zoe", "zoe2"]
    assert [len(name) for name in names[2:]] == [len("zoe-") + 8] * 2


def test_of_first_sign_ins_at_one_moment_one_makes_the_account(database):
    pairs = at_once(*[partial(sign_in, ZOE)] * 6)

    assert codes(pairs) == []
    assert everybody() == [("zoe", "zoe@example.org", "Zoe Fay")]
    assert run_reading(lambda: (Identity.select().count(), RefreshToken.select().count())) == (1, 6)


def test_people_of_one_name_who_come_at_one_moment_all_get_one(database):
    people = [replace(ZOE, subject=f"{number}") for number in range(6)]

    outcomes = at_once(*[partial(sign_in, person) for person in people])

    assert codes(outcomes) == []
    assert sorted(username for username, _, _ in everybody()) == ["zoe", "zoe2", "zoe3", "zoe4", "zoe5", "zoe6"]
    assert sorted(str(email) for _, email, _ in everybody()) == ["None"] * 5 + ["zoe@example.org"]


def test_of_two_who_come_back_with_one_beginning_one_is_signed_in(database):
    beginning = begun()

    outcomes = at_once(*[partial(sign_in, replace(ZOE, subject=one), beginning) for one in ("1", "2")])

    assert codes(outcomes) == ["not_vouched"]
    assert run_reading(lambda: (Account.select().count(), RefreshToken.select().count())) == (1, 1)


def test_a_beginning_that_was_used_is_remembered_for_as_long_as_it_is_good(database):
    beginning = begun()
    sign_in(beginning=beginning)

    with pytest.raises(NotVouched):
        sign_in(beginning=beginning)

    kept = run_reading(lambda: list(RevokedCredential.select().tuples()))
    assert kept == [(beginning.jti, beginning.expires_at)]


def test_whoever_shows_a_providers_picture_shows_the_newest(database):
    sign_in()
    zoe = actor("zoe")
    run(identities.show_picture, "zoe", None, by=zoe)

    sign_in(replace(ZOE, picture_url="https://pictures.example/newer"))
    newer = named("zoe").picture_url
    sign_in(replace(ZOE, picture_url=None))

    assert (newer, named("zoe").picture_url) == ("https://pictures.example/newer", "https://pictures.example/newer")
    assert run_reading(lambda: Identity.get().picture_url) is None


def test_whoever_shows_another_picture_goes_on_showing_it(database):
    sign_in()
    run(lambda: Account.update(picture_url="https://elsewhere.example/a").execute())

    sign_in(replace(ZOE, picture_url="https://pictures.example/newer"))

    assert named("zoe").picture_url == "https://elsewhere.example/a"


def test_a_picture_that_was_uploaded_goes_when_a_providers_is_shown(database):
    sign_in()
    run(lambda: Account.update(image="a.png").execute())

    facts = facts_of(identities.show_picture, "zoe", "google", by=actor("zoe"))

    account = named("zoe")
    assert facts == [ImagesDropped(("a.png",))]
    assert (account.image, account.picture_url) == (None, ZOE.picture_url)


def actor(username: str) -> Actor:
    account = named(username)
    return Actor(account.id, account.public_id, account.username, account.name)
