"""How tests speak to a namespace through the official Python client, and what came of it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.listening import Listener

Heard = list[tuple[str, Any]]


async def say(listener: Listener, event: str, **argument: Any) -> Any:
    """The acknowledgement."""
    return await listener.client.call(event, argument, namespace=listener.namespace, timeout=5)


async def heard(listener: Listener, count: int, within: float = 5) -> Heard:
    """Each event with its payload, once there are `count` of them; what came by then otherwise."""
    try:
        async with asyncio.timeout(within):
            while len(listener.heard) < count:
                await asyncio.sleep(0.01)
    except TimeoutError:
        pass
    return [(event, arguments[0]) for event, arguments in listener.heard]
