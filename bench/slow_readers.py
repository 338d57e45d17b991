"""Clients that do not keep up, as raw sockets: one never reads, one reads a little, one never reads but sends PONGs.

From the other side of a connection that nobody reads one cannot see that it was closed, so the kernel is asked: the
server's end is open for as long as /proc/net/tcp calls it established.
"""

from __future__ import annotations

import fcntl
import re
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

RECEIVE_BUFFER = 4096
ESTABLISHED = "01"
TICK_SECONDS = 0.25
PONG_SECONDS = 1.0
SLOW_BYTES_A_SECOND = 1024
MASKED_TEXT = b"\x81"
HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2xvdyByZWFkZXIsIDEgMQ==\r\n\r\n"
)


@dataclass
class SlowReader:
    socket: socket.socket
    port: int
    unread_at: float | None = None
    """When there was first something to read."""
    cut_at: float | None = None
    next_pong: float = field(default=0.0)
    may_read: float = field(default=0.0)

    @property
    def seconds_until_cut(self) -> float | None:
        return self.cut_at - self.unread_at if self.cut_at and self.unread_at else None


Habit = Callable[[SlowReader], None]


def joined(port: int, namespace: str, token: str) -> SlowReader:
    """Connected, and in the namespace: only then it stops to read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    client.sendall(HANDSHAKE)
    _read_until(client, b'"sid"')
    client.sendall(text_frame(f'40{namespace}{"," if namespace else ""}{{"token":"{token}"}}'))
    _read_until(client, b'"sid"')
    # Some servers say more to whoever joins; that still is the greeting.
    time.sleep(0.05)
    client.setblocking(False)
    with suppress(BlockingIOError):
        client.recv(65536)
    return SlowReader(client, client.getsockname()[1])


def _read_until(client: socket.socket, wanted: bytes) -> None:
    said = b""
    while wanted not in said:
        said += client.recv(4096)


def text_frame(text: str) -> bytes:
    """Masked with zeros, which leaves the text as it is."""
    payload = text.encode()
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    return MASKED_TEXT + length + bytes(4) + payload


def never_reads(reader: SlowReader) -> None:
    """And never says anything."""


def reads_a_little(reader: SlowReader) -> None:
    reader.may_read += SLOW_BYTES_A_SECOND * TICK_SECONDS
    with suppress(OSError):
        reader.may_read -= len(reader.socket.recv(int(reader.may_read)))


def never_reads_but_pongs(reader: SlowReader) -> None:
    if time.monotonic() >= reader.next_pong:
        reader.next_pong = time.monotonic() + PONG_SECONDS
        with suppress(OSError):
            reader.socket.send(text_frame("3"))


HABITS: dict[str, Habit] = {
    "never reads": never_reads,
    "reads 1 KB/s": reads_a_little,
    "never reads, sends PONGs": never_reads_but_pongs,
}


@contextmanager
def slow_readers(server_port: int, namespace: str, tokens: Sequence[str], habit: Habit) -> Iterator[list[SlowReader]]:
    """One for each token; looked at in a thread until the end of the block."""
    readers = [joined(server_port, namespace, token) for token in tokens]
    over = threading.Event()
    thread = threading.Thread(target=_look_after, args=(server_port, readers, habit, over))
    thread.start()
    try:
        yield readers
    finally:
        over.set()
        thread.join()
        for reader in readers:
            reader.socket.close()


def _look_after(server_port: int, readers: list[SlowReader], habit: Habit, over: threading.Event) -> None:
    while not over.wait(TICK_SECONDS):
        open_ends = established(server_port)
        for reader in readers:
            _look_at(reader, open_ends)
            if reader.cut_at is None:
                habit(reader)


def _look_at(reader: SlowReader, open_ends: set[int]) -> None:
    now = time.monotonic()
    if reader.unread_at is None and _waiting_bytes(reader.socket):
        reader.unread_at = now
    if reader.cut_at is None and reader.port not in open_ends:
        reader.cut_at = now


def _waiting_bytes(client: socket.socket) -> int:
    return struct.unpack("i", fcntl.ioctl(client, termios.FIONREAD, bytes(4)))[0]


def established(server_port: int) -> set[int]:
    """The clients' ports of all connections that the server holds open."""
    ends = re.findall(
        rf"^ *\d+: \w+:{server_port:04X} \w+:(\w{{4}}) {ESTABLISHED} ", Path("/proc/net/tcp").read_text(), re.MULTILINE
    )
    return {int(end, 16) for end in ends}
