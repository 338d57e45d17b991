"""What holds for every path of Halp: strangers, slashes, unknown paths, wrong methods, browsers, host names."""

import pytest
from yarl import URL

from hub.http.halp import HALP
from tests.http.halp.acting import NEW
from tests.http.halp.saying import NOT_AUTHORIZED, SERVER_ERROR, is_error, said

FOR_EVERYBODY = {"/login", "/register", "/image/{name}"}
AUTHORIZED = [(route.method, route.path) for route in HALP.routes if route.path not in FOR_EVERYBODY]
WEB = "https://app.halp.me"


def reads(member) -> list[str]:
    """Every read of the contract with a query that is good, by `member`."""
    other = f"mode=student&otherUserId={member.id}"
    return [
        *("profile", "notification", "pins?pinMode=mine", f"pin?userId={member.id}&pinMode=student"),
        *("pins?pinMode=tutor&lat1=90&lng1=-180&lat2=-90&lng2=180", "matches?mode=student"),
        *("enum/universities", "enum/skills", "enum/courses?university=Cal%20Poly"),
        *("conversations?mode=student", f"messages?{other}", f"session/started?{other}", "session/ended"),
    ]


def with_slash(path: str) -> str:
    bare, question, query = path.partition("?")
    return f"{bare}/{question}{query}"


NO_SECRETS = ["", "0" * 32, "0" * 31, "g" * 32, "a.b.c", "null", "\u00fc" * 16]


async def test_a_stranger_is_not_authorized_anywhere(hub, ann, rows):
    strangers = [{}, *({"sessionId": secret} for secret in NO_SECRETS)]
    before = rows()

    answers = {
        f"{method} {path} {headers}": said(await hub.call(method, f"/halp{path}", json={}, headers=headers))
        for method, path in AUTHORIZED
        for headers in strangers
    }

    assert answers == dict.fromkeys(answers, NOT_AUTHORIZED)
    assert rows() == before


async def test_another_dialects_credential_is_none(hub, ada):
    assert said(await hub.get("/halp/profile", headers={"sessionId": ada.token})) == NOT_AUTHORIZED
    assert said(await hub.get("/halp/profile", by=ada)) == NOT_AUTHORIZED


async def test_a_secret_in_capitals_or_in_the_query_is_none(hub, ann):
    assert said(await hub.get("/halp/profile", headers={"sessionId": ann.token.upper()})) == NOT_AUTHORIZED
    assert said(await hub.get(f"/halp/profile?sessionId={ann.token}")) == NOT_AUTHORIZED


async def test_the_name_of_the_header_may_be_spelt_in_any_case(hub, ann):
    assert said(await hub.get("/halp/profile", headers={"sessionid": ann.token})) == (200, "success")


async def test_both_slash_forms_answer_without_a_redirect(hub, ann, tom):
    async def plainly(path: str) -> tuple[int, str]:
        async with hub.http.get(
            URL(f"/halp/{path}", encoded=True), headers=ann.headers, allow_redirects=False
        ) as reply:
            return reply.status, await reply.text()

    without = {path: await plainly(path) for path in reads(tom)}
    with_one = {path: await plainly(with_slash(path)) for path in reads(tom)}

    assert {status for status, _ in without.values()} == {200}
    assert with_one == without


async def test_writes_take_both_slash_forms_too(hub, ann):
    assert said(await hub.post("/halp/register/", NEW)) == (200, "success")
    assert said(await hub.call("PUT", "/halp/profile/", json={}, by=ann)) == (200, "success")
    assert said(await hub.call("DELETE", "/halp/pin/?pinMode=student", by=ann)) == (200, "no_pin")


async def test_head_is_answered_like_get_where_looking_changes_nothing(hub, ann, tom):
    """What is looked at there counts as seen, which a HEAD does not show."""
    marking = ("notification", "matches", "messages")

    async def told(path: str) -> tuple[int, bytes]:
        async with hub.http.head(URL(f"/halp/{path}", encoded=True), headers=ann.headers) as reply:
            return reply.status, await reply.read()

    assert {path: await told(path) for path in reads(tom)} == {
        path: (405 if path.startswith(marking) else 200, b"") for path in reads(tom)
    }


async def test_every_reply_has_a_code(hub, ann, tom):
    replies = {path: await hub.get(URL(f"/halp/{path}", encoded=True), by=ann) for path in reads(tom)}

    assert {path: said(reply) for path, reply in replies.items()} == dict.fromkeys(replies, (200, "success"))


UNKNOWN = [
    *("", "nowhere", "PROFILE", "profile/12", "profile//", "session", "enum", "pins/mine", "image"),
    *("payments/clientToken", "payments/paymentMethod", "payments/customer", "read-event"),
    *("%00", "%2F", "%C3%BC", "a" * 5000),
]


async def test_an_unknown_path_is_refused_in_the_contracts_shape(hub, ann):
    nothing = {"code": "server_error", "detail": "there is nothing at this address"}

    for path in UNKNOWN:
        for method in ("GET", "POST"):
            assert await hub.call(method, URL(f"/halp/{path}", encoded=True), by=ann) == (404, nothing)


async def test_a_wrong_method_is_told_the_right_ones(hub):
    takes: dict[str, set[str]] = {}
    for route in HALP.routes:
        takes.setdefault(route.path.replace("{name}", "x.png"), set()).add(route.method)

    async def told(path: str) -> tuple[int, set[str], bool]:
        async with hub.http.request("PATCH", f"/halp{path}") as reply:
            allowed = set(reply.headers["Allow"].split(",")) - {"HEAD"}
            return reply.status, allowed, is_error(await reply.json())

    replies = {path: await told(path) for path in takes}

    assert replies == {path: (405, methods, True) for path, methods in takes.items()}


async def test_a_browser_that_asks_first_is_told_yes(hub):
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,sessionid"}

    for path in ("profile", "profile/", "pin", "nowhere"):
        async with hub.http.options(f"/halp/{path}", headers={"Origin": WEB, **asked}) as reply:
            said = {name.removeprefix("Access-Control-Allow-"): value for name, value in reply.headers.items()}

        assert (reply.status, said["Origin"]) == (204, "*")
        assert {"POST", "PUT", "DELETE"} <= set(said["Methods"].split(", "))
        assert said["Headers"] == asked["Access-Control-Request-Headers"]


REPLIES = [
    ("GET", "profile", 200),
    ("POST", "login", 400),
    ("GET", "nowhere", 404),
    ("PATCH", "profile", 405),
    ("GET", "image/x.png", 404),
]


async def test_a_browser_may_read_every_reply(hub):
    for method, path, status in REPLIES:
        async with hub.http.request(method, f"/halp/{path}", headers={"Origin": WEB}) as reply:
            assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")
            assert "code" in await reply.json()


@pytest.mark.settings(hosts={"api.halp.me": "halp"})
async def test_at_a_host_name_of_its_own_halp_lies_at_the_root(hub, ann):
    host = {"Host": "api.halp.me"}

    at_the_root = await hub.get("/profile", by=ann, headers=host)
    under_its_name = await hub.get("/halp/profile/", by=ann, headers=host)

    assert said(at_the_root) == (200, "success")
    assert at_the_root == under_its_name
    assert said(await hub.get("/nowhere", headers=host)) == (404, "server_error")


async def test_a_query_that_says_something_twice_or_besides_is_passed_over(hub, ann):
    query = "pinMode=mine&pinMode=student&&=&x=%00&lat1"

    reply = await hub.get(URL(f"/halp/pins?{query}", encoded=True), by=ann)

    assert said(reply) == (200, "success")
    assert said(await hub.get(URL("/halp/pins?pinMode=%FF", encoded=True), by=ann)) == SERVER_ERROR
