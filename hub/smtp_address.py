"""Where mail is given in and who it comes from, as the settings say. Pure; its complaints hold no secret.

smtp://user:password@mail.example.org?starttls=1    encrypted after a greeting; port 587
smtps://user:password@mail.example.org              encrypted from the beginning; port 465
smtp://localhost                                    not encrypted; port 25
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Tls = Literal["none", "starttls", "immediate"]
PORTS: dict[Tls, int] = {"none": 25, "starttls": 587, "immediate": 465}
_SIGNS = "signs such as / # ? in a password are written as %2F %23 %3F"
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    tls: Tls
    user: str = field(repr=False)
    """Empty where nobody signs in."""
    password: str = field(repr=False)


def server_at(address: str) -> MailServer:
    """The server that an address names; raises ValueError with words for the operator."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError(f"has no host and port that could be read; {_SIGNS}") from None
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError(f"has more than a host and a port; {_SIGNS}")
    tls = _tls_of(parts)
    user, password = _credentials_of(parts)
    host = parts.hostname or ""
    if not _HOST.fullmatch(host) or port == 0:
        raise ValueError("names no host, or no port of one")
    if user and tls == "none" and not _is_here(host):
        raise ValueError("would show the password to the network; add ?starttls=1, or begin it with smtps://")
    return MailServer(host, port or PORTS[tls], tls, user, password)


def _tls_of(parts: SplitResult) -> Tls:
    """A misspelt wish for encryption must not end without any."""
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    starttls = asked.pop("starttls", "0")
    if asked or starttls not in ("0", "1"):
        raise ValueError("may ask for starttls=1 or starttls=0, and for nothing else")
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("begins with none of smtp://, smtps://")
    if parts.scheme == "smtps":
        return "immediate"
    return "starttls" if starttls == "1" else "none"


def _credentials_of(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("has a user without a password, or the other way round")
    if not all(text.isascii() and text.isprintable() for text in (user, password)):
        raise ValueError("has a user or password with letters that SMTP cannot say")
    return user, password


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def sender_in(text: str) -> Address:
    """Who mail comes from: an address, or `Name <address>`; raises ValueError with words for the operator."""
    found = _WITH_NAME.fullmatch(text.strip())
    name, address = (found["name"], found["address"]) if found else ("", text)
    if not (address.isascii() and name.isprintable()):
        raise ValueError("is an address, or Name <address>, and the address is ASCII")
    return Address(name.strip().strip('"'), addr_spec=address_in(address).addr_spec)


def address_in(text: str) -> Address:
    """An e-mail address; raises ValueError where the text is none, or more than one.

    A host in other letters is taken by its ASCII name. A name before the @ may hold any letters.
    """
    if not text.isprintable():
        raise ValueError("is no address")
    # The standard library's parser knows ASCII only, so another letter stands in for each of the others.
    likeness = re.sub(r"[^\x00-\x7f]", "x", text.strip())
    try:
        parsed = Address(addr_spec=likeness).addr_spec
    except (ValueError, IndexError, AttributeError, MessageError):
        raise ValueError("is no address") from None
    name, _, host = text.strip().rpartition("@")
    if parsed != likeness or not host:
        raise ValueError("is no address")
    return Address(username=_unquoted(name), domain=host if host.isascii() else host.encode("idna").decode())


def _unquoted(name: str) -> str:
    """Of the name before the @; an Address puts it between quotes again where it has to."""
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
