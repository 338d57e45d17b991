"""A festival for a seeded hub: categories, a workshop with too few seats, demos by teams, and two questions."""

from __future__ import annotations

from typing import Any

from hub.domain import crew, events, festival_events, help_tickets, invitations, labels, registrations, teams
from hub.domain.actors import Actor
from hub.domain.labels import CATEGORIES, TAGS

KINDS = [("Workshop", "Somebody shows how, everybody tries."), ("Show", "Come and look."), ("Food", "")]
MARKS = [("Beginners welcome", "Nothing has to be known before."), ("Limited seats", "First come, first served.")]
FEATURES: dict[str, dict[str, Any]] = {
    "Workshop: your first web app": {"categories": ["Workshop"], "tags": ["Beginners welcome"]},
    "Workshop: soldering for beginners": {
        "categories": ["Workshop"],
        "tags": ["Beginners welcome", "Limited seats"],
        "seats": 2,
        "rules": ["The iron is hot at its other end."],
        "faq": [["What do I bring?", "Nothing but time."]],
    },
    "Demos": {
        "categories": ["Show"],
        "is_for_teams": True,
        "min_size": 1,
        "max_size": 4,
        "prize": ["A golden rubber duck", "A silver one"],
    },
    "Lunch": {"categories": ["Food"]},
}
"""By title, what becomes of events that are there."""
TEAM = "The Segfaults"


def fill(people: list[Actor], *, organiser: Actor) -> None:
    """Begin with events that are planned and with eight people who may take part in them."""
    for kind, entries in ((CATEGORIES, KINDS), (TAGS, MARKS)):
        for name, description in entries:
            labels.add(kind, name, description, by=organiser)
    numbers = {event.short_description: event.public_id for event in events.schedule()}
    for title, features in FEATURES.items():
        festival_events.change(numbers[title], features, by=organiser)
    _enter(people, numbers)
    crew.add_volunteer(numbers["Lunch"], people[7].username, ["Left table", "Right table"], by=organiser)
    _ask(people, organiser)


def _enter(people: list[Actor], numbers: dict[str, str]) -> None:
    """Three want to solder, of whom one waits; one team has a demo, and somebody was asked into another team."""
    for person in people[:3]:
        registrations.register(numbers["Workshop: soldering for beginners"], by=person)
    leader, member, undecided = people[3:6]
    team = _team(TEAM, leader, member)
    invitations.accept(member.username, team, by=member)
    registrations.register(numbers["Demos"], team_id=team, by=leader)
    _team("Late Idea", people[6], undecided)


def _team(name: str, leader: Actor, invited: Actor) -> str:
    team = teams.create(name, by=leader).team.public_id
    invitations.invite(team, invited.username, by=leader)
    return team


def _ask(people: list[Actor], organiser: Actor) -> None:
    wifi = help_tickets.ask(title="Is there Wi-Fi outside?", description="In the garden.", is_public=True, by=people[0])
    help_tickets.solve(wifi.public_id, "Yes, under the red umbrella.", by=organiser)
    help_tickets.ask(title="I lost my badge", description="Near the stairs.", is_public=False, by=people[1])
