"""`events`: the programme as staff write it and everybody reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.perform import run
from models import Event
from tests.domain.entering import states
from tests.http.techfesia import programme
from tests.http.techfesia.cast import staff
from tests.http.techfesia.programme import EVENT, EVENTS, NOT_FOUND, NOWHERE, WHOLE, add_event, change, in_vivere
from tests.http.vivere import acting

DEFAULTS = {
    "eventPicture": None,
    "eventLogo": None,
    "endDate": "2019-09-24",
    "endTime": "10:30",
    "fees": None,
    "prize": [],
    "teamEvent": False,
    "minSize": None,
    "maxSize": None,
    "teamEventProperties": {"minSize": None, "maxSize": None},
    "rules": [],
    "faq": [],
    "category": ["Others"],
    "tags": [],
    "maxParticipants": None,
}


def ids(event: dict) -> dict[str, str]:
    return {"publicId": event["publicId"], "eventid": event["publicId"]}


async def test_an_event_needs_five_things_and_is_answered_whole(hub, olga):
    event = await add_event(hub, olga)

    assert event == {**ids(event), **EVENT, **DEFAULTS}
    assert await hub.get(f"{EVENTS}/{event['publicId']}") == (200, event)


async def test_an_event_is_answered_as_it_was_given(hub, olga):
    await programme.add_labels(hub, olga)

    event = await add_event(hub, olga, **WHOLE, maxParticipants=40, endDate="2019-09-25", endTime="01:00")

    sizes = {"teamEventProperties": {"minSize": 3, "maxSize": 8}}
    ends = {"endDate": "2019-09-25", "endTime": "01:00", "maxParticipants": 40}
    assert event == {**ids(event), **DEFAULTS, **WHOLE, **sizes, **ends}
    assert await hub.get(f"{EVENTS}/{event['publicId']}/") == (200, event)


@pytest.mark.parametrize("fee", ["Rs 300", "", 300, 0, 12.5, "300"])
async def test_a_fee_goes_out_as_it_was_given(hub, olga, fee):
    event = await add_event(hub, olga, fees=fee)

    assert json.dumps([event["fees"]]) == json.dumps([fee])


@pytest.mark.parametrize(
    "sizes",
    [
        {"minSize": 3, "maxSize": 8},
        {"teamProperties": {"minSize": 3, "maxSize": 8}},
        {"teamEventProperties": {"minSize": 3, "maxSize": 8}},
        {"minSize": 3, "teamProperties": {"maxSize": 8}, "teamEventProperties": {"minSize": 3, "maxSize": None}},
    ],
    ids=str,
)
async def test_sizes_are_taken_in_every_form_of_the_document(hub, olga, sizes):
    event = await add_event(hub, olga, teamEvent=True, **sizes)

    assert (event["minSize"], event["maxSize"]) == (3, 8)


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({}, ("2019-09-24", "23:45", "2019-09-25", "00:45")),
        ({"endTime": "23:50"}, ("2019-09-24", "23:45", "2019-09-24", "23:50")),
        ({"endTime": "01:00"}, ("2019-09-24", "23:45", "2019-09-25", "01:00")),
        ({"endDate": "2019-09-26"}, ("2019-09-24", "23:45", "2019-09-26", "23:45")),
        ({"endTime": "23:45:00", "endDate": None}, ("2019-09-24", "23:45", "2019-09-24", "23:45")),
    ],
    ids=str,
)
async def test_an_end_is_said_in_whole_or_in_part_or_lies_an_hour_later(hub, olga, ends, told):
    event = await add_event(hub, olga, time="23:45", **ends)

    assert tuple(event[name] for name in ("date", "time", "endDate", "endTime")) == told


@pytest.mark.parametrize(
    ("before", "times", "told"),
    [
        (("09:30", None, "10:30"), ("23:30", "01:00"), ("2019-09-24", "23:30", "2019-09-25", "01:00")),
        (("09:30", None, "10:30"), ("22:00", "01:00"), ("2019-09-24", "22:00", "2019-09-25", "01:00")),
        (("09:30", None, "12:30"), ("23:00", "23:30"), ("2019-09-24", "23:00", "2019-09-24", "23:30")),
        (("23:30", None, "01:00"), ("09:00", "10:00"), ("2019-09-24", "09:00", "2019-09-24", "10:00")),
        (("09:30", None, "10:30"), ("09:30", "09:30"), ("2019-09-24", "09:30", "2019-09-24", "09:30")),
        # What lasts for days keeps the day of its end.
        (("09:30", "2019-09-26", "18:00"), ("10:00", "17:00"), ("2019-09-24", "10:00", "2019-09-26", "17:00")),
    ],
    ids=str,
)
async def test_both_times_without_days_mean_the_first_such_end_after_the_start(hub, olga, before, times, told):
    time, end_date, end_time = before
    event = await add_event(hub, olga, time=time, endDate=end_date, endTime=end_time)

    _, changed = await change(hub, event, olga, time=times[0], endTime=times[1])

    assert tuple(changed[name] for name in ("date", "time", "endDate", "endTime")) == told


async def test_on_the_last_day_of_the_calendar_no_event_goes_past_midnight(hub, olga):
    last = {**EVENT, "date": "9999-12-31", "time": "23:30", "endTime": "01:00"}

    assert await hub.post(EVENTS, last, olga) == (400, {"errors": {"endTime": "lies outside the calendar"}})


async def test_a_limit_of_places_is_taken_away_by_a_zero(hub, olga):
    limited, without = await add_event(hub, olga, maxParticipants=3), await add_event(hub, olga, maxParticipants=0)

    kept = await change(hub, limited, olga, maxParticipants=None)
    gone = await change(hub, limited, olga, maxParticipants=0)

    assert (kept, gone) == ((202, limited), (202, {**limited, "maxParticipants": None}))
    assert without["maxParticipants"] is None


async def test_whoever_waits_is_seated_when_the_limit_is_taken_away(hub, olga, ada, grace):
    event = await add_event(hub, olga, maxParticipants=1, date="2999-12-24")
    path = f"{EVENTS}/{event['publicId']}/registrations"
    for who in (ada, grace):
        await programme.added(hub, path, {}, who)

    await change(hub, event, olga, maxParticipants=0)

    assert set(states(event["publicId"]).values()) == {"confirmed"}


async def test_a_change_keeps_what_it_does_not_name(hub, olga):
    """The example of the document's collection: name, description and an empty list of categories."""
    await programme.add_labels(hub, olga)
    event = await add_event(hub, olga, **WHOLE)

    changed = await change(hub, event, olga, name="Elektra 4.0", description="Difficult", category=[], fees=None)

    expected = {**event, "name": "Elektra 4.0", "description": "Difficult", "category": ["Others"]}
    assert changed == (202, expected)
    assert await hub.get(f"{EVENTS}/{event['publicId']}") == (200, expected)


async def test_what_was_read_and_is_written_back_changes_nothing(hub, olga):
    """Not even the seconds and the second place of a name, which are not shown."""
    gym = await acting.add_location(hub, by=in_vivere(olga))
    await acting.add_location(hub, by=in_vivere(olga))
    lasts = {"start_time": "2026-11-21T09:00:15.5", "end_time": "2026-11-21T10:00:59"}
    made = await acting.add_event(hub, by=in_vivere(olga), location=gym, **lasts)
    before = await hub.get("/vivere/events")
    _, event = await hub.get(f"{EVENTS}/{made['id']}")

    assert await change(hub, event, olga, **event) == (202, event)
    assert await hub.get("/vivere/events") == before


IMPOSSIBLE: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"name": " "}, {"name": "is blank"}),
    ({"name": "x" * 401}, {"name": "is too long"}),
    ({"description": 7}, {"description": "is not a text"}),
    ({"venue": ""}, {"venue": "is blank"}),
    ({"venue": "x" * 201}, {"venue": "is too long"}),
    ({"date": "24.09.2019"}, {"date": "has not the form YYYY-MM-DD"}),
    ({"date": "20190924"}, {"date": "has not the form YYYY-MM-DD"}),
    ({"date": "2019-02-29"}, {"date": "does not exist"}),
    ({"date": "0000-01-01"}, {"date": "does not exist"}),
    ({"date": "2019-09-\u0662\u0664"}, {"date": "has not the form YYYY-MM-DD"}),
    ({"date": 20190924}, {"date": "has not the form YYYY-MM-DD"}),
    ({"date": "9999-12-31", "time": "23:30"}, {"date": "lies outside the calendar"}),
    ({"time": "9:30"}, {"time": "has not the form HH:MM"}),
    ({"time": "24:00"}, {"time": "does not exist"}),
    ({"time": "09:30Z"}, {"time": "has not the form HH:MM"}),
    ({"time": "09:30\n"}, {"time": "has not the form HH:MM"}),
    ({"endDate": "2019-09-24", "endTime": "09:29"}, {"endTime": "lies before the start"}),
    ({"endDate": "2019-09-23"}, {"endTime": "lies before the start"}),
    ({"endDate": "soon"}, {"endDate": "has not the form YYYY-MM-DD"}),
    ({"fees": True}, {"fees": "is neither a text nor a number"}),
    ({"fees": [300]}, {"fees": "is neither a text nor a number"}),
    ({"fees": "x" * 201}, {"fees": "is too long"}),
    ({"fees": -1}, {"fees": "is negative"}),
    ({"fees": -0.5}, {"fees": "is negative"}),
    ({"prize": "First"}, {"prize": "is not a list"}),
    ({"rules": ["Be good", 7]}, {"rules.1": "is not a text"}),
    ({"faq": [["Why?"]]}, {"faq.0": "is no pair of a question and its answer"}),
    ({"faq": ["Why?"]}, {"faq.0": "is not a list"}),
    ({"teamEvent": "yes"}, {"teamEvent": "is neither true nor false"}),
    ({"teamEvent": True}, {"minSize": "missing required field"}),
    ({"teamEvent": True, "minSize": 2}, {"maxSize": "missing required field"}),
    ({"teamEvent": True, "minSize": 0, "maxSize": 2}, {"minSize": "is no whole number from 1 to 1000"}),
    ({"teamEvent": True, "minSize": 1, "maxSize": 2**31}, {"maxSize": "is no whole number from 1 to 1000"}),
    ({"teamEvent": True, "minSize": 3, "maxSize": 2}, {"maxSize": "is smaller than minSize"}),
    ({"minSize": 1.5}, {"minSize": "is not a whole number"}),
    ({"minSize": 1, "teamProperties": {"minSize": 2}}, {"minSize": "is said twice, and not the same"}),
    ({"teamProperties": 3}, {"teamProperties": "is not an object"}),
    ({"maxParticipants": -1}, {"maxParticipants": "is too small"}),
    ({"maxParticipants": 10**7}, {"maxParticipants": "is too large"}),
    ({"maxParticipants": "40"}, {"maxParticipants": "is not a whole number"}),
    ({"category": "Coding"}, {"category": "is not a list"}),
    ({"tags": [""]}, {"tags.0": "is blank"}),
]


async def test_what_no_event_can_be_is_refused_and_changes_nothing(hub, olga, rows):
    event = await add_event(hub, olga)
    before = rows()

    for wrong, errors in IMPOSSIBLE:
        refused = (400, {"errors": errors})
        assert await hub.post(EVENTS, {**EVENT, **wrong}, olga) == refused, wrong
        assert await change(hub, event, olga, **wrong) == refused, wrong
    assert rows() == before


async def test_what_a_new_event_needs_is_named_where_it_is_missing(hub, olga, rows):
    before = rows()

    for field in EVENT:
        body = {name: value for name, value in EVENT.items() if name != field}
        assert await hub.post(EVENTS, body, olga) == (400, {"errors": {field: "missing required field"}})
    assert rows() == before


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"category": ["Nothing"]}, "Category does not exist."),
        ({"category": ["Others", "Nothing"]}, "Category does not exist."),
        ({"tags": ["Nothing"]}, "Tag does not exist."),
    ],
)
async def test_an_event_is_in_nothing_that_does_not_exist(hub, olga, rows, wrong, error):
    event = await add_event(hub, olga)
    before = rows()

    assert await hub.post(EVENTS, {**EVENT, "venue": "Elsewhere", **wrong}, olga) == (422, {"error": error})
    assert await change(hub, event, olga, **wrong) == (422, {"error": error})
    assert rows() == before


async def test_who_takes_part_alone_stays_alone(hub, olga, ada):
    event = await add_event(hub, olga, date="2999-12-24")
    await programme.added(hub, f"{EVENTS}/{event['publicId']}/register", {}, ada)

    status, said = await change(hub, event, olga, teamEvent=True, minSize=1, maxSize=2)

    assert (status, list(said)) == (422, ["error"])
    assert await hub.get(f"{EVENTS}/{event['publicId']}") == (200, event)


async def test_a_deleted_event_is_gone(hub, olga):
    event = await add_event(hub, olga)
    path = f"{EVENTS}/{event['publicId']}"

    assert await hub.call("DELETE", path, olga) == (200, "")

    for method, more in {"GET": {}, "PUT": {"json": {}}, "DELETE": {}}.items():
        assert await hub.call(method, path, olga, **more) == NOT_FOUND
    assert await hub.get(EVENTS) == (200, {"events": []})


async def test_an_event_that_is_sent_again_with_its_key_is_made_once(hub, olga):
    key = {"Idempotency-Key": "k"}

    first = await hub.post(EVENTS, EVENT, olga, headers=key)

    assert await hub.post(EVENTS, EVENT, olga, headers=key) == first
    assert len((await hub.get(EVENTS))[1]["events"]) == 1
    assert (await hub.post(EVENTS, {**EVENT, "name": "x"}, olga, headers=key))[0] == 422


LISTED = ("publicId", "eventPicture", "eventLogo", "name", "description", "date", "time", "venue", "category", "tags")


async def names(hub, query: str = "") -> list[str]:
    status, said = await hub.get(f"{EVENTS}?{query}")
    assert status == 200, said
    return [event["name"] for event in said["events"]]


async def test_the_list_has_the_ten_fields_of_the_document_and_what_helps_to_choose(hub, olga):
    event = await add_event(hub, olga)
    more = ("eventid", "endDate", "endTime", "fees", "teamEvent", "maxParticipants")

    assert await hub.get(EVENTS) == (200, {"events": [{name: event[name] for name in (*LISTED, *more)}]})


async def test_the_list_is_filtered_ordered_and_cut_into_pages(hub, olga):
    await programme.add_labels(hub, olga)
    await add_event(hub, olga, name="beta", time="11:00", category=["Coding"])
    await add_event(hub, olga, name="Alpha", time="12:00", category=["Coding", "Contest"], tags=["Free"])
    await add_event(hub, olga, name="gamma", time="10:00")

    assert {query: await names(hub, query) for query in QUERIES} == QUERIES


QUERIES = {
    "": ["gamma", "beta", "Alpha"],
    "limit&page&category&order&tags": ["gamma", "beta", "Alpha"],
    "limit=&page=&category=&order=&tags=": ["gamma", "beta", "Alpha"],
    "order=name": ["Alpha", "beta", "gamma"],
    "order=date&limit=2": ["gamma", "beta"],
    "limit=2&page=2": ["Alpha"],
    "limit=2&page=3": [],
    "page=2": [],
    "category=Coding": ["beta", "Alpha"],
    "category=Coding&category=Contest&order=date&tags=Free": ["Alpha"],
    "category=Others": ["gamma"],
    "category=Nothing": [],
    "tags=Free&tags=Nothing": [],
    "category=" + "&category=".join(map(str, range(600))): [],
}


NO_QUERIES = {
    "order=price": "order",
    "order=Date": "order",
    "limit=0": "limit",
    "limit=1001": "limit",
    "limit=-1": "limit",
    "page=0": "page",
    "page=x": "page",
    "category=%00": "category",
    "tags=a%00": "tags",
}


async def test_a_query_that_cannot_be_answered_is_refused(hub):
    for query, field in NO_QUERIES.items():
        status, said = await hub.get(f"{EVENTS}?{query}")
        assert (status, list(said), list(said["errors"])) == (400, ["errors"], [field])


ODD_IDS = ["x", NOWHERE, "0" * 25, "%00" * 24, "%2F", "%C3%BC", "%FF", "%ED%A0%80", "a" * 5000, "registrations"]


async def test_an_id_of_any_form_is_not_found(hub_on_each):
    olga = staff("olga")

    for odd in ODD_IDS:
        for method, more in {"GET": {}, "PUT": {"json": {}}, "DELETE": {}}.items():
            assert await hub_on_each.call(method, f"{EVENTS}/{odd}", olga, **more) == NOT_FOUND, odd


@pytest.mark.settings(timezone="Asia/Kolkata")
async def test_an_event_at_the_end_of_the_calendar_is_shown_and_can_be_changed(hub, olga):
    """East of Greenwich the calendar ends before that of Vivere does."""
    event = await add_event(hub, olga)
    last = "9999-12-31 23:59:59.999999"
    run(lambda: Event.update(start_time=last, end_time=last).execute())
    outside = (400, {"errors": {"date": "lies outside the calendar"}})

    status, said = await hub.get(f"{EVENTS}/{event['publicId']}")

    assert (status, said["date"], said["endTime"]) == (200, "9999-12-31", "23:59")
    assert (await change(hub, event, olga, name="x"))[0] == 202
    assert await change(hub, event, olga, date="0001-01-01", time="00:00") == outside
    assert (await change(hub, event, olga, date="2026-12-24"))[0] == 202
