"""Letters: what mails say, and what a stranger's words can not do in them."""

from __future__ import annotations

from datetime import datetime

import pytest

from workers import letters

SAID = {
    "welcome": {"link": "https://hub.example/?s=1&x=2", "secret": "5ec2e7"},
    "member_secret": {"link": "https://hub.example/?s=1&x=2", "secret": "5ec2e7"},
    "magic_link": {"link": "fluxapp://sign_in/magic_link/1", "until": "2026-11-22 12:00 UTC"},
}


@pytest.mark.parametrize("kind", SAID)
def test_text_and_html_say_all_and_greet_by_name(kind):
    subject, text, html = letters.written(kind, name="Ann Lee", **SAID[kind])

    assert subject == letters.SUBJECTS[kind]
    assert text.startswith("Hello Ann Lee,\n\n")
    assert "Hello Ann Lee,</p>" in html
    said = SAID[kind] if kind != "welcome" else {"link": SAID[kind]["link"]}
    assert [word for word in said.values() if word not in text] == []
    assert [word for word in said.values() if word.replace("&", "&amp;") not in html] == []


@pytest.mark.parametrize("kind", SAID)
def test_nothing_is_loaded_from_elsewhere_and_no_page_is_told_of_the_link(kind):
    _, _, html = letters.written(kind, name="", **SAID[kind])

    assert [word for word in ("src=", "<img", "<link", "<script", "url(", "@import") if word in html] == []
    assert '<meta name="referrer" content="no-referrer">' in html
    assert html.count("<a ") == html.count('referrerpolicy="no-referrer"') == 1
    assert '<p style="margin: 0 0 16px">Hello,</p>' in html


def test_a_name_is_no_markup():
    name = letters.greeting('<b>Ann</b> & "Lee"')
    _, text, html = letters.written("welcome", name="<b>Ann", **SAID["welcome"])

    assert name == ""
    assert "Hello <b>Ann,\n" in text
    assert "Hello &lt;b&gt;Ann,</p>" in html


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Ann Lee", "Ann Lee"),
        ("  Ann \n\t Lee ", "Ann Lee"),
        ("Dr. J. O'Neill-Łuk", "Dr. J. O'Neill-Łuk"),
        ("小 明", "小 明"),
        ("-", ""),
        ("ann@example.org", ""),
        ("Win now: https://evil.example", ""),
        ("www.evil.example", ""),
        ("A" * 61, ""),
        ("Ann\u202eLee", ""),
    ],
)
def test_what_could_be_an_advertisement_is_no_name_to_greet_by(name, greeted):
    assert letters.greeting(name) == greeted


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("https://hub.example/", "https://hub.example/?s=5ec"),
        ("https://hub.example/me?lang=en", "https://hub.example/me?lang=en&s=5ec"),
        ("https://hub.example/#/me", "https://hub.example/?s=5ec#/me"),
    ],
)
def test_the_members_page_is_asked_with_the_secret_beside_what_else_it_is_asked(page, link):
    assert letters.member_link(page, "5ec") == link


def test_a_moment_says_its_zone():
    assert letters.moment(datetime(2026, 11, 22, 9, 5, 59)) == "2026-11-22 09:05 UTC"
