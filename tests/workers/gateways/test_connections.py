"""Connections to providers: what passes is tried once more or left for later, and no send takes longer than it may."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic

import pytest
from hypothesis import example
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.standins.certificate import Certificate
from tests.standins.saying import Fault, Reply
from tests.workers.gateways.conftest import TOKEN, a_push
from workers.gateways.apns import Apns
from workers.gateways.connections import LARGEST_ANSWER, LONGEST_WAIT, Answer, Connections
from workers.gateways.errors import GatewayError
from workers.gateways.reach import within

SECONDS = 1.0
"""For a whole send, where it is going to fail for want of time."""
SLACK = 5.0
"""What a busy machine may add."""


@pytest.fixture
def apns_at(given, apple) -> Iterator[Callable[..., Apns]]:
    """A gateway in a hurry that believes Apple to be at some address."""
    made: list[Apns] = []

    def apns_at(address: str) -> Apns:
        made.append(Apns(given(**{**apple.settings, "apns_url": address}), seconds=SECONDS))
        return made[-1]

    yield apns_at
    for gateway in made:
        gateway.close()


@pytest.fixture
def apns(apple, given) -> Iterator[Apns]:
    with closing(Apns(given(**apple.settings))) as gateway:
        yield gateway


@pytest.fixture
def hurried(apple, apns_at) -> Apns:
    return apns_at(apple.address)


def failure_of(gateway: Apns) -> GatewayError:
    began = monotonic()
    with pytest.raises(GatewayError) as failed:
        gateway.send(a_push())
    assert monotonic() - began < SECONDS + SLACK
    assert TOKEN not in str(failed.value)
    return failed.value


@pytest.mark.parametrize("politely", [True, False], ids=["GOAWAY", "without a word"])
def test_a_connection_that_ended_while_nobody_used_it_costs_the_next_push_nothing(apns, apple, politely):
    apns.send(a_push())
    apple.hang_up(politely=politely)

    apns.send(a_push())

    assert (apple.connections, len(apple.pushes)) == (2, 2)


def test_a_push_whose_acceptance_got_lost_arrives_once_more_with_the_same_collapse_id(apns, apple):
    apns.send(a_push())
    apple.script.append(Fault.RESET_AFTER_TAKING)

    apns.send(a_push())

    assert [pushed.headers["apns-collapse-id"] for pushed in apple.pushes] == ["person 7"] * 3


@pytest.mark.parametrize("fault", [Fault.GOAWAY, Fault.RST_STREAM, Fault.RESET, Fault.GARBAGE])
def test_a_kept_connection_that_fails_is_replaced_once(apns, apple, fault):
    apns.send(a_push())
    apple.script.append(fault)

    apns.send(a_push())

    assert len(apple.pushes) == 2
    assert len(apple.heard) == 3


@pytest.mark.parametrize("fault", [Fault.RST_STREAM, Fault.RESET, Fault.GARBAGE])
def test_a_provider_that_fails_twice_is_left_for_later(apns, apple, fault):
    apns.send(a_push())
    apple.script.extend([fault, fault])

    failed = failure_of(apns)

    assert (failed.permanent, len(apple.heard)) == (False, 3)


@pytest.mark.parametrize("fault", [Fault.GOAWAY, Fault.RST_STREAM, Fault.RESET, Fault.GARBAGE])
def test_a_new_connection_that_fails_is_left_for_later(apns, apple, fault):
    apple.script.append(fault)

    failed = failure_of(apns)

    assert (failed.permanent, len(apple.heard)) == (False, 1)
    assert str(failed).startswith("localhost gave no answer: ")


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE])
def test_a_provider_that_never_answers_is_left_in_time_and_not_asked_twice(hurried, apple, fault):
    hurried.send(a_push())
    apple.script.append(fault)

    failed = failure_of(hurried)

    assert (failed.permanent, len(apple.heard)) == (False, 2)


def test_after_a_hang_the_next_push_takes_a_new_connection(hurried, apple):
    apple.script.append(Fault.HANG)
    failure_of(hurried)

    hurried.send(a_push())

    assert (apple.connections, len(apple.pushes)) == (2, 1)


def test_of_a_long_answer_only_the_beginning_is_read(apple):
    apple.script.append(Fault.FLOOD)
    with closing(Connections()) as connections, within(5):
        answer = connections.post(f"{apple.address}/", headers={}, content=b"")

    assert answer.status == 200
    assert LARGEST_ANSWER < len(answer.content) < 3 * LARGEST_ANSWER


def test_a_redirect_is_not_followed(apns, apple):
    apple.script.append(Reply(307, headers={"location": f"{apple.address}/elsewhere"}))

    failed = failure_of(apns)

    assert (failed.permanent, len(apple.heard)) == (True, 1)


def test_a_certificate_of_somebody_else_is_refused(apns_at, apple, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(Certificate(tmp_path).authority))

    failed = failure_of(apns_at(apple.address))

    assert "CERTIFICATE_VERIFY_FAILED" in str(failed)
    assert apple.heard == []


def test_a_certificate_for_another_name_is_refused(apns_at, apple, names):
    names["push.example"] = ["127.0.0.1"]

    failed = failure_of(apns_at(apple.address.replace("localhost", "push.example")))

    assert "Hostname mismatch" in str(failed)
    assert apple.heard == []


def test_a_port_where_nobody_listens_is_left_for_later(apns_at):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failure_of(apns_at(f"https://localhost:{port}")).permanent is False


@pytest.mark.parametrize(
    ("first", "more"),
    [(b"", b""), (b"\x16\x03\x03\x40\x00\x02", b"\x00"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"")],
    ids=["silent", "slow", "no TLS"],
)
def test_a_server_that_does_not_shake_hands_is_left_in_time(apns_at, first, more):
    with socket.create_server(("127.0.0.1", 0)) as listener, trickling(listener, first, more):
        failed = failure_of(apns_at(f"https://localhost:{listener.getsockname()[1]}"))

    assert failed.permanent is False


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n"])
def test_a_server_of_http_1_that_trickles_is_left_in_time(apns_at, answer):
    with socket.create_server(("127.0.0.1", 0)) as listener, trickling(listener, answer, b"x-more: 1\r\n"):
        failed = failure_of(apns_at(f"http://localhost:{listener.getsockname()[1]}"))

    assert failed.permanent is False


class trickling:
    """A server that says its first word, then another every 50 ms, until the client has had enough."""

    def __init__(self, listener: socket.socket, first: bytes, more: bytes) -> None:
        self._listener = listener
        self._words = (first, more)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        first, more = self._words
        with self._listener.accept()[0] as client:
            client.sendall(first)
            while not self._over.wait(0.05):
                try:
                    client.sendall(more)
                except OSError:
                    return

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_the_address_of_a_request_is_not_logged(apns, apple, caplog):
    caplog.set_level(logging.INFO)

    apns.send(a_push())

    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("9" * 400, LONGEST_WAIT),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 13:01:30 +0100", 90.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 21 Nov 2027 12:00:00 GMT", LONGEST_WAIT),
        ("soon", None),
        ("-7", None),
        ("1.5", None),
        ("", None),
        ("\u0667", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_how_long_a_provider_asks_to_be_left_alone(clock, said, seconds):
    assert Answer(429, {"retry-after": said}, b"").refusal("Apple").retry_after == seconds


@for_all(st.text())
@example("Mon, 01 Jan 0001 00:00:00 +1200")
def test_no_wish_to_be_left_alone_breaks_anything(said):
    assert Answer(429, {"retry-after": said}, b"").refusal("Apple").permanent is False
