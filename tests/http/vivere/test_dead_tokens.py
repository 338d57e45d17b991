"""A token that is no longer good: ignored where nobody needs one, refused everywhere else."""

from datetime import timedelta

import pytest

from hub.domain.credentials import Keys
from hub.perform import run
from models import Account
from tests.build import SECRET
from tests.http.vivere import acting
from tests.http.vivere.saying import NOT_SIGNED_IN, ticket, yes

PUBLIC = ["times", "maps", "announcements", "events", "mentorship/queue"]
WEEK = timedelta(days=7)


async def _expired(hub, ada, clock) -> str:
    token = Keys(SECRET).mint(ada.actor.public_id, "vivere", timedelta(seconds=1))
    clock.forward(seconds=1)
    return token


async def _revoked(hub, ada, clock) -> str:
    await hub.post("/vivere/user/logout", by=ada)
    return ada.token


async def _of_a_deleted_account(hub, ada, clock) -> str:
    run(lambda: Account.delete().where(Account.id == ada.id).execute())
    return ada.token


async def _forged(hub, ada, clock) -> str:
    return Keys("another secret, of more than thirty-two bytes").mint(ada.actor.public_id, "vivere", WEEK)


async def _unsigned(hub, ada, clock) -> str:
    header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    return f"{header}.{ada.token.split('.')[1]}."


async def _cut_off(hub, ada, clock) -> str:
    return ada.token[:-1]


async def _endless(hub, ada, clock) -> str:
    return Keys(SECRET).mint(ada.actor.public_id * 200, "vivere", WEEK)


async def _garbage(hub, ada, clock) -> str:
    return "gärbage 🦊"


DEATHS = [_expired, _revoked, _of_a_deleted_account, _forged, _unsigned, _cut_off, _endless, _garbage]


@pytest.fixture(params=DEATHS, ids=lambda death: death.__name__.strip("_"))
async def dead(request, hub, ada, clock) -> dict[str, str]:
    """The headers of a call with a dead token."""
    return {"X-MenloHacks-Authorization": await request.param(hub, ada, clock)}


async def test_a_public_page_is_shown_as_to_a_stranger(hub, grace, dead):
    opened = await acting.open_ticket(hub, by=grace)

    statuses = [(await hub.get(f"/vivere/{path}", headers=dead))[0] for path in PUBLIC]

    _, queue = await hub.get("/vivere/mentorship/queue", headers=dead)
    assert statuses == [200] * len(PUBLIC)
    assert queue == yes([ticket(opened["id"], time_created=opened["time_created"])])


async def test_a_page_of_ones_own_is_refused(hub, dead):
    assert await hub.get("/vivere/mentorship/user/queue", headers=dead) == NOT_SIGNED_IN
    assert await hub.get("/vivere/mentorship/user/claimed", headers=dead) == NOT_SIGNED_IN


async def test_a_change_is_refused(hub, grace, dead, rows):
    opened = await acting.open_ticket(hub, by=grace)
    before = rows()

    created, _ = await hub.post("/vivere/mentorship/create", acting.TICKET, headers=dead)
    claimed = await hub.post("/vivere/mentorship/claim", {"id": opened["id"]}, headers=dead)

    assert (created, claimed) == (400, NOT_SIGNED_IN)
    assert rows() == before


async def test_to_the_last_microsecond_of_its_week_a_token_is_good(hub, ada, clock):
    clock.forward(days=7, microseconds=-1)

    assert await hub.get("/vivere/mentorship/user/claimed", by=ada) == (200, yes([]))
