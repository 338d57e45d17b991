"""What notices say: a sentence, which a push shows as it is, and what a mail adds to it. Pure.

People name themselves, their teams and their questions, and anybody may be invited: what they would write there must
not become an advertisement in somebody else's mail. So a name is quoted only where it is nothing but a name. Events are
named by staff, and quoted as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workers.letters import greeting

LONGEST_TITLE = 100
LONGEST_ANSWER = 4000
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"\w[.。][^\W\d_]{2}")
"""Mail programs make a link of "win.example" by themselves."""

Named = Mapping[str, str]


@dataclass(frozen=True)
class Words:
    sentence: str
    then: str = ""
    """What to do about it."""
    quoted: str = ""
    """Somebody else's text, in full."""


def words_of(letter: str, named: Named) -> Words:
    return _WORDS[letter](named)


def quoted(name: str) -> str:
    """A name as others gave it; empty where it could be something else."""
    plain = greeting(unicodedata.normalize("NFKC", name))
    return "" if _LOOKS_LIKE_AN_ADDRESS.search(plain) or '"' in plain else plain


def titled(text: str) -> str:
    """On one line, and no longer than a line."""
    plain = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1].rstrip()}…"


def _person(named: Named) -> str:
    return quoted(named["person"]) or "Somebody"


def _team(named: Named, otherwise: str) -> str:
    name = quoted(named["team"])
    return f'the team "{name}"' if name else otherwise


def _invitation(named: Named) -> Words:
    sentence = f"{_person(named)} invites you to {_team(named, 'a team')}."
    return Words(sentence, "You can accept or reject the invitation in the app.")


def _accepted(named: Named) -> Words:
    return Words(f"{_person(named)} has accepted your invitation to {_team(named, 'your team')}.")


def _rejected(named: Named) -> Words:
    return Words(f"{_person(named)} has rejected your invitation to {_team(named, 'your team')}.")


def _seat(named: Named) -> Words:
    return Words(f'You have a seat: your registration for "{titled(named["event"])}" is confirmed.')


def _waiting_list(named: Named) -> Words:
    sentence = f'You are on the waiting list for "{titled(named["event"])}".'
    return Words(sentence, "There is nothing left to pay. You will be told when there is a seat for you.")


def _ticket_solved(named: Named) -> Words:
    title = quoted(named["title"])
    sentence = f'Your question "{title}" was answered.' if title else "Your question was answered."
    return Words(sentence, quoted=named["answer"][:LONGEST_ANSWER])


_WORDS: Mapping[str, Callable[[Named], Words]] = {
    "invitation": _invitation,
    "invitation_accepted": _accepted,
    "invitation_rejected": _rejected,
    "seat": _seat,
    "waiting_list": _waiting_list,
    "ticket_solved": _ticket_solved,
}
