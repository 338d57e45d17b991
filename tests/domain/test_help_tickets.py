"""Help tickets: asked by anybody, answered once by staff, read by those whom they are for."""

from __future__ import annotations

import json

import pytest

from hub.domain import help_tickets
from hub.domain.actors import Actor, StaffOnly, actor_of
from hub.domain.help_tickets import HelpTicketAlreadySolved, HelpTicketNotFound, HelpTicketSolved, Wanted
from hub.domain.pages import NoSuchPage
from hub.domain.privileges import PrivilegeMissing
from hub.perform import run, run_reading
from models import Account, HelpTicket
from tests.domain.doing import at_once, codes, facts_of, nothing_is_left

EVERYTHING = Wanted()
FIRST_PAGE = {"number": 1, "size": 10}


def ask(by: Actor, title: str = "No power", *, is_public: bool = True) -> HelpTicket:
    return run(help_tickets.ask, title=title, description="In the lab", is_public=is_public, by=by)


def titles(query, *args, **kwargs) -> list[str]:
    return [ticket.title for ticket in run_reading(query, *args, **FIRST_PAGE, **kwargs).rows]


def only_for(olga: Actor, **privileges: list[str]) -> Actor:
    """Olga with these privileges and no others."""

    def change() -> Actor:
        Account.update(privileges=json.dumps(privileges)).where(Account.id == olga.id).execute()
        return actor_of(Account.get_by_id(olga.id))

    return run(change)


def test_a_ticket_is_open_until_staff_answer_it_and_who_asked_is_told(ada, olga, clock):
    asked = ask(ada)
    opened_at, solved_at = clock.moment, clock.forward(hours=1)

    (fact,) = facts_of(help_tickets.solve, asked.public_id, "Try again", by=olga)

    assert asked.solved_at is None
    assert isinstance(fact, HelpTicketSolved)
    told = fact.ticket
    assert (told.opened_by.username, told.solved_by.username, told.solution) == (ada.username, "olga", "Try again")
    assert (told.opened_at, told.solved_at) == (opened_at, solved_at)


def test_asking_alone_tells_nobody(ada):
    ask(ada)

    assert nothing_is_left()


def test_a_solved_ticket_keeps_its_answer(ada, olga):
    asked = ask(ada)
    run(help_tickets.solve, asked.public_id, "first", by=olga)

    with pytest.raises(HelpTicketAlreadySolved):
        run(help_tickets.solve, asked.public_id, "second", by=olga)

    assert run_reading(lambda: HelpTicket.get_by_id(asked.id)).solution == "first"


def test_of_many_who_answer_at_once_one_does(ada, olga):
    asked = ask(ada)

    outcomes = at_once(
        *(lambda answer=answer: run(help_tickets.solve, asked.public_id, answer, by=olga) for answer in "abcdef")
    )

    assert codes(outcomes) == ["help_ticket_already_solved"] * 5
    (solved,) = [outcome for outcome in outcomes if isinstance(outcome, HelpTicket)]
    assert run_reading(lambda: HelpTicket.get_by_id(asked.id)).solution == solved.solution


@pytest.mark.parametrize("public_id", ["0" * 24, "nonsense", ""])
def test_what_is_no_ticket_is_not_solved(olga, public_id):
    with pytest.raises(HelpTicketNotFound):
        run(help_tickets.solve, public_id, "done", by=olga)


def test_only_staff_with_the_privilege_answer_and_read_all(ada, grace, olga):
    asked = ask(ada)
    reader, closer = only_for(olga, ticket=["read"]), only_for(olga, ticket=["update"])

    for by, refusal in ((grace, StaffOnly), (ada, StaffOnly), (reader, PrivilegeMissing)):
        with pytest.raises(refusal):
            run(help_tickets.solve, asked.public_id, "done", by=by)
    for by, refusal in ((ada, StaffOnly), (closer, PrivilegeMissing)):
        with pytest.raises(refusal):
            run_reading(help_tickets.every, EVERYTHING, **FIRST_PAGE, by=by)

    assert titles(help_tickets.every, EVERYTHING, by=reader) == ["No power"]
    assert run(help_tickets.solve, asked.public_id, "done", by=closer).solution == "done"


def test_private_tickets_are_for_who_asked_and_staff(ada, grace, olga):
    ask(ada, "public")
    ask(ada, "private", is_public=False)
    ask(grace, "Grace's")

    assert titles(help_tickets.public, EVERYTHING) == ["Grace's", "public"]
    assert titles(help_tickets.of, ada.username, EVERYTHING, by=ada) == ["private", "public"]
    assert titles(help_tickets.of, ada.username, EVERYTHING, by=olga) == ["private", "public"]
    assert titles(help_tickets.every, EVERYTHING, by=olga) == ["Grace's", "private", "public"]
    with pytest.raises(StaffOnly):
        run_reading(help_tickets.of, ada.username, EVERYTHING, **FIRST_PAGE, by=grace)


def test_the_newest_come_first_page_by_page(ada, olga, clock):
    for number in range(5):
        ask(ada, str(number))
        clock.forward(seconds=1)

    pages = [run_reading(help_tickets.public, EVERYTHING, number=number, size=2) for number in (1, 2, 3)]

    assert [[ticket.title for ticket in page.rows] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    assert {page.pages for page in pages} == {3}
    with pytest.raises(NoSuchPage):
        run_reading(help_tickets.public, EVERYTHING, number=4, size=2)


def test_tickets_are_found_by_who_asked_and_by_their_state(ada, grace, olga):
    solved, _ = ask(ada, "solved"), ask(ada, "unsolved")
    ask(grace, "Grace's")
    run(help_tickets.solve, solved.public_id, "done", by=olga)

    def found(**wanted: object) -> list[str]:
        return titles(help_tickets.every, Wanted(**wanted), by=olga)

    assert found(opened_by=ada.username) == ["unsolved", "solved"]
    assert found(opened_by="nobody") == []
    assert found(is_solved=True) == ["solved"]
    assert found(is_solved=False) == ["Grace's", "unsolved"]
    assert found(opened_by=ada.username, is_solved=False, topic="SOLV") == ["unsolved"]


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("POWER", "No power in the lab"),
        ("power", "NO POWER"),
        ("100%", "100% stuck"),
        ("a_b", "file a_b is gone"),
        ("a\\b", "a\\b"),
        ("ÉTAGE", "au 2e étage"),
        ("étage", "AU 2E ÉTAGE"),
        ("'; --", "x'; -- y"),
    ],
)
def test_a_topic_is_words_of_the_title_as_they_stand_in_large_letters_or_small(ada, topic, title):
    ask(ada, title)
    ask(ada, "1000 axb a/b")

    assert titles(help_tickets.public, Wanted(topic=topic)) == [title]


def test_what_somebody_asked_stays_without_their_name(ada, olga):
    asked = ask(ada)
    run(help_tickets.solve, asked.public_id, "done", by=olga)

    run(lambda: Account.delete().where(Account.id.in_([ada.id, olga.id])).execute())

    (left,) = run_reading(help_tickets.public, EVERYTHING, **FIRST_PAGE).rows
    assert (left.title, left.opened_by, left.solved_by, left.solution) == ("No power", None, None, "done")
