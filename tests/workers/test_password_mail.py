"""Mail with a token for a new password: only while it is good, and nothing of it anywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from hub.domain import password_resets, users
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.reactions.passwords import MAIL_RESET
from models import Account, JobRow, SentMessage
from tests import people
from tests.build import SECRET
from tests.workers.working import job_called, states_of
from workers import letters, mail, password_mail
from workers.gateways import mail as gateways
from workers.gateways.errors import GatewayError
from workers.gateways.memory import MemoryMail
from workers.patience import Patience

KEYS = Keys(SECRET)
ADAS = "ada@example.org"
assert password_mail


@pytest.fixture
def mails(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryMail]:
    memory = MemoryMail()
    gateways.use(memory)
    monkeypatch.setattr(mail, "patience", Patience())
    yield memory
    gateways.use()


@pytest.fixture
def ada(database: str, clock: object):
    return people.make("Ada")


def ask(name: str = ADAS) -> None:
    run(password_resets.ask, name, keys=KEYS, limited=False)


def token_in(text: str) -> str:
    return text.split("\n\n")[2]


def redeem(token: str) -> None:
    run(password_resets.redeem, ADAS, token, password_hash="new", address="192.0.2.1", keys=KEYS)


def test_the_token_in_the_mail_sets_a_new_password_and_is_nowhere_else(worker, mails, ada):
    ask()
    with capture_logs() as lines:
        worker.work()

    (letter,) = mails.mails
    token = token_in(letter.text)
    redeem(token)
    assert (letter.to, letter.subject) == (ADAS, "A new password")
    assert "until 2026-11-21 13:00 UTC" in letter.text
    assert token in letter.html
    kept = run_reading(lambda: str([*JobRow.select().dicts(), *SentMessage.select().dicts()]))
    assert [word for word in (token, ADAS) if word in kept or word in repr(lines)] == []
    assert states_of(MAIL_RESET) == ["done"]


def test_where_there_is_nobody_nothing_is_sent(worker, mails, ada):
    ask("nobody@example.org")

    worker.work()

    assert (mails.mails, states_of(MAIL_RESET)) == ([], ["done"])


@pytest.fixture
def late(worker, mails, ada) -> MemoryMail:
    """A token that was asked for while the mail server had a bad time, which is over now."""
    mails.fails_with = GatewayError("451")
    ask()
    worker.work()
    mails.fails_with = None
    mails.mails.clear()
    return mails


def test_a_token_is_mailed_once_it_can_be(worker, late):
    worker.work_for(minutes=1)

    (letter,) = late.mails
    redeem(token_in(letter.text))


def test_a_token_that_was_replaced_is_never_sent(worker, late, clock):
    clock.forward(seconds=1)
    ask()

    worker.work_for(minutes=10)

    (newest,) = late.mails
    redeem(token_in(newest.text))


def test_a_token_that_was_used_has_run_out_or_whose_address_is_another_is_never_sent(worker, late, ada, clock):
    arguments = json.loads(job_called(MAIL_RESET)["arguments"])
    token = run_reading(password_resets.to_mail, **arguments, keys=KEYS)[1]
    redeem(token)
    worker.work_for(minutes=10)
    for spoil in (clock_goes_on(clock), lambda: run(users.change, ada.username, {"email": "b@example.org"}, by=ada)):
        late.fails_with = GatewayError("451")
        ask()
        worker.work()
        late.fails_with = None
        late.mails.clear()
        spoil()
        worker.work_for(minutes=10)

    assert (late.mails, set(states_of(MAIL_RESET))) == ([], {"done"})


def clock_goes_on(clock) -> Callable[[], object]:
    return lambda: clock.forward(hours=1)


def test_the_letter_loads_nothing_from_elsewhere():
    subject, text, html = letters.written("password_reset", name="", token="70ken", until="2026-11-22 12:00 UTC")

    assert (subject, "70ken" in text, "70ken" in html, text.startswith("Hello,\n\n")) == ("A new password", *[True] * 3)
    assert [word for word in ("src=", "<img", "<link", "<script", "url(", "href=") if word in html] == []


def test_a_password_that_was_forgotten_is_nobody_s_without_the_mail(worker, mails, ada):
    before = run_reading(lambda: Account.get_by_id(ada.id).password_hash)
    ask()
    worker.work()

    assert run_reading(lambda: Account.get_by_id(ada.id).password_hash) == before
