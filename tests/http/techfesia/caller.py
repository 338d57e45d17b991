"""Who tries the whole of Techfesia: a superuser who also takes part, leads a team and has no password yet."""

from __future__ import annotations

from itertools import count
from typing import Any

from hub.domain import token_pairs
from hub.perform import perform
from models import Account
from tests.http.caller import Caller, fresh
from tests.http.techfesia.cast import MINTING, Student, staff, student
from tests.http.techfesia.scene import BROWSER, EVENT, a_form_with_a_picture, has_a_picture_at_google, reset_token
from tests.people import PASSWORD
from tests.running import RunningHub

ASKS_OUTSIDE = frozenset({"GET /auth/oauth/{provider}", "GET /auth/oauth/{provider}/callback"})


async def superuser(hub: RunningHub) -> Caller:
    root, zoe = staff("root", superuser=True), student("zoe", collegeName=None)
    await perform(lambda: Account.update(password_hash=None).where(Account.id == root.id).execute())
    has_a_picture_at_google(root)
    made = Made(hub, root, zoe)
    event, team = await made.event(), await made.team()
    await hub.call("PUT", "/techfesia/users/root/pictureupload", root, data=a_form_with_a_picture("picture"))
    _, me = await hub.get("/techfesia/users/root", root)

    async def session() -> str:
        # Of more than fifty, all granted at one moment of the held clock, any would be taken back.
        await perform(token_pairs.revoke_all, root.id)
        return (await perform(token_pairs.grant, root.id, MINTING)).access

    async def refresh() -> str:
        return (await perform(token_pairs.grant, root.id, MINTING)).refresh

    async def registration() -> str:
        return await made.registration(event)

    new_session, number = fresh(session), count()
    known: dict[tuple[str, str], list[Any]] = {
        ("", "page"): [1],
        ("/auth/token", "username"): ["zoe"],
        ("/auth/token", "password"): [PASSWORD],
        ("/auth/token", "refresh"): [fresh(refresh)],
        ("/auth/token", "token"): [fresh(refresh)],
        ("/users", "username"): [lambda: f"jo{next(number)}"],
        ("/users", "email"): [lambda: f"jo{next(number)}@example.org"],
        ("/users", "publicId"): [me["publicId"]],
        ("/users", "dateJoined"): ["2026-11-22"],
        ("/users", "lastLogin"): ["2026-11-22"],
        ("/users/{username}", "username"): ["root", fresh(made.person)],
        ("/users/{username}/p", "username"): ["root"],
        ("/invitation/", "username"): ["root"],
        ("/users/{username}", "email"): ["root@example.org"],
        ("/users/{username}/password", "password"): ["first"],
        ("/users/{username}/password", "oldPassword"): ["first"],
        ("/users/{username}/password", "newPassword"): ["first"],
        ("/users/{username}/password", "resetToken"): [fresh(lambda: reset_token(hub, "root"))],
        ("/users/{username}/privileges", "username"): ["zoe"],
        ("/users/{username}/privileges", "state"): ["staff"],
        ("/users/{username}/privileges", "privileges"): [{"event": ["read"]}],
        ("/users/{username}/disable", "username"): [fresh(made.person)],
        ("/users/{username}/enable", "username"): [fresh(made.person)],
        ("/users/{username}/picture", "provider"): ["google"],
        ("/push", "endpoint"): [BROWSER["endpoint"]],
        ("/push", "keys"): [BROWSER["keys"]],
        ("/invitation", "team"): [fresh(made.invitation)],
        ("/events", "id"): [fresh(made.event)],
        ("/events", "category"): [[]],
        ("/events", "tags"): [[]],
        ("/events", "order"): ["date"],
        ("/events", "date"): ["2030-02-03"],
        ("/events", "time"): ["09:30"],
        ("/events", "endDate"): [None, "2030-02-04"],
        ("/events", "endTime"): [None, "23:59"],
        ("/events", "teamEvent"): [False],
        ("/events", "teamProperties"): [None],
        ("/events", "teamEventProperties"): [None],
        ("/category/{name}", "name"): [fresh(lambda: made.label("category"))],
        ("/tags/{name}", "name"): [fresh(lambda: made.label("tags"))],
        ("/register", "teamId"): [None],
        ("/register", "teamid"): [None],
        ("/registrations", "id"): [event],
        ("/registrations", "registration"): [fresh(registration)],
        ("/organisers", "id"): [event],
        ("/organisers", "username"): [fresh(made.person), fresh(lambda: made.crew(event, "organisers"))],
        ("/volunteers", "id"): [event],
        ("/volunteers", "username"): [fresh(made.person), fresh(lambda: made.crew(event, "volunteers"))],
        ("/volunteers/", "username"): [fresh(lambda: made.crew(event, "volunteers"))],
        ("/teams", "id"): [fresh(made.team)],
        ("/teams", "leader"): [None],
        ("/teams/{id}/invitations", "id"): [team],
        ("/teams/{id}/invitations", "username"): [fresh(made.person), fresh(lambda: made.invitee(team))],
        ("/teams/{id}/{username}", "id"): [team],
        ("/teams/{id}/{username}", "username"): [fresh(lambda: made.member(team))],
        ("/ticket/{username}", "username"): ["root"],
        ("/ticket", "id"): [fresh(made.ticket)],
        ("/ticket", "view"): ["private"],
        ("/image", "name"): [me["profilePicture"].rpartition("/")[2]],
    }
    return Caller(lambda: {"Authorization": f"Bearer {new_session()}"}, known, leaves_out=ASKS_OUTSIDE)


class Made:
    """What calls need and use up, made over HTTP by a superuser."""

    def __init__(self, hub: RunningHub, root: Student, zoe: Student) -> None:
        self.hub = hub
        self.zoe = zoe
        self.root = root
        self._number = count()

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None, by: Student | None = None) -> Any:
        caller = await self.again(by or self.root)
        status, said = await self.hub.call(method, f"/techfesia{path}", caller, **({"json": body} if body else {}))
        assert status < 300, (method, path, status, said)
        return said

    async def again(self, who: Student) -> Student:
        """The same person with a new pair: what they had may have been taken back."""
        return Student(who.actor, await perform(token_pairs.grant, who.id, MINTING))

    async def person(self) -> str:
        name = f"person{next(self._number)}"
        given = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        await self.call("POST", "/users", given)
        return name

    async def event(self) -> str:
        return (await self.call("POST", "/events", EVENT))["publicId"]

    async def label(self, kind: str) -> str:
        return (await self.call("POST", f"/events/{kind}", {"name": f"label {next(self._number)}"}))["name"]

    async def registration(self, event: str) -> str:
        """The superuser's own, which is new."""
        for before in await self.call("GET", "/users/root/registrations"):
            await self.call("DELETE", f"/events/{before['eventId']}/registrations/{before['registrationId']}")
        return (await self.call("POST", f"/events/{event}/register", {"action": "register"}))["registrationId"]

    async def crew(self, event: str, kind: str) -> str:
        name = await self.person()
        await self.call("POST", f"/events/{event}/{kind}", {"username": name, "role": "Head", "task": ["Doors"]})
        return name

    async def team(self, by: Student | None = None) -> str:
        return (await self.call("POST", "/teams", {"name": f"Team {next(self._number)}"}, by))["teamid"]

    async def invitee(self, team: str) -> str:
        name = await self.person()
        await self.call("POST", f"/teams/{team}/invitations", {"username": name})
        return name

    async def member(self, team: str) -> str:
        name = await self.invitee(team)
        account = await perform(lambda: Account.get(Account.username == name).id)
        pair = await perform(token_pairs.grant, account, MINTING)
        headers = {"Authorization": f"Bearer {pair.access}"}
        await self.hub.call("PUT", f"/techfesia/users/{name}/invitation/{team}/accept", headers=headers)
        return name

    async def invitation(self) -> str:
        team = await self.team(self.zoe)
        await self.call("POST", f"/teams/{team}/invitations", {"username": "root"}, self.zoe)
        return team

    async def ticket(self) -> str:
        return (await self.call("POST", "/ticket", {"title": "No power", "description": "In the lab"}))["ticketid"]
