"""Letters: what mails say, as text and as HTML, out of the templates beside this module. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

SUBJECTS = {
    "welcome": "Welcome: your membership",
    "member_secret": "The link to your membership",
    "magic_link": "Your link to sign in",
    "password_reset": "A new password",
    "invitation": "You are invited to a team",
    "invitation_accepted": "Your invitation was accepted",
    "invitation_rejected": "Your invitation was rejected",
    "seat": "You have a seat",
    "waiting_list": "You are on the waiting list",
    "ticket_solved": "Your question was answered",
}
NOTICES = {"invitation", "invitation_accepted", "invitation_rejected", "seat", "waiting_list", "ticket_solved"}
"""They differ in their words only, and so share a template."""
LONGEST_NAME = 60
MAGIC_LINK = "fluxapp://sign_in/magic_link/"
"""The app is opened by this scheme, and reads the token behind it."""


def written(kind: str, **said: str) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter."""
    subject = SUBJECTS[kind]
    template = "notice" if kind in NOTICES else kind
    text, html = (_templates().get_template(f"{template}.{form}") for form in ("txt", "html"))
    return subject, text.render(said), html.render(said, subject=subject)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def greeting(name: str) -> str:
    """By what name to greet somebody; by none where it could be something else.

    Anybody may join with another's address and any name: what they would write there must not become an advertisement.
    """
    plain = " ".join(name.split())
    could_be_a_name = len(plain) <= LONGEST_NAME and plain.isprintable() and not any(sign in plain for sign in "/@:")
    return plain if could_be_a_name and plain != "-" and "www." not in plain.lower() else ""


def magic_link(token: str) -> str:
    return MAGIC_LINK + token


def member_link(page: str, secret: str) -> str:
    """The members' page with a secret as `s`; what else its address asks for stays."""
    parts = urlsplit(page)
    query = f"{parts.query}&s={quote(secret)}" if parts.query else f"s={quote(secret)}"
    return urlunsplit(parts._replace(query=query))


def moment(at: datetime) -> str:
    """In words that are the same in every language's settings of the machine."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
