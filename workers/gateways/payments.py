"""Payments: who learnt pays who taught. The console gateway puts what would be charged into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import structlog

from workers.gateways import outbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Payment:
    key: str
    """The session's public id: asked for again under it, a provider makes the same payment and not another."""
    payer: int | None
    payee: int | None
    amount: Decimal


class PaymentGateway(Protocol):
    def charge(self, payment: Payment) -> str:
        """Have it paid, once however often it is asked for; answers the provider's name for it."""


class ConsolePayments:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def charge(self, payment: Payment) -> str:
        said: dict[str, Any] = {
            "session": payment.key,
            "payer": payment.payer,
            "payee": payment.payee,
            "amount": str(payment.amount),
        }
        text = f"{payment.amount} for session {payment.key}"
        path = outbox.put(
            self._data_dir, channel="payment", to=str(payment.payee), subject=None, text=text, payload=said
        )
        log.info("payment_in_outbox", session=payment.key, file=path.name)
        return f"console-{payment.key}"
