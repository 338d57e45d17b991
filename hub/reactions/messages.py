"""Messages: both people hear of each, and of what was read, on all their devices."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.messages import MessageSent, ThreadRead
from hub.domain.modes import opposite
from hub.reactions.streams import messages_of
from hub.wire import halp


@deliveries.register
def _(fact: MessageSent) -> list[Delivery]:
    ends = [(fact.sender, fact.recipient), (fact.recipient, fact.sender)]
    return [
        Emit(
            messages_of(me.id),
            "message",
            halp.arrived(fact.message, other, viewer=me.id, client_id=fact.client_id),
        )
        for me, other in ends
    ]


@deliveries.register
def _(fact: ThreadRead) -> list[Delivery]:
    mine = halp.read(fact.other_id, fact.mode, fact.up_to, me=True)
    theirs = halp.read(fact.reader_id, opposite(fact.mode), fact.up_to, me=False)
    return [Emit(messages_of(fact.reader_id), "read", mine), Emit(messages_of(fact.other_id), "read", theirs)]
