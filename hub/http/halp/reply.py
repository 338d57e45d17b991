"""Saying yes in Halp: one JSON object with `code: "success"`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from aiohttp import web

from hub.threads import compute
from hub.wire import strict_json

T = TypeVar("T")


def ok(**fields: Any) -> web.Response:
    return web.json_response({"code": "success", **fields}, dumps=strict_json.dumps)


async def ok_listing(name: str, rows: Iterable[T], spell: Callable[[T], Any], **fields: Any) -> web.Response:
    """`ok` with a list that may be long, spelled beside the loop and row by row, so that others run in between."""
    text = await compute(_spelled, name, rows, spell, fields)
    return web.Response(text=text, content_type="application/json")


def _spelled(name: str, rows: Iterable[T], spell: Callable[[T], Any], fields: dict[str, Any]) -> str:
    begin = strict_json.dumps({"code": "success", **fields, name: []})
    return f"{begin[:-2]}{','.join(strict_json.dumps(spell(row)) for row in rows)}]}}"
