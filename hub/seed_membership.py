"""Membership for a seeded hub: five members with their details, some checked, some votes, and who may work on it."""

from __future__ import annotations

from hub.domain import accounts, member_checks, members, polls, roles
from hub.domain.actors import Actor
from hub.domain.credentials import Keys

COUNTRY = "AU"
HOMES = [
    ("12", "HARBOUR ST", "SYDNEY (NSW)", "2000", "1990"),
    ("3", "LYGON ST", "CARLTON (VIC)", "3053", "1984"),
    ("48", "MITCHELL ST", "DARWIN (NT)", "0800", "2001"),
    ("7", "HAY ST", "PERTH (WA)", "6000", "1976"),
    ("21", "ELIZABETH ST", "HOBART (TAS)", "7000", "1995"),
]
VOTES = ["101", "105", "105"]
CHECKED = 2


def fill(people: list[Actor], *, admin: Actor, caller: Actor, keys: Keys) -> None:
    """Begin with people who have accounts, as many as there are homes above."""
    accounts.grant_role(admin.username, roles.ADMIN)
    accounts.grant_role(caller.username, roles.PHONEBANK)
    for place, (person, home) in enumerate(zip(people, HOMES, strict=True)):
        members.enrol(person.id)
        members.change(_details(place, person, home), country=COUNTRY, keys=keys, by=person)
    for person, option in zip(people, VOTES, strict=False):
        polls.cast(1, option, keys=keys, by=person)
    for _ in range(CHECKED):
        given = member_checks.hand_out(by=admin)
        assert given is not None
        member_checks.report(given.alias, is_right=True, by=admin)


def _details(place: int, person: Actor, home: tuple[str, str, str, str, str]) -> dict[str, object]:
    number, street, suburb, postcode, year = home
    first, _, last = person.name.partition(" ")
    return {
        "name": person.name,
        "fname": first,
        "sname": last,
        "addr_street_no": number,
        "addr_street": street,
        "addr_suburb": suburb,
        "addr_postcode": postcode,
        "addr_country": "au",
        "dobYear": year,
        # Numbers that are set aside for stories.
        "contact_number": f"0491 570 {156 + place}",
        "onAECRoll": True,
        "volunteer": place == 0,
    }
