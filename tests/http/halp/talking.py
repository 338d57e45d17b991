"""How tests write to each other and shake hands over HTTP. Each call must work; it answers the reply's body."""

from __future__ import annotations

from typing import Any

from tests.http.halp.acting import done
from tests.people import Member
from tests.running import Reply, RunningHub


def post(hub: RunningHub, to: Member, body: Any = "Hi", *, by: Member, mode: str = "student", **more: Any):
    """The call alone, for whoever wants to see how it is answered."""
    message = {"recipient": to.id, "body": body, "senderMode": mode, **more}
    return hub.post("/halp/message", message, by=by)


async def write(
    hub: RunningHub, to: Member, body: str = "Hi", *, by: Member, mode: str = "student", **more: Any
) -> int:
    """The message's number."""
    return (await done(post(hub, to, body, by=by, mode=mode, **more)))["id"]


async def read(hub: RunningHub, other: Member, *, by: Member, mode: str, **page: int) -> list[str]:
    """What was written in a thread, the newest first."""
    query = {"mode": mode, "otherUserId": other.id, **page}
    return [message["body"] for message in (await done(hub.get("/halp/messages", params=query, by=by)))["messages"]]


async def inbox(hub: RunningHub, *, by: Member, mode: str, **page: int) -> list[tuple[int, int, str]]:
    """With whom, how many of theirs are unread, and what was written last."""
    reply = await done(hub.get("/halp/conversations", params={"mode": mode, **page}, by=by))
    return [
        (one["otherUser"]["userId"], one["unreadMessages"], one["lastMessage"]["body"])
        for one in reply["conversations"]
    ]


async def notification(hub: RunningHub, *, by: Member) -> dict[str, Any]:
    return (await done(hub.get("/halp/notification", by=by)))["notification"]


async def unread(hub: RunningHub, *, by: Member) -> tuple[int, int]:
    """As a student, and as a tutor."""
    told = await notification(hub, by=by)
    return told["studentUnreadMessages"], told["tutorUnreadMessages"]


async def press(hub: RunningHub, other: Member, *, by: Member, mode: str) -> Reply:
    """Press the button that begins a session."""
    return await hub.post("/halp/session/start", {"mode": mode, "otherUserId": other.id}, by=by)


async def started(hub: RunningHub, other: Member, *, by: Member, mode: str) -> Reply:
    return await hub.get("/halp/session/started", params={"mode": mode, "otherUserId": other.id}, by=by)


async def end(hub: RunningHub, duration: Any = 0, *, by: Member) -> Reply:
    return await hub.post("/halp/session/end", {"duration": duration}, by=by)


async def is_over(hub: RunningHub, *, by: Member) -> bool:
    return (await done(hub.get("/halp/session/ended", by=by)))["ended"]
