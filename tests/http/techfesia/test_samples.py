"""Each call of the document, sent as it is printed, slashes and bare query keys too: its status and keys come back.

Only what stands for something is replaced: ids, tokens, and the words that explain a field where a value belongs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from yarl import URL

from hub.perform import run
from models import Account
from tests.http.techfesia.cast import Student, staff, student
from tests.http.techfesia.document import Printed, calls
from tests.http.techfesia.scene import EVENT, a_form_with_a_picture, has_a_picture_at_google, reset_token
from tests.people import PASSWORD

PRINTED = calls()
TEAM_EVENT = {**EVENT, "fees": "", "teamEvent": True, "minSize": 1, "maxSize": 8}
EXPLAINED = {
    "YYYY-MM-DD": "2019-09-24",
    "HH:MM": "09:30",
    "Hello World": PASSWORD,
    "Hello Staff Password": PASSWORD,
    "Hello Superuser Password": PASSWORD,
    "old_passord": PASSWORD,
}
UPLOADS = {"pictureupload": "picture", "photo": "picture"}


class Festival:
    """What the document takes for granted: its people, an event, a team, a ticket, categories and tags."""

    def __init__(self, hub, call: Printed) -> None:
        self.hub = hub
        self.call = call
        self.user = student("test_user_001") if call.path != "/users/" else student("somebody")
        self.staff = staff("test_staff_user_001")
        self.root = staff("sample_superuser_001", superuser=True)
        self.captain = student("captain")
        self.words: dict[str, str] = dict(EXPLAINED)

    async def arrange(self) -> None:
        for kind, names in {"category": CATEGORIES, "tags": TAGS}.items():
            for name in names:
                await self.make(f"/events/{kind}", {"name": name}, self.staff)
        takes_a_team = isinstance(self.call.body, dict) and "teamId" in self.call.body
        event = await self.make("/events", TEAM_EVENT if takes_a_team else EVENT, self.staff)
        team = await self.make("/teams", {"name": "The Rookies"}, self.captain)
        ticket = await self.make("/ticket", {"title": "No power", "description": "Fix it"}, self.user)
        self.words |= {"sample_event_id": event["publicId"], "sample_team_id": team["teamid"]}
        self.words |= {"sample_ticket_id": ticket["ticketid"]}
        await self._arrange_people(event["publicId"], team["teamid"])

    async def _arrange_people(self, event: str, team: str) -> None:
        path = self.call.path
        if "invitation/" in path or ("/teams/" in path and "test_user_001" in path):
            await self.make(f"/teams/{team}/invitations", {"username": "test_user_001"}, self.captain)
        if path.endswith("sample_team_id/test_user_001"):
            await self.hub.call("PUT", f"/techfesia/users/test_user_001/invitation/{team}/accept", self.user)
        for kind, more in {"organisers": {"role": "Head"}, "volunteers": {"task": ["Doors"]}}.items():
            if kind in path and self.call.method != "POST":
                await self.make(f"/events/{event}/{kind}", {"username": "test_user_001", **more}, self.staff)
        if "sample_registration_id" in path:
            made = await self.make(f"/events/{event}/register", {}, self.user)
            self.words["sample_registration_id"] = made["registrationId"]
        if self.call.method == "POST" and path.endswith("/password/"):
            run(lambda: Account.update(password_hash=None).where(Account.id == self.user.id).execute())
        if path.endswith("/picture"):
            has_a_picture_at_google(self.user)
        if self.call.method == "GET" and path.startswith("/ticket"):
            ticket = self.words["sample_ticket_id"]
            await self.hub.call("PUT", f"/techfesia/ticket/{ticket}/close", self.staff, json={"content": "On again"})
        if self.call.method == "PATCH":
            self.words["sampled_reset_token"] = await reset_token(self.hub, "test_user_001")

    async def make(self, path: str, body: Mapping[str, Any], by: Student) -> Any:
        status, said = await self.hub.post(f"/techfesia{path}", dict(body), by)
        assert status == 201, (path, said)
        return said

    @property
    def caller(self) -> Student | None:
        token = self.call.token
        if token is None:
            return None
        if "staff" in token or token.startswith("eyJ"):
            # A token of some other hub was left in the document where staff delete a category.
            return self.staff
        return (
            self.captain if self.call.path.startswith("/teams/sample") or "register/" in self.call.path else self.user
        )

    def said(self, text: str) -> str:
        for word, meant in self.words.items():
            text = text.replace(word, meant)
        return text

    def sent_with(self) -> dict[str, Any]:
        last = self.call.path.rpartition("/")[2]
        if last in UPLOADS:
            return {"data": a_form_with_a_picture(UPLOADS[last])}
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if self.call.is_json else {})}
        if self.call.body is None:
            return {"headers": headers}
        return {"data": self.said(json.dumps(self._with_real_tokens())), "headers": headers}

    def _with_real_tokens(self) -> dict[str, Any]:
        body = dict(self.call.body)
        people = {"sample_token": self.user, "sample_staff_token": self.staff, "sample_superuser_token": self.root}
        for field in ("refresh", "token"):
            if field in body:
                body[field] = people[body[field]].pair.refresh
        if "teamId" in body:
            body["teamId"] = self.words["sample_team_id"]
        if body.get("username") in ("user_001", "user_5"):
            student(body["username"])
        return body


CATEGORIES = ["sample_category_name", "Defaults to Others", "Can be an array of valid categories"]
TAGS = ["sample_tags_name", "Optional", "Can be an array of valid tags"]


def missing(printed: Any, ours: Any, where: str = "") -> list[str]:
    """The keys that are printed and did not come back; of a list the first entry speaks for all."""
    if isinstance(printed, list):
        if not isinstance(ours, list):
            return [f"{where} is no list"]
        return missing(printed[0], ours[0], f"{where}[0]") if printed and ours else []
    if not isinstance(printed, dict):
        return []
    if not isinstance(ours, dict):
        return [f"{where} is no object"]
    known = {name: value for name, value in printed.items() if name != "model_name" and name != "firebaseUser"}
    absent = [f"{where}.{name}" for name in known if name not in ours]
    return absent + [
        gap for name in known if name in ours for gap in missing(known[name], ours[name], f"{where}.{name}")
    ]


@pytest.mark.parametrize("call", PRINTED, ids=str)
async def test_a_call_is_answered_as_it_is_printed(hub, call):
    festival = Festival(hub, call)
    await festival.arrange()
    address = URL(f"/techfesia{festival.said(call.path)}", encoded=True)

    status, said = await hub.call(call.method, address, festival.caller, **festival.sent_with())

    expected, printed = call.yes
    # Printed three times; where a superuser does it the status was left blank.
    expected = 200 if call.path == "/auth/token/refresh/" else expected
    assert (status, missing(printed, said)) == (expected, []), said


def test_the_whole_document_is_read():
    assert len(PRINTED) == 61
    assert sum(len(call.replies) for call in PRINTED) == 80
    assert replace(PRINTED[0], replies=[]) == Printed(
        "GET", "/users/test_user_001/auth_modes", "sample_token", None, True, []
    )
