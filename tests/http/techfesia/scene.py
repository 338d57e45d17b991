"""A scene for one call: whatever its path names, made over HTTP by those who may, and a body that is good."""

from __future__ import annotations

import io
import json
import re
from functools import cached_property
from typing import Any

import aiohttp
from PIL import Image

from hub.domain import password_resets
from hub.perform import run, run_reading
from models import Account, Identity, JobRow
from tests.http.techfesia.cast import MINTING, Student, staff, student
from tests.people import PASSWORD
from tests.running import RunningHub

Call = tuple[str, str]

EVENT = {
    "name": "Elektra",
    "description": "Three hours of code",
    "date": "2026-12-24",
    "time": "09:30",
    "venue": "Computer Lab",
    "fees": "Rs 300",
}
BROWSER = {
    "endpoint": "https://push.example/{number}",
    "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
}

GOOD: dict[Call, dict[str, Any]] = {
    ("POST", "/auth/token"): {"username": "{owner}", "password": PASSWORD},
    ("POST", "/auth/token/obtain"): {"username": "{owner}", "password": PASSWORD},
    ("POST", "/auth/token/refresh"): {"refresh": "{refresh}"},
    ("PUT", "/auth/token"): {"token": "{own refresh}"},
    ("POST", "/users"): {"username": "{another}", "email": "{another}@example.org", "password": "secret"},
    ("PUT", "/users/{username}"): {"firstName": "Jo"},
    ("POST", "/users/{username}/password"): {"password": "secret"},
    ("PUT", "/users/{username}/password"): {"oldPassword": PASSWORD, "newPassword": "another"},
    ("PATCH", "/users/{username}/password"): {"resetToken": "{reset token}", "newPassword": "another"},
    ("PUT", "/users/{username}/privileges"): {"state": "staff", "privileges": {"event": ["read"]}},
    ("PUT", "/users/{username}/picture"): {"provider": "google"},
    ("PUT", "/users/{username}/push"): BROWSER,
    ("DELETE", "/users/{username}/push"): {"endpoint": BROWSER["endpoint"]},
    ("POST", "/events/category"): {"name": "{another}"},
    ("PUT", "/events/category/{name}"): {"description": "Fast"},
    ("POST", "/events/tags"): {"name": "{another}"},
    ("PUT", "/events/tags/{name}"): {"description": "Fast"},
    ("POST", "/events"): EVENT,
    ("PUT", "/events/{id}"): {"name": "Elektra 4.0"},
    ("POST", "/events/{id}/register"): {},
    ("POST", "/events/{id}/registrations"): {},
    ("POST", "/events/{id}/organisers"): {"username": "{third}", "role": "Head"},
    ("POST", "/events/{id}/volunteers"): {"username": "{third}", "task": ["Doors"]},
    ("PUT", "/events/{id}/volunteers/{username}"): {"task": ["Lights"]},
    ("POST", "/teams"): {"name": "Team {another}"},
    ("PUT", "/teams/{id}"): {"name": "Flockers {number}"},
    ("POST", "/teams/{id}/invitations"): {"username": "{third}"},
    ("POST", "/ticket"): {"title": "No power", "description": "In the lab", "view": "private"},
    ("PUT", "/ticket/{id}/close"): {"content": "It is on again"},
}
UPLOADS = {
    ("PUT", "/users/{username}/pictureupload"): "picture",
    ("POST", "/events/{id}/photo"): "logo",
}


class Scene:
    """What belongs to `owner`, and the superuser, a third person and things that are there besides."""

    def __init__(self, hub: RunningHub, number: int) -> None:
        self.hub = hub
        self.number = number
        self.owner = student(f"owner{number}")
        self._made: dict[str, str] = {}

    @cached_property
    def boss(self) -> Student:
        return staff(f"boss{self.number}", superuser=True)

    @cached_property
    def third(self) -> Student:
        return student(f"third{self.number}")

    async def path(self, path: str) -> str:
        """The route's path with everything that it names made, once."""
        for variable in re.findall(r"{(\w+)}", path):
            if f"{path} {variable}" not in self._made:
                self._made[f"{path} {variable}"] = await self._name(path, variable)
        return re.sub(r"{(\w+)}", lambda found: self._made[f"{path} {found[1]}"], path)

    async def _name(self, path: str, variable: str) -> str:
        first = path.split("/")[1]
        if first == "events":
            return await self._of_an_event(path, variable)
        if first == "teams":
            return await self._of_a_team(path, variable)
        if first == "ticket":
            return await self._ticket() if variable == "id" else self.owner.username
        if variable == "team":
            return await self._invited()
        return self.owner.username

    async def _of_an_event(self, path: str, variable: str) -> str:
        if variable == "name":
            kind = path.split("/")[2]
            await self._post(f"/events/{kind}", {"name": f"{kind}{self.number}"}, self.boss)
            return f"{kind}{self.number}"
        if variable == "id":
            made = await self._post("/events", EVENT, self.boss)
            return made["publicId"]
        event = self._made[f"{path} id"]
        if variable == "registration":
            made = await self._post(f"/events/{event}/register", {}, self.owner)
            return made["registrationId"]
        kind = path.split("/")[3]
        more = {"role": "Head"} if kind == "organisers" else {"task": ["Doors"]}
        await self._post(f"/events/{event}/{kind}", {"username": self.third.username, **more}, self.boss)
        return self.third.username

    async def _of_a_team(self, path: str, variable: str) -> str:
        if variable == "id":
            return (await self._post("/teams", {"name": f"Team {self.number}"}, self.owner))["teamid"]
        team = self._made[f"{path} id"]
        await self._post(f"/teams/{team}/invitations", {"username": self.third.username}, self.owner)
        if "invitations" not in path:
            await self._put(f"/users/{self.third.username}/invitation/{team}/accept", self.third)
        return self.third.username

    async def _invited(self) -> str:
        """A team that has asked the owner to join."""
        team = (await self._post("/teams", {"name": f"Other {self.number}"}, self.third))["teamid"]
        await self._post(f"/teams/{team}/invitations", {"username": self.owner.username}, self.third)
        return team

    async def _ticket(self) -> str:
        given = {"title": "No power", "description": "In the lab"}
        return (await self._post("/ticket", given, self.owner))["ticketid"]

    async def _post(self, path: str, body: dict[str, Any], by: Student) -> dict[str, Any]:
        status, said = await self.hub.post(f"/techfesia{path}", body, by)
        assert status == 201, (path, status, said)
        # The list of those who work at an event, of which nothing is needed.
        return said if isinstance(said, dict) else {}

    async def _put(self, path: str, by: Student) -> None:
        status, said = await self.hub.call("PUT", f"/techfesia{path}", by)
        assert status == 200, (path, status, said)

    async def sent_with(self, call: Call, who: Student | None) -> dict[str, Any]:
        """What goes along with a call: a body that is good for whoever makes it, a picture, or nothing."""
        if call == ("POST", "/users/{username}/password"):
            self._has_no_password()
        if call == ("PUT", "/users/{username}/picture"):
            has_a_picture_at_google(self.owner)
        if call in UPLOADS:
            return {"data": a_form_with_a_picture(UPLOADS[call])}
        if call not in GOOD:
            return {}
        text = json.dumps(GOOD[call])
        for name, value in (await self._words(text, who)).items():
            text = text.replace(f"{{{name}}}", value)
        return {"json": json.loads(text)}

    async def _words(self, text: str, who: Student | None) -> dict[str, str]:
        words = {"owner": self.owner.username, "number": str(self.number), "another": f"another{self.number}"}
        if "{third}" in text:
            words["third"] = self.third.username
        if "refresh}" in text:
            words |= {"refresh": self.owner.pair.refresh, "own refresh": (who or self.owner).pair.refresh}
        if "{reset token}" in text:
            words["reset token"] = await reset_token(self.hub, self.owner.username)
        return words

    def _has_no_password(self) -> None:
        run(lambda: Account.update(password_hash=None).where(Account.id == self.owner.id).execute())


def has_a_picture_at_google(who: Student) -> None:
    row = {"provider": "google", "subject": f"1{who.id}", "picture_url": "https://pictures.example/1.jpg"}
    run(lambda: Identity.insert(account=who.id, **row).on_conflict_ignore().execute())


def a_form_with_a_picture(field: str) -> aiohttp.FormData:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(out, "PNG")
    form = aiohttp.FormData()
    form.add_field(field, out.getvalue(), filename="a.png", content_type="image/png")
    return form


async def reset_token(hub: RunningHub, username: str) -> str:
    """What is in the mail that somebody asks for to set a new password; "none" where none was written."""
    await hub.post(f"/techfesia/users/{username}/password/reset", {})
    newest = JobRow.select().where(JobRow.name == "mail.password_reset").order_by(JobRow.id.desc())
    row = run_reading(newest.first)
    due = row and run_reading(password_resets.to_mail, **json.loads(row.arguments), keys=MINTING.keys)
    return due[1] if due else "none"
