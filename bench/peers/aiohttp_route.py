"""A hot JSON route on stock aiohttp: what the hub's own is compared with.

    python aiohttp_route.py PORT FILE

Answers every GET with the document in FILE, made anew from plain data each time as `web.json_response` does. No
database is asked and nobody is signed in: whatever the hub does beyond that counts against the hub.
"""

import json
import sys
from pathlib import Path

from aiohttp import web

PORT, FILE = int(sys.argv[1]), Path(sys.argv[2])
DOCUMENT = json.loads(FILE.read_text())


async def answer(request: web.Request) -> web.Response:
    return web.json_response(DOCUMENT)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    web.run_app(app, host="127.0.0.1", port=PORT, print=None, access_log=None)
