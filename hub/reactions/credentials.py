"""A token that was taken back is told to every node, which closes the sockets that came with it."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.credentials import CredentialRevoked
from hub.reactions.streams import CREDENTIALS


@deliveries.register
def _(fact: CredentialRevoked) -> list[Delivery]:
    return [Emit(CREDENTIALS, "revoked", {"jti": fact.jti})]
