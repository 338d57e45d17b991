"""What holds for every path of Vivere: both slash forms, unknown paths, wrong methods, HEAD, and what phones send."""

import pytest
from yarl import URL

from hub.http.vivere import VIVERE
from tests.http.vivere.acting import DOOR, TICKET
from tests.http.vivere.saying import NO_SUCH_PAGE, NOT_SIGNED_IN, UNKNOWN_ID, no, yes

READS = ["", "times", "maps", "announcements", "events", "mentorship/queue", "mentorship/user/queue", "get_users"]
WRONG_METHOD = no("Wrong method", "This address does not take that method.")


@pytest.mark.parametrize("path", READS)
async def test_both_slash_forms_answer_without_a_redirect(hub, ada, path):
    headers = {**ada.headers, **DOOR}

    async def plainly(address: str) -> tuple[int, str]:
        async with hub.http.get(address, headers=headers, allow_redirects=False) as reply:
            return reply.status, await reply.text()

    without = await plainly(f"/vivere/{path}".rstrip("/"))

    assert without[0] == 200
    assert await plainly(f"/vivere/{path}".rstrip("/") + "/") == without


async def test_writes_take_both_slash_forms_too(hub, ada):
    replies = [await hub.post(f"/vivere/mentorship/create{slash}", TICKET, by=ada) for slash in ("", "/")]

    assert [status for status, _ in replies] == [201, 201]


@pytest.mark.parametrize("path", READS)
async def test_head_is_answered_like_get_without_a_body(hub, ada, path):
    async with hub.http.head(f"/vivere/{path}", headers={**ada.headers, **DOOR}) as reply:
        assert (reply.status, await reply.read()) == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["nowhere", "times/today", "TIMES", "mentorship", "mentorship/", "times//", "%00", "%2F", "%C3%BC", "a" * 5000],
    ids=lambda path: path[:20],
)
async def test_an_unknown_path_is_refused_in_the_contracts_words(hub, path):
    assert await hub.get(URL(f"/vivere/{path}", encoded=True)) == NO_SUCH_PAGE


@pytest.mark.parametrize("path", ["user/ticket", "user/ticket/ada", "admin/announcement", "admin/login", "admin/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_not_served_is_an_unknown_path(hub, ada, method, path):
    assert await hub.call(method, f"/vivere/{path}", by=ada) == NO_SUCH_PAGE


async def test_a_wrong_method_is_told_the_right_ones(hub):
    takes: dict[str, set[str]] = {}
    for route in VIVERE.routes:
        takes.setdefault(route.path.replace("{id}", UNKNOWN_ID), set()).add(route.method)

    async def told(path: str) -> tuple[int, set[str]]:
        async with hub.http.request("PATCH", f"/vivere{path}") as reply:
            return reply.status, set(reply.headers["Allow"].split(",")) - {"HEAD"}

    replies = {path: await told(path) for path in takes}

    assert replies == {path: (405, methods) for path, methods in takes.items()}


async def test_a_wrong_method_is_refused_in_the_contracts_words(hub):
    assert await hub.post("/vivere/times", {}) == (405, WRONG_METHOD)
    assert await hub.get("/vivere/mentorship/create") == (405, WRONG_METHOD)
    assert await hub.call("OPTIONS", "/vivere/times") == (405, WRONG_METHOD)


async def test_a_phone_that_says_json_on_a_get_without_a_body_is_answered(hub, ada):
    phone = {"Content-Type": "application/json", "Accept": "application/json"}

    assert await hub.get("/vivere/mentorship/user/claimed", by=ada, headers=phone) == (200, yes([]))


async def test_a_form_that_calls_itself_json_is_refused_in_the_contracts_shape(hub, ada, rows):
    """The puzzle script of one year's treasure hunt posts like this."""
    before = rows()
    headers = {"Content-Type": "application/json"}

    reply = await hub.call("POST", "/vivere/mentorship/claim", data=b"id=1&body=x", headers=headers, by=ada)

    assert reply == (400, no("Bad request", "The body is not JSON: Expecting value: line 1 column 1 (char 0)."))
    assert rows() == before


async def test_the_root_greets(hub):
    status, text = await hub.get("/vivere/")

    assert status == 200
    assert "/vivere/times" in text


async def test_who_asks_without_a_token_is_told_which_header_carries_it(hub):
    assert await hub.get("/vivere/mentorship/user/queue", headers={"Authorization": "Bearer x"}) == NOT_SIGNED_IN
