"""Text messages: a code is texted once, whatever happens to the worker, and never when it is of no use any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.domain import phone_checks, sent_messages
from hub.domain.credentials import Keys
from hub.perform import run, run_reading
from hub.reactions.members import TEXT_CODE
from hub.settings import DEFAULT_SMS_BUDGETS
from hub.wire import addresses
from models import JobRow, PhoneCheck, SentMessage
from tests.build import SECRET
from tests.workers.working import job_called, states_of
from workers import jobs, sms
from workers.gateways import sms as gateways
from workers.gateways.errors import GatewayError
from workers.gateways.sms import MemorySms, NumberRefused
from workers.patience import Patience

NUMBER = "+61491570006"
LASTS = timedelta(minutes=10)
NONCE = "a nonce"


@pytest.fixture
def provider(configure, monkeypatch) -> Iterator[MemorySms]:
    memory = MemorySms()
    gateways.use(memory)
    monkeypatch.setattr(sms, "patience", Patience())
    monkeypatch.setattr(addresses, "_public", "https://hub.example")
    yield memory
    gateways.use(None)


@pytest.fixture
def ask(database, clock) -> Callable[..., None]:
    """Somebody asks for a code."""

    def ask(number: str = NUMBER) -> None:
        unlimited = {"budgets": DEFAULT_SMS_BUDGETS, "limited": False}
        run(phone_checks.commit, number, address="192.0.2.1", lasts=LASTS, countries=None, **unlimited)

    return ask


def code_of(number: str = NUMBER) -> str:
    check = run_reading(lambda: PhoneCheck.get(PhoneCheck.number == number))
    return phone_checks._code(check, Keys(SECRET))


def words(code: str) -> str:
    return f"Your code is {code}. It is good for 10 minutes after you asked for it. Nobody else needs it."


def message() -> dict[str, Any]:
    """The one that was noted."""
    (row,) = run_reading(lambda: list(SentMessage.select().dicts()))
    return row


def attempts() -> list[int]:
    return run_reading(lambda: [row.attempts for row in JobRow.select().order_by(JobRow.id)])


def test_a_code_is_texted_once_with_where_to_tell_what_became_of_it(provider, worker, ask):
    ask()

    worker.work_for(minutes=20)

    (sent,) = provider.sent
    noted = message()
    assert (sent.number, sent.text, sent.lasts_seconds) == (NUMBER, words(code_of()), 600)
    assert sent.report_to == f"https://hub.example/hooks/twilio/status?id={noted['public_id']}"
    assert (noted["channel"], noted["purpose"], noted["account"]) == ("sms", "phone_code", None)
    assert (noted["status"], noted["reference"]) == ("accepted", "memory-1")
    assert states_of(TEXT_CODE) == ["done"]


def test_a_code_that_is_texted_late_is_kept_by_the_provider_for_what_is_left_of_it(provider, worker, ask, clock):
    ask()
    clock.forward(minutes=7)

    worker.work()

    assert [sent.lasts_seconds for sent in provider.sent] == [180]


def test_the_code_that_is_texted_is_the_one_that_is_asked_for(provider, worker, ask):
    ask()
    worker.work()

    code = provider.sent[0].text.removeprefix("Your code is ")[:6]

    assert run(phone_checks.verify, NUMBER, code, NONCE, lasts=LASTS, keys=Keys(SECRET))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30, "30 seconds"), (60, "1 minute"), (90, "90 seconds"), (600, "10 minutes"), (10**9, "16666666 minutes")],
)
def test_a_text_is_one_segment_that_every_phone_can_show(seconds, words):
    text = sms.text_of("123456", seconds)

    assert text == f"Your code is 123456. It is good for {words} after you asked for it. Nobody else needs it."
    assert (text.isascii(), len(text) <= 160) == (True, True)


def test_killed_between_the_acceptance_and_the_mark_it_sends_the_same_code_again(
    provider, worker, ask, clock, monkeypatch
):
    def killed(*_: object) -> None:
        raise SystemExit("kill -9")

    ask()
    with monkeypatch.context() as until_it_dies:
        until_it_dies.setattr(sent_messages, "accepted", killed)
        with pytest.raises(SystemExit):
            jobs.do(job_called(TEXT_CODE)["id"], holder="the one that dies")
    clock.forward(seconds=jobs.LEASE_SECONDS + 1)
    jobs.do(job_called(TEXT_CODE)["id"], holder="the next")

    first, second = provider.sent
    assert (first.number, first.text, first.report_to) == (second.number, second.text, second.report_to)
    assert (message()["status"], message()["reference"]) == ("accepted", "memory-2")


def test_killed_after_the_mark_it_sends_nothing_again(provider, worker, ask):
    ask()
    worker.work()

    sms.phone_code(**json.loads(job_called(TEXT_CODE)["arguments"]))

    assert len(provider.sent) == 1


def test_what_the_provider_tells_of_already_is_not_sent_again_though_its_answer_was_lost(provider, worker, ask, clock):
    ask()
    provider.fails_with = GatewayError("no answer")
    worker.work()
    run(sent_messages.report, message()["public_id"], "sent")
    provider.fails_with = None

    worker.work_for(minutes=5)

    assert (provider.sent, states_of(TEXT_CODE)) == ([], ["done"])


def out_of_time(clock: Any) -> None:
    clock.forward(seconds=600)


def shown(clock: Any) -> None:
    assert run(phone_checks.verify, NUMBER, code_of(), NONCE, lasts=LASTS, keys=Keys(SECRET))


@pytest.mark.parametrize("useless", [out_of_time, shown])
def test_a_code_that_is_of_no_use_is_never_sent_late(provider, worker, ask, clock, useless):
    ask()
    provider.fails_with = GatewayError("in trouble")
    worker.work()
    useless(clock)
    provider.fails_with = None

    with capture_logs() as said:
        worker.work_for(minutes=30)

    assert (provider.sent, states_of(TEXT_CODE)) == ([], ["done"])
    (line,) = [line for line in said if line["event"] == "phone_code_not_sent"]
    assert set(line) == {"event", "log_level", "check", "reason"}


def test_of_two_codes_for_one_number_only_the_newest_is_sent(provider, worker, ask, clock):
    ask()
    clock.forward(seconds=1)
    ask()

    worker.work_for(minutes=20)

    assert [sent.text for sent in provider.sent] == [words(code_of())]
    assert states_of(TEXT_CODE) == ["done", "done"]


def test_it_is_tried_again_until_the_code_runs_out_and_not_once_after(provider, worker, ask, clock, monkeypatch):
    tried_at = []

    def fails(_: object) -> str:
        tried_at.append(clock.moment)
        raise GatewayError("in trouble")

    monkeypatch.setattr(provider, "send", fails)
    ask()
    runs_out_at = clock.moment + LASTS

    worker.work_for(hours=2)

    assert len(tried_at) in (8, 9)
    assert max(tried_at) < runs_out_at
    assert states_of(TEXT_CODE) == ["done"]


def test_a_provider_that_asks_to_be_left_alone_is_asked_by_no_other_job_meanwhile(provider, worker, ask, clock):
    provider.fails_with = GatewayError("too many", retry_after=60.0)
    ask()
    worker.work()
    provider.fails_with = None
    ask("+61491570156")

    worker.work_for(seconds=59)
    too_early = list(provider.sent), attempts()
    worker.work_for(seconds=2)

    # To be refused by one's own patience is no try.
    assert too_early == ([], [1, 0])
    assert sorted(sent.number for sent in provider.sent) == [NUMBER, "+61491570156"]


def test_a_number_that_is_refused_is_told_of_once_and_nobody_has_to_mend_anything(provider, worker, ask):
    provider.fails_with = NumberRefused("Twilio refused the number with code 21211: it is no telephone number")
    ask()

    with capture_logs() as said:
        worker.work_for(minutes=20)

    (line,) = [line for line in said if line["event"] == "sms_refused"]
    assert (line["log_level"], line["message"]) == ("warning", message()["public_id"])
    assert (message()["status"], message()["detail"]) == ("failed", str(provider.fails_with))
    assert states_of(TEXT_CODE) == ["done"]


def test_any_other_refusal_for_good_waits_for_an_operator_who_may_have_it_sent_after_all(provider, worker, ask):
    provider.fails_with = GatewayError("Twilio answered 401", permanent=True)
    ask()
    worker.work_for(minutes=1)
    assert states_of(TEXT_CODE) == ["dead"]

    provider.fails_with = None
    run(jobs.jobs.retry_dead)
    worker.work()

    assert (len(provider.sent), states_of(TEXT_CODE)) == (1, ["done"])


def test_where_text_messages_are_off_the_operator_reads_what_to_do(worker, ask, configure):
    configure(env="production")
    ask()

    with capture_logs() as said:
        worker.work()

    (line,) = [line for line in said if line["event"] == "sms_is_off"]
    assert (line["log_level"], line["what_to_do"]) == ("error", "set HUB_TWILIO_FROM; this code was not sent")
    assert states_of(TEXT_CODE) == ["done"]


@pytest.mark.parametrize("chosen", [{}, {"env": "production", "twilio_from": "console"}], ids=["development", "chosen"])
def test_the_console_shows_the_text_in_the_terminal_and_keeps_it_in_the_outbox(
    worker, ask, configure, tmp_path: Path, capfd, monkeypatch, chosen
):
    configure(**chosen)
    ask()

    with capture_logs() as said:
        worker.work()

    (letter,) = [json.loads(path.read_text()) for path in (tmp_path / "outbox").glob("*.json")]
    assert (letter["channel"], letter["to"], letter["subject"]) == ("sms", NUMBER, None)
    assert letter["text"] == words(code_of())
    shown = capfd.readouterr().out.split("\n")
    assert [line.rstrip("-") for line in shown] == ["", f"--- SMS to {NUMBER} ", words(code_of()), "", ""]
    assert not any(secret in str(said) for secret in (NUMBER, code_of()))
