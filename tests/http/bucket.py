"""A bucket that speaks S3 over HTTP, on a port of the loopback: a stand-in for the store of a hub on many machines."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MISSING = b"<Error><Code>NoSuchKey</Code><Message>There is no such key.</Message></Error>"
FORBIDDEN = b"<Error><Code>AccessDenied</Code><Message>Not you.</Message></Error>"


class Bucket:
    """`with Bucket() as bucket:` listens until the block ends; `kept` is what lies in it, by path."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.puts_left = 1000
        """How many it will still take; the next are forbidden."""

    def __enter__(self) -> Bucket:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"bucket": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets beside `HUB_STORAGE_URL`."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "eu-north-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.bucket.puts_left -= 1
        if self.bucket.puts_left < 0:
            return self._answer(403, FORBIDDEN)
        self.bucket.kept[self.path] = content
        self._answer(200)

    def do_GET(self) -> None:
        content = self.bucket.kept.get(self.path)
        self._answer(404, MISSING) if content is None else self._answer(200, content)

    def do_POST(self) -> None:
        """Delete several at once, which is how one is deleted too; those that are not there count as deleted."""
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = re.findall("<Key>(.+?)</Key>", asked)
        for key in keys:
            self.bucket.kept.pop(self.path.replace("?delete", f"/{key}"), None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silence: what matters is in `kept`."""
