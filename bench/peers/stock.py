"""The stock peer: python-socketio on aiohttp as they are shipped, doing what the hub does for the load generator.

    python stock.py PORT PING_SECONDS SECRET

Everybody joins one room at `/` with a signed token; `pub` is told to the room as `msg`, `echo` is acknowledged.
"""

import base64
import hashlib
import hmac
import sys

import socketio
from aiohttp import web

PORT, PING_SECONDS, SECRET = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].encode()
ROOM = "everybody"

server = socketio.AsyncServer(async_mode="aiohttp", ping_interval=PING_SECONDS, ping_timeout=10)


def is_genuine(token: str) -> bool:
    signed, _, signature = token.rpartition(".")
    expected = base64.urlsafe_b64encode(hmac.digest(SECRET, signed.encode(), hashlib.sha256)).rstrip(b"=")
    return hmac.compare_digest(expected, signature.encode())


@server.event
async def connect(sid, environ, auth):
    if not is_genuine(auth["token"]):
        raise ConnectionRefusedError("not signed in")
    await server.enter_room(sid, ROOM)


@server.event
async def pub(sid, message):
    await server.emit("msg", message, room=ROOM)


@server.event
async def echo(sid, message):
    return message


if __name__ == "__main__":
    app = web.Application()
    server.attach(app)
    web.run_app(app, host="127.0.0.1", port=PORT, print=None, access_log=None)
