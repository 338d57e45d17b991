"""Why did this not arrive? Mails, notices and text messages: the verdict is true, whatever became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import redis

from hub.delivery import Job
from hub.domain import accounts, help_tickets, jobs, magic_links, members, phone_checks, sent_messages
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.presence import HOLD, TEAMS, keys
from hub.settings import DEFAULT_SMS_BUDGETS
from models import Account, JobRow, JournalRow, SentMessage
from tests.build import SECRET, Sqlite, Valkey
from tests.domain.entering import staff, student
from tests.workers.telling import messages_of, newest, verdict, ways
from workers import mail, notices, sms
from workers.gateways import mail as mail_gateways
from workers.gateways import sms as sms_gateways
from workers.gateways.errors import GatewayError
from workers.gateways.memory import MemoryMail
from workers.gateways.sms import MemorySms, NumberRefused
from workers.patience import Patience

KEYS = Keys(SECRET)
BOB = "bob@example.org"
NUMBER = "+61491570006"


@pytest.fixture
def database_url(sqlite: Sqlite) -> str:
    """One kind is enough: what is asked of the database is tried in `tests/domain/test_stories.py`."""
    return sqlite.new_database()


@pytest.fixture(autouse=True)
def _of_this_test(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(mail, "patience", Patience())
    monkeypatch.setattr(sms, "patience", Patience())
    notices._say_mail_is_off.cache_clear()
    notices._whereabouts.cache_clear()
    yield
    mail_gateways.use()
    sms_gateways.use(None)
    notices._whereabouts().close()
    notices._whereabouts.cache_clear()


@pytest.fixture
def mails(worker: object) -> MemoryMail:
    memory = MemoryMail()
    mail_gateways.use(memory)
    return memory


def join() -> int:
    """Somebody becomes a member, and is to be welcomed by mail."""
    run(members.register, {"email": BOB, "fname": "Bob", "contact_number": "0491 570 006"}, country="AU", keys=KEYS)
    return run_reading(lambda: accounts.named(BOB).id)


def answered() -> Actor:
    """Ada, whose question somebody has answered."""
    ada, olga = student("ada"), staff("Olga")
    ticket = run(help_tickets.ask, title="No power", description="Help", is_public=False, by=ada)
    run(help_tickets.solve, ticket.public_id, "It is on again", by=olga)
    return ada


def test_a_mail_that_no_worker_has_got_to_is_on_its_way(worker):
    bob = join()

    assert newest(bob) == ("A mail: welcome", "On its way: a worker takes it now.")
    assert ways(bob) == [("job", "waiting", "job 1 mail.welcome")]


def test_a_mail_that_the_server_took(worker, post_office):
    bob = join()
    worker.work()

    assert newest(bob) == ("A mail: welcome", "Sent: the mail server took it after 0 s.")
    assert ways(bob) == [("email", "accepted", "smtp")]


def test_a_mailbox_that_is_not_there(worker, post_office):
    post_office.says["RCPT"] = "550 5.1.1 No such user here"
    bob = join()
    worker.work()

    assert verdict(bob) == "Not delivered: the mail server answered 550 5.1.1 to the recipient."


def test_a_server_that_says_later_is_asked_again_and_the_story_says_when_and_why(worker, post_office, clock):
    post_office.says["RCPT"] = "451 4.7.1 Greylisted, come back later"
    bob = join()
    worker.work()
    clock.moment = run_reading(lambda: JobRow.get_by_id(1).due_at) - timedelta(seconds=1)

    assert verdict(bob) == (
        "On its way: tried again in 1 s, after 1 try: the mail server answered 451 4.7.1 to the recipient."
    )
    assert ways(bob) == [("email", "later", "smtp"), ("job", "waiting", "job 1 mail.welcome")]


def test_a_mail_that_was_given_up(worker, mails):
    mails.fails_with = GatewayError("the mail server answered 535 to the sign-in", permanent=True)
    bob = join()
    worker.work()

    assert verdict(bob) == (
        "Not delivered: given up after 1 try: the mail server answered 535 to the sign-in. Retry job 1."
    )


def test_a_dead_mail_that_is_retried_arrives_and_says_so(worker, mails):
    mails.fails_with = GatewayError("the mail server answered 535 to the sign-in", permanent=True)
    bob = join()
    worker.work()
    mails.fails_with = None
    run(jobs.retry_dead)
    worker.work()

    assert verdict(bob) == "Sent: the mail server took it after 0 s."
    assert [way[:2] for way in ways(bob)] == [("email", "failed"), ("email", "accepted")]


def test_while_mail_is_off_it_says_what_turns_it_on(worker, configure):
    configure(env="production")
    bob = join()
    worker.work()

    assert verdict(bob) == "Not sent: mail is off: set HUB_SMTP_URL and HUB_MAIL_FROM."


def test_a_link_that_was_replaced_before_it_was_mailed(worker, mails, clock):
    bob = join()
    for _ in range(2):
        clock.forward(minutes=1)
        run(magic_links.ask, BOB, lasts=timedelta(days=1), keys=KEYS)
    worker.work()

    assert [(one["title"], one["verdict"]) for one in messages_of(bob)[:2]] == [
        ("A mail: the link to sign in", "Sent: the mail server took it after 0 s."),
        ("A mail: the link to sign in", "Not sent: it was used, has run out, or another took its place."),
    ]


def test_a_job_that_no_worker_knows(worker, mails, clock):
    bob = join()
    clock.forward(minutes=1)
    run(jobs.add, Job("mail.of_tomorrow", {"account_id": bob}), "0123456789abcdef")
    worker.work_for(hours=1)

    assert newest(bob) == (
        "mail.of_tomorrow",
        "Not delivered: given up after 8 tries: LookupError: no worker here knows this job; "
        "is its version older than that of the server that made it? Retry job 2.",
    )


def test_an_answer_that_nobody_was_there_to_hear_is_mailed(worker, mails):
    ada = answered()
    worker.work_for(seconds=6)

    assert newest(ada) == ("Their question was answered", "Sent: the mail server took it after 5 s.")
    assert ways(ada) == [("email", "accepted", "smtp")]


def test_whoever_was_connected_gets_no_notice(worker, mails, valkey: Valkey):
    ada = answered()
    with closing(redis.from_url(valkey.address)) as client:
        client.eval(HOLD, 2, *keys(ada.id, TEAMS), "socket", 30_000, 0)
    worker.work_for(seconds=6)

    assert verdict(ada) == ("Not sent: no connected app confirmed it, and they were connected, so no notice was due.")


def test_whoever_wants_no_notices_gets_none(worker, mails):
    ada = answered()
    run(lambda: Account.update(told_by="none").where(Account.id == ada.id).execute())
    worker.work_for(seconds=6)

    assert verdict(ada) == "Not sent: no connected app confirmed it, and they do not want to be told."


def test_when_the_journal_has_forgotten_the_event_the_mail_still_tells_of_it(worker, mails):
    ada = answered()
    worker.work_for(seconds=6)
    run(lambda: JournalRow.delete().execute())

    assert newest(ada) == ("A mail: their question was answered", "Sent: the mail server took it after 0 s.")


@pytest.fixture
def texts(worker: object) -> MemorySms:
    memory = MemorySms()
    sms_gateways.use(memory)
    return memory


def ask_for_code() -> None:
    how = {"countries": None, "budgets": DEFAULT_SMS_BUDGETS, "limited": False}
    run(phone_checks.commit, NUMBER, address="192.0.2.1", lasts=timedelta(minutes=10), **how)


def reported(status: str, detail: str | None = None) -> None:
    row = run_reading(lambda: SentMessage.get(SentMessage.channel == "sms"))
    run(sent_messages.report, row.public_id, status, detail)


def test_a_text_message_that_was_taken_and_not_delivered(worker, mails, texts, clock):
    bob = join()
    worker.work()
    clock.forward(minutes=1)
    ask_for_code()
    worker.work()
    assert newest(bob) == (
        "A text message: a code for their number",
        "Sent: the text message provider took it after 0 s.",
    )

    reported("undelivered", "Twilio's error 30005")

    assert verdict(bob) == "Not delivered: Twilio's error 30005."


def test_a_text_message_that_arrived(worker, mails, texts, clock):
    bob = join()
    worker.work()
    ask_for_code()
    clock.forward(seconds=1)
    worker.work()
    clock.forward(seconds=3)
    reported("delivered")

    assert verdict(bob) == "Arrived: the network delivered the text message after 3 s."


def test_a_number_that_the_provider_refuses(worker, mails, texts, clock):
    bob = join()
    worker.work()
    clock.forward(minutes=1)
    texts.fails_with = NumberRefused("Twilio refused the number with code 21211: it is none")
    ask_for_code()
    worker.work()

    assert verdict(bob) == "Not delivered: Twilio refused the number with code 21211: it is none."


def test_while_text_messages_are_off_it_says_what_turns_them_on(worker, mails, configure, clock):
    bob = join()
    worker.work()
    clock.forward(minutes=1)
    configure(env="production")
    ask_for_code()
    worker.work()

    assert verdict(bob) == "Not delivered: text messages are off: set HUB_TWILIO_FROM."
