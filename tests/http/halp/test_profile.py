"""`GET /profile` and `PUT /profile`."""

from tests.http.halp import acting
from tests.http.halp.acting import as_text, change, picture, stored
from tests.http.halp.saying import COURSES, SERVER_ERROR, no, profile, said, tutor, yes

TEACHES = {
    "bio": "Senior in chemistry",
    "rate": "22.5",
    "skills": ["knitting"],
    "courses": {"Cal Poly": [{"subject": "CPE", "number": "101"}]},
}
OTHER_COURSES = {"Cuesta": [{"subject": "PHYS", "number": 142}], "Cal Poly": [{"subject": "CPE", "number": 102}]}


async def put(hub, by, **fields):
    return await hub.call("PUT", "/halp/profile", json=fields, by=by)


async def test_a_profile_is_shown_flat(hub, ann, tom):
    assert await hub.get("/halp/profile", by=ann) == yes(**profile(ann.id, "Ann"))
    assert await hub.get("/halp/profile", by=tom) == yes(**profile(tom.id, "Tom", tutor=tutor()))


async def test_what_is_given_is_changed_and_the_profile_answered(hub, ann, tom):
    after = profile(ann.id, "Anna", lastname="Law")

    assert await put(hub, ann, firstname="Anna", lastname="Law") == yes(profile=after)
    assert await hub.get("/halp/profile", by=ann) == yes(**after)
    assert (await change(hub, by=tom))["firstname"] == "Tom"


NOTHING = [
    {},
    {"firstname": None, "lastname": None, "tutor": None},
    {"tutor": {}},
    {"tutor": {"bio": None, "rate": None, "skills": None, "courses": None}},
    {"tutor": {"rate": ""}},
    {"image": ""},
    {"nonsense": 7, "userId": 1},
]


async def test_what_is_left_out_or_null_stays_as_it_is(hub, tom):
    await change(hub, image=as_text(picture()), by=tom)
    before = await hub.get("/halp/profile", by=tom)

    answers = {str(nothing): said(await put(hub, tom, **nothing)) for nothing in NOTHING}

    assert answers == dict.fromkeys(answers, (200, "success"))
    assert await hub.get("/halp/profile", by=tom) == before


async def test_whoever_gives_all_fields_teaches_from_now_on(hub, ann):
    teaches = tutor(courses=COURSES)

    assert await put(hub, ann, tutor=TEACHES) == yes(profile=profile(ann.id, "Ann", tutor=teaches))


async def test_to_begin_teaching_all_fields_are_needed(hub, ann, rows):
    before = rows()

    for missing in TEACHES:
        rest = {name: given for name, given in TEACHES.items() if name != missing}
        refused = await put(hub, ann, firstname="Anna", tutor=rest)

        assert (*said(refused), refused[1]["field"]) == (*SERVER_ERROR, f"tutor.{missing}")
    assert rows() == before


async def test_an_empty_tutor_of_somebody_who_does_not_teach_keeps_no_name_from_changing(hub, ann):
    """The settings page of an iPhone sends it along with every change."""
    empty = [{"courses": {}}, {"courses": {}, "skills": [], "bio": "", "rate": ""}, {"skills": ""}]

    for name, tutor_sent in zip(("Anna", "Annie", "Anne"), empty, strict=True):
        assert await put(hub, ann, firstname=name, tutor=tutor_sent) == yes(profile=profile(ann.id, name))


async def test_a_tutor_may_change_one_thing(hub, tom):
    steps = [
        ({"bio": "Graduate"}, {"bio": "Graduate"}),
        ({"rate": 30}, {"rate": 30.0}),
        ({"skills": ["b", "a", "b"]}, {"skills": ["b", "a"]}),
        ({"skills": []}, {"skills": []}),
        ({"courses": OTHER_COURSES}, {"courses": OTHER_COURSES}),
        ({"courses": {}}, {"courses": {}}),
    ]
    now = tutor()

    for given, after in steps:
        now |= after
        assert await put(hub, tom, tutor=given) == yes(profile=profile(tom.id, "Tom", tutor=now))


def teaching(subject: object = "CPE", number: object = 1) -> dict:
    return {"Cal Poly": [{"subject": subject, "number": number}]}


WRONG_NAMES = ["", " \t", 7, [], "a" * 101]
WRONG_TUTORS = ["", 7, [], [TEACHES]]
WRONG_PARTS = {
    "rate": [0, -1, "0", 10_001, "dear", True, [], "1e999", "NaN"],
    "bio": [7, [], "a" * 10_001],
    "skills": [7, "all", {}, [7], [""], [None], ["a" * 101], [str(number) for number in range(101)]],
    "courses": [
        *(7, "all", [], {"Cal Poly": {}}, {"Cal Poly": [7]}, {"Cal Poly": None}, {"": []}, {"a" * 301: []}),
        *(teaching(subject=subject) for subject in ("", " ", 7, None, "a" * 61)),
        *(teaching(number=number) for number in ("", "x", None, -1, 1.5, 2**31, True)),
        {"Cal Poly": [{"subject": "CPE"}]},
        {"Cal Poly": [{"subject": "CPE", "number": number} for number in range(101)]},
    ],
}
WRONG = [
    *({"firstname": value} for value in WRONG_NAMES),
    *({"lastname": value} for value in WRONG_NAMES),
    {"image": 7},
    *({"tutor": value} for value in WRONG_TUTORS),
    *({"tutor": {part: value}} for part, values in WRONG_PARTS.items() for value in values),
]


async def test_what_cannot_be_used_is_refused_and_changes_nothing(hub, tom, rows):
    before = rows()

    answers = {str(wrong)[:99]: said(await put(hub, tom, **{"lastname": "Law", **wrong})) for wrong in WRONG}

    assert {what: answer for what, answer in answers.items() if answer != SERVER_ERROR} == {}
    assert rows() == before


async def test_a_picture_is_shown_and_the_one_before_thrown_away(hub, ann, forgotten):
    first = (await change(hub, image=as_text(picture("JPEG")), by=ann))["image"]
    second = (await change(hub, image=as_text(picture("PNG")), by=ann))["image"]

    assert (await hub.get("/halp/profile", by=ann))[1]["image"] == second
    assert (await acting.fetched(hub, second)).format == "PNG"
    assert forgotten() == [acting.name_of(first)]


async def test_null_takes_the_picture_away_and_only_the_picture(hub, ann, forgotten):
    shown = (await change(hub, image=as_text(picture()), by=ann))["image"]

    removed = await put(hub, ann, image=None, firstname=None)
    again = await put(hub, ann, image=None)

    assert removed == again == yes(profile=profile(ann.id, "Ann"))
    assert forgotten() == [acting.name_of(shown)]


async def test_a_picture_that_is_no_use_changes_nothing_else(hub, ann, rows):
    before = rows()

    text = await put(hub, ann, firstname="Anna", image=as_text(b"text"))
    large = await acting.call_large(hub, "PUT", "/halp/profile", {"image": as_text(bytes(5 * 1024 * 1024 + 1))}, by=ann)

    assert (said(text), said(large)) == (no("invalid_image_format"), no("image_too_large"))
    assert (rows(), stored(hub)) == (before, set())


async def test_a_picture_is_not_kept_when_something_else_is_wrong(hub, ann, rows):
    before = rows()

    refused = await put(hub, ann, image=as_text(picture()), tutor={**TEACHES, "rate": 0})

    assert said(refused) == SERVER_ERROR
    assert (rows(), stored(hub)) == (before, set())


async def test_a_change_that_is_sent_again_has_one_effect_and_keeps_one_picture(hub, ann):
    body, keyed = {"image": as_text(picture())}, {"Idempotency-Key": "k"}

    first, again = [await hub.call("PUT", "/halp/profile", json=body, by=ann, headers=keyed) for _ in range(2)]

    assert first == again
    assert stored(hub) == {acting.name_of(first[1]["profile"]["image"])}
