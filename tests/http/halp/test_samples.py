"""The document's samples, as it prints them in tests/samples/halp: sent as they are, and our replies have their shapes.

What a ruling adds is named in each test: `dropTimestamp`, the numbers of messages, `code` beside `success`.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.http.halp import acting
from tests.http.halp.acting import as_text, picture

SAMPLES = Path(__file__).parents[2] / "samples" / "halp"
SHAPES = {str: "text", bool: "boolean", int: "number", float: "number", type(None): "null"}
PICTURE = as_text(picture())
OURS_OF_PIN = {"dropTimestamp": "number"}
OURS_OF_MESSAGE = {"id": "number"}


def sample(name: str) -> Any:
    """A printed sample as data. They hold remarks, and a comma, a quote or a brace too few or too many."""
    text = re.sub(r"#.*", "", (SAMPLES / f"{name}.txt").read_text())
    text = re.sub(r"^\s*\.\.\.\s*$", "", text, flags=re.MULTILINE)
    text = re.sub(r",\s*\{\s*\}", "", text)
    text = re.sub(r"\{original:", '{"original":', text)
    text = re.sub(r'"(\s*\n\s*")', r'",\1', text)
    text = re.sub(r",(\s*[]}])", r"\1", text)
    return json.loads(text + "}" * (text.count("{") - text.count("}")))


def shape(value: Any) -> Any:
    """Keys and types; of a list that of its entries, which are all alike."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        (one,) = {json.dumps(shape(item), sort_keys=True) for item in value}
        return [json.loads(one)]
    return SHAPES[type(value)]


def only_university(courses: dict[str, Any]) -> dict[str, Any]:
    """The courses of the first university, whatever it is called."""
    return {"a university": next(iter(courses.values()))}


def pin_shape(pin: dict[str, Any]) -> Any:
    return shape({**pin, "courses": only_university(pin["courses"])})


def profile_shape(profile: dict[str, Any]) -> Any:
    tutor = profile["tutor"]
    return shape({**profile, "tutor": {**tutor, "courses": only_university(tutor["courses"])}})


@pytest.fixture
async def pins(hub, ann, tom) -> list[dict[str, Any]]:
    """A student's pin and a tutor's, with pictures wherever there can be one, as others see them."""
    for member in (ann, tom):
        await acting.change(hub, image=PICTURE, by=member)
    await acting.drop(hub, "student", images=[PICTURE], by=ann)
    await acting.drop(hub, "tutor", by=tom)
    return [*await acting.pins(hub, "student", by=tom), *await acting.pins(hub, "tutor", by=ann)]


async def test_register_and_login(hub, tom):
    _, registered = await hub.post("/halp/register", sample("register_request"))
    _, signed_in = await hub.post("/halp/login", sample("login_request_halp"))
    _, mine = await hub.get("/halp/profile", headers={"sessionId": signed_in["sessionId"]})

    del mine["code"]
    assert registered["profile"] == signed_in["profile"] == mine
    for name, reply in (("register", registered), ("login", signed_in)):
        assert shape({**reply, "profile": {}}) == shape(sample(name))


async def test_a_pin_that_is_dropped_and_taken_up(hub, ann):
    printed = sample("pin_request")

    dropped = await hub.post("/halp/pin", {**printed, "images": [PICTURE] * 3}, by=ann)
    lying = await acting.mine(hub, "student", by=ann)
    taken_up = await hub.call("DELETE", "/halp/pin?pinMode=student", by=ann)

    given = ("latitude", "longitude", "description", "skills", "courses")
    assert {name: lying[name] for name in given} == {name: printed[name] for name in given}
    assert (lying["endTime"] - lying["dropTime"], len(lying["images"])) == (printed["duration"], 3)
    assert (dropped, taken_up) == ((200, sample("pin")), (200, sample("pin_delete")))


async def test_pins(hub, pins):
    students, tutors = pins

    (printed,) = sample("pins")["pins"]
    assert pin_shape(students) | {"user": "text"} == pin_shape(printed) | OURS_OF_PIN | {"user": "text"}
    assert shape(tutors["user"]) == shape(printed["user"])
    assert set(printed) - set(tutors) == {"description", "images"}
    assert set(printed["user"]) - set(students["user"]) == {"bio", "rate"}


async def test_pins_of_ones_own(hub, ann, pins):
    _, reply = await hub.get("/halp/pins?pinMode=mine", by=ann)

    assert reply == {**sample("pins_mine"), "student": pins[0], "tutor": None}


async def test_matches(hub, ann, pins):
    _, reply = await hub.get("/halp/matches?mode=student", by=ann)

    assert reply == {**sample("matches"), "matches": [{**pins[1], "new": True}], "truncated": False}


async def test_profile(hub, tom, pins):
    _, reply = await hub.get("/halp/profile", by=tom)

    assert profile_shape(reply) == profile_shape(sample("profile"))


async def test_a_changed_profile(hub, tom):
    before = await acting.change(hub, by=tom)

    body = {**sample("profile_change_request"), "image": PICTURE}
    changed = await hub.call("PUT", "/halp/profile", json=body, by=tom)

    tutor = {**before["tutor"], "skills": ["archery", "wrangling"]}
    image = changed[1]["profile"]["image"]
    assert image is not None
    assert changed == (200, {**sample("profile_change"), "profile": {**before, "image": image, "tutor": tutor}})


@pytest.mark.parametrize("name", ["universities", "courses?university=Cal%20Poly", "skills"])
async def test_enumerations(hub, tom, name):
    _, reply = await hub.get(f"/halp/enum/{name}", by=tom)

    assert shape(reply) == shape(sample(f"enum_{name.partition('?')[0]}"))


async def test_messages(hub, ann, tom):
    written = {**sample("message_request"), "recipient": tom.id}

    status, sent = await hub.post("/halp/message", written, by=ann)
    _, conversations = await hub.get("/halp/conversations?mode=tutor", by=tom)
    _, thread = await hub.get(f"/halp/messages?mode=tutor&otherUserId={ann.id}", by=tom)

    printed = shape(sample("conversations"))
    printed["conversations"][0]["lastMessage"] |= OURS_OF_MESSAGE
    printed["truncated"] = "boolean"
    assert (status, sent["code"]) == (200, sample("message")["code"])
    assert shape(conversations) == printed
    assert shape(thread) == shape(sample("messages")) | {
        "messages": [shape(sample("messages")["messages"][0]) | OURS_OF_MESSAGE],
        "truncated": "boolean",
    }


async def test_a_session_from_its_start_to_its_end(hub, ann, tom, clock):
    def start(which: str, other, by):
        return hub.post("/halp/session/start", {**sample(which), "otherUserId": other.id}, by=by)

    def ask(by):
        return hub.get(f"/halp/session/started?mode=tutor&otherUserId={ann.id}", by=by)

    not_yet = await ask(tom)
    first = await start("session_start_request_first", tom, ann)
    second = await start("session_start_request_second", ann, tom)
    started = await ask(tom)
    running = await hub.get("/halp/session/ended", by=tom)
    clock.forward(seconds=60)
    ended = await hub.post("/halp/session/end", sample("session_end_request"), by=tom)

    assert (not_yet, first) == ((200, sample("session_started_not")), (200, sample("session_start_first")))
    assert shape(second[1]) == shape(sample("session_start_second"))
    assert shape(started[1]) == shape(sample("session_started"))
    assert running == (200, {"code": "success", **sample("session_ended")})
    assert ended == (200, {"code": "success", **sample("session_end")})


async def test_a_push_payload(hub, ann, tom):
    await acting.shake_hands(hub, ann, tom)

    _, reply = await hub.get("/halp/notification", by=tom)

    ours = {"count": "number", "events": []}
    assert shape({**reply["notification"], "events": ""}) | {"events": []} == shape(sample("push_payload")) | ours


def test_every_sample_that_the_document_prints_is_kept():
    assert len(list(SAMPLES.glob("*.txt"))) == 31
