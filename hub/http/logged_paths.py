"""Where a request went, as the log says it: in paths stand people's e-mail addresses, and tokens that sign them in."""

from __future__ import annotations

import re

from aiohttp import web

AN_ADDRESS = re.compile(r"[^/]*@[^/]*")
A_SECRET = re.compile("[0-9a-fA-F]{32,}")


def logged_path(request: web.Request) -> str:
    """The route, where it has variables; what nothing answers at as it came, for somebody has to mend that."""
    resource = request.match_info.route.resource
    if resource is not None and request.match_info:
        return resource.canonical
    return A_SECRET.sub("{secret}", AN_ADDRESS.sub("{address}", request.path))
