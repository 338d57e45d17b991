"""One provider's connections: HTTP/2 where it is spoken, TLS verified, no redirects, no cookies, little read.

Certificates are trusted as the system does; `SSL_CERT_FILE` names others.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpcore2
import httpx2
from pydantic import BaseModel, ValidationError

from hub import clock
from workers.gateways.errors import GatewayError
from workers.gateways.reach import CONNECT_SECONDS, MayReach, Network, anywhere, connections_made

# It logs the address of every request, and in some of them lies a device's token.
logging.getLogger("httpx2").setLevel(logging.WARNING)

SEND_SECONDS = 10.0
"""For a whole send, with all that it asks."""
KEPT_SECONDS = 60.0
"""For how long an unused connection is kept. Routers on the way forget it silently after a few minutes."""
LARGEST_ANSWER = 64 * 1024
LONGEST_WAIT = 3600.0
"""Seconds that a provider may ask to be left alone."""
PASSING = {408, 425, 429}
HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "hub"}

Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    def read(self, form: type[Form]) -> Form:
        """The body in the form that it should have; an empty form where it has another."""
        try:
            return form.model_validate_json(self.content)
        except ValidationError:
            return form()

    def refusal(self, provider: str, reason: str = "") -> GatewayError:
        """What this answer means where its status says everything: trouble that passes, or a refusal for good."""
        passes = self.status in PASSING or self.status >= 500
        words = f"{provider} answered {self.status} {reason[:100]}".strip()
        return GatewayError(words, permanent=not passes, retry_after=self._retry_after() if passes else None)

    def _retry_after(self) -> float | None:
        said = self.headers.get("retry-after", "").strip()
        if said.isdecimal() and said.isascii():
            return min(float(said), LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(said)
            until = until.astimezone(UTC).replace(tzinfo=None) if until.tzinfo else until
        except (ValueError, OverflowError):
            return None
        return min(max((until - clock.now()).total_seconds(), 0.0), LONGEST_WAIT)


class _Transport(httpx2.HTTPTransport):
    """httpx2's own, but on our network, which it has no argument for."""

    def __init__(self, may_reach: MayReach) -> None:
        trusted = httpx2.create_ssl_context()
        super().__init__(verify=trusted)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trusted,
            http2=True,
            max_connections=20,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=Network(may_reach),
        )


class Connections:
    """Asked only `within` the time of a send."""

    def __init__(self, may_reach: MayReach = anywhere) -> None:
        self._client = httpx2.Client(
            transport=_Transport(may_reach),
            timeout=httpx2.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS),
            headers=HEADERS,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def post(self, url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        """Whatever the provider answers; raises GatewayError where it gives no answer."""
        request = self._client.build_request("POST", url, headers=headers, content=content)
        try:
            return self._ask_again_after_a_goodbye(request)
        except httpx2.RequestError as wrong:
            reason = f"{type(wrong).__name__}: {wrong}"[:200]
            raise GatewayError(f"{request.url.host} gave no answer: {reason}") from None

    def _ask_again_after_a_goodbye(self, request: httpx2.Request) -> Answer:
        """A connection that was kept may have ended meanwhile, which shows only when it is used.

        Then a new one is tried, once. A timeout is no goodbye: the provider is slow, and a repeat would make it slower.
        """
        before = connections_made()
        try:
            return self._ask(request)
        except (httpx2.NetworkError, httpx2.ProtocolError):
            if connections_made() > before:
                raise
            return self._ask(request)

    def _ask(self, request: httpx2.Request) -> Answer:
        reply = self._client.send(request, stream=True)
        try:
            content = bytearray()
            for chunk in reply.iter_raw():
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    break
        finally:
            reply.close()
        return Answer(reply.status_code, reply.headers, bytes(content))

    def close(self) -> None:
        self._client.close()
