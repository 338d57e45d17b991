"""Mail to members: what is sent, once, while it is good for anything; and whose trouble delays what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from hub.domain import magic_links, member_secrets, members
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.reactions.members import MAIL_LINK, MAIL_SECRET, MAIL_WELCOME
from models import JobRow, SentMessage
from tests.build import SECRET
from tests.standins.smtp import Fault
from tests.workers.working import Worker, job_called, states_of
from workers import jobs, letters, mail, patience
from workers.gateways import mail as gateways
from workers.gateways.errors import GatewayError
from workers.gateways.mail import RecipientRefused
from workers.gateways.memory import MemoryMail
from workers.patience import Patience

KEYS = Keys(SECRET)
BOB = "Bob@example.org"
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _patience_of_this_test(configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(mail, "patience", Patience())
    yield
    gateways.use()


@pytest.fixture
def mails(configure: Callable[..., None]) -> MemoryMail:
    memory = MemoryMail()
    gateways.use(memory)
    return memory


def join(email: str = BOB) -> str:
    """The secret that the member holds already."""
    return run(members.register, {"email": email, "fname": "Bob"}, country="AU", keys=KEYS).secret


def ask_for_link() -> None:
    run(magic_links.ask, BOB, lasts=A_DAY, keys=KEYS)


def ask_for_secret() -> None:
    run(magic_links.ask_for_secret, BOB, KEYS)


def sent() -> list[dict[str, object]]:
    columns = (SentMessage.purpose, SentMessage.status, SentMessage.reference, SentMessage.detail)
    return run_reading(lambda: list(SentMessage.select(*columns).order_by(SentMessage.id).dicts()))


def token_in(text: str) -> str:
    return text.split(letters.MAGIC_LINK)[1].split()[0]


def secret_in(text: str) -> str:
    return text.split("?s=")[1].split()[0]


def test_whoever_joins_is_welcomed_with_a_link_of_their_own(worker, mails, configure):
    configure(member_page_url="https://party.example/me?lang=en")
    held = join()

    worker.work()

    (welcome,) = mails.mails
    link = welcome.text.split("\n\n")[2]
    secret = link.removeprefix("https://party.example/me?lang=en&s=")
    assert (welcome.to, welcome.subject, secret != held) == (BOB, "Welcome: your membership", True)
    assert welcome.text.startswith("Hello Bob,\n")
    assert link.replace("&", "&amp;") in welcome.html
    assert run_reading(member_secrets.caller_with, secret, KEYS).actor.name == "Bob"
    assert states_of(MAIL_WELCOME) == ["done"]


def test_a_magic_link_in_the_mail_signs_in(worker, mails):
    join()
    worker.work()
    ask_for_link()

    worker.work()

    link_mail = mails.mails[-1]
    token = token_in(link_mail.text)
    assert f'href="fluxapp://sign_in/magic_link/{token}"' in link_mail.html
    assert "until 2026-11-22 12:00 UTC" in link_mail.text
    assert "until 2026-11-22 12:00 UTC" in link_mail.html
    assert run(magic_links.redeem, token, KEYS).details.email == BOB


def test_a_secret_that_was_never_used_is_mailed_again_as_another_mail(worker, mails):
    join()
    worker.work()
    for _ in range(2):
        ask_for_secret()
        worker.work()

    welcome, *asked = mails.mails
    assert [secret_in(one.text) for one in asked] == [secret_in(welcome.text)] * 2
    assert len({one.key for one in mails.mails}) == 3


@pytest.fixture
def late(worker: Worker, mails: MemoryMail) -> MemoryMail:
    """A link that was asked for while the mail server had a bad time, which is over now."""
    join()
    worker.work()
    mails.fails_with = GatewayError("451")
    ask_for_link()
    worker.work()
    mails.fails_with = None
    mails.mails.clear()
    return mails


def test_a_link_that_was_replaced_is_never_sent(worker, late, clock):
    clock.forward(seconds=1)
    ask_for_link()

    worker.work_for(minutes=10)

    (newest,) = late.mails
    assert run(magic_links.redeem, token_in(newest.text), KEYS).details.email == BOB
    assert states_of(MAIL_LINK) == ["done", "done"]


def test_a_link_that_has_run_out_is_never_sent(worker, late, clock):
    clock.forward(days=1)

    worker.work_for(minutes=10)

    assert (late.mails, states_of(MAIL_LINK)) == ([], ["done"])


def test_a_link_that_was_used_is_not_sent_again(worker, late):
    arguments = json.loads(job_called(MAIL_LINK)["arguments"])
    _, token, _ = run_reading(magic_links.to_mail, *arguments.values(), KEYS)
    run(magic_links.redeem, token, KEYS)

    worker.work_for(minutes=10)

    assert (late.mails, states_of(MAIL_LINK)) == ([], ["done"])


def test_a_secret_that_was_taken_back_is_not_mailed(worker, mails):
    held = join()
    run(member_secrets.revoke_all, run_reading(member_secrets.caller_with, held, KEYS).actor.id)

    worker.work()

    assert (mails.mails, states_of(MAIL_WELCOME)) == ([], ["done"])


def test_a_mail_that_its_server_has_taken_is_not_sent_again(worker, mails):
    join()
    worker.work()
    welcome = job_called(MAIL_WELCOME)
    run(lambda: JobRow.update(state="waiting").where(JobRow.id == welcome["id"]).execute())

    worker.work()

    assert (len(mails.mails), states_of(MAIL_WELCOME)) == (1, ["done"])


def test_killed_between_the_sending_and_the_mark_it_sends_the_same_mail_again(worker, mails, clock, monkeypatch):
    join()

    def killed(*_: object) -> None:
        raise SystemExit("kill -9")

    with monkeypatch.context() as until_it_dies:
        until_it_dies.setattr(mail.sent_messages, "accepted", killed)
        with pytest.raises(SystemExit):
            jobs.do(job_called(MAIL_WELCOME)["id"], holder="the one that dies")
    clock.forward(seconds=jobs.LEASE_SECONDS + 1)
    jobs.do(job_called(MAIL_WELCOME)["id"], holder="the next")

    first, second = mails.mails
    assert first == second
    assert sent() == [accepted("welcome", f"memory-{first.key}")]


def accepted(purpose: str, reference: str) -> dict[str, object]:
    return {"purpose": purpose, "status": "accepted", "reference": reference, "detail": None}


def test_what_may_heal_is_tried_again_and_again(worker, mails):
    mails.fails_with = GatewayError("the mail server answered 451 to the recipient")
    join()
    worker.work_for(minutes=30)
    assert states_of(MAIL_WELCOME) == ["waiting"]

    mails.fails_with = None
    worker.work_for(minutes=20)

    assert (len(mails.mails), states_of(MAIL_WELCOME)) == (1, ["done"])


def test_what_no_retry_mends_waits_for_the_operator(worker, mails):
    mails.fails_with = GatewayError("the mail server answered 535", permanent=True)
    join()
    worker.work()
    assert (states_of(MAIL_WELCOME), sent()[0]["status"]) == (["dead"], "waiting")

    mails.fails_with = None
    run(jobs.jobs.retry_dead)
    worker.work()

    assert (len(mails.mails), states_of(MAIL_WELCOME)) == (1, ["done"])


def test_an_address_that_nobody_has_is_noted_and_is_nobodys_work(worker, mails):
    mails.fails_with = RecipientRefused("the mail server answered 550 5.1.1 to the recipient")
    join()

    worker.work()

    detail = "the mail server answered 550 5.1.1 to the recipient"
    assert sent() == [{"purpose": "welcome", "status": "failed", "reference": None, "detail": detail}]
    assert states_of(MAIL_WELCOME) == ["done"]


def test_where_mail_is_off_the_operator_reads_what_to_do_and_nobody_reads_a_secret(worker, configure):
    configure(env="production")
    join()

    with capture_logs() as said:
        worker.work()

    (line,) = [line for line in said if line["event"] == "mail_is_off"]
    assert (line["kind"], line["what_to_do"]) == (
        "welcome",
        "set HUB_SMTP_URL and HUB_MAIL_FROM; this mail was not sent",
    )
    assert (sent(), states_of(MAIL_WELCOME)) == ([], ["done"])


def test_the_console_shows_the_mail_and_keeps_it_and_the_log_knows_nothing_of_it(worker, tmp_path, capfd):
    join()

    with capture_logs() as said:
        worker.work()

    (path,) = (tmp_path / "outbox").iterdir()
    letter = json.loads(path.read_text())
    shown, _ = capfd.readouterr()
    secret = secret_in(letter["text"])
    assert (letter["channel"], letter["to"], letter["subject"]) == ("email", BOB, "Welcome: your membership")
    assert (secret in letter["payload"]["html"], secret in shown, f"Mail to {BOB}: Welcome" in shown) == (True,) * 3
    assert [line for line in map(str, said) if secret in line or BOB.lower() in line.lower()] == []


def test_by_a_real_server_it_arrives_and_the_link_signs_in(worker, post_office):
    join()
    ask_for_link()

    worker.work()

    welcome, link = post_office.received
    assert (link["To"], link["From"], link["Subject"]) == (BOB, "The Hub <hub@hub.example>", "Your link to sign in")
    text = link.get_body(("plain",)).get_content()
    assert run(magic_links.redeem, token_in(text), KEYS).details.email == BOB
    assert letters.MAGIC_LINK + token_in(text) in link.get_body(("html",)).get_content()
    assert sent() == [accepted("welcome", welcome["Message-ID"]), accepted("magic_link", link["Message-ID"])]
    assert post_office.came_by == [("TLS", None)] * 2


def test_a_mail_whose_answer_got_lost_is_sent_again_as_the_same_mail(worker, post_office):
    post_office.says["DATA"] = Fault.RESET_AFTER_TAKING
    join()
    worker.work()
    assert states_of(MAIL_WELCOME) == ["waiting"]

    post_office.says.clear()
    worker.work_for(minutes=1)

    first, second = post_office.received
    assert (first["Message-ID"], first.get_content_type()) == (second["Message-ID"], "multipart/alternative")
    assert sent() == [accepted("welcome", first["Message-ID"])]


def test_a_server_that_hangs_is_left_alone_and_its_mails_wait_without_a_try(worker, mails, clock, monkeypatch):
    monkeypatch.setattr(patience, "SLOW_SECONDS", 0.0)
    mails.fails_with = GatewayError("the mail server gave no answer")
    join()
    ask_for_link()

    worker.work()

    hung, waiting = job_called(MAIL_WELCOME), job_called(MAIL_LINK)
    assert (hung["attempts"], waiting["attempts"], waiting["state"]) == (1, 0, "waiting")
    assert waiting["due_at"] == clock.moment + timedelta(seconds=patience.QUIET_SECONDS)


def test_no_secret_lies_in_jobs_or_among_what_was_sent(worker, mails):
    held = join()
    ask_for_link()
    ask_for_secret()
    worker.work()

    secrets = {held, *(secret_in(one.text) for one in mails.mails if "?s=" in one.text)}
    tokens = {token_in(one.text) for one in mails.mails if letters.MAGIC_LINK in one.text}
    kept = run_reading(lambda: str([*JobRow.select().dicts(), *SentMessage.select().dicts()]))
    assert (len(secrets), len(tokens)) == (2, 1)
    assert [word for word in secrets | tokens if word in kept] == []
    assert {MAIL_WELCOME, MAIL_SECRET, MAIL_LINK} <= {row["name"] for row in run_reading(all_jobs)}


def all_jobs() -> list[dict[str, object]]:
    return list(JobRow.select().dicts())
