"""`enum/universities`, `enum/courses`, `enum/skills`: what apps complete while people type."""

from __future__ import annotations

from aiohttp import web

from hub.domain import catalogue
from hub.domain.refusals import Invalid
from hub.http.bodies import query
from hub.http.described import described
from hub.http.halp import taken
from hub.http.halp.auth import signed_in
from hub.http.halp.reply import ok, ok_listing
from hub.perform import look_up
from hub.wire import halp_shapes as shapes


class UniversityLength(Invalid):
    """No university was named."""

    code = "university_length"


@described("All universities", replies={200: shapes.Universities}, security="sessionId")
async def universities(request: web.Request) -> web.Response:
    await signed_in(request)
    return await ok_listing("universities", await look_up(catalogue.universities), str)


@described("A university's courses", query=taken.NamedUniversity, replies={200: shapes.Courses}, security="sessionId")
async def courses(request: web.Request) -> web.Response:
    await signed_in(request)
    university = query(request, "university")
    if university is None:
        raise UniversityLength("university", "is missing")
    found = await look_up(catalogue.courses, university)
    return await ok_listing("courses", found, lambda course: {"subject": course[0], "number": course[1]})


@described("All skills", replies={200: shapes.Skills}, security="sessionId")
async def skills(request: web.Request) -> web.Response:
    await signed_in(request)
    return ok(skills=await look_up(catalogue.skills))


ROUTES = [
    web.get("/enum/universities", universities),
    web.get("/enum/courses", courses),
    web.get("/enum/skills", skills),
]
