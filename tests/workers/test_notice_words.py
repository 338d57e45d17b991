"""What notices say, and that nobody advertises in somebody else's mail by what they call themselves."""

from __future__ import annotations

import pytest

from workers import letters
from workers.notice_words import LONGEST_ANSWER, LONGEST_TITLE, Words, quoted, titled, words_of


@pytest.mark.parametrize("letter", sorted(letters.NOTICES))
def test_each_letter_has_a_subject_and_words_in_text_and_html(letter):
    named = {"person": "Ann Lee", "team": "Rockets", "event": "R&D <1>", "title": "No power", "answer": "<b>On"}
    words = words_of(letter, named)
    said = {"sentence": words.sentence, "then": words.then, "quoted": words.quoted}

    subject, text, html = letters.written(letter, name="Tom", **said)

    assert subject == letters.SUBJECTS[letter]
    assert text.startswith(f"Hello Tom,\n\n{words.sentence}\n\n")
    assert text.endswith("\n\nYou get this mail because you were not connected when it happened.\n")
    assert "\n\n\n" not in text
    assert [word for word in (words.then, words.quoted) if word not in text] == []
    assert [mark for mark in ("<1>", "<b>", "src=", "href=", "http") if mark in html] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Rockets", "Rockets"),
        ("  The \n Rockets  ", "The Rockets"),
        ("Team 2.0", "Team 2.0"),
        ("J. R. O'Neill", "J. R. O'Neill"),
        ("小明", "小明"),
        ("win.example", ""),
        ("Visit win\uff0eexample now", ""),
        ("win。example", ""),
        ("https://win.example", ""),
        ("www.win", ""),
        ("me@win", ""),
        ('a" and more', ""),
        ("A" * 61, ""),
        ("Rock\u202eets", ""),
        ("", ""),
    ],
)
def test_a_name_is_quoted_where_it_is_nothing_but_a_name(name, said):
    assert quoted(name) == said


def test_what_cannot_be_quoted_is_left_out():
    named = {"person": "win.example", "team": "https://win.example", "title": "win.example", "answer": ""}

    assert [words_of(letter, named).sentence for letter in ("invitation", "invitation_accepted", "ticket_solved")] == [
        "Somebody invites you to a team.",
        "Somebody has accepted your invitation to your team.",
        "Your question was answered.",
    ]


def test_titles_and_answers_have_an_end():
    answer = words_of("ticket_solved", {"title": "", "answer": "x" * 10_000}).quoted

    assert (titled("a\n b\x00"), len(titled("x" * 400)), len(answer)) == ("a b", LONGEST_TITLE, LONGEST_ANSWER)
    assert titled("x" * LONGEST_TITLE) == "x" * LONGEST_TITLE


def test_a_seat_is_for_an_event_by_its_name():
    sentence = 'You have a seat: your registration for "Elektra 4.0" is confirmed.'

    assert words_of("seat", {"event": "Elektra 4.0"}) == Words(sentence)
