"""`users/{username}/pictureupload` and `image/{name}`: pictures of users that they bring, and every picture shown."""

from __future__ import annotations

from aiohttp import web

from hub.domain import users
from hub.http import images
from hub.http.described import described
from hub.http.dialect import act
from hub.http.techfesia.auth import signed_in
from hub.http.techfesia.queries import part_of_path
from hub.http.techfesia.reply import ok
from hub.perform import look_up
from hub.wire import techfesia_shapes as shapes


# Accepted: a fault between keeping the new picture and changing the row leaves a file in the store that nothing shows.
@described(
    "Bring a picture of a user",
    upload=("picture",),
    replies={202: shapes.Message},
    security="bearer",
    description="PNG or JPEG by content, whatever it is called; the first file of the form.",
)
async def upload(request: web.Request) -> web.Response:
    by, username = await signed_in(request), part_of_path(request, "username")
    await look_up(users.changeable, username, by=by)
    picture = await images.uploaded(request)
    async with images.kept(request, [picture]) as (name,):
        shown = await act(request, users.set_picture, username, name, by=by, spell=lambda _: name)
    if shown != name:
        # A call that is sent again brings a copy that nobody will be shown.
        await images.forget(request.config_dict[images.STORE], name)
    return ok({"message": "Profile Picture Updated"}, 202)


@described("A picture", replies={200: "image/*"})
async def show(request: web.Request) -> web.Response:
    return await images.show_named(request.config_dict[images.STORE], request.match_info["name"])


ROUTES = [web.put("/users/{username}/pictureupload", upload), web.get("/image/{name}", show)]
