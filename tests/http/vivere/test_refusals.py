"""Every refusal of the core can be said in Vivere."""

import json

import pytest

from hub.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany
from hub.http.vivere.refusals import refuse
from tests.http.vivere.saying import is_error, no

STATUS = {NotSignedIn: 401, NotAllowed: 403, NotFound: 404, Conflict: 409}


def kinds(family: type[Refusal]) -> list[type[Refusal]]:
    return [family, *(kind for child in family.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize("family", STATUS)
def test_a_refusal_has_the_status_of_its_family_and_words(family):
    class NeverHeardOf(family):
        pass

    replies = [refuse(kind.__new__(kind)) for kind in [*kinds(family), NeverHeardOf]]

    assert all(is_error(json.loads(reply.text)) for reply in replies)
    # A taken username is the one conflict that the document answers with 400.
    assert {reply.status for reply in replies} - {400} == {STATUS[family]}


def test_what_cannot_be_used_is_named():
    reply = refuse(Invalid("end_time", "lies before start_time"))

    assert (reply.status, json.loads(reply.text)) == (
        400,
        no("Cannot be used", "end_time lies before start_time."),
    )


def test_too_many_tries_say_when_the_next_is_welcome():
    reply = refuse(TooMany(retry_after=7))

    assert (reply.status, reply.headers["Retry-After"]) == (429, "7")
    assert json.loads(reply.text) == no("Too many tries", "Try again in 7 seconds.")
