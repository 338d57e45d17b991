"""Where mail is given in and who it comes from: what is understood, and what stops the start."""

from __future__ import annotations

import pytest

from hub.provider_settings import BadSetting
from hub.settings import Settings
from hub.smtp_address import MailServer, address_in, sender_in, server_at

SIGNS = "signs such as / # ? in a password are written as %2F %23 %3F"


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://localhost", MailServer("localhost", 25, "none", "", "")),
        ("smtp://hub:word@localhost:2525", MailServer("localhost", 2525, "none", "hub", "word")),
        ("smtp://hub:word@127.0.0.1", MailServer("127.0.0.1", 25, "none", "hub", "word")),
        ("smtp://mail.example?starttls=1", MailServer("mail.example", 587, "starttls", "", "")),
        ("smtp://mail.example/?starttls=0", MailServer("mail.example", 25, "none", "", "")),
        ("smtps://mail.example", MailServer("mail.example", 465, "immediate", "", "")),
        ("smtps://[::1]:4650", MailServer("::1", 4650, "immediate", "", "")),
        ("smtps://a%40b:p%2Fw%3Ax@mail.example", MailServer("mail.example", 465, "immediate", "a@b", "p/w:x")),
    ],
)
def test_an_address_says_where_and_how(address, server):
    assert server_at(address) == server


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("smtp://", "names no host, or no port of one"),
        ("smtp://mail.example:0", "names no host, or no port of one"),
        ("smtp://mail.example:70000", f"has no host and port that could be read; {SIGNS}"),
        ("smtp://hub:wo/rd@mail.example", f"has no host and port that could be read; {SIGNS}"),
        ("smtp://hub:wo#rd@mail.example", f"has no host and port that could be read; {SIGNS}"),
        ("smtp://mail.example/inbox", f"has more than a host and a port; {SIGNS}"),
        ("smtp://mail.example?starttsl=1", "may ask for starttls=1 or starttls=0, and for nothing else"),
        ("smtp://mail.example?starttls=yes", "may ask for starttls=1 or starttls=0, and for nothing else"),
        ("smtps://hub@mail.example", "has a user without a password, or the other way round"),
        ("smtps://hub:w%C3%B6rd@mail.example", "has a user or password with letters that SMTP cannot say"),
        ("smtps://hub:word%0A@mail.example", "has a user or password with letters that SMTP cannot say"),
        (
            "smtp://hub:word@mail.example",
            "would show the password to the network; add ?starttls=1, or begin it with smtps://",
        ),
    ],
)
def test_a_bad_address_stops_the_start_in_words_without_its_secret(address, complaint):
    with pytest.raises(BadSetting) as wrong:
        Settings(smtp_url=address, mail_from="hub@example.org")

    assert str(wrong.value) == f"HUB_SMTP_URL: {complaint}"


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("hub@localhost", "hub@localhost"),
        ("The Hub <hub@example.org>", "The Hub <hub@example.org>"),
        ('"Hub, The" <hub@example.org>', '"Hub, The" <hub@example.org>'),
        ("Hüb <hub@example.org>", "Hüb <hub@example.org>"),
    ],
)
def test_mail_comes_from_an_address_with_or_without_a_name(text, sender):
    assert str(sender_in(text)) == sender


@pytest.mark.parametrize(
    "text", ["hub", "Hub <hub>", "a@b.org, c@d.org", "Hub <a@b.org> x", "Hub\n<a@b.org>", "ü@b.org"]
)
def test_a_bad_sender_stops_the_start(text):
    with pytest.raises(BadSetting, match=r"^HUB_MAIL_FROM: is "):
        Settings(mail_from=text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" bob@example.org ", "bob@example.org"),
        ("björn@exämple.org", "björn@xn--exmple-cua.org"),
        ('"bob@home"@example.org', '"bob@home"@example.org'),
        ('"a\\"b"@example.org', '"a\\"b"@example.org'),
        ("bob@[192.0.2.1]", "bob@[192.0.2.1]"),
    ],
)
def test_an_address_is_one_whatever_its_letters(text, address):
    assert address_in(text).addr_spec == address


@pytest.mark.parametrize(
    "text",
    ["", "@", "bob@", "@b.org", "a b@c.org", "a,b@c.org", "bob(x)@c.org", "a\0@c.org", "a@b\u2028c.org", "a@ä..org"],
)
def test_what_only_looks_like_an_address_is_none(text):
    with pytest.raises(ValueError, match=r"is no address|codec failed"):
        address_in(text)


def test_only_production_has_to_say_who_mails_come_from():
    trying_it = Settings(smtp_url="smtp://localhost")

    assert sender_in(trying_it.mail_sender).addr_spec == "hub@localhost"
    with pytest.raises(BadSetting, match=r"^HUB_MAIL_FROM is missing; HUB_SMTP_URL needs it$"):
        Settings(smtp_url="smtp://localhost", env="production", secret_key="x" * 40)
