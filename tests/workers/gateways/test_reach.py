"""Reach: which addresses a gateway may speak to when anybody chooses them, and for how long it looks."""

from __future__ import annotations

import ipaddress
import socket
import threading
from time import monotonic

import httpcore2
import pytest

from workers.gateways.reach import Network, anywhere, in_public, in_public_or_here, within

HERE = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
INSIDE = [
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "2002:0a00:0001::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::1.1.1.1"]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_may_be_reached(address):
    assert in_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [*HERE, *INSIDE])
def test_no_address_of_this_house_may_be_reached(address):
    assert not in_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_for_stand_ins_the_loopback_may_be_reached(address):
    assert in_public_or_here(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_for_stand_ins_no_more_than_the_loopback_may_be_reached(address):
    assert not in_public_or_here(ipaddress.ip_address(address))


def test_of_several_addresses_one_that_may_be_reached_is_taken(names):
    """The name is looked up once: a moment later it may mean another machine."""
    names["push.example"] = ["127.0.0.2", "127.0.0.1"]
    with socket.create_server(("0.0.0.0", 0)) as listener, within(5):
        port = listener.getsockname()[1]

        stream = Network(lambda address: str(address) != "127.0.0.2").connect_tcp("push.example", port)

        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()


def test_an_address_that_does_not_answer_leaves_the_next_a_chance(names):
    names["push.example"] = ["127.0.0.2", "127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as listener, within(5):
        port = listener.getsockname()[1]

        stream = Network(anywhere).connect_tcp("push.example", port)

        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()


def test_a_name_that_nobody_knows_is_a_failed_connection(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)

    with within(5), pytest.raises(httpcore2.ConnectError, match="looked up"):
        Network(anywhere).connect_tcp("nowhere.example", 443, timeout=1)


def test_a_look_up_that_takes_too_long_is_left_behind(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answered.wait(5) and [])
    began = monotonic()

    with within(0.1), pytest.raises(httpcore2.ConnectTimeout):
        Network(anywhere).connect_tcp("slow.example", 443, timeout=5)

    answered.set()
    assert monotonic() - began < 4


def test_a_name_that_is_no_name_is_a_failed_connection():
    with within(5), pytest.raises(httpcore2.ConnectError):
        Network(anywhere).connect_tcp("a" * 64 + ".example", 443, timeout=1)
