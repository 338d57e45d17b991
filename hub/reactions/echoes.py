"""What the conformance profile kept is told in its room."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.echoes import EchoKept
from hub.reactions.streams import ECHOES


@deliveries.register
def _(fact: EchoKept) -> list[Delivery]:
    return [Emit(ECHOES, "msg", fact.payload)]
