"""The courier of a server node; what all couriers are for is said in `hub/courier`."""

from __future__ import annotations

from hub.courier import HandOver
from hub.domain.journal import Entry
from hub.realtime.bus import Bus
from hub.realtime.streams import Streams


class HubCourier:
    """Carries events to this node's own listeners at once, to the other nodes by the bus, and jobs to the workers."""

    def __init__(self, streams: Streams, bus: Bus, hand_over: HandOver) -> None:
        self._streams = streams
        self._bus = bus
        self._hand_over = hand_over

    def hand_on(self, entries: list[Entry], job_ids: list[int]) -> None:
        for entry in entries:
            self._streams.offer(entry)
            self._bus.publish_entry(entry)
        self._hand_over.send(job_ids)
