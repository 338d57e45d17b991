"""Mail by SMTP, given to a real server that also does wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

import pytest

from hub.smtp_address import sender_in
from tests.conftest import NOON, HeldClock
from tests.standins.certificate import Certificate
from tests.standins.smtp import PASSWORD, QUOTED_PASSWORD, USER, Fault, SmtpStandIn
from workers.gateways import smtp
from workers.gateways.errors import GatewayError
from workers.gateways.mail import Mail, RecipientRefused
from workers.gateways.smtp import Smtp

SENDER = "The Hüb <hub@hub.example>"
TEXT = "Grüße,\n\nhttps://hub.example/?s=1\n"
HTML = "<p>Grüße, <a href='https://hub.example/?s=1'>here</a></p>\n"


def a_mail(**changes: str) -> Mail:
    given = {"key": "0badc0de" * 3, "to": "bob@example.org", "subject": "Hello", "text": TEXT, "html": HTML}
    return Mail(**{**given, **changes})


@pytest.fixture
def server(trusted: Certificate, clock: HeldClock) -> Iterator[SmtpStandIn]:
    with SmtpStandIn(trusted) as standing_in:
        yield standing_in


@pytest.fixture
def serving(trusted: Certificate, clock: HeldClock) -> Iterator[Callable[..., SmtpStandIn]]:
    """A server with TLS or other ways of its own."""
    open_ones: list[SmtpStandIn] = []

    def start(**how: Any) -> SmtpStandIn:
        open_ones.append(SmtpStandIn(trusted, **how).__enter__())
        return open_ones[-1]

    yield start
    for standing_in in open_ones:
        standing_in.__exit__()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.3)


def gateway(server: SmtpStandIn, scheme: str = "smtp", credentials: str = "", query: str = "") -> Smtp:
    return Smtp(f"{scheme}://{credentials}{server.host}{query}", sender_in(SENDER))


def refusal(gateway: Smtp, **changes: str) -> tuple[type, str, bool]:
    with pytest.raises(GatewayError) as wrong:
        gateway.send(a_mail(**changes))
    return type(wrong.value), str(wrong.value), wrong.value.permanent


def test_a_mail_arrives_as_text_and_html_with_its_headers(server):
    name = gateway(server).send(a_mail())

    (message,) = server.received
    assert name == message["Message-ID"] == f"<{a_mail().key}@hub.example>"
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, "bob@example.org", "Hello")
    assert (message["Auto-Submitted"], message["Date"].datetime) == ("auto-generated", NOON.replace(tzinfo=UTC))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()] == [TEXT, HTML]
    assert (server.envelopes[0].mail_from, server.envelopes[0].rcpt_tos) == ("hub@hub.example", ["bob@example.org"])
    assert server.came_by == [("plain", None)]


def test_a_mail_sent_again_is_the_same_mail(server):
    names = [gateway(server).send(a_mail()) for _ in range(2)]

    assert names[0] == names[1]
    assert [message["Message-ID"] for message in server.received] == names
    assert gateway(server).send(a_mail(key="1" * 24)) != names[0]


@pytest.mark.parametrize(("scheme", "tls", "query"), [("smtp", "starttls", "?starttls=1"), ("smtps", "immediate", "")])
def test_over_tls_a_user_signs_in(serving, scheme, tls, query):
    server = serving(tls=tls)

    gateway(server, scheme, f"{USER}:{QUOTED_PASSWORD}@", query).send(a_mail())

    assert (len(server.received), server.came_by) == (1, [("TLS", USER)])


@pytest.mark.parametrize(("scheme", "tls", "query"), [("smtp", "starttls", "?starttls=1"), ("smtps", "immediate", "")])
def test_nothing_is_given_to_a_server_whose_certificate_nobody_trusts(serving, monkeypatch, scheme, tls, query):
    server = serving(tls=tls)
    monkeypatch.delenv("SSL_CERT_FILE")

    kind, words, permanent = refusal(gateway(server, scheme, query=query))

    assert (kind, permanent) == (GatewayError, False)
    assert words == "the mail server's certificate is not trusted: unable to get local issuer certificate"
    assert server.received == []


def test_a_server_that_takes_the_wish_for_encryption_away_gets_nothing(server):
    kind, words, permanent = refusal(gateway(server, query="?starttls=1"))

    assert (kind, permanent, server.received) == (GatewayError, False, [])
    assert words == (
        "the mail server cannot do what HUB_SMTP_URL asks for: STARTTLS extension not supported by server."
    )


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 5.1.1 <bob@example.org> unknown", (RecipientRefused, "550 5.1.1 to the recipient", True)),
        ("RCPT", "550 no bob@example.org here", (RecipientRefused, "550 to the recipient", True)),
        ("RCPT", "554 5.7.1 <bob@example.org> relaying denied", (GatewayError, "554 5.7.1 to the recipient", True)),
        ("RCPT", "451 4.7.1 bob@example.org, later", (GatewayError, "451 4.7.1 to the recipient", False)),
        ("RCPT", "421 closing", (GatewayError, "421 to the recipient", False)),
        ("MAIL", "421 4.3.2 closing", (GatewayError, "421 4.3.2 to HUB_MAIL_FROM's address", False)),
        ("MAIL", "553 5.7.1 not yours", (GatewayError, "553 5.7.1 to HUB_MAIL_FROM's address", True)),
        ("DATA", "452 4.3.1 full", (GatewayError, "452 4.3.1 to the mail itself", False)),
        ("DATA", "554 5.6.0 spam for bob@example.org", (GatewayError, "554 5.6.0 to the mail itself", True)),
    ],
)
def test_a_refusal_says_its_codes_and_neither_words_nor_addresses(server, command, answer, error):
    server.says[command] = answer
    kind, words, permanent = error

    assert refusal(gateway(server)) == (kind, f"the mail server answered {words}", permanent)
    assert server.received == []


def test_a_wrong_password_is_a_refusal_for_good_and_is_not_repeated(server):
    answer = refusal(gateway(server, credentials=f"{USER}:wrong@"))

    words = "the mail server answered 535 5.7.8 to HUB_SMTP_URL's user and password"
    assert answer == (GatewayError, words, True)


def test_a_sign_in_that_cannot_be_checked_now_passes(server):
    server.says["AUTH"] = f"454 4.7.0 no answer for {PASSWORD}"

    answer = refusal(gateway(server, credentials=f"{USER}:{QUOTED_PASSWORD}@"))

    words = "the mail server answered 454 4.7.0 to HUB_SMTP_URL's user and password"
    assert answer == (GatewayError, words, False)


@pytest.mark.parametrize(("command", "fault"), [("MAIL", Fault.TRICKLE), ("DATA", Fault.HANG), ("DATA", Fault.TRICKLE)])
def test_a_server_that_comes_to_no_end_is_left(server, impatient, command, fault):
    server.says[command] = fault
    began = time.monotonic()

    kind, words, permanent = refusal(gateway(server))

    assert (kind, permanent, time.monotonic() - began < 2) == (GatewayError, False, True)
    assert words == "the mail server gave no answer to go by: SMTPServerDisconnected"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_does_not_even_greet_is_left(trusted, impatient, scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"{scheme}://localhost:{silent.getsockname()[1]}"

        kind, _, permanent = refusal(Smtp(address, sender_in(SENDER)))

    assert (kind, permanent) == (GatewayError, False)


def test_a_mail_whose_answer_got_lost_has_arrived_and_is_sent_again_as_the_same(server):
    server.says["DATA"] = Fault.RESET_AFTER_TAKING
    answer = refusal(gateway(server))

    server.says.clear()
    name = gateway(server).send(a_mail())

    assert (answer[0], answer[2]) == (GatewayError, False)
    assert [message["Message-ID"] for message in server.received] == [name, name]


def test_where_nobody_listens_it_passes(trusted):
    with SmtpStandIn(trusted) as server:
        nowhere = gateway(server)

    assert refusal(nowhere) == (GatewayError, "the mail server gave no answer to go by: ConnectError", False)


def test_a_name_in_other_letters_goes_where_the_server_can_say_it(server):
    gateway(server).send(a_mail(to="björn@exämple.org"))

    assert server.envelopes[0].rcpt_tos == ["björn@xn--exmple-cua.org"]
    assert server.received[0]["To"] == "björn@xn--exmple-cua.org"


def test_a_name_in_other_letters_is_refused_where_the_server_cannot_say_it(serving):
    server = serving(enable_SMTPUTF8=False)

    words = "the mail server takes no addresses with letters like this one's"
    assert refusal(gateway(server), to="björn@example.org") == (RecipientRefused, words, True)
    gateway(server).send(a_mail(to="bjorn@exämple.org"))
    assert server.envelopes[0].rcpt_tos == ["bjorn@xn--exmple-cua.org"]


@pytest.mark.parametrize(
    "to", ["bob@example.org\r\nBcc: eve@example.org", "bob@example.org, eve@example.org", "<bob@example.org>", "a@", ""]
)
def test_what_is_not_one_address_is_written_to_by_nobody(server, to):
    words = "the recipient's address is none that mail can go to"
    assert refusal(gateway(server), to=to) == (RecipientRefused, words, True)
    assert server.received == []
