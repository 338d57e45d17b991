"""Where the tests of the protocol are said: `hub conformance` as processes that are made once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.processes import Nursery
from tests.realtime.protocol.serving import PEER, PEER_BRISK, Conformance

HASTE = {"hub.realtime.assembly.SECONDS": 0.2, "hub.realtime.polling.POST_SECONDS": 0.2}


@pytest.fixture(scope="package")
def nursery() -> Iterator[Nursery]:
    mother = Nursery()
    yield mother
    mother.close()


@pytest.fixture(scope="package")
def echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose heartbeats are too slow to be heard in a test."""
    yield from _address(request, tmp_path_factory.mktemp("echo"), PEER, 20, 10)


@pytest.fixture(scope="package")
def brisk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with short heartbeats."""
    yield from _address(request, tmp_path_factory.mktemp("brisk"), PEER_BRISK, 0.2, 0.15)


@pytest.fixture(scope="package")
def hasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that waits for nobody."""
    yield from _address(request, tmp_path_factory.mktemp("hasty"), PEER, 20, 10, HASTE)


def _address(
    request: pytest.FixtureRequest,
    folder: Path,
    peer: str,
    interval: float,
    timeout: float,
    instead: dict[str, float] | None = None,
) -> Iterator[str]:
    if peer in os.environ:
        yield os.environ[peer]
        return
    server = Conformance(request.getfixturevalue("nursery"), folder, interval, timeout, instead)
    yield server.address
    server.close()


@pytest.fixture
async def http(echo: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(echo) as session:
        yield session
