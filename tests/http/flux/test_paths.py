"""What holds for every path of Flux: prefixes, slashes, unknown paths, wrong methods, browsers, host names."""

from __future__ import annotations

import pytest

from hub.http.flux import FLUX
from tests.http.flux.acting import join, say
from tests.http.flux.bad_input import is_error

V0 = "/api/v0"
WEB = "https://voteflux.org"
PATHS = sorted({(route.method, route.path) for route in FLUX.routes})
NOT_SERVED = [
    *("/", "/api", "/api/v0", "/api/v2/getinfo", "/app/feedback", "/api/v0/app/feedback", "/api/v1/getinfo"),
    *("/api/v0/iiccot/email", "/api/v0/get_roles", "/api/v1/send_login_email", "/api/v0/become_volunteer"),
    *("/api/v0/ws_validation", "/api/v1/jwt_basic", "/api/v0/stats/all_at_once", "/api/v0/error/all_at_once"),
]


def test_every_older_call_answers_with_and_without_its_prefix():
    older = {(method, path) for method, path in PATHS if not path.startswith("/api/")}

    assert {(method, V0 + path) for method, path in older} == {pair for pair in PATHS if pair[1].startswith(V0)}
    assert {path for _, path in PATHS if path.startswith("/api/v1")} == {
        *("/api/v1/app_rego/phone_commit", "/api/v1/app_rego/phone_verify", "/api/v1/app/new_magic_link"),
        *("/api/v1/app/login_magic_link/{token}", "/api/v1/app/feedback", "/api/v1/app/sign_out"),
    }


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_both_slash_forms_answer_without_a_redirect(hub, method, path):
    path = (
        path.replace("{country}", "au").replace("{postcode}", "0800").replace("{suburb}", "X").replace("{token}", "x")
    )

    answers = [
        await hub.call(method, f"/flux{path}{slash}", json={} if method == "POST" else None, allow_redirects=False)
        for slash in ("", "/")
    ]

    assert answers[0] == answers[1] or "last_run" in answers[0][1]
    assert answers[0][0] in (200, 400, 403)


@pytest.mark.parametrize("path", NOT_SERVED)
async def test_what_is_not_served_is_404_in_the_contract_s_shape(hub, path):
    for method in ("GET", "POST"):
        status, said = await hub.call(method, f"/flux{path}", json={} if method == "POST" else None)
        assert (status, is_error(said)) == (404, True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/user_details"), ("POST", "/getinfo"), ("PUT", "/api/v1/app/feedback")]
)
async def test_a_wrong_method_is_405_and_says_which_is_right(hub, method, path):
    async with hub.http.request(method, f"/flux{path}", json={}) as reply:
        right = {"/getinfo": "GET,HEAD"}.get(path, "POST")
        assert (reply.status, reply.headers["Allow"], is_error(await reply.json())) == (405, right, True)


@pytest.mark.parametrize("path", ["/user_details", "/api/v0/register/all_at_once", "/api/v1/app/feedback", "/nowhere"])
async def test_a_browser_may_call_from_anywhere(hub, path):
    ask = {"Origin": WEB, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}

    async with hub.http.options(f"/flux{path}", headers=ask) as asked:
        said = (
            asked.status,
            asked.headers["Access-Control-Allow-Origin"],
            asked.headers["Access-Control-Allow-Headers"],
        )
    async with hub.http.post(f"/flux{path}", json={}, headers={"Origin": WEB}) as called:
        assert (called.status >= 400, called.headers["Access-Control-Allow-Origin"]) == (True, "*")

    assert said == (204, "*", "content-type")


@pytest.mark.settings(hosts={"api.voteflux.org": "flux"})
async def test_a_host_name_of_its_own_has_it_at_the_root(hub):
    host = {"Host": "api.voteflux.org"}
    member = await join(hub)

    assert (await hub.post("/user_details", {"s": member.s}, headers=host))[0] == 200
    assert (await hub.get("/api/v0/iiccot/getinfo", headers=host))[0] == 200


async def test_a_query_behind_a_read_is_of_no_matter(hub):
    assert (await hub.get("/flux/iiccot/getinfo?format=json"))[0] == 200


async def test_another_dialect_s_credential_is_no_secret(hub, ada, ann):
    for token in (ada.token, ann.token):
        assert (await say(hub, "/user_details", s=token))[0] == 403
