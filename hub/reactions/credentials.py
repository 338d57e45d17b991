"""Credentials that were taken back, one or all of an account, are told to every node, which ends their sockets."""

from __future__ import annotations

from hub.delivery import Delivery, Emit, deliveries
from hub.domain.credentials import CredentialRevoked, name_of_all, name_of_round
from hub.domain.departures import AccountDeleted
from hub.domain.sign_outs import SignedOutEverywhere
from hub.reactions.streams import CREDENTIALS


@deliveries.register
def _(fact: CredentialRevoked) -> list[Delivery]:
    return [Emit(CREDENTIALS, "revoked", {"jti": fact.jti})]


@deliveries.register
def _(fact: AccountDeleted) -> list[Delivery]:
    return [Emit(CREDENTIALS, "revoked", {"jti": name_of_all(fact.public_id)})]


@deliveries.register
def _(fact: SignedOutEverywhere) -> list[Delivery]:
    return [Emit(CREDENTIALS, "revoked", {"jti": name_of_round(fact.public_id, fact.sign_outs)})]
