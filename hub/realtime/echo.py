"""Engine.IO that sends back every message: what its protocol suite expects to meet."""

from __future__ import annotations

import structlog

from hub.realtime.classes import Attachment
from hub.realtime.engine import Engine
from hub.realtime.heartbeats import Heartbeats
from hub.realtime.session import Session

log = structlog.get_logger(__name__)


class Echo:
    def __init__(self, heartbeats: Heartbeats) -> None:
        self.engine = Engine(self, heartbeats)

    def said(self, session: Session, message: str | bytes) -> None:
        session.send(Attachment(message) if isinstance(message, bytes) else b"4" + message.encode())

    def refusal(self, peer: str) -> float | None:
        return None

    def close_transport(self, session: Session, reason: str, **detail: str) -> None:
        if not session.is_closed:
            log.info("transport_closed", session=session.sid, reason=reason, **detail)
            self.engine.close(session, why=reason)

    def opened(self, session: Session) -> None:
        pass

    def closed(self, session: Session) -> None:
        pass

    def ticked(self) -> None:
        pass
