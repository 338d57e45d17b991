"""A believable hackathon for an empty hub, with a festival, tutoring and membership, made by what clients call too.

It begins tomorrow at nine and lasts until the evening after. Each subject is a unit of work of its own, as if people
had done all this: what belongs together in one person's story is what happened together.
"""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from hub import clock, seed_festival, seed_membership, seed_tutoring
from hub.domain import accounts, announcements, events, locations, mentor_tickets, passwords, times
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.domain.refusals import Conflict
from hub.perform import run
from hub.settings import Settings

ORGANISER = ("Olga Brandt", "olga")
MENTORS = [("Grace Adeyemi", "grace"), ("Tomas Lindqvist", "tomas")]
HACKERS = [
    ("Ada Moreau", "ada"),
    ("Bilal Haddad", "bilal"),
    ("Chiara Rossi", "chiara"),
    ("Dmitri Volkov", "dmitri"),
    ("Emi Tanaka", "emi"),
    ("Farid Rahimi", "farid"),
    ("Greta Olsen", "greta"),
    ("Hugo Alvarez", "hugo"),
]

PLACES = [("Main hall", 0), ("Workshop room", 1), ("Garden", 2), ("Quiet room", -1), ("Reception", -1)]
"""Name and rank; those with a rank below 0 are not on the list of maps."""

PROGRAMME = [
    (0, 1, "Reception", "Check-in and breakfast", "Bring something that proves who you are. Coffee is ready."),
    (1, 0.75, "Main hall", "Opening", "Welcome, the rules, and what the sponsors would love to see."),
    (1.75, 0.25, "Main hall", "Team building", "No team yet? Say in one minute what you would like to build."),
    (2, 0, "Main hall", "Hacking begins", ""),
    (3, 1, "Workshop room", "Workshop: your first web app", "From nothing to a page that answers, in an hour."),
    (4, 1, "Garden", "Lunch", "Vegetarian and vegan at the left table."),
    (6, 1, "Workshop room", "Workshop: maps and open data", ""),
    (8, 1.5, "Workshop room", "Workshop: soldering for beginners", "Twelve seats; come early."),
    (10, 1, "Garden", "Dinner", "Pizza, in many forms."),
    (14, 0.5, "Garden", "Midnight run", "Two slow rounds around the block."),
    (23, 1, "Garden", "Breakfast", ""),
    (26, 0, "Main hall", "Hacking ends", "Hands off the keyboards!"),
    (26.5, 2, "Main hall", "Demos", "Three minutes each, no slides needed."),
    (29, 1, "Main hall", "Prizes and goodbye", ""),
]
"""Hours after the beginning, hours it lasts, place, title, text."""

SAID = [
    (-72, "Registration is open. Tell your friends!"),
    (-48, "The workshop list is out: have a look at the schedule."),
    (-24, "Do not forget your charger, a jacket and a sleeping bag."),
    (-2, "The doors open tomorrow at nine. Check-in is at the reception."),
    (0, "Mentors are here already: open a ticket if you are stuck while preparing."),
]
"""Hours from now, and the words."""

SAID_AT_THE_BEGINNING = "Good morning! Breakfast is ready at the reception."

A_MOMENT = timedelta(seconds=1)


class HubNotEmpty(Conflict):
    code = "hub_not_empty"


def seed(settings: Settings) -> str:
    """Fill an empty hub; answers a summary with what is needed to sign in. Refuses where there are events already."""
    password = secrets.token_urlsafe(9)
    waits = timedelta(seconds=settings.mentor_ticket_seconds)
    olga, mentors, hackers = run(_fill, passwords.hash_password(password), waits)
    run(seed_festival.fill, hackers, organiser=olga)
    run(seed_tutoring.fill, tutors=mentors, students=hackers[:3])
    for words in seed_tutoring.CONVERSATION:
        run(words, hackers[0], mentors[0])
    run(seed_membership.fill, hackers[-5:], admin=olga, caller=mentors[0], keys=Keys(settings.secret_key))
    return "\n".join(
        [
            f"made {len(PLACES)} places, {len(PROGRAMME)} events, {len(SAID) + 1} announcements and a mentor queue",
            f"everybody's password: {password}",
            f"organiser: {_address(ORGANISER[1])}",
            f"mentors: {', '.join(_address(name) for _, name in MENTORS)}",
            f"hackers: {', '.join(_address(name) for _, name in HACKERS)}",
            f"festival: {HACKERS[3][1]} leads a team, three wanted two seats at the soldering, one question is open",
            f"tutoring: the mentors teach, {', '.join(short for _, short in HACKERS[:3])} want to learn",
            f"members: {', '.join(short for _, short in HACKERS[-5:])}; they sign in by mail",
        ]
    )


def _fill(password_hash: str, waits: timedelta) -> tuple[Actor, list[Actor], list[Actor]]:
    """The hackathon; answers its organiser, its mentors and its hackers."""
    if events.schedule():
        raise HubNotEmpty("there are events already; only an empty hub can be seeded")
    begins = datetime.combine(clock.now().date() + timedelta(days=1), time(9))
    olga = _appoint(*ORGANISER, password_hash)
    mentors = [_sign_up(*person, password_hash) for person in MENTORS]
    for mentor in mentors:
        accounts.grant_role(mentor.username, "mentor")
    hackers = [_sign_up(*person, password_hash) for person in HACKERS]
    _set_times(begins, by=olga)
    _plan(begins, by=olga)
    _announce(begins, by=olga)
    _ask(hackers, mentors, waits)
    return olga, mentors, hackers


def _address(name: str) -> str:
    return f"{name}@hackathon.example"


def _appoint(name: str, short: str, password_hash: str) -> Actor:
    address = _address(short)
    return accounts.create_staff(
        name=name, username=address, email=address, password_hash=password_hash, is_superuser=False
    )


def _sign_up(name: str, short: str, password_hash: str) -> Actor:
    return accounts.sign_up(name=name, username=_address(short), password_hash=password_hash)


def _set_times(begins: datetime, *, by: Actor) -> None:
    times.change(
        event_start_time=begins,
        event_end_time=begins + timedelta(hours=30),
        hacking_start_time=begins + timedelta(hours=2),
        hacking_end_time=begins + timedelta(hours=26),
        by=by,
    )


def _plan(begins: datetime, *, by: Actor) -> None:
    places = {name: locations.add(name=name, rank=rank, by=by).public_id for name, rank in PLACES}
    for after, lasts, place, title, text in PROGRAMME:
        start = begins + timedelta(hours=after)
        events.add(
            location=places[place],
            short_description=title,
            long_description=text,
            start_time=start,
            end_time=start + timedelta(hours=lasts),
            by=by,
        )


def _announce(begins: datetime, *, by: Actor) -> None:
    for hours, words in SAID:
        announcements.announce(message=words, time=clock.now() + timedelta(hours=hours), by=by)
    announcements.announce(message=SAID_AT_THE_BEGINNING, time=begins, by=by)


def _ask(hackers: list[Actor], mentors: list[Actor], waits: timedelta) -> None:
    """Seven tickets: two wait, one was put back, one expires in a moment, one is claimed, and two are closed."""
    ada, bilal, chiara, dmitri, emi, farid, greta, _ = hackers
    grace, tomas = mentors
    _open("My map shows nothing but sea", "Main hall, table 4", ada, waits)
    _open("git says that my head is detached. Is it?", "Garden, red umbrella", bilal, waits)
    _open("How do I read a file in Rust?", "Workshop room", chiara, A_MOMENT)
    put_back = _open("The LED stays dark", "Workshop room, last row", dmitri, waits)
    claimed = _open("CORS!", "Main hall, table 11", emi, waits)
    solved = _open("Which database should we take?", "Main hall, table 2", farid, waits)
    withdrawn = _open("Where do I find the Wi-Fi password?", "Reception", greta, waits)
    for ticket, mentor in ((put_back, grace), (claimed, grace), (solved, tomas)):
        mentor_tickets.claim(ticket, by=mentor)
    mentor_tickets.reopen(put_back, lasts=waits, by=dmitri)
    mentor_tickets.close(solved, by=farid)
    mentor_tickets.close(withdrawn, by=greta)


def _open(description: str, location: str, by: Actor, lasts: timedelta) -> str:
    ticket = mentor_tickets.create(
        description=description, location=location, contact=f"Ask for {by.name.split()[0]}", lasts=lasts, by=by
    )
    return ticket.public_id
